/** What everybody may know of the cases below a province: whole weeks, small counts hidden with what would give them away (adr/0063). */

import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { BOM, csvText, type Cell } from '../app/csv';
import { formatDay, formatNumber } from '../app/format';
import { iconSave, iconWarn } from '../app/icons';
import { onLanguage } from '../app/language';
import { saveFile } from '../app/qr-picture';
import { isForbidden } from '../core/facade';
import { fields, list, text } from './json';
import { dayNumber, dayText } from './model';
import type { PanelContext } from './panels';
import { t } from './public-text';
import { readUnits } from './units-model';
import './public-weeks.css';

/** Days of one question, as the core allows. */
const SPAN = 70;
const DAYS = 7;

/** A number; null: hidden; undefined: nobody told any. */
type Count = number | null | undefined;

interface Row {
  code: string;
  days: Count[];
  sum: Count;
}
interface Week {
  from: string;
  until: string;
  isWithheld: boolean;
  rows: Row[];
}

export async function openPublicWeeks(host: HTMLElement, context: PanelContext): Promise<() => void> {
  const { core, state } = context;
  let gone = false;
  let turn = 0;
  let of = '';
  let weeks: Week[] | 'loading' | 'failed' | 'forbidden' = 'loading';
  let at = 0;
  const opened = new Set<string>();
  const names = new Map<string, string>();
  /** Communes of the districts that were opened; which ones there were depends on the day. */
  const below = new Map<string, string[]>();

  async function load(): Promise<void> {
    const { unit, day } = state.now;
    if (of === `${unit} ${day}`) return;
    of = `${unit} ${day}`;
    const mine = ++turn;
    weeks = 'loading';
    draw();
    if (unit.length !== 2 || day === null) return;
    try {
      const [answer] = await Promise.all([
        core.ask<unknown>('riskmap.public', { unit, from: dayText(dayNumber(day) - SPAN + 1), until: day }),
        learnNames(unit, day),
      ]);
      if (mine !== turn || gone) return;
      weeks = readWeeks(answer);
      at = weeks.length - 1;
      learnOpened();
    } catch (error) {
      if (mine !== turn || gone) return;
      of = '';
      weeks = isForbidden(error) ? 'forbidden' : 'failed';
    }
    draw();
  }

  /** Of the units below one as they were on that day; where they are not to be had, their codes stand for them. */
  async function learnNames(unit: string, day: string): Promise<void> {
    const found = await core.ask<unknown>('riskmap.units', { unit, day }).then(readUnits, () => null);
    for (const row of found?.units ?? []) names.set(row.unit, row.name);
    if (found) below.set(`${unit} ${day}`, found.units.map((row) => row.unit));
  }

  async function open(code: string, day: string): Promise<void> {
    if (opened.delete(code)) return draw();
    opened.add(code);
    await learnNames(code, day);
    if (!below.has(`${code} ${day}`)) opened.delete(code); // nothing came: it can be opened again
    draw();
  }

  /** What is below the opened districts depends on the day of the week that is shown. */
  function learnOpened(): void {
    const until = Array.isArray(weeks) ? weeks[at]?.until : undefined;
    if (until !== undefined) void Promise.all([...opened].map((code) => learnNames(code, until))).then(draw);
  }

  function draw(): void {
    if (!gone) render(content(), host);
  }

  function content(): TemplateResult {
    const { unit } = state.now;
    if (unit.length !== 2) return html`<p>${t('public.open')}</p>`;
    if (weeks === 'loading') return html`<p role="status">${t('public.loading')}</p>`;
    if (weeks === 'failed' || weeks === 'forbidden') {
      return html`<div class="notice warm" role="alert">
        ${iconWarn()}
        <div>
          <p>${t('public.failed')}</p>
          <button class="button second" type="button" @click=${() => void load()}>${t('public.again')}</button>
        </div>
      </div>`;
    }
    const week = weeks[at];
    if (!week) return html`<p>${t('public.none')}</p>`;
    return html`<p class="soft">${t('public.help')}</p>
      <div class="public-week no-print">
        <strong role="status">${t('public.week', { from: formatDay(week.from), until: formatDay(week.until) })}</strong>
        <button class="button second" type="button" aria-label=${t('public.before')} ?disabled=${at === 0} @click=${() => step(-1)}>‹</button>
        <button class="button second" type="button" aria-label=${t('public.after')} ?disabled=${at === weeks.length - 1} @click=${() => step(1)}>›</button>
        <button class="button second" type="button" @click=${() => void save(week)}>${iconSave()} CSV</button>
      </div>
      ${week.isWithheld ? html`<p class="notice warm">${iconWarn()}<span>${t('public.withheld')}</span></p>` : nothing}
      ${table(week)}`;
  }

  function step(by: number): void {
    at += by;
    draw();
    learnOpened();
  }

  function table(week: Week): TemplateResult {
    const days = Array.from({ length: DAYS }, (_, i) => dayText(dayNumber(week.from) + i));
    return html`<div class="public-scroll" tabindex="0" role="region" aria-label=${t('public.title')}>
      <table class="public-table">
        <caption class="print-only">
          ${t('public.week', { from: formatDay(week.from), until: formatDay(week.until) })}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('public.unit')}</th>
            <th scope="col">${t('public.sum')}</th>
            ${days.map((day) => html`<th scope="col">${formatDay(day).slice(0, 5)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shownRows(week).map((each) => row(each, week.until))}
        </tbody>
      </table>
    </div>`;
  }

  /** The province and its districts, each with its communes where it was opened. */
  function shownRows({ rows, until }: Week): Row[] {
    const byCode = new Map(rows.map((each) => [each.code, each]));
    const communes = (district: string): Row[] =>
      opened.has(district) ? (below.get(`${district} ${until}`) ?? []).flatMap((code) => byCode.get(code) ?? []) : [];
    return rows.filter(({ code }) => code.length < 5).flatMap((each) => [each, ...(each.code.length === 3 ? communes(each.code) : [])]);
  }

  function row({ code, days, sum }: Row, day: string): TemplateResult {
    const name = code.length === 2 ? t('public.whole') : (names.get(code) ?? code);
    const isOpen = opened.has(code);
    return html`<tr class="level-${code.length}">
      <th scope="row">
        ${code.length === 3
          ? html`<button class="link-button" type="button" aria-expanded=${isOpen} @click=${() => void open(code, day)}>
              <span aria-hidden="true">${isOpen ? '−' : '+'}</span> ${name}
            </button>`
          : name}
      </th>
      ${[sum, ...days].map(cell)}
    </tr>`;
  }

  function cell(count: Count): TemplateResult {
    if (count === undefined) return html`<td><span aria-hidden="true">–</span><span class="visually-hidden">${t('public.untold')}</span></td>`;
    if (count === null) return html`<td class="hidden-count" title=${t('public.hidden')}><span aria-hidden="true">•</span><span class="visually-hidden">${t('public.hidden')}</span></td>`;
    return html`<td>${formatNumber(count)}</td>`;
  }

  async function save(week: Week): Promise<void> {
    const { unit } = state.now;
    const unnamed = week.rows.filter(({ code }) => code.length === 3 && !below.has(`${code} ${week.until}`));
    await Promise.all(unnamed.map(({ code }) => learnNames(code, week.until)));
    if (gone) return;
    const days = Array.from({ length: DAYS }, (_, i) => dayText(dayNumber(week.from) + i));
    const word = (count: Count): Cell => (count === undefined ? null : count === null ? t('public.hiddenShort') : count);
    const rows: Cell[][] = [
      [t('public.code'), t('public.unit'), t('public.sum'), ...days],
      ...week.rows.map(({ code, days: counts, sum }): Cell[] => [code, names.get(code) ?? '', word(sum), ...counts.map(word)]),
    ];
    saveFile(new Blob([BOM + csvText(rows)], { type: 'text/csv' }), `la-chan-${unit}-${week.from}.csv`);
  }

  await t.load();
  const offs = [state.subscribe(() => void load()), onLanguage(draw)];
  void load();
  return () => {
    gone = true;
    for (const off of offs) off();
    render(nothing, host);
  };
}

/** The answer of riskmap.public, oldest week first, without those of which nobody told anything. */
function readWeeks(answer: unknown): Week[] {
  const weeks = list(fields(answer)['weeks']).map((value): Week => {
    const week = fields(value);
    const codes = text(week['codes']).split(' ');
    const values = list(week['values']).map((one): Count => (typeof one !== 'number' ? null : one < 0 ? undefined : one));
    const width = DAYS + 1;
    return {
      from: text(week['from']),
      until: text(week['until']),
      isWithheld: week['isWithheld'] === true,
      rows: codes.map((code, i) => ({ code, days: values.slice(i * width, i * width + DAYS), sum: values[i * width + DAYS] })),
    };
  });
  return weeks.filter(({ rows }) => rows.some(({ sum }) => sum !== undefined));
}
