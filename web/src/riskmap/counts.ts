/**
 * Counts by unit and day as riskmap.counts gives them, for all parts of the map page: read, asked for once, summed, and written as the lines
 * that the core computes with. All stay for days without a network: those of provinces are public and lie on the device, those below a
 * province are for the account that may see them and go with it (core/answers.ts), since small numbers are somebody.
 */

import { isForbidden } from '../core/wire';
import type { Core } from '../core/facade';
import type { UnitLevel } from '../map/overlay';
import { fields, list, number } from './json';
import { keepText, recallJson } from './kept';
import { dayNumber, dayText } from './model';
import type { Days } from './state';

/** What may be counted or measured of a unit (shared/src/riskmap/measure.h) and is shown, or asked for by a pack; the last three are shown alone. */
export const MEASURES = [
  'cases', 'population', 'deaths', 'tests', 'positives', 'admissions', 'bedShare', 'adultsDosed', 'over65Full', 'over50Full',
  'planMet', 'vaccinationMet', 'feedback', 'checkpoints', 'checkpointsAlive',
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

/** No window of a pack is longer. */
export const WINDOW_DAYS = 60;
/** Days of one question (shared/src/riskmap/counts.h). */
export const MOST_DAYS: Record<UnitLevel, number> = { province: 4_000, district: 400, commune: 400 };
/** A number of people is good for so long (shared/src/riskmap/level.h); it is told once in years, so it is looked for as far back. */
const PEOPLE_DAYS = 3_660;

// ---- the answer

const MOST_COUNT = 0x7fffffff;
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_COUNT;

/** The answer of riskmap.counts; throws when it has no days. */
export function readCounts(value: unknown): Counts {
  const { from, until, units, dataTime } = fields(value);
  const days = typeof from === 'string' && typeof until === 'string' ? dayNumber(until) - dayNumber(from) + 1 : NaN;
  if (typeof from !== 'string' || !(days >= 1 && days <= MOST_DAYS.province) || !Array.isArray(units)) {
    throw new Error('riskmap.counts: the answer has no days');
  }
  const read = new Map<string, Int32Array>();
  for (const each of units) {
    const { unit, reported, counts } = fields(each);
    if (typeof unit !== 'string' || !/^\d{2,5}$/.test(unit)) continue;
    const line = new Int32Array(days).fill(-1);
    for (const run of list(reported)) {
      const [first, last] = list(run);
      if (isCount(first) && isCount(last)) line.fill(0, first, last + 1);
    }
    const pairs = list(counts);
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const [day, count] = [pairs[at], pairs[at + 1]];
      if (isCount(day) && day < days && isCount(count)) line[day] = count;
    }
    if (ends(line)) read.set(unit, line);
  }
  return { from, days, dataTime: number(dataTime), units: read };
}

/** The first and the last day of a line that were told; null where none was. */
function ends(line: Int32Array): { first: number; last: number } | null {
  const first = line.findIndex((value) => value >= 0);
  let last = line.length - 1;
  while (last > first && (line[last] ?? -1) < 0) --last;
  return first < 0 ? null : { first, last };
}

/** The days from `first` to `last` (dayNumber) of counts, and the units of which something was said on them. */
function within(counts: Counts, first: number, last: number): Counts {
  const start = dayNumber(counts.from);
  const begin = Math.max(first - start, 0);
  const end = Math.max(Math.min(last - start + 1, counts.days), begin);
  if (begin === 0 && end === counts.days) return counts;
  const units = [...counts.units].map(([unit, line]) => [unit, line.subarray(begin, end)] as const).filter(([, line]) => ends(line));
  return { ...counts, from: dayText(start + begin), days: end - begin, units: new Map(units) };
}

/** Counts of days that follow each other, part by part, as one. */
export function joined(parts: readonly Counts[]): Counts | null {
  const [first] = parts;
  if (!first || parts.length === 1) return first ?? null;
  const days = parts.reduce((sum, part) => sum + part.days, 0);
  const units = new Map<string, Int32Array>();
  for (const part of parts) {
    const at = dayNumber(part.from) - dayNumber(first.from);
    for (const [unit, line] of part.units) {
      const whole = units.get(unit) ?? new Int32Array(days).fill(-1);
      whole.set(line, at);
      units.set(unit, whole);
    }
  }
  const times = parts.flatMap(({ dataTime }) => dataTime ?? []);
  return { from: first.from, days, dataTime: times.length > 0 ? Math.max(...times) : null, units };
}

/** Lines of unit|measure|source|from|values, as riskmap.evaluate, riskmap.playback and their like read them; of each unit its last number, or all days. */
export function figureLines(measure: string, { from, units }: Counts, which: 'all' | 'last' = 'all'): string[] {
  const start = dayNumber(from);
  return [...units].flatMap(([unit, line]) => {
    const days = ends(line);
    if (!days) return [];
    const first = which === 'last' ? days.last : days.first;
    const values = Array.from(line.subarray(first, days.last + 1), (value) => (value < 0 ? '' : value));
    return [`${unit}|${measure}|counts|${dayText(start + first)}|${values.join(',')}`];
  });
}

// ---- sums

/** The sum of the days told among the `window` days that end with `day`, and how many of them were told. */
function toldOf(line: Int32Array, day: number, window: number): { total: number; days: number } {
  let [total, days] = [0, 0];
  for (let at = Math.max(0, day + 1 - window); at <= day; ++at) {
    const count = line[at] ?? -1;
    if (count < 0) continue;
    total += count;
    days += 1;
  }
  return { total, days };
}

/** The sum of the `window` days that end with `day`, a number in the line; null where one of them is not known. */
export function sum(line: Int32Array | undefined, day: number, window: number): number | null {
  if (!line) return null;
  const { total, days } = toldOf(line, day, window);
  return days === window ? total : null;
}

/** The same for each unit; `whole`: of all days, for who would read it as a number, else of what was told, above zero. */
export function sumsOf({ from, units }: Counts, day: string, window: number, which: 'whole' | 'told'): Map<string, number> {
  const at = dayNumber(day) - dayNumber(from);
  const sums = [...units].map(([unit, line]) => [unit, which === 'whole' ? sum(line, at, window) : toldOf(line, at, window).total || null] as const);
  return new Map(sums.filter((each): each is readonly [string, number] => each[1] !== null));
}

/** All units day by day; -1 on days of which any unit that ever reports says nothing. */
export function together(lines: readonly Int32Array[], days: number): Int32Array {
  const telling = lines.filter((line) => line.some((value) => value >= 0));
  return Int32Array.from({ length: days }, (_, day) => {
    let total = 0;
    for (const line of telling) {
      const value = line[day] ?? -1;
      if (value < 0) return -1;
      total += value;
    }
    return telling.length === 0 ? -1 : total;
  });
}

// ---- what stays on the device

const CACHE = 'riskmap-counts';
const address = (measure: string): string => `/kept/riskmap/counts/province/${measure}`;

async function recall(measure: string): Promise<Counts | null> {
  const found = await recallJson(address(measure), CACHE);
  try {
    return found === null ? null : readCounts(found);
  } catch {
    return null; // written by another version of the page
  }
}

/** The first and the last day of which the counts on this device tell something; null when it keeps none. */
export async function keptDays(): Promise<Days | null> {
  const counts = await recall('cases');
  const told = [...(counts?.units.values() ?? [])].flatMap((line) => ends(line) ?? []);
  if (!counts || told.length === 0) return null;
  const start = dayNumber(counts.from);
  return { first: dayText(start + Math.min(...told.map(({ first }) => first))), last: dayText(start + Math.max(...told.map(({ last }) => last))) };
}

// ---- asking

export interface Asked {
  counts: Counts;
  /** The network gave nothing: these are the last that this device kept. */
  isKept: boolean;
}

/** First and last day, as dayNumber has them. */
interface Span {
  from: number;
  until: number;
}
interface Place {
  /** "" for the country. */
  unit: string;
  level: UnitLevel;
  measure: string;
}
interface Entry extends Span {
  key: string;
  /** Milliseconds. */
  goodUntil: number;
  /** What the answer takes in memory, about; 0 until it is there. */
  bytes: number;
  answer: Promise<Asked | null>;
}

/** Counts that a server gave are asked for again after so long, and what was had without it: a network may be there any moment. */
const FRESH_MS = 10 * 60_000;
const AGAIN_MS = 15_000;
/** Answers in memory: the measures of a few units, those of all communes in parts. What takes more than one of both goes, the oldest first. */
const MOST_ENTRIES = 256;
/** Ninety days of all communes are 4 MB of numbers a measure, and a shared telephone has other things to remember. */
const MOST_BYTES = 48 << 20;
/** Of a unit beside its numbers: its code, its place in the map, the heads of both arrays. */
const UNIT_BYTES = 160;

const bytesOf = ({ units, days }: Counts): number => units.size * (UNIT_BYTES + 4 * days);

/** The counts of one page: what one part of it asked for, the others have. They are forgotten when somebody signs in or out. */
export class AskedCounts {
  private entries: Entry[] = [];
  private readonly off: () => void;

  /** `days`: those that have data, once they are known. */
  constructor(
    private readonly core: Pick<Core, 'askFrom'> & { session: Pick<Core['session'], 'subscribe'> },
    private readonly days: () => Days | null,
    private readonly now: () => number = Date.now,
  ) {
    this.off = core.session.subscribe(() => this.forget());
  }

  dispose(): void {
    this.off();
    this.forget();
  }

  forget(): void {
    this.entries = [];
  }

  /**
   * The counts of a measure below `unit` from `first` to `last`; of people those told until `last`, as far back as it takes. Throws CoreError
   * (forbidden: the counts are not for the asker); null when there is no network and nothing was kept.
   */
  async get(unit: string, level: UnitLevel, measure: string, { first, last }: Days): Promise<Asked | null> {
    const place = { unit, level, measure };
    const end = dayNumber(last);
    if (measure !== 'population') return this.part(place, { from: Math.max(dayNumber(first), end - MOST_DAYS[level] + 1), until: end });
    const span = Math.min(MOST_DAYS[level], PEOPLE_DAYS);
    for (let until = end; ; until -= span) {
      const found = await this.part(place, { from: until - span + 1, until });
      if (!found || found.counts.units.size > 0 || until - span <= end - PEOPLE_DAYS) return found;
    }
  }

  private async part(place: Place, span: Span): Promise<Asked | null> {
    const found = await this.covering(place, span);
    return found && { ...found, counts: within(found.counts, span.from, span.until) };
  }

  /** An answer that has these days, from memory when there is one. */
  private covering(place: Place, span: Span): Promise<Asked | null> {
    const key = Object.values(place).join('|');
    const known = this.entries.find((each) => each.key === key && each.from <= span.from && each.until >= span.until && each.goodUntil > this.now());
    if (known) return known.answer;
    const asked = this.question(place, span);
    const entry: Entry = { key, ...asked, goodUntil: Infinity, bytes: 0, answer: this.ask(place, asked, (ms) => (entry.goodUntil = this.now() + ms)) };
    entry.answer.then(
      (found) => {
        entry.bytes = found ? bytesOf(found.counts) : 0;
        this.limit();
      },
      () => (this.entries = this.entries.filter((each) => each !== entry)), // asked again next time
    );
    this.entries = [...this.entries.filter((each) => each.goodUntil > this.now()).slice(1 - MOST_ENTRIES), entry];
    return entry.answer;
  }

  /** Forgets the oldest answers until the others fit; the newest stays, whatever it takes. */
  private limit(): void {
    let bytes = this.entries.reduce((sum, entry) => sum + entry.bytes, 0);
    while (bytes > MOST_BYTES && this.entries.length > 1) bytes -= this.entries.shift()?.bytes ?? 0;
  }

  /** All days that have data and a window before them, where one answer can hold them: then it is the same question whatever day is shown. */
  private question({ unit, level, measure }: Place, span: Span): Span {
    const data = this.days();
    if (!data || (unit === '' && level !== 'province')) return span; // days of all communes are too much for one who wants a few
    const until = Math.max(span.until, dayNumber(data.last));
    const first = measure === 'population' ? -Infinity : Math.min(span.from, dayNumber(data.first) - WINDOW_DAYS);
    const from = Math.max(first, until - MOST_DAYS[level] + 1);
    return from <= span.from ? { from, until } : span;
  }

  private async ask({ unit, level, measure }: Place, { from, until }: Span, isGoodFor: (ms: number) => void): Promise<Asked | null> {
    const isPublic = unit === '' && level === 'province';
    let failure: unknown = null;
    const args = { ...(unit === '' ? {} : { unit }), level, measure, from: dayText(from), until: dayText(until) };
    // Of all communes, and of people, there are answers for parts of the days; else one without the newest days does not take the place
    // of one that has them.
    const isPart = (unit === '' && level !== 'province') || measure === 'population';
    const data = this.days();
    const keeping = { keeps: isPart || (data !== null && until >= dayNumber(data.last)), as: Object.values(isPart ? args : { unit, level, measure }).join('|') };
    const reply = await this.core.askFrom<unknown>('riskmap.counts', args, isPublic ? undefined : keeping).catch((error: unknown) => {
      if (!isPublic || isForbidden(error)) throw error;
      failure = error;
      return null;
    });
    const counts = reply && readCounts(reply.answer);
    const isFresh = reply?.from === 'server';
    isGoodFor(isFresh ? FRESH_MS : AGAIN_MS);
    if (isFresh && isPublic && this.days()) void keepText([address(measure)], JSON.stringify(reply.answer), CACHE);
    if (counts && reply.from === 'kept') return { counts, isKept: true };
    if (counts && (isFresh || counts.units.size > 0)) return { counts, isKept: false }; // this device may have records of its own
    const kept = isPublic ? await recall(measure) : null;
    if (!kept && failure) throw failure;
    return kept && { counts: kept, isKept: true };
  }
}
