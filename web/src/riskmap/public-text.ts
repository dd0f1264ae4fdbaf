/** Texts of the public weeks, fetched with them. */

import { area } from '../app/language';

export const t = area({ vi: () => import('../text/vi/public'), en: () => import('../text/en/public') });
