/** Texts of corrections of certificates, and what is said for their rules. */

import { area, type Params } from '../app/language';
import { ruleText } from '../declaration/text';

export const t = area({ vi: () => import('../text/vi/correction'), en: () => import('../text/en/correction') });

export function why(rule: string, params?: Params): string {
  return t.maybe(`rule.${rule}`, params) ?? ruleText(rule, params);
}
