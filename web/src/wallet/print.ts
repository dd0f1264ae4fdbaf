/** Certificates on paper: a sheet of A4 to be folded twice, or cards of the size of a bank card to be cut out. */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { emblem } from '../app/emblem';
import { qrDrawing, type Code } from '../app/qr-picture';
import { today, formatDay } from '../app/format';
import type { Core } from '../core/facade';
import { paperRows, paperTitle } from '../verify/paper';
import { eventLine, personOf } from '../verify/parts';
import { codeOf } from './parts';
import type { Card } from './state';
import { t } from './text';

export type Paper = 'fold' | 'card';

interface Sheet {
  title: string;
  name: string;
  birthDate: string;
  line: string;
  rows: readonly { name: string; value: string }[];
  proven: boolean;
  code: Code;
  part: string;
}

async function sheetsOf(core: Core, cards: readonly Card[]): Promise<Sheet[]> {
  const sheets: Sheet[] = [];
  for (const { kept, verdict } of cards) {
    const content = verdict?.content ?? null;
    const person = content ? personOf(content) : null;
    for (const [index, text] of kept.codes.entries()) {
      const code = await codeOf(core, text).catch(() => null);
      if (!code) continue;
      sheets.push({
        title: (content && paperTitle(content)) ?? t('paperTitle'),
        name: person?.name || person?.latin || t('noName'),
        birthDate: person?.birthDate ?? '',
        line: content?.events.map(eventLine).join('; ') ?? '',
        rows: content ? paperRows(content) : [],
        proven: content?.proven === true,
        code,
        part: kept.codes.length > 1 ? t('nthPart', { n: index + 1, of: kept.codes.length }) : '',
      });
    }
  }
  return sheets;
}

function notes({ proven, part }: Sheet): TemplateResult {
  return html`${part ? html`<p>${part}</p>` : nothing} ${proven ? nothing : html`<p>${t('paperUnproven')}</p>`}`;
}

/** All fields under their published names; of what has none, its person and its line. */
function fields(sheet: Sheet): TemplateResult {
  const { name, birthDate, line, rows } = sheet;
  if (rows.length === 0) return html`${brief({ name, birthDate, line })} ${notes(sheet)}`;
  return html`<p class="paper-name">${name}</p>
    <table>
      ${rows.map((row) => html`<tr><th scope="row">${row.name}</th><td>${row.value}</td></tr>`)}
    </table>
    ${notes(sheet)}`;
}

function brief({ name, birthDate, line }: Pick<Sheet, 'name' | 'birthDate' | 'line'>): TemplateResult {
  return html`<p class="paper-name">${name}</p>
    <p>${birthDate}</p>
    <p>${line}</p>`;
}

/** Folded along both lines the code is inside and the name in front. */
function fold(sheet: Sheet): TemplateResult {
  return html`<div class="paper-fold">
    <div class="paper-front">${emblem()} <b>${sheet.title}</b> ${fields(sheet)}</div>
    <div class="paper-code">${qrDrawing(sheet.code, t('codeOf', { name: sheet.name }))}</div>
    <div class="paper-help">
      <b>${t('paperHow')}</b>
      <p>${t('paperHelp')}</p>
    </div>
    <div class="paper-foot">
      <p>${t('paperPrinted', { day: formatDay(today()) })}</p>
      <p>${t('paperFold')}</p>
    </div>
  </div>`;
}

function card(sheet: Sheet): TemplateResult {
  return html`<div class="paper-card">
    ${qrDrawing(sheet.code, t('codeOf', { name: sheet.name }))}
    <div><b>${sheet.title}</b> ${brief(sheet)} ${notes(sheet)}</div>
  </div>`;
}

/** Draws the paper and opens the browser's printing. */
export async function printCards(core: Core, place: HTMLElement, cards: readonly Card[], paper: Paper): Promise<void> {
  const sheets = await sheetsOf(core, cards);
  render(html`<div class="print-only wallet-paper">${sheets.map(paper === 'fold' ? fold : card)}</div>`, place);
  document.body.classList.add('print-wallet');
  addEventListener('afterprint', () => document.body.classList.remove('print-wallet'), { once: true });
  print();
}
