/**
 * Counts by unit and day as riskmap.counts gives them. Those of provinces are public and stay on the device for days without a network;
 * those below a province stay in memory: the device may be shared, and small numbers are somebody.
 */

import type { Core } from '../core/facade';
import type { UnitLevel } from '../map/overlay';
import { dayNumber, dayText } from './model';

/** What may be counted or measured of a unit (shared/src/riskmap/measure.h) and is shown, or asked for by a pack. */
export const MEASURES = [
  'cases', 'population', 'deaths', 'tests', 'positives', 'admissions', 'bedShare', 'adultsDosed', 'over65Full', 'over50Full',
  'planMet', 'vaccinationMet',
] as const;
export type Measure = (typeof MEASURES)[number];

export interface Counts {
  from: string;
  days: number;
  /** Milliseconds; null when nothing was counted. */
  dataTime: number | null;
  /** A value for each day, -1 where nobody said anything. */
  units: ReadonlyMap<string, Int32Array>;
}

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.filter((each) => Number.isInteger(each)) : []);

/** The answer of riskmap.counts; throws when it has no days. */
export function readCounts(value: unknown): Counts {
  const raw = fields(value);
  const { from, until, units } = raw;
  if (typeof from !== 'string' || typeof until !== 'string' || !Array.isArray(units)) throw new Error('riskmap.counts: the answer has no days');
  const days = dayNumber(until) - dayNumber(from) + 1;
  const read = new Map<string, Int32Array>();
  for (const each of units) {
    const { unit, reported, counts } = fields(each);
    if (typeof unit !== 'string') continue;
    const line = new Int32Array(days).fill(-1);
    for (const run of Array.isArray(reported) ? reported : []) {
      const [first = 0, last = -1] = numbers(run);
      line.fill(0, Math.max(0, first), Math.min(days, last + 1));
    }
    const pairs = numbers(counts);
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const [day = -1, count = 0] = pairs.slice(at, at + 2);
      if (day >= 0 && day < days) line[day] = count;
    }
    read.set(unit, line);
  }
  return { from, days, dataTime: typeof raw['dataTime'] === 'number' ? raw['dataTime'] : null, units: read };
}

/** Lines of unit|measure|source|from|values, as riskmap.evaluate and riskmap.playback read them. */
export function figureLines(measure: Measure, { from, units }: Counts): string[] {
  return [...units].map(([unit, line]) => `${unit}|${measure}|counts|${from}|${Array.from(line, (value) => (value < 0 ? '' : value)).join(',')}`);
}

const CACHE = 'riskmap-counts';
const address = (measure: Measure): string => `/kept/riskmap/counts/province/${measure}`;

async function keep(measure: Measure, answer: unknown): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(address(measure), new Response(JSON.stringify(answer)));
  } catch {
    // No cache in this browser or no room: the layers then need the network.
  }
}

async function recall(measure: Measure): Promise<Counts | null> {
  try {
    const found = await (await caches.open(CACHE)).match(address(measure));
    return found ? readCounts(await found.json()) : null;
  } catch {
    return null;
  }
}

const NAMES = '/kept/riskmap/names';

/** Names of the provinces, so that a day without a network has them too. */
export async function keepNames(names: Readonly<Record<string, string>>): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(NAMES, new Response(JSON.stringify(names)));
  } catch {
    // As above.
  }
}

export async function keptNames(): Promise<Readonly<Record<string, string>>> {
  try {
    const found = await (await caches.open(CACHE)).match(NAMES);
    return found ? ((await found.json()) as Record<string, string>) : {}; // written by `keepNames`
  } catch {
    return {};
  }
}

/** The days of the counts that this device keeps; null when it keeps none. */
export async function keptDays(): Promise<{ first: string; last: string } | null> {
  const counts = await recall('cases');
  return counts && counts.units.size > 0 ? { first: counts.from, last: dayText(dayNumber(counts.from) + counts.days - 1) } : null;
}

export interface Asked {
  counts: Counts;
  /** The network gave nothing: these are the last that this device kept. */
  isKept: boolean;
}

const MOST_DAYS: Record<UnitLevel, number> = { province: 4000, district: 400, commune: 400 };

/** People are told once in years: how far back their number is looked for. */
const PEOPLE_DAYS = 1600;

/** The counts of a measure below `unit` from `first` to `last`. Throws CoreError; null when there is no network and nothing was kept. */
export async function askCounts(
  core: Core,
  unit: string,
  level: UnitLevel,
  measure: Measure,
  { first, last }: { first: string; last: string },
): Promise<Asked | null> {
  const end = dayNumber(last);
  const most = MOST_DAYS[level];
  const begin = Math.max(dayNumber(first), end - most + 1);
  const ask = async (from: number, until: number): Promise<Asked | null> => {
    const days = { from: dayText(from), until: dayText(until) };
    const { answer, from: who } = await core.askFrom<unknown>('riskmap.counts', { unit, level, measure, ...days });
    const counts = readCounts(answer);
    if (who === 'server') {
      if (level === 'province' && unit === '' && (measure === 'population' || until === end)) void keep(measure, answer);
      return { counts, isKept: false };
    }
    if (counts.units.size > 0) return { counts, isKept: false }; // this device has records of its own
    const kept = level === 'province' && unit === '' ? await recall(measure) : null;
    return kept ? { counts: kept, isKept: true } : null;
  };
  if (measure !== 'population') return ask(begin, end);
  for (let until = end; until > end - PEOPLE_DAYS; until -= most) {
    const found = await ask(until - Math.min(most, PEOPLE_DAYS) + 1, until);
    if (!found || found.isKept || found.counts.units.size > 0) return found;
  }
  return ask(begin, end);
}
