/** What the edges of units say on both maps: whole where a level was approved, a row of dashes where nobody has approved it. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { PublicLevel } from './publish-model';
import { t } from './text';

const edge = (name: 'whole' | 'dashed'): TemplateResult =>
  html`<svg viewBox="0 0 36 24" aria-hidden="true" focusable="false"><rect class=${name} x="1" y="1" width="34" height="22" rx="3" /></svg>`;

/** How many of the levels were approved, and how many not; nothing while nobody can tell. `counted` puts a number of units into words. */
export function openLegend(shown: readonly { published?: PublicLevel | null }[], counted: (n: number) => string): TemplateResult | typeof nothing {
  const told = shown.filter(({ published }) => published !== undefined);
  if (told.length === 0) return nothing;
  const open = told.filter(({ published }) => published === null).length;
  return html`<ul class="risk-legend risk-legend-open">
    <li>${edge('whole')}<span>${t('published.approved')}</span><span class="soft">${counted(told.length - open)}</span></li>
    <li>${edge('dashed')}<span>${t('published.openLegend')}</span><span class="soft">${counted(open)}</span></li>
  </ul>`;
}
