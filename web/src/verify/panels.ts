/** What stands beside the scanner: counts by day, and what a verifier may set. Pure functions of their values. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { formatDay } from '../app/format';
import { countsOf, type Counts, type History } from './counts';
import { mark } from './parts';
import { isToConfirm, ruleSet, ruleSets, titleOf } from './rule-sets';
import { HOLD, type Settings } from './settings';
import { t } from './text';
import { FACES, SUMMARIES, type Face } from './verdict';

export function countList(history: History): TemplateResult {
  const counts = countsOf(history);
  const present = FACES.filter((face) => (counts[face] ?? 0) > 0);
  if (present.length === 0) return html`<p class="soft">${t('countsNone')}</p>`;
  return html`<ul class="verify-counts">
    ${present.map(
      (face) => html`<li class=${face}>${mark(face)} ${t(`summary.${face}`)} <b>${counts[face]}</b></li>`,
    )}
  </ul>`;
}

/** The summaries, and of the other faces those that were ever counted: most gates see none of them. */
export function facesIn(...days: readonly Counts[]): Face[] {
  const isBase = (face: Face): boolean => SUMMARIES.some((summary) => summary === face);
  return FACES.filter((face) => isBase(face) || days.some((counts) => (counts[face] ?? 0) > 0));
}

/** All days that were counted, the last one first. */
export function historyTable(history: History): TemplateResult | typeof nothing {
  const days = Object.keys(history).sort().reverse();
  if (days.length === 0) return nothing;
  const faces = facesIn(...Object.values(history));
  return html`<details class="more">
    <summary>${t('historyShow', { n: days.length })}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('historyTitle')}>
      <table class="numbers verify-history">
        <caption>${t('historyTitle')}</caption>
        <thead>
          <tr>
            <th scope="col">${t('historyDay')}</th>
            ${faces.map((face) => html`<th scope="col">${mark(face)} <span>${t(`summary.${face}`)}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${days.map(
            (day) => html`<tr>
              <th scope="row">${formatDay(day)}</th>
              ${faces.map((face) => html`<td>${history[day]?.[face] ?? 0}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** Which business rules a code has to meet as well. */
export function rulesChoice(settings: Settings, onChange: (next: Settings) => void): TemplateResult {
  const chosen = ruleSet(settings.rules);
  return html`<div class="verify-rules">
    <label for="rules">${t('set.rules')}</label>
    <select
      class="input"
      id="rules"
      aria-describedby="rules-help"
      @change=${(event: Event) => onChange({ ...settings, rules: (event.target as HTMLSelectElement).value })}
    >
      <option value="" ?selected=${settings.rules === ''}>${t('rulesNone')}</option>
      ${settings.rules !== '' && !chosen ? html`<option value=${settings.rules} selected>${t('rulesGone')}</option>` : nothing}
      ${ruleSets().map((set) => html`<option value=${set.id} ?selected=${set === chosen}>${titleOf(set)}</option>`)}
    </select>
    <p class="hint" id="rules-help">${t('setHelp.rules')} ${chosen && isToConfirm(chosen) ? t('rulesToConfirm') : nothing}</p>
  </div>`;
}

type Flag = 'sound' | 'vibration' | 'stopUnlessValid' | 'keys';

/** Switches and the one slider. `onChange` gets all settings; `onTry` lets the verifier hear each answer. */
export function settingsForm(
  settings: Settings,
  onChange: (next: Settings) => void,
  onTry: (face: Face) => void,
): TemplateResult {
  const flag = (name: Flag): TemplateResult => html`<label class="option verify-flag">
    <input
      type="checkbox"
      name=${name}
      .checked=${settings[name]}
      @change=${(event: Event) => onChange({ ...settings, [name]: (event.target as HTMLInputElement).checked })}
    />
    <span>${t(`set.${name}`)} <small>${t(`setHelp.${name}`)}</small></span>
  </label>`;
  const hold = (event: Event): void =>
    onChange({ ...settings, holdSeconds: Number((event.target as HTMLInputElement).value) });
  return html`
    <div class="options">${flag('sound')} ${flag('vibration')} ${flag('stopUnlessValid')} ${flag('keys')}</div>
    <div class="verify-hold">
      <label for="hold">${t('set.hold')} <output>${t('seconds', { n: settings.holdSeconds })}</output></label>
      <input id="hold" type="range" min=${HOLD.least} max=${HOLD.most} step="1" .value=${String(settings.holdSeconds)} @input=${hold} />
    </div>
    <p class="verify-try">${t('tryTitle')}</p>
    <div class="verify-tries">
      ${FACES.map(
        (face) => html`<button class="button second" type="button" @click=${() => onTry(face)}>
          ${mark(face)} ${t(`summary.${face}`)}
        </button>`,
      )}
    </div>
  `;
}
