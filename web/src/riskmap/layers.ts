/**
 * Layers of the map: each makes of the counts a class and a sentence for every unit. The figures are those of the models in the worker;
 * here they only find their class. Another layer is another entry of LAYERS.
 */

import { formatDay, formatNumber } from '../app/format';
import type { Core } from '../core/facade';
import { scanSpace, type Analysis, type ScanCluster } from './analysis';
import { sum, type Measure } from './counts';
import type { Defaults } from './defaults';
import { t } from './layers-text';
import { dayNumber, dayText, NO_DATA as NONE, readLevels, shadeOf, type PaletteName } from './model';
import { LEVEL_LAYER } from './state';
import type { World } from './world';

export interface Cluster {
  middle: string;
  members: readonly string[];
  cases: number;
  expected: number;
  risk: number | null;
  llr: number;
  p: number | null;
  from: string | null;
}

export interface LayerOptions {
  core: Core;
  world: World;
  analysis: Analysis;
  defaults: Defaults;
  palette: PaletteName;
  /** Inside of a unit, for models that need to know where it is; null before the map is there. */
  placeOf: (code: string) => { lng: number; lat: number } | null;
  signal: AbortSignal;
  progress: (share: number) => void;
}

export interface Shading {
  colour: string;
  text: string;
}

/** A layer that was computed. Days count from that of the world. */
export interface Painted {
  /** Class by class, from 0: "not known". */
  shades: readonly Shading[];
  /** Whether classes carry patterns as well: those that are no even row from light to dark. */
  isPatterned: boolean;
  /** Makes a day ready that is not; does nothing for those that are. */
  prepare: (day: number, signal: AbortSignal, progress: (share: number) => void) => Promise<void>;
  /** The class of each unit; null for a day that is not ready. */
  frame: (day: number) => Uint8Array | null;
  /** What is to be said of a unit on a day: the number, its interval, its window, its state. */
  say: (place: number, day: number) => string;
  /** The figure by which units are ordered; NaN where there is none. */
  value: (place: number, day: number) => number;
  clusters?: (day: number) => readonly Cluster[];
}

export interface Layer {
  id: string;
  name: () => string;
  about: (defaults: Defaults) => string;
  /** Whether all days can be had ahead, so that they can be played. */
  isPlayable: boolean;
  isOffered: (world: World, hasPlaces: boolean, defaults: Defaults) => boolean;
  open: (options: LayerOptions) => Promise<Painted>;
}

/** How the models of Rt are asked. */
export const spreadOf = ({ windowDays, serialMean, serialSd }: Defaults): { window: number; siMean: number; siSd: number } => ({
  window: windowDays,
  siMean: serialMean,
  siSd: serialSd,
});
const percentText = (share: number): string => formatNumber(share * 100);

const has = (world: World, ...measures: Measure[]): boolean => measures.every((measure) => world.measures.has(measure));
const hasPeople = (world: World): boolean => world.people.some((each) => each > 0);
const ready = async (): Promise<void> => {};
const edgeClass = (value: number, edges: readonly number[]): number => (Number.isNaN(value) ? 0 : edges.filter((edge) => value >= edge).length);
export const dayOf = (world: World, day: number): string => formatDay(dayText(dayNumber(world.from) + day));
const rateText = (value: number): string => formatNumber(value, value < 10 ? 2 : 1);
const shadesOf = (edges: readonly number[], unit = ''): Shading[] =>
  Array.from({ length: edges.length + 1 }, (_, kind) => ({
    colour: shadeOf(kind, 'cases', 'official').colour,
    text:
      kind === 0
        ? t('class.none')
        : kind === edges.length
          ? t('class.from', { from: formatNumber(edges[kind - 1] ?? 0), unit })
          : kind === 1
            ? t('class.below', { to: formatNumber(edges[kind] ?? 0), unit })
            : t('class.between', { from: formatNumber(edges[kind - 1] ?? 0), to: formatNumber(edges[kind] ?? 0), unit }),
  }));

const COLD = '#2f6ea8';
const PALE = '#f4f1e4';
const WARM = '#e08a3c';
const HOT = '#a8320b';

export function linesOf(world: World, measure: Measure): readonly Int32Array[] {
  return world.measures.get(measure) ?? [];
}

type AskedMany = Pick<LayerOptions, 'analysis' | 'world' | 'defaults'> & Partial<Pick<LayerOptions, 'signal' | 'progress'>>;

/** Places of one call: it can be stopped between calls, others have their turn, and the memory of the models does not grow with the country. */
const PLACES_A_CALL = 1_000;

/** Calls `ask` for the places from `first` on, part by part; `progress` hears the share that is done. */
async function partByPart(places: number, progress: LayerOptions['progress'] | undefined, ask: (first: number, end: number) => Promise<void>): Promise<void> {
  for (let first = 0; first < places; first += PLACES_A_CALL) {
    const end = Math.min(first + PLACES_A_CALL, places);
    await ask(first, end);
    if (places > PLACES_A_CALL) progress?.(end / places);
  }
}

/** The numbers of places from `first` to `end` - 1 in one row. */
function inOneRow(first: number, end: number, rows: (place: number) => ArrayLike<number>): Float64Array {
  const parts = Array.from({ length: end - first }, (_, at) => rows(first + at));
  const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What the operations *.many (Session) leave: so many figures of each place and day. `rows` gives the numbers of one place. */
async function figuresOf(
  { analysis, world, signal, progress }: Omit<AskedMany, 'defaults'>,
  operation: string,
  windows: object,
  rows: (place: number) => number[],
): Promise<(place: number, day: number, which: number) => number> {
  const parts: Float64Array[] = [];
  let figures = 1;
  await partByPart(world.codes.length, progress, async (first, end) => {
    const { text, numbers } = await analysis.call(operation, { days: world.days, ...windows }, inOneRow(first, end, rows), signal);
    ({ figures } = JSON.parse(text) as { figures: number }); // Session writes it
    parts.push(numbers);
  });
  return (place, day, which) => parts[Math.floor(place / PLACES_A_CALL)]?.[figures * ((place % PLACES_A_CALL) * world.days + day) + which] ?? NaN;
}

/** Of each place and day. */
export interface Figures {
  at: (place: number, day: number) => [value: number, low: number, high: number];
}

/** The windows of `windowDays` that end with each day. */
export async function many(
  options: AskedMany,
  operation: 'rates.many' | 'shares.many' | 'slopes.many',
  rows: (place: number) => number[],
): Promise<Figures> {
  const figure = await figuresOf(options, operation, { window: options.defaults.windowDays }, rows);
  return { at: (place, day) => [figure(place, day, 0), figure(place, day, 1), figure(place, day, 2)] };
}

/** Frames from the class of a place on a day; each is made when it is first shown, since of the whole country they are a million classes. */
function framesOf(world: World, classOf: (place: number, day: number) => number): (day: number) => Uint8Array | null {
  const known: Uint8Array[] = [];
  return (day) => {
    if (day < 0 || day >= world.days) return null;
    return (known[day] ??= Uint8Array.from(world.codes, (_code, place) => classOf(place, day)));
  };
}

export function levelShades(palette: PaletteName): Shading[] {
  return ([0, 1, 2, 3, 4] as const).map((kind) => ({ colour: shadeOf(kind, 'level', palette).colour, text: t(`level.${kind}`) }));
}

/** The one layer that the models have no part in: levels are the core's. */
export interface LevelLayer extends Layer {
  about: () => string;
  isOffered: () => boolean;
  open: (options: Pick<LayerOptions, 'world' | 'palette'>) => Promise<Painted>;
}

export const level: LevelLayer = {
  id: LEVEL_LAYER,
  name: () => t('layer.level'),
  about: () => t('about.level'),
  isPlayable: true,
  isOffered: () => true,
  async open({ world, palette }) {
    const shades = levelShades(palette);
    return {
      shades,
      isPatterned: true,
      prepare: ready,
      frame: (day) => world.levels[day] ?? null,
      value: (place, day) => world.levels[day]?.[place] || NaN,
      say: (place, day) => {
        const rule = world.rules[day];
        const kind = world.levels[day]?.[place] ?? 0;
        return t('say.level', { level: shades[kind]?.text ?? '', day: dayOf(world, day), pack: rule ? `${rule.pack} (${rule.version})` : '–' });
      },
    };
  },
};

/** What was counted in a window per 100,000 people. */
const perPeople = (
  id: 'incidence' | 'feedback',
  measure: Measure,
  edgesOf: (defaults: Defaults) => readonly number[],
  words: { missing: 'say.missing' | 'say.noFeedback'; noPeople: 'say.noPeople' | 'say.feedbackNoPeople' },
): Layer => ({
  id,
  name: () => t(`layer.${id}`),
  about: () => t(`about.${id}`),
  isPlayable: true,
  isOffered: (world) => has(world, measure) && hasPeople(world),
  async open(options) {
    const { world, defaults } = options;
    const lines = linesOf(world, measure);
    const edges = edgesOf(defaults);
    const figures = await many(options, 'rates.many', (place) => [world.people[place] ?? NaN, ...(lines[place] ?? [])]);
    const frames = framesOf(world, (place, day) => edgeClass(figures.at(place, day)[0], edges));
    return {
      shades: shadesOf(edges),
      isPatterned: false,
      prepare: ready,
      frame: frames,
      value: (place, day) => figures.at(place, day)[0],
      say: (place, day) => {
        const [value, low, high] = figures.at(place, day);
        const count = sum(lines[place], day, defaults.windowDays);
        if (Number.isNaN(value)) return count === null ? t(words.missing, { day: dayOf(world, day) }) : t(words.noPeople, { n: formatNumber(count) });
        return t(`say.${id}`, {
          n: formatNumber(count ?? 0),
          day: dayOf(world, day),
          value: rateText(value),
          low: rateText(low),
          high: rateText(high),
        });
      },
    };
  },
});

const incidence = perPeople('incidence', 'cases', ({ casesEdges }) => casesEdges, { missing: 'say.missing', noPeople: 'say.noPeople' });
const feedback = perPeople('feedback', 'feedback', ({ feedbackEdges }) => feedbackEdges, { missing: 'say.noFeedback', noPeople: 'say.feedbackNoPeople' });

/** A table of the units that have people, a place and counts of the window; `rows` are their numbers in the world. */
function unitTable({ world, placeOf }: LayerOptions, day: number, window: number): { csv: string; rows: number[] } {
  const cases = linesOf(world, 'cases');
  const rows: number[] = [];
  const lines = ['longitude,latitude,population,cases'];
  world.codes.forEach((code, place) => {
    const [at, people, count] = [placeOf(code), world.people[place] ?? NaN, sum(cases[place], day, window)];
    if (!at || !(people > 0) || count === null) return;
    rows.push(place);
    lines.push(`${at.lng.toFixed(5)},${at.lat.toFixed(5)},${people},${count}`);
  });
  return { csv: `${lines.join('\n')}\n`, rows };
}

/** The numbers of an answer in CSV, row by row. */
export function csvRows(text: string): Record<string, number>[] {
  const [head = '', ...lines] = text.trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell === 'NA' ? NaN : Number(cell)])));
}

/** Columns of answers, a number for each place; NaN where nothing was told. */
class Columns<Name extends string> {
  private readonly columns: Map<Name, Float64Array>;
  private readonly isTold: Uint8Array;

  constructor(
    private readonly names: readonly Name[],
    size: number,
  ) {
    this.columns = new Map(names.map((name) => [name, new Float64Array(size).fill(NaN)]));
    this.isTold = new Uint8Array(size);
  }

  set(at: number, row: Record<string, number>): void {
    this.isTold[at] = 1;
    for (const [name, column] of this.columns) column[at] = row[name] ?? NaN;
  }

  at(at: number): Record<Name, number> | null {
    if (!this.isTold[at]) return null;
    // fromEntries makes a table of strings; its keys are the names.
    return Object.fromEntries(this.names.map((name) => [name, this.columns.get(name)?.[at] ?? NaN])) as Record<Name, number>;
  }
}

/** A layer whose days are asked for one at a time: for each place that could be asked about, the numbers of its row under these names. */
function dayByDay<Name extends string>(
  options: LayerOptions,
  operation: string,
  names: readonly Name[],
  classOf: (row: Record<Name, number>) => number,
): { prepare: Painted['prepare']; frame: Painted['frame']; row: (place: number, day: number) => Record<Name, number> | null } {
  const known = new Map<number, { frame: Uint8Array; told: Columns<Name> }>();
  return {
    async prepare(day, signal) {
      if (known.has(day)) return;
      const { csv, rows } = unitTable(options, day, options.defaults.windowDays);
      const { length } = options.world.codes;
      const told = new Columns(names, length);
      if (rows.length >= options.defaults.leastPlaces) {
        const { text } = await options.analysis.call(operation, { units: csv, nearest: options.defaults.nearestUnits, distance: 'great-circle' }, undefined, signal);
        csvRows(text).forEach((row, at) => {
          const place = rows[at];
          if (place !== undefined) told.set(place, row);
        });
      }
      const frame = Uint8Array.from({ length }, (_, place) => {
        const row = told.at(place);
        return row ? classOf(row) : 0;
      });
      known.set(day, { frame, told });
    },
    frame: (day) => known.get(day)?.frame ?? null,
    row: (place, day) => known.get(day)?.told.at(place) ?? null,
  };
}

const smoothed = (which: 'global' | 'local'): Layer => ({
  id: `smooth-${which}`,
  name: () => t(`layer.smooth-${which}`),
  about: ({ nearestUnits }) => t(`about.smooth-${which}`, { n: nearestUnits }),
  isPlayable: true,
  isOffered: (world, hasPlaces, { leastPlaces }) => hasPlaces && has(world, 'cases') && hasPeople(world) && world.codes.length >= leastPlaces,
  async open(options) {
    const { world, defaults } = options;
    const columns = ['raw', which] as const;
    const rate = (row: Record<(typeof columns)[number], number> | null, column: (typeof columns)[number]): number => (row?.[column] ?? NaN) * 100_000;
    const { prepare, frame, row } = dayByDay(options, 'smooth', columns, (each) => edgeClass(rate(each, which), defaults.casesEdges));
    return {
      shades: shadesOf(defaults.casesEdges),
      isPatterned: false,
      prepare,
      frame,
      value: (place, day) => rate(row(place, day), which),
      say: (place, day) => {
        const found = row(place, day);
        if (!found) return t('say.missing', { day: dayOf(world, day) });
        return t('say.smooth', { day: dayOf(world, day), value: rateText(rate(found, which)), raw: rateText(rate(found, 'raw')) });
      },
    };
  },
});

const trend: Layer = {
  id: 'trend',
  name: () => t('layer.trend'),
  about: () => t('about.trend'),
  isPlayable: true,
  isOffered: (world) => has(world, 'cases'),
  async open(options) {
    const { world } = options;
    const cases = linesOf(world, 'cases');
    const figures = await many(options, 'slopes.many', (place) => [...(cases[place] ?? [])]);
    const kind = (place: number, day: number): number => {
      const [slope, low, high] = figures.at(place, day);
      return Number.isNaN(slope) ? 0 : high < 0 ? 2 : low > 0 ? 3 : 1;
    };
    const frames = framesOf(world, kind);
    const shades = [
      { colour: NONE, text: t('class.none') },
      { colour: PALE, text: t('trend.level') },
      { colour: COLD, text: t('trend.down') },
      { colour: WARM, text: t('trend.up') },
    ];
    return {
      shades,
      isPatterned: true,
      prepare: ready,
      frame: frames,
      value: (place, day) => figures.at(place, day)[0],
      say: (place, day) => {
        const [slope, low, high] = figures.at(place, day);
        if (Number.isNaN(slope)) return t('say.missing', { day: dayOf(world, day) });
        return t('say.trend', {
          state: shades[kind(place, day)]?.text ?? '',
          day: dayOf(world, day),
          value: formatNumber(slope, 2),
          low: formatNumber(low, 2),
          high: formatNumber(high, 2),
        });
      },
    };
  },
};

const positivity: Layer = {
  id: 'positivity',
  name: () => t('layer.positivity'),
  about: () => t('about.positivity'),
  isPlayable: true,
  isOffered: (world) => has(world, 'tests', 'positives'),
  async open(options) {
    const { world, defaults } = options;
    const edges = defaults.positivityEdges;
    const [parts, wholes] = [linesOf(world, 'positives'), linesOf(world, 'tests')];
    const figures = await many(options, 'shares.many', (place) => [...(parts[place] ?? []), ...(wholes[place] ?? [])]);
    const percent = (value: number): string => formatNumber(value * 100, 1);
    const frames = framesOf(world, (place, day) => edgeClass(figures.at(place, day)[0] * 100, edges));
    return {
      shades: shadesOf(edges, ' %'),
      isPatterned: false,
      prepare: ready,
      frame: frames,
      value: (place, day) => figures.at(place, day)[0] * 100,
      say: (place, day) => {
        const [value, low, high] = figures.at(place, day);
        if (Number.isNaN(value)) return t('say.noTests', { day: dayOf(world, day) });
        return t('say.positivity', {
          n: formatNumber(sum(wholes[place], day, defaults.windowDays) ?? 0),
          day: dayOf(world, day),
          value: percent(value),
          low: percent(low),
          high: percent(high),
        });
      },
    };
  },
};

/** A share of people or beds as an office told it last: hundredths of a percent, counted whole, so that it has no interval. */
const told = (id: 'coverage' | 'beds', measures: readonly Measure[]): Layer => ({
  id,
  name: () => t(`layer.${id}`),
  about: ({ toldDays }) => t(`about.${id}`, { days: toldDays }),
  isPlayable: true,
  isOffered: (world) => measures.some((measure) => has(world, measure)),
  async open(options) {
    const { world, defaults } = options;
    const { toldDays } = defaults;
    const edges = defaults[`${id}Edges`];
    const measure = measures.find((each) => has(world, each)) ?? measures[0] ?? 'bedShare';
    const lines = linesOf(world, measure);
    const figure = await figuresOf(options, 'told.many', { window: toldDays }, (place) => [...(lines[place] ?? [])]);
    const last = (place: number, day: number): { at: number; percent: number } | null => {
      const at = figure(place, day, 1);
      return Number.isNaN(at) ? null : { at, percent: figure(place, day, 0) / 100 };
    };
    return percents(world, edges, last, (found, day) =>
      found
        ? t(`say.${id}`, { value: formatNumber(found.percent, 1), day: dayOf(world, found.at) })
        : t('say.notTold', { days: toldDays, day: dayOf(world, day) }),
    );
  },
});

/** A layer of what was told in percent: `last` is what counts for a place on a day, null where nothing does. */
function percents<Told extends { percent: number }>(
  world: World,
  edges: readonly number[],
  last: (place: number, day: number) => Told | null,
  say: (told: Told | null, day: number) => string,
): Painted {
  const value = (place: number, day: number): number => last(place, day)?.percent ?? NaN;
  const frames = framesOf(world, (place, day) => edgeClass(value(place, day), edges));
  return {
    shades: shadesOf(edges, ' %'),
    isPatterned: false,
    prepare: ready,
    frame: frames,
    value,
    say: (place, day) => say(last(place, day), day),
  };
}

/** Checkpoints with a scan on a day among those registered then, as told last: all of them were counted, so that there is no interval. */
const alive: Layer = {
  id: 'checkpoints-alive',
  name: () => t('layer.checkpoints-alive'),
  about: ({ aliveDays }) => t('about.checkpoints-alive', { days: aliveDays }),
  isPlayable: true,
  isOffered: (world) => has(world, 'checkpoints', 'checkpointsAlive'),
  async open(options) {
    const { world, defaults } = options;
    const { aliveDays, registeredDays, aliveEdges: edges } = defaults;
    const scanned = linesOf(world, 'checkpointsAlive');
    const registered = linesOf(world, 'checkpoints');
    const rows = (place: number): number[] => [...(scanned[place] ?? []), ...(registered[place] ?? [])];
    const figure = await figuresOf(options, 'told.shares.many', { window: aliveDays, wholeWindow: registeredDays }, rows);
    const last = (place: number, day: number): { at: number; n: number; all: number | null; percent: number } | null => {
      const [n, at, all, share] = [figure(place, day, 0), figure(place, day, 1), figure(place, day, 2), figure(place, day, 3)];
      return Number.isNaN(at) ? null : { at, n, all: Number.isNaN(all) ? null : all, percent: share * 100 };
    };
    return percents(world, edges, last, (found, day) => {
      if (!found) return t('say.noScans', { days: aliveDays, day: dayOf(world, day) });
      const told = { n: formatNumber(found.n), all: formatNumber(found.all ?? 0), day: dayOf(world, found.at), value: formatNumber(found.percent, 1) };
      if (found.all === null) return t('say.noCheckpoints', told);
      if (found.n > found.all) return t('say.aliveAbove', told);
      return t(found.all === 0 ? 'say.noneRegistered' : 'say.checkpoints-alive', told);
    });
  },
};

const symptoms: Layer = {
  id: 'symptoms',
  name: () => t('layer.symptoms'),
  about: () => t('about.symptoms'),
  isPlayable: false,
  isOffered: (world) => world.level === 'province' && !world.isKept,
  async open({ core, world, defaults }) {
    const edges = defaults.symptomsEdges;
    const known = new Map<number, ReadonlyMap<string, number | null>>();
    return {
      shades: shadesOf(edges),
      isPatterned: false,
      async prepare(day) {
        if (known.has(day)) return;
        const { provinces } = readLevels(await core.ask<unknown>('riskmap.levels', { day: dayText(dayNumber(world.from) + day) }));
        known.set(day, new Map(provinces.map((each) => [each.unit, each.symptomatic])));
      },
      frame: (day) => {
        const counts = known.get(day);
        return counts ? Uint8Array.from(world.codes, (code) => edgeClass(counts.get(code) ?? NaN, edges)) : null;
      },
      value: (place, day) => known.get(day)?.get(world.codes[place] ?? '') ?? NaN,
      say: (place, day) => {
        const count = known.get(day)?.get(world.codes[place] ?? '');
        if (count === undefined || count === null) return t('say.few', { day: dayOf(world, day) });
        return t('say.symptoms', { n: formatNumber(count), day: dayOf(world, day) });
      },
    };
  },
};

export interface Reproduced {
  mean: number;
  low: number;
  high: number;
  state: 'known' | 'few' | 'missing';
}

/** Whether all days were told that a window's Rt rests on; before its first report a place had no cases that are known. */
function isTold(line: Int32Array | undefined, day: number, { windowDays, reachDays }: Defaults): boolean {
  const first = line?.findIndex((count) => count >= 0) ?? -1;
  if (!line || first < 0 || first > day - windowDays + 1) return false;
  return line.subarray(Math.max(first, day + 1 - windowDays - reachDays), day + 1).every((count) => count >= 0);
}

/** Rt of many lines of daily counts by the model in the worker; a day's answer is that of the window that ends with it. */
export async function reproduce(
  { analysis, defaults }: Pick<LayerOptions, 'analysis' | 'defaults'>,
  lines: readonly Int32Array[],
  days: number,
  signal?: AbortSignal,
  progress?: LayerOptions['progress'],
): Promise<(place: number, day: number) => Reproduced> {
  const parts: Float64Array[] = [];
  let [windows, figures] = [0, 0];
  await partByPart(lines.length, progress, async (first, end) => {
    const counted = inOneRow(first, end, (place) => lines[place]?.map((count) => Math.max(0, count)) ?? []);
    const { text, numbers } = await analysis.call('rt.many', { days, ...spreadOf(defaults) }, counted, signal);
    ({ windows, figures } = JSON.parse(text) as { windows: number; figures: number }); // Session::reproduce_many writes it
    parts.push(numbers);
  });
  const { windowDays, fewRatio } = defaults;
  return (place, day) => {
    const at = figures * ((place % PLACES_A_CALL) * windows + day - windowDays);
    const [mean = NaN, sd = NaN, low = NaN, , high = NaN] = day < windowDays ? [] : (parts[Math.floor(place / PLACES_A_CALL)]?.subarray(at, at + figures) ?? []);
    const state = !isTold(lines[place], day, defaults) || Number.isNaN(mean) ? 'missing' : sd > fewRatio * mean ? 'few' : 'known';
    return { mean, low, high, state };
  };
}

const reproduction: Layer = {
  id: 'rt',
  name: () => t('layer.rt'),
  about: ({ windowDays, serialMean, serialSd, fewRatio }) =>
    t('about.rt', { days: windowDays, mean: formatNumber(serialMean, 1), sd: formatNumber(serialSd, 1), few: percentText(fewRatio) }),
  isPlayable: true,
  isOffered: (world, _, { windowDays }) => has(world, 'cases') && world.days > windowDays + 1,
  async open(options) {
    const { world, defaults, signal, progress } = options;
    const edges = defaults.rtEdges;
    const lines = linesOf(world, 'cases');
    const at = await reproduce(options, lines, world.days, signal, progress);
    const FEW = edges.length + 1;
    const kind = (place: number, day: number): number => {
      const { mean, state } = at(place, day);
      return state === 'known' ? edgeClass(mean, edges) : state === 'few' ? FEW : 0;
    };
    const frames = framesOf(world, kind);
    const colours = [NONE, COLD, '#a9cbe3', PALE, WARM, HOT];
    const between = (i: number): string => t(i === 1 ? 'class.below' : 'class.between', { from: formatNumber(edges[i - 1] ?? 0, 2), to: formatNumber(edges[i] ?? 0, 2), unit: '' });
    return {
      shades: [
        { colour: NONE, text: t('class.none') },
        ...[1, 2, 3, 4].map((i) => ({ colour: colours[i] ?? NONE, text: between(i) })),
        { colour: HOT, text: t('class.from', { from: formatNumber(edges.at(-1) ?? 0, 2), unit: '' }) },
        { colour: '#e7e3ee', text: t('class.few') },
      ],
      isPatterned: false,
      prepare: ready,
      frame: frames,
      value: (place, day) => (at(place, day).state === 'known' ? at(place, day).mean : NaN),
      say: (place, day) => {
        const { mean, low, high, state } = at(place, day);
        if (state === 'missing') return t('say.missing', { day: dayOf(world, day) });
        const words = { day: dayOf(world, day), value: formatNumber(mean, 2), low: formatNumber(low, 2), high: formatNumber(high, 2) };
        return state === 'few' ? t('say.rtFew', { ...words, n: formatNumber(sum(lines[place], day, defaults.windowDays) ?? 0) }) : t('say.rt', words);
      },
    };
  },
};

/** Clusters of a day, kept: a scan is the dearest thing here. */
function scanned(
  options: LayerOptions,
  scan: (day: number, signal: AbortSignal, progress: (share: number) => void) => Promise<readonly Cluster[]>,
): Painted {
  const { world, defaults } = options;
  const known = new Map<number, { clusters: readonly Cluster[]; of: ReadonlyMap<string, Cluster> }>();
  const isStrong = ({ p }: Cluster): boolean => p !== null && p < defaults.clearBelow;
  const clusterOf = (place: number, day: number): Cluster | undefined => known.get(day)?.of.get(world.codes[place] ?? '');
  return {
    shades: [
      { colour: NONE, text: t('class.none') },
      { colour: PALE, text: t('scan.outside') },
      { colour: WARM, text: t('scan.weak') },
      { colour: HOT, text: t('scan.strong', { p: formatNumber(defaults.clearBelow, 2) }) },
    ],
    isPatterned: true,
    async prepare(day, signal, progress) {
      if (known.has(day)) return;
      const clusters = await scan(day, signal, progress);
      const of = new Map([...clusters].reverse().flatMap((cluster) => cluster.members.map((code) => [code, cluster] as const))); // of two the clearer
      known.set(day, { clusters, of });
    },
    frame: (day) => {
      const found = known.get(day);
      if (!found) return null;
      return Uint8Array.from(world.codes, (code) => {
        const cluster = found.of.get(code);
        return cluster ? (isStrong(cluster) ? 3 : 2) : 1;
      });
    },
    value: (place, day) => clusterOf(place, day)?.llr ?? NaN,
    say: (place, day) => {
      const cluster = clusterOf(place, day);
      return cluster ? clusterText(cluster) : t('say.noCluster', { day: dayOf(world, day) });
    },
    clusters: (day) => known.get(day)?.clusters ?? [],
  };
}

export function clusterText({ members, cases, expected, risk, p, from }: Cluster): string {
  const words = {
    members: formatNumber(members.length),
    cases: formatNumber(cases),
    expected: formatNumber(expected, 1),
    risk: risk === null ? '–' : formatNumber(risk, 2),
    p: p === null ? '–' : formatNumber(p, 3),
  };
  return from === null ? t('say.cluster', words) : t('say.cylinder', { ...words, from: formatDay(from) });
}

function clusterOf(world: World, rows: readonly number[], { centre, members, cases, expected, rr, llr, p, from }: ScanCluster): Cluster {
  const codeOf = (row: number): string => world.codes[rows[row - 1] ?? -1] ?? '';
  return { middle: codeOf(centre), members: members.map(codeOf), cases, expected, risk: rr ?? null, llr, p, from: from ?? null };
}

const space: Layer = {
  id: 'clusters',
  name: () => t('layer.clusters'),
  about: ({ windowDays, scanShare, scanReplicates }) => t('about.clusters', { days: windowDays, share: percentText(scanShare), replicates: scanReplicates }),
  isPlayable: false,
  isOffered: (world, hasPlaces, { leastPlaces }) => hasPlaces && has(world, 'cases') && hasPeople(world) && world.codes.length >= leastPlaces,
  async open(options) {
    const { windowDays, leastPlaces, scanLeastCases, scanShare, scanReplicates, scanMost } = options.defaults;
    return scanned(options, async (day, signal, progress) => {
      const { csv, rows } = unitTable(options, day, windowDays);
      const cases = rows.reduce((all, place) => all + (sum(linesOf(options.world, 'cases')[place], day, windowDays) ?? 0), 0);
      if (rows.length < leastPlaces || cases < scanLeastCases) return [];
      const request = { units: csv, maxPopulation: scanShare, distance: 'great-circle' as const, replicates: scanReplicates, seed: 1, most: scanMost };
      return (await scanSpace(request, signal, progress)).map((each) => clusterOf(options.world, rows, each));
    });
  },
};

/** Of more places the permutations would take minutes to hours, all in one call that tells nobody how far it is. */
const MOST_IN_TIME = 1_000;

const spaceTime: Layer = {
  id: 'clusters-time',
  name: () => t('layer.clusters-time'),
  about: ({ spaceTimeDays, scanReplicates }) => t('about.clusters-time', { days: spaceTimeDays, replicates: scanReplicates }),
  isPlayable: false,
  isOffered: (world, hasPlaces, { leastPlaces }) => hasPlaces && has(world, 'cases') && world.codes.length >= leastPlaces && world.codes.length <= MOST_IN_TIME,
  async open(options) {
    const { world, placeOf, analysis } = options;
    const { windowDays, leastPlaces, spaceTimeDays, scanLeastCases, scanReplicates, scanMost } = options.defaults;
    return scanned(options, async (day, signal) => {
      const lines = linesOf(world, 'cases');
      const first = Math.max(0, day - spaceTimeDays + 1);
      // A place that was silent for a day would look as if its neighbours had more than their share.
      const isWhole = (place: number): boolean => sum(lines[place], day, day - first + 1) !== null;
      const rows = world.codes.map((_, place) => place).filter((place) => placeOf(world.codes[place] ?? '') && isWhole(place));
      const units = rows.map((place) => placeOf(world.codes[place] ?? '')).map((at) => `${(at?.lng ?? 0).toFixed(5)},${(at?.lat ?? 0).toFixed(5)}`);
      const events: string[] = [];
      rows.forEach((place, row) => {
        for (let at = first; at <= day; ++at) {
          const count = lines[place]?.[at] ?? 0;
          if (count > 0) events.push(`${row + 1},${dayText(dayNumber(world.from) + at)},${count}`);
        }
      });
      // A line of no cases tells the last day, so that clusters end with it.
      if (rows.length < leastPlaces || events.length < scanLeastCases) return [];
      events.push(`1,${dayText(dayNumber(world.from) + day)},0`);
      const request = {
        units: `longitude,latitude\n${units.join('\n')}\n`,
        events: `unit,day,cases\n${events.join('\n')}\n`,
        longest: windowDays,
        distance: 'great-circle',
        replicates: scanReplicates,
        seed: 1,
        most: scanMost,
      };
      const { text } = await analysis.call('space-time', request, undefined, signal);
      const { clusters } = JSON.parse(text) as { clusters: ScanCluster[] }; // answer_space_time writes it
      return clusters.map((each) => clusterOf(world, rows, each));
    });
  },
};

const hotspots: Layer = {
  id: 'hotspots',
  name: () => t('layer.hotspots'),
  about: ({ nearestUnits, clearBelow }) => t('about.hotspots', { n: nearestUnits, p: percentText(clearBelow) }),
  isPlayable: true,
  isOffered: (world, hasPlaces, { leastPlaces }) => hasPlaces && has(world, 'cases') && hasPeople(world) && world.codes.length >= leastPlaces,
  async open(options) {
    const { world, defaults } = options;
    const clear = defaults.clearBelow;
    const columns = ['gi', 'giFdr', 'giP'] as const;
    const kind = ({ gi, giFdr, giP }: Record<(typeof columns)[number], number>): number =>
      Number.isNaN(gi) ? 0 : giP >= clear ? 1 : gi < 0 ? 2 : giFdr < clear ? 4 : 3;
    const { prepare, frame, row } = dayByDay(options, 'hotspots', columns, kind);
    const shades = [
      { colour: NONE, text: t('class.none') },
      { colour: PALE, text: t('hot.none') },
      { colour: COLD, text: t('hot.cold') },
      { colour: WARM, text: t('hot.maybe') },
      { colour: HOT, text: t('hot.hot') },
    ];
    return {
      shades,
      isPatterned: true,
      prepare,
      frame,
      value: (place, day) => row(place, day)?.gi ?? NaN,
      say: (place, day) => {
        const found = row(place, day);
        if (!found) return t('say.missing', { day: dayOf(world, day) });
        // With more places than a neighbourhood holds (leastPlaces) this is the only reason for no score (epi.alike).
        if (Number.isNaN(found['gi'] ?? NaN)) return t('say.hotspotsAlike', { day: dayOf(world, day) });
        return t('say.hotspots', {
          state: shades[kind(found)]?.text ?? '',
          day: dayOf(world, day),
          value: formatNumber(found.gi, 2),
          p: formatNumber(found.giP, 3),
          fdr: formatNumber(found.giFdr, 3),
        });
      },
    };
  },
};

interface AlarmDay {
  count: number;
  upper: number;
  /** `few`: the method raises no alarm where there are hardly any cases. `unfit`: what it fits to the years before does not fit. */
  state: 'raised' | 'none' | 'few' | 'unfit';
}

interface AlarmWords {
  id: 'ears' | 'weekly';
  /** What is said of a day that has too little before it. */
  short: (day: string) => string;
  /** What few cases are, of a method that knows them. */
  few?: { least: string; weeks: string };
}

const ALARM_CLASSES: Readonly<Record<AlarmDay['state'], number>> = { unfit: 0, none: 1, few: 2, raised: 3 };

function alarms(world: World, at: (place: number, day: number) => AlarmDay | null, { id, short, few }: AlarmWords): Painted {
  const frames = framesOf(world, (place, day) => ALARM_CLASSES[at(place, day)?.state ?? 'unfit']);
  return {
    shades: [
      { colour: NONE, text: t('alarm.short') },
      { colour: PALE, text: t('alarm.none') },
      { colour: '#e7e3ee', text: few ? t('alarm.few') : '' },
      { colour: HOT, text: t('alarm.raised') },
    ],
    isPatterned: true,
    prepare: ready,
    frame: frames,
    value: (place, day) => {
      const alarm = at(place, day);
      return alarm && (alarm.state === 'none' || alarm.state === 'raised') ? alarm.count - alarm.upper : NaN;
    },
    say: (place, day) => {
      const alarm = at(place, day);
      const told = dayOf(world, day);
      if (!alarm) return short(told);
      const said = { day: told, n: formatNumber(alarm.count) };
      if (alarm.state === 'few') return t('say.alarmFew', { ...said, ...few });
      if (alarm.state === 'unfit') return t('say.alarmUnfit', said);
      return t(`say.${id}`, { ...said, state: t(`alarm.${alarm.state}`), upper: formatNumber(alarm.upper, 1) });
    },
  };
}

const ears: Layer = {
  id: 'ears',
  name: () => t('layer.ears'),
  about: ({ earsMethod, earsAlpha }) => t('about.ears', { method: earsMethod, p: formatNumber(earsAlpha, 3) }),
  isPlayable: true,
  isOffered: (world, _, { earsSpan }) => has(world, 'cases') && world.days > earsSpan,
  async open({ world, analysis, defaults, signal, progress }) {
    const { earsMethod: method, earsAlpha: alpha } = defaults;
    const lines = linesOf(world, 'cases');
    const figure = await figuresOf({ analysis, world, signal, progress }, 'ears.many', { method, alpha }, (place) => [...(lines[place] ?? [])]);
    return alarms(
      world,
      (place, day) => {
        const raised = figure(place, day, 1);
        return Number.isNaN(raised) ? null : { count: lines[place]?.[day] ?? 0, upper: figure(place, day, 0), state: raised === 1 ? 'raised' : 'none' };
      },
      { id: 'ears', short: (day) => t('say.alarmShort', { day }) },
    );
  },
};

/** Whole years that there are to compare a week with. */
const yearsOf = ({ days }: World, { yearWeeks, halfWindowWeeks, mostYears }: Defaults): number =>
  Math.max(0, Math.min(mostYears, Math.floor((Math.floor(days / 7) - halfWindowWeeks - 1) / yearWeeks)));

/** Weeks that are compared with the years before; `isOffered` whether there may be so many years. */
const weekly = (id: 'farrington' | 'farrington-flexible', least: 'farringtonYears' | 'flexibleYears', isOffered: Layer['isOffered']): Layer => ({
  id,
  name: () => t(`layer.${id}`),
  about: (defaults) => t(`about.${id}`, { years: defaults[least], left: defaults.leftOutWeeks }),
  isPlayable: true,
  isOffered,
  async open({ world, analysis, defaults, signal, progress }) {
    const { yearWeeks, halfWindowWeeks, leastCases, leastSpanWeeks } = defaults;
    const years = yearsOf(world, defaults);
    const short = (day: string): string => t('say.alarmHistory', { day, years: formatNumber(defaults[least]), from: dayOf(world, 0) });
    if (years < defaults[least]) return alarms(world, () => null, { id: 'weekly', short });
    const lines = linesOf(world, 'cases');
    const weeks = Math.floor(world.days / 7);
    const begin = world.days - 7 * weeks;
    const reach = years * yearWeeks + halfWindowWeeks; // the earliest week that a week is compared with
    const known: boolean[][] = [];
    const found: Map<number, Record<string, number>>[] = [];
    for (const [place, line] of lines.entries()) {
      const told = Array.from({ length: weeks }, (_, week) => sum(line, begin + 7 * week + 6, 7));
      const counts = told.map((count) => count ?? 0);
      known.push(told.map((_, week) => told.slice(Math.max(0, week - reach), week + 1).every((count) => count !== null)));
      const { text } = await analysis.call(id, { series: `cases\n${counts.join('\n')}\n`, years }, undefined, signal);
      found.push(new Map(csvRows(text).map((row) => [row['week'] ?? 0, row])));
      if (place % 16 === 0) progress(place / lines.length);
    }
    return alarms(
      world,
      (place, day) => {
        const week = Math.floor((day + 1 - begin) / 7);
        const row = found[place]?.get(week);
        if (!row || !known[place]?.[week - 1]) return null;
        const recent = sum(lines[place], begin + 7 * week - 1, 7 * leastSpanWeeks);
        const upper = row['upper'] ?? NaN;
        const state = recent !== null && recent < leastCases ? 'few' : Number.isNaN(upper) ? 'unfit' : row['alarm'] === 1 ? 'raised' : 'none';
        return { count: row['cases'] ?? 0, upper, state };
      },
      { id: 'weekly', short, few: { least: formatNumber(leastCases), weeks: formatNumber(leastSpanWeeks) } },
    );
  },
});

const farrington = weekly('farrington', 'farringtonYears', (world, _, defaults) => has(world, 'cases') && yearsOf(world, defaults) >= defaults.farringtonYears);
/** Offered without the years too, so that who looks for it is told what it lacks; below a province a question never has so many. */
const flexible = weekly('farrington-flexible', 'flexibleYears', (world) => has(world, 'cases') && world.level === 'province');

export const LAYERS: readonly Layer[] = [
  level,
  incidence,
  smoothed('global'),
  smoothed('local'),
  trend,
  reproduction,
  space,
  spaceTime,
  hotspots,
  ears,
  farrington,
  flexible,
  positivity,
  told('coverage', ['adultsDosed', 'over65Full', 'over50Full']),
  told('beds', ['bedShare']),
  feedback,
  alive,
  symptoms,
];

/** What a layer lacks that is not offered: units that are provinces, fewer units, years of counts, people, or any count of its kind. */
export type Lack = 'provinces' | 'size' | 'years' | 'people' | 'counts';

export function lackOf({ id }: Layer, world: World): Lack {
  if (id === symptoms.id && world.level !== 'province') return 'provinces';
  if (!has(world, 'cases')) return 'counts';
  if (id === spaceTime.id && world.codes.length > MOST_IN_TIME) return 'size';
  if (id === farrington.id || id === flexible.id) return 'years';
  const isOfCases = [incidence, ...LAYERS.filter((each) => each.id.startsWith('smooth')), space, hotspots].some((each) => each.id === id);
  return isOfCases && !hasPeople(world) ? 'people' : 'counts';
}
