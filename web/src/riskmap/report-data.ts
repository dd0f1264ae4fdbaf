/** What a report of one unit on one day says, as far as the person may know it: kept nowhere. */

import { CoreError, isForbidden, type Core } from '../core/facade';
import type { UnitLevel } from '../map/overlay';
import { sumsOf, together, type AskedCounts, type Counts } from './counts';
import { readDeclaredAnswer } from './declared-model';
import type { Defaults } from './defaults';
import { fields, list, number, text } from './json';
import { dayNumber, dayText, readSeries, type Declared, type Series } from './model';
import type { FileHead, FileRow } from './report-files';
import { levelBelow, readExplanation, readUnits, type Explanation, type UnitRow } from './units-model';

export interface SourceSum {
  source: string;
  cases: number;
  days: number | null;
}

export interface Report extends FileHead {
  level: number | null;
  computed: number | null;
  declared: number | null;
  announced: Declared | null;
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
const CURVE_DAYS = 120;

/** Null for what the person may not see; what fails otherwise is an error of the report. */
async function ifAllowed<Value>(asked: Promise<Value>): Promise<Value | 'closed' | null> {
  try {
    return await asked;
  } catch (error) {
    if (isForbidden(error)) return 'closed';
    if (error instanceof CoreError && (error.code === 'notFound' || error.code === 'rejected')) return null;
    throw error;
  }
}

export interface Askers {
  core: Core;
  counts: AskedCounts;
  /** What the map asks its models with; rejects when they could not be had. */
  learn: () => Promise<Pick<Defaults, 'reportDays'>>;
}

export async function gather({ core, counts: asker, learn }: Askers, unit: string, day: string, country: string): Promise<Report> {
  const level = levelBelow(unit);
  const from = dayText(dayNumber(day) - CURVE_DAYS + 1);
  const whole = unit === '' ? NATION : unit;
  const [units, declared, why, counts, series] = await Promise.all([
    core.ask<unknown>('riskmap.units', { unit, day }),
    core.ask<unknown>('riskmap.declared', { unit: whole, day }).then(readDeclaredAnswer),
    ifAllowed(core.ask<unknown>('riskmap.why', { unit: whole, day })),
    unit.length === 5 ? null : ifAllowed(asker.get(unit, level, 'cases', { first: from, last: day })),
    unit === '' ? null : ifAllowed(core.ask<unknown>('riskmap.series', { unit, from, until: day }).then(readSeries)),
  ]);
  const read = readUnits(units);
  const said = why === 'closed' || why === null ? {} : fields(why);
  const explained = said['explanation'] === undefined || said['explanation'] === null ? null : readExplanation(said);
  const open = counts === 'closed' || counts === null ? null : counts.counts;
  // Without models the report stands without sums.
  const days = open ? await learn().then(({ reportDays }) => reportDays, () => null) : null;
  const sums = open && days !== null ? sumsOf(open, day, days, 'whole') : null;
  const found = unit === '' ? null : await core.unit(unit).catch(() => null);
  return {
    unit,
    name: unit === '' ? country : read.own?.name || (found?.name ?? unit),
    day: read.day,
    pack: read.pack,
    version: read.version,
    packOfficial: read.packOfficial,
    window: sums && days !== null ? { from: dayText(dayNumber(day) - days + 1), until: day } : null,
    level: read.own?.level ?? null,
    computed: read.own?.computed ?? null,
    declared: read.own?.declared ?? null,
    announced: declared.inForce,
    why: explained,
    sources: list(said['sources']).map((each) => {
      const source = fields(each);
      return { source: text(source['source']), cases: number(source['cases7']) ?? 0, days: number(source['days']) };
    }),
    difference: number(said['difference']),
    series: unit === '' ? (open ? summed(open) : null) : series === 'closed' ? null : series,
    isClosed: why === 'closed',
    own: read.own,
    rows: read.units.map((row) => (sums ? { ...row, cases: sums.get(row.unit) ?? null } : row)),
    below: level,
    dataTime: number(fields(units)['dataTime']) ?? open?.dataTime ?? null,
  };
}

/** Days of all units together, those that all of them told. */
function summed({ from, days, units }: Counts): Series {
  const start = dayNumber(from);
  const cases = [...together([...units.values()], days)];
  return { unit: '', days: cases.flatMap((each, day) => (each < 0 ? [] : [{ day: dayText(start + day), cases: each }])) };
}
