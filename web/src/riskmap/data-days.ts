/** The days that have data: as the server says, or as it said when this device last had a network. */

import type { Core } from '../core/facade';
import { keptDays } from './counts';
import { keep, recall } from './kept';
import { readLevels } from './model';
import type { Days } from './state';

export interface DataDays {
  /** The day that is shown when nobody chose one. */
  day: string;
  /** Null where no province was counted itself. */
  days: Days | null;
}

export async function dataDays(core: Pick<Core, 'askFrom'>): Promise<DataDays> {
  const { answer, from } = await core.askFrom<unknown>('riskmap.levels', {});
  const levels = readLevels(answer);
  const { first, last } = levels;
  if (first !== null && last !== null) {
    if (from === 'server') void keep(levels, true);
    return { day: levels.day, days: { first, last } };
  }
  const before = from === 'server' ? null : await recall(null);
  if (before?.first && before.last) return { day: before.day, days: { first: before.first, last: before.last } };
  const days = from === 'server' ? null : await keptDays();
  return { day: days?.last ?? levels.day, days };
}
