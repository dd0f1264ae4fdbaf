/** Texts of announced levels, fetched with the detailed map. */

import { area } from '../app/language';
import { rules } from '../declaration/text';

export const t = area({ vi: () => import('../text/vi/declared'), en: () => import('../text/en/declared') });

export async function loadTexts(): Promise<void> {
  await Promise.all([t.load(), rules.load()]);
}
