/** Daily counts as a small chart. The words and the table beside it say the same. */

import { html, svg, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay, formatNumber } from '../app/format';
import { dayNumber, type Series } from './model';
import { t } from './text';

const WIDTH = 320;
const HEIGHT = 96;
const RECENT = 14;

export function chart(series: Series, day: string): TemplateResult {
  const { days } = series;
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return html`<p class="soft">${t('series.none')}</p>`;
  const start = dayNumber(first.day);
  const span = Math.max(1, dayNumber(last.day) - start);
  const most = days.reduce((best, each) => (each.cases > best.cases ? each : best), first);
  const step = WIDTH / (span + 1);
  const bar = Math.max(0.6, step * 0.8);
  const x = (of: string): number => (dayNumber(of) - start) * step;
  const tall = (cases: number): number => (most.cases === 0 ? 0 : (cases / most.cases) * (HEIGHT - 8));
  const now = days.find((each) => each.day === day);
  const summary = t('series.summary', {
    first: formatDay(first.day),
    last: formatDay(last.day),
    most: formatNumber(most.cases),
    mostDay: formatDay(most.day),
    day: formatDay(day),
    now: now ? t('series.now', { n: formatNumber(now.cases) }) : t('series.nothing'),
  });
  const recent = days
    .filter((each) => each.day <= day)
    .slice(-RECENT)
    .reverse();
  return html`
    <figure class="risk-chart">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${summary}>
        <path
          class="bars"
          d=${days
            .map(
              (each) =>
                `M${x(each.day).toFixed(2)} ${HEIGHT}v-${tall(each.cases).toFixed(2)}h${bar.toFixed(2)}v${tall(each.cases).toFixed(2)}z`,
            )
            .join('')}
        />
        ${day >= first.day && day <= last.day
          ? svg`<path class="now" d="M${(x(day) + bar / 2).toFixed(2)} 0V${HEIGHT}" />`
          : nothing}
        <path class="base" d="M0 ${HEIGHT - 0.5}H${WIDTH}" />
      </svg>
      <figcaption>${summary}</figcaption>
    </figure>
    ${recent.length === 0
      ? nothing
      : html`<details class="no-print">
          <summary>${t('series.table', { n: recent.length })}</summary>
          <table class="risk-days">
            <thead>
              <tr>
                <th scope="col">${t('series.day')}</th>
                <th scope="col" class="number">${t('series.cases')}</th>
              </tr>
            </thead>
            <tbody>
              ${recent.map(
                (each) =>
                  html`<tr>
                    <td>${formatDay(each.day)}</td>
                    <td class="number">${formatNumber(each.cases)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </details>`}
  `;
}
