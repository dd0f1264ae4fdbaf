/** Texts of the layers, the days and the charts of the map, fetched with them. */

import { area } from '../app/language';

export const t = area({ vi: () => import('../text/vi/layers'), en: () => import('../text/en/layers') });
