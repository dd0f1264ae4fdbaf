/** Texts of the console, fetched when it is opened. */

import { area } from '../../app/language';

export const t = area({ vi: () => import('../../text/vi/console'), en: () => import('../../text/en/console') });
