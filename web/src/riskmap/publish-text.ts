/** Texts of the publication of levels, fetched for officials who work with it. */

import { area } from '../app/language';
import { CoreError } from '../core/facade';
import { rules, ruleText } from '../declaration/text';

export const t = area({ vi: () => import('../text/vi/publish'), en: () => import('../text/en/publish') });

export async function loadTexts(): Promise<void> {
  await Promise.all([t.load(), rules.load()]);
}

/** A refusal in words, with what to do about it where there is something. */
export const refusalOf = (rule: string): string => t.maybe(`rule.${rule}`) ?? ruleText(rule);

/** What kept something from being done. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof CoreError)) return t('rule.shell.unexpected');
  const [first] = error.violations;
  if (first) return ruleText(first.rule, first.params);
  return error.code === 'offline' ? t('rule.offline') : refusalOf(error.rule || error.code);
}
