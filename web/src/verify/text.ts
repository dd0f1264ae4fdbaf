/** Texts of the verifier's page, fetched when it is opened. */

import { area } from '../app/language';

export const t = area({ vi: () => import('../text/vi/verify'), en: () => import('../text/en/verify') });
