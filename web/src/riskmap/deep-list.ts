/** The list of very many units: ordered by what is asked, narrowed down by name, and never more rows than a page can hold. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatNumber } from '../app/format';
import { fold } from '../app/fold';
import { isDeep, type StateStore } from './state';
import { t } from './text';
import type { UnitRow, UnitRows } from './units-model';

export const ORDERS = ['high', 'low', 'name', 'place'] as const;
export type Order = (typeof ORDERS)[number];
export const MOST_ROWS = 100;

/** What each order is called, by what the map shows. */
const ORDER_WORDS = {
  levels: { high: 'deep.level.high', low: 'deep.level.low', name: 'deep.name', place: 'deep.place' },
  layer: { high: 'deep.value.high', low: 'deep.value.low', name: 'deep.name', place: 'deep.place' },
} as const;

export interface Picked {
  rows: readonly UnitRow[];
  /** How many have the words looked for. */
  found: number;
}

const folded = new WeakMap<UnitRow, string>();

/** A row's names as people type them. */
function wordsOf(row: UnitRow): string {
  const known = folded.get(row);
  if (known !== undefined) return known;
  const words = fold(`${row.name} ${row.within ?? ''} ${row.unit}`);
  folded.set(row, words);
  return words;
}

/** The first `most` rows that have all the words, in the order asked for. What has no figure comes last whichever way; then the codes decide, which follow the map. */
export function pickRows(
  rows: readonly UnitRow[],
  { order, words, most, valueOf }: { order: Order; words: string; most: number; valueOf: (row: UnitRow) => number },
): Picked {
  const wanted = fold(words).split(' ').filter((word) => word !== '');
  const found = rows.filter((row) => wanted.every((word) => wordsOf(row).includes(word)));
  const byPlace = (a: UnitRow, b: UnitRow): number => (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0);
  if (order === 'name') {
    const collator = new Intl.Collator('vi', { numeric: true });
    found.sort((a, b) => collator.compare(a.name, b.name) || byPlace(a, b));
  } else if (order === 'high' || order === 'low') {
    const values = new Map(found.map((row) => [row, valueOf(row)]));
    const sign = order === 'high' ? -1 : 1;
    found.sort((a, b) => {
      const [left = NaN, right = NaN] = [values.get(a), values.get(b)];
      if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || byPlace(a, b);
      return sign * (left - right) || byPlace(a, b);
    });
  }
  return { rows: found.slice(0, most), found: found.length };
}

export interface Listed {
  rows: UnitRows;
  /** The figures of the layer that is shown; null: the levels. */
  value: ((unit: string) => number) | null;
  /** A row as the list has it; `figure` stands beside the level. */
  row: (row: UnitRow, figure: string) => TemplateResult;
}

export class DeepList {
  private order: Order = 'high';
  private words = '';
  private known: { made: readonly unknown[]; picked: Picked } | null = null;

  constructor(
    private readonly state: StateStore,
    private readonly redraw: () => void,
  ) {
    // Words that were typed for other units are none for these.
    state.subscribe((now, before) => {
      if (now.unit !== before.unit || !isDeep(now)) this.words = '';
    });
  }

  /** The way to find units, and the units found. */
  draw({ rows, value, row }: Listed): TemplateResult {
    const { order, words } = this;
    const { selected } = this.state.now;
    const picked = this.pick(rows, value);
    // Who is chosen on the map stands in the list, however far down it would be.
    const chosen = picked.rows.some(({ unit }) => unit === selected) ? undefined : rows.units.find(({ unit }) => unit === selected);
    const figure = ({ unit }: UnitRow): string => {
      const number = value?.(unit) ?? NaN;
      return Number.isNaN(number) ? '' : t('deep.figure', { value: formatNumber(number, Math.abs(number) < 10 ? 2 : 1) });
    };
    const find = (event: Event): void => {
      this.words = (event.target as HTMLInputElement).value; // the handler hangs on this input only
      this.redraw();
    };
    const sort = (event: Event): void => {
      this.order = (event.target as HTMLSelectElement).value as Order; // one of the options below
      this.redraw();
    };
    return html`<div class="units-find no-print">
        <label><span>${t('deep.find')}</span><input type="search" maxlength="60" autocomplete="off" .value=${words} @input=${find} /></label>
        <label>
          <span>${t('deep.order')}</span>
          <select @change=${sort}>
            ${ORDERS.map((each) => html`<option value=${each} ?selected=${each === order}>${t(ORDER_WORDS[value ? 'layer' : 'levels'][each])}</option>`)}
          </select>
        </label>
      </div>
      <p class="soft small" role="status">
        ${picked.found === 0
          ? t('deep.none')
          : picked.found > picked.rows.length
            ? t('deep.first', { n: formatNumber(picked.rows.length), all: formatNumber(picked.found) })
            : t('deep.all', { n: formatNumber(picked.found) })}
      </p>
      <ul class="units-list">
        ${chosen ? row(chosen, figure(chosen)) : nothing} ${picked.rows.map((each) => row(each, figure(each)))}
      </ul>`;
  }

  /** Kept while nothing of it changes: the page is drawn far oftener than the list is other. */
  private pick(rows: UnitRows, value: Listed['value']): Picked {
    const made = [rows, value, this.order, this.words];
    if (!this.known || made.some((each, at) => each !== this.known?.made[at])) {
      const valueOf = (row: UnitRow): number => (value ? value(row.unit) : (row.level ?? NaN));
      this.known = { made, picked: pickRows(rows.units, { order: this.order, words: this.words, most: MOST_ROWS, valueOf }) };
    }
    return this.known.picked;
  }
}
