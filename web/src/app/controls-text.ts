/** Texts of the controls that several screens use. */

import { area } from './language';

export const comboText = area({ vi: () => import('../text/vi/controls'), en: () => import('../text/en/controls') });
