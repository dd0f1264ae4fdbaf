/** The desk of publication on the detailed map: what is public of a province, what is proposed, and the way from one to the other. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import '../app/combo-box';
import type { Choice, ComboChange, ComboSetup } from '../app/combo-box';
import { fold } from '../app/fold';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { iconCheck, iconClose, iconPlus, iconWarn } from '../app/icons';
import { ruleText } from '../declaration/text';
import { shadeOf, type Level } from './model';
import type { OpenPanel } from './panels';
import { PublishDesk, type Draft } from './publish-desk';
import { filtered, type LevelChange, type OverrideRow, type Proposal, type Publication } from './publish-model';
import { t } from './publish-text';
import { square } from './swatch';
import './publish.css';

/** From so many changes on there is a filter; so many rows stand in a list at most. */
const FILTER_FROM = 12;
const MOST_ROWS = 100;
const MOST_CHOICES = 80;
const FIRST_PROPOSALS = 3;
const LEVELS: readonly Level[] = [1, 2, 3, 4];
/** A press leaves the field in which somebody types where it is: what is shown when it is left would move the button away. */
const stay = (event: Event): void => event.preventDefault();

export const publishPanel: OpenPanel = (context) => {
  const desk = new PublishDesk(context);
  return { place: 'card', draw: () => (desk.state === 'hidden' ? html`` : card(desk)), dispose: () => desk.dispose() };
};

function card(desk: PublishDesk): TemplateResult {
  const { state, province } = desk;
  const title = province ? t('title', { name: province.name }) : t('title.choose');
  return html`<section class="card publish" id="publish" aria-labelledby="publish-title" aria-busy=${desk.busy !== null}>
    <h2 id="publish-title" tabindex="-1">${title}</h2>
    ${desk.said ? html`<div class="notice publish-said" role="status" tabindex="-1">${iconCheck()}<p>${desk.said}</p></div>` : nothing}
    ${desk.wrong ? html`<div class="notice bad publish-said" role="alert" tabindex="-1">${iconWarn()}<p>${desk.wrong}</p></div>` : nothing}
    ${state === 'choose' ? choose(desk) : nothing}
    ${state === 'offline' ? html`<div class="notice warm" role="status">${iconWarn()}<p>${t('state.offline')}</p></div>` : nothing}
    ${state === 'failed'
      ? html`<div class="notice warm">
          ${iconWarn()}
          <div>
            <p>${t('state.failed')}</p>
            <button class="button second" type="button" @click=${() => void desk.load()}>${t('again')}</button>
          </div>
        </div>`
      : nothing}
    ${desk.desk ? content(desk) : nothing}
  </section>`;
}

/** At the country: which province it is about. */
function choose(desk: PublishDesk): TemplateResult {
  const open = (event: Event): void => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const unit = new FormData(event.target).get('province');
    if (typeof unit === 'string' && unit !== '') desk.context.state.setUnit(unit);
  };
  return html`<form class="publish-choose no-print" @submit=${open}>
    <label class="label" for="publish-province">${t('choose.label')}</label>
    <div class="publish-actions">
      <select class="input" id="publish-province" name="province">
        ${desk.choices.map(({ code, name }) => html`<option value=${code}>${name}</option>`)}
      </select>
      <button class="button second" type="submit">${t('choose.open')}</button>
    </div>
  </form>`;
}

function content(desk: PublishDesk): TemplateResult {
  const { draft, state } = desk;
  const day = formatDay(desk.day);
  return html`<div class="publish-now">
      <h3>${t('now.title', { day })}</h3>
      ${desk.inForce ? publicNow(desk.inForce) : html`<p>${t('now.none')}</p>`}
    </div>
    ${state === 'ready'
      ? html`<div class="publish-actions no-print">
          <button class="button ${draft ? 'second' : ''}" type="button" data-do="calculate" ?disabled=${desk.busy !== null || desk.day === ''} @click=${() => void desk.calculate()}>
            ${desk.busy === 'calculate' ? t('calculate.busy') : t('calculate', { day })}
          </button>
        </div>`
      : nothing}
    ${draft ? draftCard(desk, draft) : nothing} ${proposals(desk)} ${history(desk)}`;
}

const packOf = ({ pack, packVersion }: { pack: string; packVersion: number }): string => `${pack} (${packVersion})`;
const nameOfAuthor = (author: string | null): string => author ?? t('by.server');

function publicNow(one: Publication): TemplateResult {
  return html`<p class="publish-facts">
    <span>${t('now.of')}: ${sign(one.level)}</span>
    <span>${t('now.day', { day: formatDay(one.day), pack: packOf(one) })}</span>
    <span>${t('now.data', { time: formatInstant(one.dataTime) })}</span>
    <strong>${t('now.since', { time: formatInstant(one.from) })}</strong>
    <span>${t('by.prepared', { name: nameOfAuthor(one.preparedBy) })}</span>
    <span>${t('now.approved', { name: one.approvedBy })}</span>
  </p>`;
}

// ---- levels and what changes

const shortLevel = (level: Level | null): string => (level === null ? t('level.none') : t('level.short', { n: level }));

function sign(level: Level | null, words = shortLevel(level)): TemplateResult {
  return html`<span class="risk-chip">${square(shadeOf(level ?? 0, 'level', 'official').colour)}<span>${words}</span></span>`;
}

/** `isFirst`: nothing was public before, so what was is not a level that could not be computed. */
function changeRow(desk: PublishDesk, change: LevelChange, isFirst: boolean): TemplateResult {
  const { unit, before, after, override, calculated } = change;
  const { under = '' } = desk.names.get(unit) ?? {};
  return html`<li data-unit=${unit}>
    <span><b>${desk.nameOf(unit)}</b> ${under ? html`<span class="soft">${under}</span>` : nothing}</span>
    <span class="publish-move">
      ${sign(before, isFirst ? t('level.unpublished') : shortLevel(before))}
      <span aria-hidden="true">→</span><span class="visually-hidden">${t('changes.becomes')}</span>
      ${sign(after)}
    </span>
    ${override
      ? html`<span class="publish-override">
          ${iconWarn()}
          <span>${t('changes.override', { level: shortLevel(calculated), document: override.documentNumber || '…', reason: override.reason || '…' })}</span>
        </span>`
      : nothing}
  </li>`;
}

function changeList(desk: PublishDesk, key: string, changes: readonly LevelChange[], isFirst: boolean): TemplateResult {
  if (changes.length === 0) return html`<p>${t('changes.none')}</p>`;
  const words = desk.words.get(key) ?? '';
  // What an officer changed is read first.
  const found = filtered(changes, words, (unit) => `${desk.nameOf(unit)} ${desk.names.get(unit)?.under ?? ''}`, fold);
  const ordered = [...found.filter(({ override }) => override), ...found.filter(({ override }) => !override)];
  const rows = ordered.slice(0, MOST_ROWS);
  const title = t('changes.title', { n: formatNumber(changes.length) });
  const id = `publish-filter-${key}`;
  return html`${changes.length >= FILTER_FROM
      ? html`<div class="publish-filter no-print">
          <label class="label" for=${id}>${t('changes.filter')}</label>
          <input
            class="input"
            type="search"
            id=${id}
            autocomplete="off"
            .value=${live(words)}
            @input=${(event: Event) => {
              desk.words.set(key, (event.target as HTMLInputElement).value); // the handler hangs on this input only
              desk.context.redraw();
            }}
          />
        </div>`
      : nothing}
    <div class="publish-changes" tabindex="0" role="region" aria-label=${title}>
      <ul>
        ${rows.map((change) => changeRow(desk, change, isFirst))}
      </ul>
    </div>
    <p class="small soft" role="status">
      ${found.length === 0 ? t('changes.noneFound') : rows.length < found.length ? t('changes.more', { shown: rows.length, n: formatNumber(found.length) }) : nothing}
    </p>`;
}

// ---- a confirmation

function confirm(desk: PublishDesk, title: string, words: string, yes: string): TemplateResult {
  return html`<div class="publish-confirm no-print" role="group" aria-labelledby="publish-confirm-title">
    <h4 id="publish-confirm-title" tabindex="-1">${title}</h4>
    <p>${words}</p>
    <div class="publish-actions">
      <button class="button" type="button" data-do="yes" ?disabled=${desk.busy !== null} @click=${() => void desk.confirmed()}>${yes}</button>
      <button class="button second" type="button" ?disabled=${desk.busy !== null} @click=${() => void desk.ask(null)}>${t('confirm.no')}</button>
    </div>
  </div>`;
}

const overridden = (changes: readonly LevelChange[]): number => changes.filter(({ override }) => override !== null).length;

// ---- what is being prepared

function draftCard(desk: PublishDesk, draft: Draft): TemplateResult {
  const { calculated, rows } = draft;
  const changes = desk.draftChanges;
  const isAsked = desk.asking?.what === 'send';
  const day = formatDay(calculated.day);
  return html`<div class="publish-draft no-print">
    <h3 id="publish-draft-title" tabindex="-1">${t('draft.title', { day })}</h3>
    <p class="publish-facts">
      <span>${t('now.day', { day, pack: packOf(calculated) })}</span>
      <span>${t('now.data', { time: formatInstant(calculated.dataTime) })}</span>
      <span class="soft">${t('draft.unsent')}</span>
    </p>
    <h4>${t('changes.title', { n: formatNumber(changes.length) })}</h4>
    ${changeList(desk, 'draft', changes, draft.published === null)}
    <div class="publish-overrides">
      <h4>${t('draft.overrides')}</h4>
      <p class="soft">${t('draft.overridesHelp')}</p>
      ${rows.map((row, at) => overrideRow(desk, draft, row, at))}
      <div class="publish-actions">
        <button class="button second" type="button" data-do="add" @click=${() => desk.addRow()}>${iconPlus()} ${t('draft.add')}</button>
        ${draft.removed ? html`<button class="button second" type="button" data-do="restore" @click=${() => desk.restoreRow()}>${t('override.restore')}</button>` : nothing}
      </div>
    </div>
    ${isAsked
      ? confirm(
          desk,
          t('confirm.send'),
          t('confirm.sendText', { name: desk.province?.name ?? '', day, n: formatNumber(changes.length), m: rows.length }),
          t('confirm.sendYes'),
        )
      : html`<div class="publish-actions">
          <button class="button" type="button" data-do="send" ?disabled=${desk.busy !== null || desk.state !== 'ready'} @mousedown=${stay} @click=${() => void desk.ask({ what: 'send' })}>
            ${t('draft.send')}
          </button>
          <button class="button second" type="button" ?disabled=${desk.busy !== null} @mousedown=${stay} @click=${() => desk.dropDraft()}>${t('draft.drop')}</button>
        </div>`}
  </div>`;
}

function overrideRow(desk: PublishDesk, draft: Draft, row: OverrideRow, at: number): TemplateResult {
  const name = row.unit ? desk.nameOf(row.unit) : t('override.legend', { n: at + 1 });
  const calculated = row.unit ? draft.calculated.levels.get(row.unit) : undefined;
  return html`<fieldset class="publish-row" data-row=${at}>
    <legend class="label">${t('override.legend', { n: at + 1 })} ${calculated === undefined ? nothing : sign(calculated)}</legend>
    <div class="publish-fields">
      ${unitField(desk, draft, row)} ${levelField(desk, row)} ${textField(desk, row, 'documentNumber', t('override.document'), 100)}
      ${textField(desk, row, 'reason', t('override.reason'), 1000)}
    </div>
    <button class="link-button" type="button" aria-label=${t('override.removeOf', { name })} @mousedown=${stay} @click=${() => desk.removeRow(row.key)}>
      ${iconClose()} ${t('override.remove')}
    </button>
  </fieldset>`;
}

function errorOf(desk: PublishDesk, row: OverrideRow, field: string): { id: string; shown: TemplateResult | typeof nothing } {
  const found = desk.violationOf(row, field);
  if (!found) return { id: '', shown: nothing };
  const id = `publish-${row.key}-${field}-error`;
  const words = field === 'unit' && found.rule === 'field.required' ? t('override.unitHelp') : (t.maybe(`rule.${found.rule}`) ?? ruleText(found.rule, found.params));
  return { id, shown: html`<p class="error" id=${id}>${iconWarn()}<span>${words}</span></p>` };
}

function unitField(desk: PublishDesk, draft: Draft, row: OverrideRow): TemplateResult {
  const error = errorOf(desk, row, 'unit');
  const id = `publish-${row.key}-unit`;
  const source = async (query: string): Promise<Choice[]> => {
    const wanted = fold(query);
    const out: Choice[] = [];
    for (const code of draft.calculated.levels.keys()) {
      const { name, under } = desk.names.get(code) ?? { name: code, under: '' };
      if (!fold(`${name} ${under}`).includes(wanted)) continue;
      out.push({ code, name, ...(under ? { under } : {}) });
      if (out.length === MOST_CHOICES) break;
    }
    return out;
  };
  const setup: ComboSetup = { id, text: row.unit ? desk.nameOf(row.unit) : '', describedBy: error.id, invalid: error.id !== '', required: true, source };
  const chosen = ({ detail }: CustomEvent<ComboChange>): void => {
    desk.touch(row, 'unit');
    desk.setField(row, 'unit', detail.choice?.code ?? '');
  };
  return html`<div class="publish-field">
    <label class="label" for=${id}>${t('override.unit')}</label>
    ${error.shown}
    <combo-box .setup=${setup} @choose=${chosen}></combo-box>
  </div>`;
}

function levelField(desk: PublishDesk, row: OverrideRow): TemplateResult {
  const error = errorOf(desk, row, 'level');
  const id = `publish-${row.key}-level`;
  return html`<div class="publish-field">
    <label class="label" for=${id}>${t('override.level')}</label>
    ${error.shown}
    <select
      class="input"
      id=${id}
      aria-invalid=${error.id ? 'true' : nothing}
      aria-describedby=${error.id || nothing}
      @change=${(event: Event) => {
        desk.touch(row, 'level');
        desk.setField(row, 'level', (event.target as HTMLSelectElement).value); // the handler hangs on this select only
      }}
    >
      <option value="" .selected=${row.level === ''}>${t('override.levelNone')}</option>
      ${LEVELS.map((level) => html`<option value=${level} .selected=${row.level === String(level)}>${shortLevel(level)}</option>`)}
    </select>
  </div>`;
}

function textField(desk: PublishDesk, row: OverrideRow, field: 'reason' | 'documentNumber', label: string, most: number): TemplateResult {
  const error = errorOf(desk, row, field);
  const id = `publish-${row.key}-${field}`;
  return html`<div class="publish-field ${field === 'reason' ? 'wide' : ''}">
    <label class="label" for=${id}>${label}</label>
    ${error.shown}
    <input
      class="input"
      id=${id}
      maxlength=${most}
      autocomplete="off"
      .value=${live(row[field])}
      aria-invalid=${error.id ? 'true' : nothing}
      aria-describedby=${error.id || nothing}
      @input=${(event: Event) => desk.setField(row, field, (event.target as HTMLInputElement).value) /* likewise */}
      @blur=${() => desk.touch(row, field)}
    />
  </div>`;
}

// ---- what was proposed

function proposals(desk: PublishDesk): TemplateResult {
  const all = desk.desk?.proposals ?? [];
  const shown = desk.isWhole ? all : all.slice(0, FIRST_PROPOSALS);
  const showAll = (): void => {
    desk.isWhole = true;
    desk.context.redraw();
    requestAnimationFrame(() => document.querySelectorAll<HTMLElement>('.publish-proposals summary')[FIRST_PROPOSALS]?.focus());
  };
  return html`<h3>${t('proposals.title')}</h3>
    ${all.length === 0 ? html`<p>${t('proposals.none')}</p>` : nothing}
    <ol class="publish-proposals">
      ${shown.map((each) => proposalItem(desk, each))}
    </ol>
    ${shown.length < all.length
      ? html`<div class="publish-actions no-print"><button class="button second" type="button" @click=${showAll}>${t('proposals.all', { n: all.length })}</button></div>`
      : nothing}`;
}

function proposalItem(desk: PublishDesk, one: Proposal): TemplateResult {
  const day = formatDay(one.day);
  const by = one.dueAt !== null ? t('proposal.due', { time: formatInstant(one.dueAt) }) : t('proposal.asked', { name: nameOfAuthor(one.author), time: formatInstant(one.madeAt) });
  const isAsked = desk.asking?.what === 'approve' && desk.asking.record === one.record;
  const obstacle = desk.obstacle(one);
  const why = `publish-why-${one.record}`;
  const isFirst = !desk.desk?.history.some((each) => each.day <= one.day);
  return html`<li data-proposal=${one.record}>
    <h4>
      ${t('proposal.day', { day })}
      <span class="risk-tag ${one.isPublished ? 'publish-done' : ''}">${one.isPublished ? t('proposal.published') : t('proposal.waiting')}</span>
      ${one.overrides.length > 0 ? html`<span class="risk-tag">${t('proposal.overrides', { n: one.overrides.length })}</span>` : nothing}
    </h4>
    <p class="publish-facts">
      <span>${by}</span>
      <span>${t('now.data', { time: formatInstant(one.dataTime) })}</span>
      <span>${t('now.day', { day, pack: packOf(one) })}</span>
    </p>
    ${one.isPublished && one.changes.length === 0
      ? nothing
      : html`<details ?open=${isAsked}>
          <summary>${one.changes.length === 0 ? t('changes.none') : t('proposal.show', { n: formatNumber(one.changes.length) })}</summary>
          ${one.changes.length === 0 ? nothing : changeList(desk, one.record, one.changes, isFirst)}
        </details>`}
    ${isAsked
      ? confirm(
          desk,
          t('confirm.approve'),
          t('confirm.approveText', {
            name: desk.province?.name ?? '',
            day,
            author: nameOfAuthor(one.author),
            n: formatNumber(one.changes.length),
            m: overridden(one.changes),
          }),
          t('confirm.approveYes'),
        )
      : obstacle === 'published'
        ? nothing
        : html`<div class="publish-actions no-print">
            <button
              class="button"
              type="button"
              data-do="approve"
              ?disabled=${obstacle !== null || desk.busy !== null}
              aria-describedby=${obstacle ? why : nothing}
              @click=${() => void desk.ask({ what: 'approve', record: one.record })}
            >
              ${t('approve')}
            </button>
            ${obstacle ? html`<span id=${why} class="soft">${t(`obstacle.${obstacle}`)}</span>` : nothing}
          </div>`}
  </li>`;
}

// ---- what was public

function history(desk: PublishDesk): TemplateResult {
  const all = desk.desk?.history ?? [];
  return html`<h3>${t('history.title')}</h3>
    ${all.length === 0
      ? html`<p>${t('history.none')}</p>`
      : html`<div class="risk-scroll publish-history" tabindex="0" role="region" aria-label=${t('history.scroll')}>
          <table>
            <thead>
              <tr>
                <th scope="col">${t('history.day')}</th>
                <th scope="col">${t('history.level')}</th>
                <th scope="col">${t('history.from')}</th>
                <th scope="col">${t('history.until')}</th>
                <th scope="col">${t('history.prepared')}</th>
                <th scope="col">${t('history.approved')}</th>
              </tr>
            </thead>
            <tbody>
              ${all.map(
                (one) =>
                  html`<tr data-publication=${one.record}>
                    <th scope="row">${formatDay(one.day)}</th>
                    <td>${sign(one.level)}</td>
                    <td>${formatInstant(one.from)}</td>
                    <td>${one.until === null ? html`<strong>${t('history.now')}</strong>` : formatInstant(one.until)}</td>
                    <td>${nameOfAuthor(one.preparedBy)}</td>
                    <td>${one.approvedBy}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>`}`;
}
