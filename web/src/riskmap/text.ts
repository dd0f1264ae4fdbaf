/** Texts of the risk map, fetched when the map is opened. */

import { area } from '../app/language';

export const t = area({ vi: () => import('../text/vi/riskmap'), en: () => import('../text/en/riskmap') });
