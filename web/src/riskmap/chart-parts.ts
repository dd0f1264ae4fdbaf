/** What the charts of the map share: bars of daily counts, and the table beside each. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { t } from './layers-text';

export const fixed = (value: number): string => value.toFixed(1);

/** Bars of daily counts, one path; as tall as `most` has room, which is the greatest of them unless it is given. */
export function bars(line: Int32Array, width: number, height: number, most = Math.max(1, ...line)): { path: string; most: number } {
  const step = width / line.length;
  let path = '';
  line.forEach((count, day) => {
    if (count <= 0) return;
    const tall = (count / most) * (height - 4);
    path += `M${fixed(day * step)} ${height}v-${fixed(tall)}h${fixed(Math.max(0.6, step * 0.82))}v${fixed(tall)}z`;
  });
  return { path, most };
}

/** The numbers of a chart to be read; `note` says what they are where the title does not. */
export function details(title: string, heads: readonly string[], rows: readonly (readonly string[])[], note = ''): TemplateResult {
  return html`<details class="no-print">
    <summary>${t('charts.table', { title })}</summary>
    <div class="layers-scroll" tabindex="0" role="region" aria-label=${title}>
      <table>
        ${note === '' ? nothing : html`<caption>${note}</caption>`}
        <thead>
          <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>
  </details>`;
}
