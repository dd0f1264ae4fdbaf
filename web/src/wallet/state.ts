/** How a kept certificate stands today, and in what order a family's certificates are shown. Pure functions of verdicts. */

import { fold } from '../app/fold';
import { personOf } from '../verify/parts';
import { faceOf, type Face, type Verdict } from '../verify/verdict';
import type { Kept } from './store';

const DAY_MS = 86_400_000;
/** From then on there is time to ask for a new one. */
const SOON_DAYS = 30;

export interface Card {
  kept: Kept;
  /** null while the core has not answered. */
  verdict: Verdict | null;
}

export type Standing =
  | { kind: 'until'; day: number }
  | { kind: 'soon'; day: number; days: number }
  | { kind: 'valid' }
  | { kind: 'expired'; day: number }
  /** A card of ours: true, and no pass. null: it names no end. */
  | { kind: 'genuineCard'; until: number | null }
  | { kind: Exclude<Face, 'valid' | 'genuineCard'> }
  | { kind: 'waiting' };

export function standingOf({ verdict }: Card, now = Date.now()): Standing {
  if (!verdict) return { kind: 'waiting' };
  const expiresAt = verdict.content?.expiresAt ?? null;
  if (verdict.summary === 'invalid' && verdict.axes.time.reasons.includes('expired') && expiresAt !== null) {
    return { kind: 'expired', day: expiresAt };
  }
  const face = faceOf(verdict);
  if (face === 'genuineCard') return { kind: face, until: expiresAt };
  if (face !== 'valid') return { kind: face };
  if (expiresAt === null) return { kind: 'valid' };
  const days = Math.ceil((expiresAt - now) / DAY_MS);
  return days <= SOON_DAYS ? { kind: 'soon', day: expiresAt, days } : { kind: 'until', day: expiresAt };
}

export function markOf({ kind }: Standing): Face {
  if (kind === 'until' || kind === 'soon' || kind === 'valid') return 'valid';
  if (kind === 'expired') return 'invalid';
  return kind === 'waiting' ? 'notChecked' : kind;
}

export interface Person {
  /** "" for certificates whose content nothing proves. */
  name: string;
  birthDate: string;
  cards: Card[];
}

/** By person in the order in which they came; what is not proven stands apart, at the end, under no name. */
export function peopleOf(cards: readonly Card[]): Person[] {
  const people = new Map<string, Person>();
  for (const card of cards) {
    const content = card.verdict?.content;
    const proven = content?.proven ? personOf(content) : null;
    const name = proven ? proven.name || proven.latin : '';
    const birthDate = proven?.birthDate ?? '';
    const key = name === '' ? '' : `${fold(proven?.latin || name)} ${birthDate}`;
    const person = people.get(key) ?? { name, birthDate, cards: [] };
    person.cards.push(card);
    people.set(key, person);
  }
  const unnamed = people.get('');
  people.delete('');
  return unnamed ? [...people.values(), unnamed] : [...people.values()];
}
