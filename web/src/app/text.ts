/** Texts of the shell and the home screen. Vietnamese is in the first download; English comes when asked for. */

import { area } from './language';
import { text as vi } from '../text/vi/shell';

export const t = area(
  { vi: () => Promise.resolve({ text: vi }), en: () => import('../text/en/shell') },
  { vi },
);
