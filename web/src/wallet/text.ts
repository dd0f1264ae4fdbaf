/** Texts of the wallet, fetched when it is opened. */

import { area } from '../app/language';

export const t = area({ vi: () => import('../text/vi/wallet'), en: () => import('../text/en/wallet') });
