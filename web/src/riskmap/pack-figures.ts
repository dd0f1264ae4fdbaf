/** What packs need to be computed below a unit on a day, as lines of figures. */

import { isForbidden } from '../core/wire';
import type { UnitLevel } from '../map/overlay';
import { figureLines, WINDOW_DAYS, type AskedCounts } from './counts';
import { dayNumber, dayText } from './model';
import { looksBelow, measuresOf, type PackData } from './pack-edit';

export interface PackFigures {
  text: string;
  /** A pack looks further below, and that is not for the asker. */
  isShallow: boolean;
}

/** Figures of the `levels` shown, and of those `deeper` if a pack looks there; `told` hears of each part. Throws CoreError as `AskedCounts.get`. */
export async function packFigures(
  asker: AskedCounts,
  packs: readonly PackData[],
  { unit, day }: { unit: string; day: string },
  levels: readonly UnitLevel[],
  deeper: readonly UnitLevel[],
  told: (done: number, total: number) => void = () => undefined,
): Promise<PackFigures> {
  const all = packs.some(looksBelow) ? [...levels, ...deeper] : levels;
  const measures = [...new Set([...packs.flatMap(measuresOf), 'population'])];
  const total = measures.length * all.length;
  const days = { first: dayText(dayNumber(day) - WINDOW_DAYS), last: day };
  let done = 0;
  told(done, total);
  const ask = async (level: UnitLevel, measure: string): Promise<string[]> => {
    const asked = await asker.get(unit, level, measure, days);
    told((done += 1), total);
    return asked ? figureLines(measure, asked.counts, measure === 'population' ? 'last' : 'all') : [];
  };
  const lines: string[] = [];
  for (const [at, level] of all.entries()) {
    try {
      lines.push(...(await Promise.all(measures.map((measure) => ask(level, measure)))).flat());
    } catch (error) {
      if (!isForbidden(error) || at < levels.length) throw error;
      return { text: lines.join('\n'), isShallow: true };
    }
  }
  return { text: lines.join('\n'), isShallow: false };
}
