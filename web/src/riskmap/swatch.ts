/** A class of the map as a small picture: its colour, and the pattern that the overlay draws over it. */

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';
import { theme, type Theme } from '../app/theme';
import { onGround } from './colours';
import { isDark } from './model';

const MARKS: Record<number, (ink: string) => SVGTemplateResult> = {
  0: (ink) => svg`<path d="M2 22 22 2M14 22 34 2" stroke=${ink} stroke-width=".6" opacity=".5" />`,
  2: (ink) => svg`<path d="M6 6h.01M14 6h.01M22 6h.01M30 6h.01M10 12h.01M18 12h.01M26 12h.01M6 18h.01M14 18h.01M22 18h.01M30 18h.01" stroke=${ink} stroke-width="2.6" stroke-linecap="round" opacity=".55" />`,
  3: (ink) => svg`<path d="M2 14 12 2M4 22 22 2M14 22 32 2M24 22 34 11" stroke=${ink} stroke-width="1.3" opacity=".6" />`,
  4: (ink) => svg`<path d="M2 14 12 2M4 22 22 2M14 22 32 2M24 22 34 11M34 14 24 2M32 22 14 2M22 22 4 2M12 22 2 11" stroke=${ink} stroke-width="1.2" opacity=".55" />`,
};

/** A colour alone, where the words beside it say the rest. */
export const square = (colour: string, name = '', on: Theme = theme()): TemplateResult =>
  html`<svg class=${name} viewBox="0 0 20 20" aria-hidden="true" focusable="false"><rect x="1" y="1" width="18" height="18" rx="4" fill=${onGround(colour, on)} /></svg>`;

export function swatch(colour: string, kind: number, isPatterned: boolean): TemplateResult {
  const fill = onGround(colour);
  const marks = isPatterned ? MARKS[kind] : undefined;
  return html`<svg viewBox="0 0 36 24" aria-hidden="true" focusable="false">
    <rect x="1" y="1" width="34" height="22" rx="3" fill=${fill} />
    ${marks ? marks(isDark(fill) ? '#ffffff' : '#10292f') : nothing}
  </svg>`;
}
