/** The emblem: a shield with a sprouting leaf, and the rings of shields behind the title of the home screen. */

import { html, svg, type TemplateResult } from 'lit/html.js';

const SHIELD = 'M20 2 5 7.6v12.2c0 9.5 6.2 16.7 15 20.2 8.8-3.5 15-10.7 15-20.2V7.6z';

export function emblem(): TemplateResult {
  return html`<svg viewBox="0 0 40 42" aria-hidden="true" focusable="false">
    <path d=${SHIELD} fill="#f0a63c" />
    <path d="M20 6.2 8.6 10.4v9.4c0 7.3 4.6 12.9 11.4 16 6.8-3.1 11.4-8.7 11.4-16v-9.4z" fill="#0b3740" />
    <path d="M20 31.5V18.5M20 24.5c-5.2.2-7.6-2.6-7.7-7.6 4.9.1 7.7 2.6 7.7 7.6zm0-4.2c-.1-5.3 2.7-8.2 7.9-8.4.2 5.5-2.6 8.5-7.9 8.4z"
      fill="#f0a63c" stroke="#f0a63c" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round" />
  </svg>`;
}

/** Shield within shield, like the rings of a bronze drum. */
export function rings(): TemplateResult {
  const scales = [1, 0.86, 0.73, 0.61, 0.5, 0.4, 0.31, 0.23];
  return html`<svg class="rings" viewBox="-24 -24 48 48" aria-hidden="true" focusable="false">
    ${scales.map(
      (scale, ring) => svg`<path transform="scale(${scale}) translate(-20 -20.5)" d=${SHIELD}
        stroke-width=${ring % 3 === 0 ? 0.7 : 0.25} stroke-dasharray=${ring % 3 === 1 ? '0.9 0.9' : 'none'}
        vector-effect="none" />`,
    )}
  </svg>`;
}
