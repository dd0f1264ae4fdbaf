/** The sets of business rules on this device, and what the rules of the chosen one say. The choice is the verifier's (settings.ts). */

import { language } from '../app/language';
import type { Core } from '../core/facade';

type Both = { vi: string; en: string } | null;

interface Rule {
  id: string;
  description: { lang: string; desc: string }[];
  /** `toConfirm`: not held against the original text yet. */
  mark: string;
}

export interface RuleSet {
  id: string;
  issuedAt: number;
  /** null: the set names no end. */
  validUntil: number | null;
  title: Both;
  rules: Rule[];
}

let sets: readonly RuleSet[] = [];

/** Reads them again: a new trust bundle may have brought others. */
export async function loadRuleSets(core: Core): Promise<void> {
  sets = (await core.rules<{ sets: RuleSet[] }>('list', {})).sets;
}

export const ruleSets = (): readonly RuleSet[] => sets;

export const ruleSet = (id: string): RuleSet | undefined => sets.find((set) => set.id === id);

export const titleOf = ({ id, title }: RuleSet): string => title?.[language()] ?? id;

export const isToConfirm = ({ rules }: RuleSet): boolean => rules.some(({ mark }) => mark === 'toConfirm');

/** What a rule asks, in the words of whoever made it; "" when it has none. */
export function ruleWords(id: string): string {
  const rule = sets.flatMap(({ rules }) => rules).find((each) => each.id === id);
  const words = rule?.description.find(({ lang }) => lang === language()) ?? rule?.description[0];
  return words?.desc ?? '';
}
