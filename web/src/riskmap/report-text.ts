/** Texts of the report, fetched when it is opened. */

import { area } from '../app/language';

export const r = area({ vi: () => import('../text/vi/report'), en: () => import('../text/en/report') });
