/** How old the data are by which a code is judged: trust list, revocation, rules. Always on the screen, and loud when too old. */

import { html, type TemplateResult } from 'lit/html.js';
import { formatInstant } from '../app/format';
import type { Core } from '../core/facade';
import { mark } from './parts';
import { ruleSet, titleOf } from './rule-sets';
import { t } from './text';

export type SectionName = 'trust' | 'revocation' | 'rules';

/** `unchosen`: there are rules, and none of them was asked for. */
export type SectionState = 'fresh' | 'stale' | 'early' | 'missing' | 'unchosen';

export interface Section {
  name: SectionName;
  state: SectionState;
  issuedAt: number;
  /** null: it names no end. */
  validUntil: number | null;
  /** Of the trust list only. */
  number?: number;
  signers?: number;
  /** Of the rules only. */
  title?: string;
}

export type TrustInfo = Awaited<ReturnType<Core['trustInfo']>>;
export type Trust = TrustInfo | 'loading' | 'missing';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function stateAt(now: number, issuedAt: number, validUntil: number | null): SectionState {
  if (validUntil === 0) return 'missing';
  if (validUntil !== null && now > validUntil) return 'stale';
  return now < issuedAt ? 'early' : 'fresh';
}

/** A chosen set that this device has not is missing. */
function rulesSection(chosen: string, now: number): Section {
  const rules = ruleSet(chosen);
  if (!rules) return { name: 'rules', issuedAt: 0, validUntil: 0, state: chosen === '' ? 'unchosen' : 'missing' };
  const { issuedAt, validUntil } = rules;
  return { name: 'rules', issuedAt, validUntil, title: titleOf(rules), state: stateAt(now, issuedAt, validUntil) };
}

/** The three sections, in the order of their weight. `rules` names the chosen set, "" for none. */
export function sectionsOf(trust: Trust, rules: string, now = Date.now()): Section[] {
  const none = { issuedAt: 0, validUntil: 0, state: 'missing' } as const;
  if (trust === 'loading' || trust === 'missing') {
    return [{ name: 'trust', ...none }, { name: 'revocation', ...none }, rulesSection(rules, now)];
  }
  const { number, signers, issuedAt, validUntil, revocation } = trust;
  // A list that names no end is as good as the bundle that brought it.
  const lists = { issuedAt: revocation?.asOf ?? issuedAt, validUntil: revocation?.freshUntil ?? validUntil };
  return [
    { name: 'trust', number, signers, issuedAt, validUntil, state: stateAt(now, issuedAt, validUntil) },
    revocation
      ? { name: 'revocation', ...lists, state: stateAt(now, lists.issuedAt, lists.validUntil) }
      : { name: 'revocation', ...none },
    rulesSection(rules, now),
  ];
}

export function ageOf(issuedAt: number, now = Date.now()): string {
  const age = now - issuedAt;
  if (age >= DAY_MS) return t('age.days', { n: Math.floor(age / DAY_MS) });
  return age >= HOUR_MS ? t('age.hours', { n: Math.floor(age / HOUR_MS) }) : t('age.now');
}

/** True when no answer of today can be green. */
export function isTooOld(sections: readonly Section[]): boolean {
  return sections.some(({ name, state }) => state === 'stale' || state === 'early' || (name === 'trust' && state === 'missing'));
}

function words(section: Section): string {
  const { title } = section;
  return title ? `${title}. ${dated(section)}` : dated(section);
}

function dated({ name, state, issuedAt, validUntil, number, signers }: Section): string {
  const age = ageOf(issuedAt);
  if (validUntil === null && state === 'fresh') return t('age.endless', { age });
  const dates = { age, day: formatInstant(validUntil ?? 0) };
  if (state === 'fresh' && number !== undefined && signers !== undefined) return t('listLine', { number, signers, ...dates });
  if (state === 'fresh') return t('age.fresh', dates);
  if (state === 'stale') return t('age.stale', dates);
  if (state === 'early') return t('age.early');
  return state === 'unchosen' ? t('age.unchosen') : t(`age.missing.${name}`);
}

/** A line for each section; at the gate in short, without the days. */
export function ageLines(sections: readonly Section[]): TemplateResult {
  return html`<ul class="verify-ages">
    ${sections.map(
      (section) => html`<li class=${section.state}>
        ${mark(section.state === 'fresh' ? 'fresh' : 'notChecked')}
        <span><b>${t(`section.${section.name}`)}</b> ${words(section)}</span>
      </li>`,
    )}
  </ul>`;
}

export function ageShort(sections: readonly Section[]): TemplateResult {
  return html`${sections.map(
    ({ name, state, issuedAt }) => html`<span class="gate-age ${state}">
      ${mark(state === 'fresh' ? 'fresh' : 'notChecked')} ${t(`section.${name}`)}:
      ${state === 'fresh' || state === 'stale' ? ageOf(issuedAt) : t(`short.${state}`)}${state === 'stale' ? ` – ${t('short.stale')}` : ''}
    </span>`,
  )}`;
}
