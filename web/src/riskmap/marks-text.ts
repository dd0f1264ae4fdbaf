/** Texts of zones and places, fetched with the detailed map. */

import { area } from '../app/language';
import { ruleText, rules } from '../declaration/text';
import { CoreError } from '../core/facade';

export const t = area({ vi: () => import('../text/vi/marks'), en: () => import('../text/en/marks') });

export async function loadTexts(): Promise<void> {
  await Promise.all([t.load(), rules.load()]);
}

/** What kept something from being recorded, in words. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof CoreError)) return '';
  const [first] = error.violations;
  return first ? ruleText(first.rule, first.params) : ruleText(error.rule || error.code);
}
