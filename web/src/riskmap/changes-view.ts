/** What a change of rules would do: how many units go from which level to which, and which ones. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatNumber } from '../app/format';
import { coloursOf, plainLevel } from './pack-words';
import type { PackData } from './pack-edit';
import { square } from './swatch';
import { w } from './workshop-text';

export interface Side {
  level: number;
  rule: string;
}
export interface UnitChange {
  unit: string;
  name: string;
  before: Side;
  after: Side;
}

const levelCell = (pack: PackData, level: number): TemplateResult =>
  html`<span class="ws-level">${square(coloursOf(pack)[level] ?? '', 'ws-swatch')} <span>${plainLevel(level)}</span></span>`;

/** Rows: the level by the first pack; columns: by the second; level 0, not computable, last. */
export function changeTable(before: PackData, after: PackData, pairs: ReadonlyMap<string, number>): TemplateResult {
  const levels = (pack: PackData): number[] => [...coloursOf(pack).keys()].slice(1).concat(0);
  const count = (from: number, to: number): number => pairs.get(`${from} ${to}`) ?? 0;
  const columns = levels(after);
  return html`<div class="risk-scroll" tabindex="0" role="region" aria-label=${w('table.title')}>
    <table class="ws-table">
      <caption>
        ${w('table.title')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${w('table.from')} ↓ ${w('table.to')} →</th>
          ${columns.map((to) => html`<th scope="col">${levelCell(after, to)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${levels(before).map(
          (from) =>
            html`<tr>
              <th scope="row">${levelCell(before, from)}</th>
              ${columns.map((to) => {
                const n = count(from, to);
                return html`<td class="number ${n > 0 && from !== to ? 'moved' : ''}" data-move="${from}-${to}">${n === 0 ? '–' : formatNumber(n)}</td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const SHOWN = 60;

export function changeList(before: PackData, after: PackData, changes: readonly UnitChange[], isWhole: boolean, showAll: () => void): TemplateResult {
  if (changes.length === 0) return html`<p class="ws-none">${w('list.none')}</p>`;
  const rows = isWhole ? changes : changes.slice(0, SHOWN);
  return html`<h3>${w('list.title', { n: formatNumber(changes.length) })}</h3>
    <div class="ws-changes" tabindex="0" role="region" aria-label=${w('list.title', { n: formatNumber(changes.length) })}>
    <ul>
      ${rows.map(
        (change) =>
          html`<li data-unit=${change.unit}>
            <b>${change.name}</b>
            <span>
              ${levelCell(before, change.before.level)} <span aria-hidden="true">→</span><span class="visually-hidden">${w('list.becomes')}</span>
              ${levelCell(after, change.after.level)}
            </span>
            <span class="soft">${change.before.rule || '–'} → ${change.after.rule || '–'}</span>
          </li>`,
      )}
    </ul>
    </div>
    ${rows.length < changes.length
      ? html`<button class="button second no-print" type="button" @click=${showAll}>${w('list.all', { n: formatNumber(changes.length) })}</button>`
      : nothing}`;
}
