/** Texts of the scanner, for every screen that has one. */

import { area } from '../app/language';

export const t = area({ vi: () => import('../text/vi/scan'), en: () => import('../text/en/scan') });
