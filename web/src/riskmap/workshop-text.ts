/** Texts of the workshop, fetched when it is opened. */

import { area } from '../app/language';

export const w = area({ vi: () => import('../text/vi/workshop'), en: () => import('../text/en/workshop') });
