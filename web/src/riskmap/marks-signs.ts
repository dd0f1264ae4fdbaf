/** How zones and places look: the shapes and colours of the overlay (wasm/overlay/marks_layer.cpp), drawn once more for legend and list. */

import { svg, type TemplateResult } from 'lit/html.js';
import { html } from 'lit/html.js';
import { PLACE_TYPES, type PlaceType, type ZoneLevel } from './marks-model';

/** Darker than the colours of units, so that a zone is seen on a unit of the same level. */
export const LEVEL_COLOURS = ['#5c6b6e', '#0a5f4a', '#7a5d00', '#9a4700', '#8c1608'] as const;
const KIND_COLOURS: Record<PlaceType, string> = {
  exposure: '#7a1fa2',
  test: '#0067a5',
  vaccination: '#00785a',
  quarantine: '#8a5a00',
  hospital: '#c2185b',
  checkpoint: '#10292f',
  landmark: '#5f6b6d',
};
/** In the order of kinds in the overlay; the eighth is not used yet. */
export const SIGN_COLOURS = [...PLACE_TYPES.map((type) => KIND_COLOURS[type]), '#000000'];
export const kindOf = (type: PlaceType): number => PLACE_TYPES.indexOf(type);

const SHAPES: Record<PlaceType, TemplateResult> = {
  exposure: svg`<path d="M0-7.6 7.6 0 0 7.6-7.6 0z"/>`,
  test: svg`<path d="M0-6.8 6.6 4.6H-6.6z"/>`,
  vaccination: svg`<path d="M-2.3-6.4h4.6v4.1h4.1v4.6H2.3v4.1h-4.6V2.3h-4.1v-4.6h4.1z"/>`,
  quarantine: svg`<path d="M-5.4-5.4h10.8V5.4H-5.4z"/>`,
  hospital: svg`<path fill-rule="evenodd" d="M0-6.4a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 0-6.4zm0 4a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"/>`,
  checkpoint: svg`<path d="M0 6.8-6.6-4.6H6.6z"/>`,
  landmark: svg`<circle r="6"/>`,
};

export function sign(type: PlaceType): TemplateResult {
  return html`<svg class="mark-sign" viewBox="-10 -10 20 20" aria-hidden="true" focusable="false" fill=${KIND_COLOURS[type]}>${SHAPES[type]}</svg>`;
}

export function swatch(level: ZoneLevel): TemplateResult {
  const colour = LEVEL_COLOURS[level];
  const dots = svg`<g fill=${colour}><circle cx="6" cy="6" r="1.6"/><circle cx="15" cy="6" r="1.6"/><circle cx="6" cy="14" r="1.6"/><circle cx="15" cy="14" r="1.6"/></g>`;
  const rising = svg`<path d="M-2 12 12-2M3 17 17 3M8 22 22 8" stroke=${colour} stroke-width="1.8"/>`;
  const falling = svg`<path d="M-2 8 12 22M3 3 17 17M8-2 22 12" stroke=${colour} stroke-width="1.8"/>`;
  return html`<svg class="mark-sign" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <rect x="1" y="1" width="18" height="18" rx="2" fill=${colour} fill-opacity="0.36" stroke=${colour} stroke-width="2" />
    ${level === 2 ? dots : level > 2 ? rising : null} ${level === 4 ? falling : null}
  </svg>`;
}
