/** Everything the layers are made of: counts, people and levels of the units below one, over all days that have data. */

import type { Core } from '../core/facade';
import type { UnitLevel } from '../map/overlay';
import { CoreError } from '../core/wire';
import { figureLines, joined, MEASURES, MOST_DAYS, type AskedCounts, type Counts, type Measure } from './counts';
import { dayNumber, dayText } from './model';
import type { Days } from './state';
import { readUnits, type UnitRows } from './units-model';

export interface DayRule {
  pack: string;
  version: number;
  isOfficial: boolean;
}

export interface World {
  unit: string;
  level: UnitLevel;
  /** First day; the others follow. */
  from: string;
  days: number;
  /** All units that there were, in order of their codes; the lists below are in this order. */
  codes: readonly string[];
  /** On the last day; NaN where nobody knows. */
  people: Float64Array;
  /** For each unit a value a day, -1 where nothing was said; measures of which nothing was said are left out. */
  measures: ReadonlyMap<Measure, readonly Int32Array[]>;
  /** For each day the level of each unit by the pack in force then, 0 where it has none. */
  levels: readonly Uint8Array[];
  rules: readonly (DayRule | null)[];
  dataTime: number | null;
  /** From what this device kept: the network gave nothing. */
  isKept: boolean;
}

interface PlaybackDay {
  levels: string;
  mark: string;
  pack: string;
  units?: string;
  values: number[][];
  version: number;
}
interface Playback {
  days: PlaybackDay[];
  people: number[];
}

/** Districts or communes of the whole country. */
const isWide = (unit: string, level: UnitLevel): boolean => unit === '' && level !== 'province';

/** Days of one question to the core: it answers others between. Of many units fewer days, so that it can be stopped, and tell how far it is. */
const TURN = 31;
const WIDE_TURN = 6;
/** Days that are had at once of all communes of the country, or of all districts, whose levels rest on them: each is ten thousand numbers of each measure. */
const WIDE_DAYS = 90;
/** Counts of so many days before those are asked for too: levels of a day rest on what came before it. */
const LEAD_DAYS = 30;

/**
 * Days of one question about all communes of the country: a million characters of an answer, so that it is there before the patience with the
 * server ends (core/queries.ts), on a slow network too.
 */
const PART_DAYS = 20;

/** The parts of a wide world's days; they begin where those of another world do, so that what was had is not asked for again. */
function partsOf({ first, last }: Days): Days[] {
  const parts: Days[] = [];
  const end = dayNumber(last);
  for (let from = dayNumber(first); from <= end; ) {
    const until = Math.min(from - (from % PART_DAYS) + PART_DAYS - 1, end);
    parts.push({ first: dayText(from), last: dayText(until) });
    from = until + 1;
  }
  return parts;
}

/** The days of a world, and how many before them are asked for as well. */
export interface Span extends Days {
  lead: number;
}

/** The days of a world among those that have data: all of them, or as many as are had at once, with the one shown among them. */
export function spanOf(unit: string, level: UnitLevel, days: Days, shown: string | null): Span {
  const [first, last] = [dayNumber(days.first), dayNumber(days.last)];
  const isCountry = isWide(unit, level);
  const most = isCountry ? WIDE_DAYS : MOST_DAYS[level];
  if (last - first < most) return { ...days, lead: 0 };
  const day = shown === null ? last : Math.min(Math.max(dayNumber(shown), first), last);
  // The last days where these have it; else some of what follows it, so that it can be played.
  const end = last - day < most ? last : Math.max(day + Math.floor(most / 3), first + most - 1);
  const begin = end - most + 1;
  return { first: dayText(begin), last: dayText(end), lead: isCountry ? Math.min(LEAD_DAYS, begin - first) : 0 };
}

/** What is being done while a world is loaded: counts are fetched, measure by measure; then its days are computed again. */
export type WorldPart = 'counts' | 'replay';
export type WorldProgress = (share: number, part: WorldPart) => void;

const kindOf = (sign: string | undefined): number => (sign && sign >= '1' && sign <= '4' ? Number(sign) : 0);

function ruleOf({ pack, version, mark }: PlaybackDay): DayRule | null {
  return pack === '' ? null : { pack, version, isOfficial: mark === 'official' };
}

/** Days from `first` to `last` recomputed by the core from figures, part by part. */
async function recompute(
  core: Core,
  figures: string,
  unit: string,
  level: UnitLevel,
  measures: readonly Measure[],
  { first, last }: Days,
  progress: (share: number) => void,
  signal: AbortSignal | undefined,
): Promise<{ days: PlaybackDay[]; people: ReadonlyMap<string, number> }> {
  const days: PlaybackDay[] = [];
  const people = new Map<string, number>();
  let codes = '';
  const end = dayNumber(last);
  const turn = isWide(unit, level) ? WIDE_TURN : TURN;
  for (let from = dayNumber(first); from <= end; from += turn) {
    signal?.throwIfAborted();
    const until = Math.min(from + turn - 1, end);
    const part = await core.riskmap<Playback>('playback', {
      figures,
      ...(unit ? { under: unit } : {}),
      level,
      measures,
      from: dayText(from),
      until: dayText(until),
    });
    for (const day of part.days) codes = day.units ??= codes;
    days.push(...part.days);
    codes.split(' ').forEach((code, at) => people.set(code, part.people[at] ?? -1));
    progress((until - dayNumber(first) + 1) / (end - dayNumber(first) + 1));
  }
  return { days, people };
}

/**
 * Asks for the counts of all measures below `unit` and has the core recompute every day. Throws CoreError (forbidden: the counts are not
 * for the asker) and the reason of `signal`; null when there is neither a network nor anything kept.
 */
export async function loadWorld(
  core: Core,
  asker: AskedCounts,
  unit: string,
  level: UnitLevel,
  days: Span,
  progress: WorldProgress,
  signal?: AbortSignal,
): Promise<World | null> {
  // Levels below a province rest on its communes, also where districts are shown.
  const depths: UnitLevel[] = level === 'district' ? ['district', 'commune'] : [level];
  const found = new Map<Measure, Counts[]>();
  let dataTime: number | null = null;
  let isKept = false;
  let isAny = false;
  let lacking: Measure | null = null;
  let told = 0;
  const asked = { first: dayText(dayNumber(days.first) - days.lead), last: days.last };
  const parts = isWide(unit, level) ? partsOf(asked) : [asked];
  const total = depths.length * ((MEASURES.length - 1) * parts.length + 1);
  const ask = async (measure: Measure): Promise<void> => {
    for (const depth of depths) {
      const answers: Counts[] = [];
      // People are told once in years: those of all days are one small answer.
      for (const part of measure === 'population' ? [asked] : parts) {
        signal?.throwIfAborted();
        const answer = await asker.get(unit, depth, measure, part);
        progress((told += 1) / total, 'counts');
        if (!answer) {
          lacking = measure;
          continue;
        }
        isAny = true;
        isKept ||= answer.isKept;
        answers.push(answer.counts);
      }
      const counts = joined(answers);
      if (!counts) continue;
      dataTime = Math.max(dataTime ?? 0, counts.dataTime ?? 0) || null;
      if (counts.units.size > 0) found.set(measure, [...(found.get(measure) ?? []), counts]);
    }
  };
  await ask('cases'); // a refusal comes before the other questions
  for (let at = 1; at < MEASURES.length; at += 3) await Promise.all(MEASURES.slice(at, at + 3).map(ask));
  if (!isAny) return null;
  // What did not come would look like something of which nobody told anything, and levels rest on it.
  if (lacking !== null) throw new CoreError({ code: 'offline', rule: '', detail: lacking });

  const cases = found.get('cases')?.[0];
  const span = cases ? { first: days.first > cases.from ? days.first : cases.from, last: dayText(dayNumber(cases.from) + cases.days - 1) } : days;
  const figures = [...found].flatMap(([measure, parts]) => parts.flatMap((counts) => figureLines(measure, counts))).join('\n');
  const measures = [...found.keys()].filter((measure) => measure !== 'population');
  signal?.throwIfAborted();
  const { days: replayed, people } = await recompute(core, figures, unit, level, measures, span, (share) => progress(share, 'replay'), signal);
  const codes = [...new Set(replayed.flatMap(({ units = '' }) => units.split(' ')))].filter((code) => code !== '').sort();
  const places = new Map(codes.map((code, at) => [code, at]));
  const levels = replayed.map(() => new Uint8Array(codes.length));
  const lines = new Map(measures.map((measure) => [measure, codes.map(() => new Int32Array(replayed.length).fill(-1))]));
  replayed.forEach((day, number) => {
    (day.units ?? '').split(' ').forEach((code, at) => {
      const place = places.get(code);
      if (place === undefined) return;
      const frame = levels[number];
      if (frame) frame[place] = kindOf(day.levels[at]);
      measures.forEach((measure, which) => {
        const line = lines.get(measure)?.[place];
        if (line) line[number] = day.values[which]?.[at] ?? -1;
      });
    });
  });
  return {
    unit,
    level,
    from: span.first,
    days: replayed.length,
    codes,
    people: Float64Array.from(codes, (code) => {
      const count = people.get(code) ?? -1;
      return count > 0 ? count : NaN;
    }),
    measures: new Map([...lines].filter(([, each]) => each.some((line) => line.some((value) => value >= 0)))),
    levels,
    rules: replayed.map(ruleOf),
    dataTime,
    isKept,
  };
}

/**
 * The units of a day recomputed by the core of this device from the counts that were kept: for a day without a network. Null when none were
 * kept of that day; then nothing is said of any place. `days`: those that have data.
 */
export async function unitsWithoutNetwork(
  core: Core,
  asker: AskedCounts,
  unit: string,
  level: UnitLevel,
  days: Days | null,
  day: string,
  named: (code: string) => { name: string; within: string },
): Promise<UnitRows | null> {
  if (!days || day < days.first || days.last < day) return null;
  const world = await loadWorld(core, asker, unit, level, spanOf(unit, level, days, day), () => undefined);
  const at = world ? dayNumber(day) - dayNumber(world.from) : -1;
  const [frame, rule] = [world?.levels[at], world?.rules[at]];
  if (!world?.isKept || !frame || !rule) return null;
  return {
    day,
    pack: rule.pack,
    version: rule.version,
    packOfficial: rule.isOfficial,
    own: null,
    units: world.codes.map((code, place) => ({
      unit: code,
      ...named(code),
      level: frame[place] || null,
      computed: frame[place] || null,
      declared: null,
      rule: null,
      missing: [],
    })),
  };
}

/** Levels of each day as they are published, one question a day: for whoever may not see the counts they come from. */
export async function publishedLevels(
  core: Core,
  unit: string,
  level: UnitLevel,
  { first, last }: Days,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<World> {
  const [begin, end] = [dayNumber(first), dayNumber(last)];
  const answers: (UnitRows | null)[] = Array.from({ length: end - begin + 1 }, () => null);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < answers.length) {
      signal.throwIfAborted();
      const at = next++;
      answers[at] = readUnits(await core.ask<unknown>('riskmap.units', { unit, day: dayText(begin + at) }));
      progress(++done / answers.length);
    }
  };
  await Promise.all([work(), work(), work()]);
  const codes = [...new Set(answers.flatMap((each) => each?.units.map((row) => row.unit) ?? []))].sort();
  return {
    unit,
    level,
    from: first,
    days: answers.length,
    codes,
    people: new Float64Array(codes.length).fill(NaN),
    measures: new Map(),
    levels: answers.map((each) => {
      const kinds = new Map(each?.units.map((row) => [row.unit, row.level ?? 0]));
      return Uint8Array.from(codes, (code) => kinds.get(code) ?? 0);
    }),
    rules: answers.map((each) => each && { pack: each.pack, version: each.version, isOfficial: each.packOfficial }),
    dataTime: null,
    isKept: false,
  };
}
