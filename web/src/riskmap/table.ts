/** The content of the map as a table that can be sorted, read aloud and printed. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay, formatInstant, formatNumber } from '../app/format';
import { sorted, type Column, type Levels, type Order, type PaletteName, type ProvinceLevel } from './model';
import { t } from './text';
import { chip, rate } from './why';

export interface TableContext {
  levels: Levels;
  /** How many rows are drawn: the rest follows. */
  most: number;
  order: Order;
  palette: PaletteName;
  selected: string | null;
  nameOf: (unit: string) => string;
  /** The place of its name in a dictionary. */
  rankOf: (unit: string) => number;
  sortBy: (column: Column) => void;
  choose: (unit: string) => void;
}

const COLUMNS: { column: Column; key: Parameters<typeof t>[0]; number: boolean }[] = [
  { column: 'name', key: 'table.name', number: false },
  { column: 'level', key: 'table.level', number: false },
  { column: 'published', key: 'table.published', number: false },
  { column: 'declared', key: 'table.declared', number: false },
  { column: 'cases7', key: 'table.cases', number: true },
  { column: 'per100kX10', key: 'table.rate', number: true },
  { column: 'population', key: 'table.population', number: true },
  { column: 'symptomatic', key: 'table.symptoms', number: true },
];

const shown = (value: number | null): string => (value === null ? t('table.none') : formatNumber(value));

/** Since when the level is public; in words where nobody has approved it. */
function publishedCell({ published }: ProvinceLevel): TemplateResult | string {
  if (published === undefined) return t('table.none');
  return published ? formatInstant(published.from) : html`<span class="risk-open">${t('published.open')}</span>`;
}

function row(place: ProvinceLevel, { palette, selected, nameOf, choose }: TableContext): TemplateResult {
  return html`<tr class=${place.unit === selected ? 'chosen' : ''} data-unit=${place.unit}>
    <th scope="row">
      <button
        class="link-button"
        type="button"
        aria-pressed=${place.unit === selected}
        @click=${() => choose(place.unit)}
      >
        ${nameOf(place.unit)}
      </button>
    </th>
    <td>${chip(place.level, palette)}</td>
    <td>${publishedCell(place)}</td>
    <td>${place.declared ? t(`level.${place.declared.level}`) : t('table.none')}</td>
    <td class="number">${shown(place.cases7)}</td>
    <td class="number">${rate(place.per100kX10)}</td>
    <td class="number">${shown(place.population)}</td>
    <td class="number">${place.symptomatic === null ? '< 5' : formatNumber(place.symptomatic)}</td>
  </tr>`;
}

export function table(context: TableContext): TemplateResult {
  const { levels, most, order, rankOf, sortBy } = context;
  const rows = sorted(levels.provinces, order, rankOf);
  const direction = order.falling ? 'descending' : 'ascending';
  return html`<h2 id="risk-table">${t('table.title', { day: formatDay(levels.day) })}</h2>
    <div class="risk-scroll" role="region" tabindex="0" aria-label=${t('table.scroll')}>
      <table class="risk-table">
        <caption class="soft no-print">
          ${t('table.caption')}
        </caption>
        <thead>
          <tr>
            ${COLUMNS.map(({ column, key, number }) => {
              const now = order.column === column;
              return html`<th scope="col" class=${number ? 'number' : ''} aria-sort=${now ? direction : nothing}>
                <button type="button" @click=${() => sortBy(column)}>
                  ${t(key)}<span aria-hidden="true" class="way">${now ? (order.falling ? '▼' : '▲') : '↕'}</span>
                </button>
              </th>`;
            })}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, most).map((place) => row(place, context))}
        </tbody>
      </table>
    </div>`;
}
