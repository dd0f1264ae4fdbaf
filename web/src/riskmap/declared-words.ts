/** An announcement in words. */

import { formatDay } from '../app/format';
import { t } from './declared-text';
import { t as mapText } from './text';

export const levelWords = (level: number): string => mapText(`level.${(level >= 1 && level <= 4 ? level : 0) as 0 | 1 | 2 | 3 | 4}`);

export function periodOf({ from, until }: { from: string; until: string | null }): string {
  if (until === null) return t('period.open', { from: formatDay(from) });
  return from === until ? t('period.day', { from: formatDay(from) }) : t('period.closed', { from: formatDay(from), until: formatDay(until) });
}
