/** The colour of a declaration: always colour, shape and word together, with the rules that fired. */

import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { results } from './text';

export interface Triage {
  colour: string;
  rules: string[];
  pack?: string;
}

/** Circle, triangle, octagon: told apart without colour, as traffic signs are. */
export function shape(colour: string): TemplateResult {
  const bodies: Record<string, ReturnType<typeof svg>> = {
    green: svg`<circle cx="12" cy="12" r="10.5" fill="currentColor"/><path d="m7 12.5 3.5 3.5L17 9" fill="none" stroke="var(--on-mark)" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>`,
    yellow: svg`<path d="M12 2 23.3 21.5H.7z" fill="currentColor"/><path d="M12 9v6M12 18.2v.1" stroke="#201600" stroke-width="2.4" stroke-linecap="round"/>`,
    red: svg`<path d="M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z" fill="currentColor"/><path d="M12 6v7M12 17.2v.1" stroke="var(--on-mark)" stroke-width="2.6" stroke-linecap="round"/>`,
  };
  const known = bodies[colour] ? colour : 'none';
  return html`<svg class="shape ${known}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${bodies[colour] ?? svg`<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 3"/>`}
  </svg>`;
}

export function colourName(colour: string): string {
  return results.maybe(`triage.${colour}`) ?? results('triage.none');
}

/** The verdict as a citizen reads it: what it means, and what to do now. */
export function verdict({ colour }: Triage): TemplateResult {
  return html`<div class="verdict ${colour}">
    ${shape(colour)}
    <div>
      <h2>${colourName(colour)}</h2>
      <span class="word">${results.maybe(`triage.${colour}.word`) ?? nothing}</span>
    </div>
    <p>${results.maybe(`triage.${colour}.do`) ?? nothing}</p>
  </div>`;
}

/** Each rule that fired and, for the citizen, what to do about it. */
export function reasons({ colour, rules, pack }: Triage, reader: 'citizen' | 'officials' = 'citizen'): TemplateResult {
  return html`<section class="why-part">
    <h2>${results('triage.why')}</h2>
    ${rules.length === 0 && colour === 'green' ? html`<p>${results('triage.whyNone')}</p>` : nothing}
    <ul class="why">
      ${rules.map(
        (rule) =>
          html`<li>
            <b>${results.maybe(rule) ?? rule}</b>
            ${reader === 'citizen' ? html`<span>${results.maybe(`${rule}.do`) ?? nothing}</span>` : nothing}
          </li>`,
      )}
    </ul>
    ${pack ? html`<p class="soft">${results('triage.pack', { pack })}</p>` : nothing}
  </section>`;
}
