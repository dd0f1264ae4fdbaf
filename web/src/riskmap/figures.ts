/** Counts of many units, as the core answers them (riskmap.counts), and as its computations take them. */

import type { UnitLevel } from '../map/overlay';
import { dayNumber, dayText } from './model';

export interface Counts {
  measure: string;
  from: string;
  dataTime: number | null;
  units: readonly UnitCounts[];
}

export interface UnitCounts {
  unit: string;
  /** Runs of days, as offsets from `from`, on which somebody said something; both ends are days of the run. */
  reported: readonly (readonly [number, number])[];
  /** Day and value, one after the other; a reported day that is not there is 0. */
  counts: readonly number[];
}

/** No window of a pack is longer. */
export const WINDOW_DAYS = 60;
const PEOPLE_DAYS = 3_660;
/** The core answers no more days of districts and communes at once. */
const SPAN_DAYS = 400;

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Throws when the answer is not one of riskmap.counts. */
export function readCounts(value: unknown): Counts {
  const raw = fields(value);
  const { from, measure, dataTime } = raw;
  if (typeof from !== 'string' || Number.isNaN(dayNumber(from)) || typeof measure !== 'string') throw new Error('riskmap.counts: the answer has no measure or no day');
  const units = list(raw['units']).flatMap((each) => {
    const { unit, reported, counts } = fields(each);
    if (typeof unit !== 'string' || !/^\d{2,5}$/.test(unit)) return [];
    const runs = list(reported).filter((run): run is [number, number] => Array.isArray(run) && run.length === 2 && run.every(isCount));
    return [{ unit, reported: runs, counts: list(counts).filter(isCount) }];
  });
  return { measure, from, dataTime: typeof dataTime === 'number' ? dataTime : null, units };
}

/** A value for each day from the first to the last that was reported; null where nothing was said. */
function valuesOf({ reported, counts }: UnitCounts): { first: number; values: (number | null)[] } | null {
  const first = reported[0]?.[0];
  const last = reported.at(-1)?.[1];
  if (first === undefined || last === undefined || last < first) return null;
  const values = new Array<number | null>(last - first + 1).fill(null);
  for (const [from, until] of reported) for (let day = from; day <= until; day += 1) values[day - first] = 0;
  for (let at = 0; at + 1 < counts.length; at += 2) values[(counts[at] ?? 0) - first] = counts[at + 1] ?? 0;
  return { first, values };
}

/** Lines of unit|measure|source|from|values for riskmap.evaluate and its like. Of people the last number is enough. */
export function linesOf({ measure, from, units }: Counts): string {
  const start = dayNumber(from);
  const lines: string[] = [];
  for (const each of units) {
    if (measure === 'population') {
      const [day, people] = each.counts.slice(-2);
      if (day !== undefined && people !== undefined) lines.push(`${each.unit}|${measure}|counts|${dayText(start + day)}|${people}`);
      continue;
    }
    const run = valuesOf(each);
    if (run) lines.push(`${each.unit}|${measure}|counts|${dayText(start + run.first)}|${run.values.map((value) => value ?? '').join(',')}`);
  }
  return lines.join('\n');
}

/** The sum of the days that end with `day`, for each unit all of whose days were reported. */
export function sumsOf(counts: Counts, day: string, days: number): Map<string, number> {
  const last = dayNumber(day) - dayNumber(counts.from);
  const sums = new Map<string, number>();
  for (const each of counts.units) {
    const run = valuesOf(each);
    if (!run) continue;
    let sum = 0;
    let whole = true;
    for (let at = last - days + 1; at <= last && whole; at += 1) {
      const value = run.values[at - run.first] ?? null;
      whole = value !== null;
      sum += value ?? 0;
    }
    if (whole) sums.set(each.unit, sum);
  }
  return sums;
}

export interface Scope {
  /** "" for the country. */
  unit: string;
  day: string;
}

/** Asks for what a computation needs, once for each place, day, level and measure. */
export class Figures {
  private readonly kept = new Map<string, Promise<Counts>>();

  constructor(private readonly ask: (args: object) => Promise<unknown>) {}

  get({ unit, day }: Scope, level: UnitLevel, measure: string): Promise<Counts> {
    const key = [unit, day, level, measure].join('|');
    let found = this.kept.get(key);
    if (!found) {
      found = measure === 'population' ? this.people({ unit, day }, level) : this.days({ unit, day }, level, measure, WINDOW_DAYS);
      found.catch(() => this.kept.delete(key)); // asked again next time
      this.kept.set(key, found);
    }
    return found;
  }

  private async days({ unit, day }: Scope, level: UnitLevel, measure: string, back: number): Promise<Counts> {
    return readCounts(await this.ask({ ...(unit === '' ? {} : { unit }), level, measure, from: dayText(dayNumber(day) - back), until: day }));
  }

  /** People are counted once in years: further back until somebody was. */
  private async people({ unit, day }: Scope, level: UnitLevel): Promise<Counts> {
    if (level === 'province') return this.days({ unit, day }, level, 'population', PEOPLE_DAYS);
    for (let back = 0; ; back += SPAN_DAYS) {
      const until = dayText(dayNumber(day) - back);
      const found = await this.days({ unit, day: until }, level, 'population', SPAN_DAYS - 1);
      if (found.units.length > 0 || back + SPAN_DAYS > PEOPLE_DAYS) return found;
    }
  }

  forget(): void {
    this.kept.clear();
  }
}
