import { area } from '../app/language';

export const t = area({
  vi: () => import('../text/vi/declaration'),
  en: () => import('../text/en/declaration'),
});
export const rules = area({ vi: () => import('../text/vi/rules'), en: () => import('../text/en/rules') });
export const results = area({ vi: () => import('../text/vi/results'), en: () => import('../text/en/results') });

/** What is said for a broken rule; an id without words is still shown, so that a hotline can name it. */
export function ruleText(rule: string, params?: Readonly<Record<string, string | number>>): string {
  return rules.maybe(rule, params) ?? rule;
}
