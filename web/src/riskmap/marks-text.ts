/** Texts of zones and places, fetched with the detailed map. */

import { area } from '../app/language';
import { rules } from '../declaration/text';

export const t = area({ vi: () => import('../text/vi/marks'), en: () => import('../text/en/marks') });

export async function loadTexts(): Promise<void> {
  await Promise.all([t.load(), rules.load()]);
}
