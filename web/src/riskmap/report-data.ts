/** What a report of one unit on one day says, as far as the person may know it: asked for anew each time, kept nowhere. */

import { language } from '../app/language';
import { CoreError, type Core } from '../core/facade';
import type { UnitLevel } from '../map/overlay';
import { readCounts, sumsOf } from './figures';
import { dayNumber, dayText, readSeries, type Series } from './model';
import type { FileHead, FileRow } from './report-files';
import { readExplanation, readUnits, type Explanation, type UnitRow } from './units-model';

export interface SourceSum {
  source: string;
  cases: number;
  days: number | null;
}

export interface Announced {
  level: number;
  document: string;
  from: string;
  until: string | null;
  reason: string;
}

export interface Report extends FileHead {
  level: number | null;
  computed: number | null;
  declared: number | null;
  announced: Announced | null;
  /** Why the unit has its colour; null when it is not for this person, or there is nothing to say. */
  why: Explanation | null;
  sources: SourceSum[];
  difference: number | null;
  series: Series | null;
  /** Numbers and reasons are for officials of the unit. */
  isClosed: boolean;
  /** The unit itself, as a row. */
  own: UnitRow | null;
  rows: FileRow[];
  below: UnitLevel;
  dataTime: number | null;
}

const NATION = 'VN';
const WINDOW = 7;
const CURVE_DAYS = 120;

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export const levelBelow = (unit: string): UnitLevel => (unit === '' ? 'province' : unit.length === 2 ? 'district' : 'commune');

/** Null for what the person may not see; what fails otherwise is an error of the report. */
async function ifAllowed<Value>(asked: Promise<Value>): Promise<Value | 'closed' | null> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    if (error.code === 'forbidden' || error.code === 'unauthorized') return 'closed';
    if (error.code === 'notFound' || error.code === 'rejected') return null;
    throw error;
  }
}

export async function gather(core: Core, unit: string, day: string, country: string): Promise<Report> {
  const level = levelBelow(unit);
  const from = dayText(dayNumber(day) - CURVE_DAYS + 1);
  const of = unit === '' ? {} : { unit };
  const [units, why, counts, series] = await Promise.all([
    core.ask<unknown>('riskmap.units', { unit, day }),
    ifAllowed(core.ask<unknown>('riskmap.why', { unit: unit === '' ? NATION : unit, day })),
    unit.length === 5 ? null : ifAllowed(core.ask<unknown>('riskmap.counts', { ...of, level, measure: 'cases', from, until: day }).then(readCounts)),
    unit === '' ? null : ifAllowed(core.ask<unknown>('riskmap.series', { unit, from, until: day }).then(readSeries)),
  ]);
  const read = readUnits(units);
  const said = why === 'closed' || why === null ? {} : fields(why);
  const announced = fields(said['declared']);
  const explained = said['explanation'] === undefined || said['explanation'] === null ? null : readExplanation(said);
  const open = counts === 'closed' || counts === null ? null : counts;
  const sums = open ? sumsOf(open, day, WINDOW) : null;
  const found = unit === '' ? null : await core.unit(unit).catch(() => null);
  return {
    unit,
    name: unit === '' ? country : read.own?.name || (found?.name ?? unit),
    day: read.day,
    pack: read.pack,
    version: read.version,
    packOfficial: read.packOfficial,
    window: sums ? { from: dayText(dayNumber(day) - WINDOW + 1), until: day } : null,
    level: read.own?.level ?? null,
    computed: read.own?.computed ?? null,
    declared: read.own?.declared ?? null,
    announced: number(announced['level']) === null
      ? null
      : {
          level: Number(announced['level']),
          document: text(announced['documentNumber']),
          from: text(announced['from']),
          until: text(announced['until']) || null,
          reason: text(announced['reason']),
        },
    why: explained,
    sources: list(said['sources']).map((each) => {
      const source = fields(each);
      return { source: text(source['source']), cases: number(source['cases7']) ?? 0, days: number(source['days']) };
    }),
    difference: number(said['difference']),
    series: unit === '' ? (open ? summed(open.from, open.units) : null) : series === 'closed' ? null : series,
    isClosed: why === 'closed',
    own: read.own,
    rows: read.units.map((row) => (sums ? { ...row, cases: sums.get(row.unit) ?? null } : row)),
    below: level,
    dataTime: number(fields(units)['dataTime']) ?? open?.dataTime ?? null,
  };
}

/** Days of all units together. */
function summed(from: string, units: readonly { reported: readonly (readonly [number, number])[]; counts: readonly number[] }[]): Series {
  const days = new Map<number, number>();
  for (const { reported, counts } of units) {
    for (const [first, last] of reported) for (let day = first; day <= last; day += 1) days.set(day, days.get(day) ?? 0);
    for (let at = 0; at + 1 < counts.length; at += 2) days.set(counts[at] ?? 0, (days.get(counts[at] ?? 0) ?? 0) + (counts[at + 1] ?? 0));
  }
  const start = dayNumber(from);
  return { unit: '', days: [...days].sort(([a], [b]) => a - b).map(([day, cases]) => ({ day: dayText(start + day), cases })) };
}

export const explanationLines = ({ vi, en }: Explanation): string[] => (language() === 'en' ? en : vi).split('\n').filter((line) => line.trim() !== '');
