/** What the core answers about the map, read once at the edge, and how a province is classed, coloured and sorted. */

import { fields, list, number, text } from './json';
import type { PublicLevel } from './publish-model';

export type Level = 1 | 2 | 3 | 4;
export type Metric = 'level' | 'cases' | 'symptoms';
export type PaletteName = 'official' | 'safe';

export interface Source {
  source: string;
  cases7: number;
  days: number | null;
}

export interface Declared {
  level: Level;
  document: string;
  from: string;
  until: string | null;
  reason: string;
}

export interface Band {
  level: Level;
  from: number;
  below: number | null;
  official: boolean;
}

export interface Pack {
  id: string;
  version: number;
  basis: Words;
  leftOut: Words[];
  per: number;
  windowDays: number;
  bands: Band[];
}

/** A text in both languages, as packs carry them. */
export interface Words {
  vi: string;
  en: string;
}

export interface ProvinceLevel {
  unit: string;
  /** What the map shows: the published level where there is one, else the announced one, else the computed one; null: not computable. */
  level: Level | null;
  /** What is public of it; null: nothing was approved; not there: nobody could tell yet. */
  published?: PublicLevel | null;
  computed: Level | null;
  band: Level | null;
  declared: Declared | null;
  cases7: number | null;
  population: number | null;
  /** Tenths of a case per 100,000 people, rounded down, for reading only. */
  per100kX10: number | null;
  sources: Source[];
  /** null: few, and not shown to the public. */
  symptomatic: number | null;
  declarations: { green: number | null; yellow: number | null; red: number | null };
  heldFrom: string | null;
  missing: string[];
  /** The products that were compared, in whole numbers. */
  arithmetic: string;
  /** Whether the band that decided was read in the published text. */
  bandOfficial: boolean | null;
}

/** Lower edges of the classes of what is counted: 5 means "5 and more, below the next". The core's (epi/defaults.h), with each answer. */
export type Edges = Readonly<Record<Exclude<Metric, 'level'>, readonly number[]>>;
/** Of an answer that nobody has yet: then no number finds a class. */
export const NO_EDGES: Edges = { cases: [], symptoms: [] };

export interface Levels {
  day: string;
  pack: Pack | null;
  packOfficial: boolean;
  edges: Edges;
  provinces: ProvinceLevel[];
  first: string | null;
  last: string | null;
  dataTime: number | null;
}

export interface Series {
  unit: string;
  days: { day: string; cases: number }[];
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function level(value: unknown): Level | null {
  return value === 1 || value === 2 || value === 3 || value === 4 ? value : null;
}

function words(value: unknown): Words {
  const { vi, en } = fields(value);
  return { vi: text(vi), en: text(en) || text(vi) };
}

function readPack(value: unknown): Pack | null {
  const raw = fields(value);
  if (typeof raw['id'] !== 'string') return null;
  return {
    id: raw['id'],
    version: number(raw['version']) ?? 0,
    basis: words(raw['basis']),
    leftOut: list(raw['leftOut']).map(words),
    per: number(raw['per']) ?? 100_000,
    windowDays: number(raw['windowDays']) ?? 7,
    bands: list(raw['bands']).flatMap((each) => {
      const band = fields(each);
      const of = level(band['level']);
      if (!of) return [];
      return [
        {
          level: of,
          from: number(band['from']) ?? 0,
          below: number(band['below']),
          official: band['mark'] === 'official',
        },
      ];
    }),
  };
}

/** An announcement, wherever an answer has one; null where it has none. */
export function readDeclared(value: unknown): Declared | null {
  const raw = fields(value);
  const of = level(raw['level']);
  return (
    of && {
      level: of,
      document: text(raw['documentNumber']),
      from: text(raw['from']),
      until: textOrNull(raw['until']),
      reason: text(raw['reason']),
    }
  );
}

function readProvince(value: unknown): ProvinceLevel {
  const raw = fields(value);
  const why = fields(raw['why']);
  const declarations = fields(raw['declarations']);
  return {
    unit: text(raw['unit']),
    level: level(raw['level']),
    computed: level(raw['computed']),
    band: level(raw['band']),
    declared: readDeclared(raw['declared']),
    cases7: number(raw['cases7']),
    population: number(raw['population']),
    per100kX10: number(raw['per100kX10']),
    sources: list(raw['sources']).map((each) => {
      const source = fields(each);
      return { source: text(source['source']), cases7: number(source['cases7']) ?? 0, days: number(source['days']) };
    }),
    symptomatic: number(raw['symptomatic']),
    declarations: {
      green: number(declarations['green']),
      yellow: number(declarations['yellow']),
      red: number(declarations['red']),
    },
    heldFrom: textOrNull(why['heldFrom']),
    missing: list(why['missing']).map(text),
    arithmetic: text(why['arithmetic']),
    bandOfficial: why['mark'] === undefined ? null : why['mark'] === 'official',
  };
}

/** Those of an answer, or of one that an older page kept without them. */
export function readEdges(value: unknown): Edges {
  const raw = fields(value);
  const of = (name: keyof Edges): number[] => list(raw[name]).map((edge) => number(edge) ?? NaN);
  return { cases: of('cases'), symptoms: of('symptoms') };
}

/** The answer of riskmap.levels. Throws when it has no day: then it is not that answer at all. */
export function readLevels(value: unknown): Levels {
  const raw = fields(value);
  const days = fields(raw['days']);
  if (typeof raw['day'] !== 'string') throw new Error('riskmap.levels: the answer has no day');
  return {
    day: raw['day'],
    pack: readPack(raw['pack']),
    packOfficial: raw['packMark'] === 'official',
    edges: readEdges(raw['edges']),
    provinces: list(raw['provinces']).map(readProvince),
    first: textOrNull(days['first']),
    last: textOrNull(days['last']),
    dataTime: number(raw['dataTime']),
  };
}

export function readSeries(value: unknown): Series {
  const raw = fields(value);
  return {
    unit: text(raw['unit']),
    days: list(raw['days']).map((each) => {
      const day = fields(each);
      return { day: text(day['day']), cases: number(day['cases']) ?? 0 };
    }),
  };
}

/** A class of the map: 0 is "no data", then rising. Its colour and its pattern say the same thing twice. */
export interface Shade {
  colour: string;
  /** Id of the pattern of this class (it holds the colour); "" for plain colour. */
  pattern: string;
}

// The four colours are those of the decision; the second row falls evenly in lightness, so any eye can order it.
/** What is not known, on every map. */
export const NO_DATA = '#d3d8d9';
const LEVELS: Record<PaletteName, readonly string[]> = {
  official: [NO_DATA, '#0FA57F', '#F1BA15', '#F28E12', '#DA4711'],
  safe: [NO_DATA, '#fdf6d0', '#f5c04a', '#c8641b', '#6d1f0a'],
};
const RAMP: readonly string[] = [NO_DATA, '#f3f6f2', '#c9e0dd', '#8fc1c8', '#4795a3', '#14687a', '#0b3740'];

/** Dark colours need light patterns and digits. */
export function isDark(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 115;
}

export function valueOf(province: ProvinceLevel, metric: Metric): number | null {
  if (metric === 'level') return province.level;
  if (metric === 'cases') return province.per100kX10 === null ? null : province.per100kX10 / 10;
  return province.symptomatic;
}

/** 0 no data; for levels 1 to 4, else 1 for the lowest class upward. */
export function classOf(province: ProvinceLevel | undefined, metric: Metric, edges: Edges): number {
  const value = province ? valueOf(province, metric) : null;
  if (value === null) return 0;
  if (metric === 'level') return value;
  return edges[metric].filter((edge) => value >= edge).length;
}

export function shadeOf(kind: number, metric: Metric, palette: PaletteName): Shade {
  if (metric === 'level') {
    const colour = LEVELS[palette][kind] ?? LEVELS[palette][0] ?? '';
    return { colour, pattern: kind === 1 ? '' : `risk-pattern-${kind}` };
  }
  return { colour: RAMP[kind] ?? RAMP[0] ?? '', pattern: kind === 0 ? 'risk-pattern-0' : '' };
}

export function classesOf(metric: Metric, edges: Edges): number[] {
  return metric === 'level'
    ? [4, 3, 2, 1, 0]
    : [...edges[metric].keys()]
        .map((at) => at + 1)
        .concat(0)
        .sort((a, b) => b - a);
}

/** Whether what is shown differs from what the figures give, because somebody said so. */
export function differs(place: ProvinceLevel | undefined): boolean {
  return !!place && (!!place.declared || !!place.published) && place.level !== place.computed;
}

export function isSynthetic(levels: Levels): boolean {
  return levels.provinces.some(({ sources }) => sources.some(({ source }) => /synthetic/i.test(source)));
}

export type Column = 'name' | 'level' | 'published' | 'declared' | 'cases7' | 'per100kX10' | 'population' | 'symptomatic';

export interface Order {
  column: Column;
  falling: boolean;
}

/** Rows in the order asked for. What has no value comes last whichever way; the place of the name in a dictionary decides between equals. */
export function sorted(
  provinces: readonly ProvinceLevel[],
  order: Order,
  rankOf: (unit: string) => number,
): ProvinceLevel[] {
  const value = (row: ProvinceLevel): number | null =>
    order.column === 'name'
      ? null
      : order.column === 'declared'
        ? (row.declared?.level ?? null)
        : order.column === 'published'
          ? (row.published?.from ?? null)
          : row[order.column];
  const byName = (a: ProvinceLevel, b: ProvinceLevel): number => rankOf(a.unit) - rankOf(b.unit);
  return [...provinces].sort((a, b) => {
    if (order.column === 'name') return order.falling ? byName(b, a) : byName(a, b);
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return left === right ? byName(a, b) : left === null ? 1 : -1;
    return (order.falling ? right - left : left - right) || byName(a, b);
  });
}

/** Civil days as numbers, for sliders. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
}

export function dayText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}
