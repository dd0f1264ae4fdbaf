/** What the core answers about proposals and publications of levels, read once at the edge; and how what is public lies over what is calculated. */

import { fields, list, number, text } from './json';
import type { Level, Levels } from './model';
import type { UnitRows } from './units-model';

/** A level as a sign of the core: 1 to 4; null for not computable and for grey. */
export const levelOfSign = (sign: string | undefined): Level | null =>
  sign === '1' ? 1 : sign === '2' ? 2 : sign === '3' ? 3 : sign === '4' ? 4 : null;

/** The author of what the server calculates at its hours; no user has this name. */
const SERVER = '0';

export interface Override {
  unit: string;
  level: Level;
  reason: string;
  documentNumber: string;
}

export interface LevelChange {
  unit: string;
  /** What is public; null: not computable, or nothing is public yet. */
  before: Level | null;
  after: Level | null;
  /** There where an officer put another level in place of the calculated one. */
  override: Override | null;
  /** The calculated one, announcements included. */
  calculated: Level | null;
}

export interface Proposal {
  record: string;
  madeAt: number;
  /** Null: the server, at its hour. */
  author: string | null;
  day: string;
  pack: string;
  packVersion: number;
  dataTime: number;
  /** The hour it was due at; null: an officer asked for it. */
  dueAt: number | null;
  isPublished: boolean;
  isOwn: boolean;
  changes: LevelChange[];
  overrides: Override[];
}

/** What was public of a province about a day, and from when to when. */
export interface Publication {
  record: string;
  day: string;
  from: number;
  /** Null: still. */
  until: number | null;
  pack: string;
  packVersion: number;
  dataTime: number;
  /** Of the province itself. */
  level: Level | null;
  approvedBy: string;
  /** Null: the server. */
  preparedBy: string | null;
}

export interface Desk {
  unit: string;
  proposals: Proposal[];
  /** The last day first. */
  history: Publication[];
  /** Whether the asking officer may sign there; who prepared it is asked apart. */
  mayApprove: boolean;
}

const readOverride = (value: unknown): Override[] => {
  const raw = fields(value);
  const level = levelOfSign(String(raw['level']));
  return level === null ? [] : [{ unit: text(raw['unit']), level, reason: text(raw['reason']), documentNumber: text(raw['documentNumber']) }];
};

const authorOf = (value: unknown): string | null => (value === SERVER ? null : text(value));

/** Codes with the level of each. */
export function levelsByCode(codes: string, signs: string): Map<string, Level | null> {
  return new Map(codes.split(' ').map((code, at) => [code, levelOfSign(signs[at])]));
}

function readProposal(value: unknown): Proposal {
  const raw = fields(value);
  const overrides = list(raw['overrides']).flatMap(readOverride);
  const levels = levelsByCode(text(raw['codes']), text(raw['levels']));
  return {
    record: text(raw['record']),
    madeAt: number(raw['madeAt']) ?? 0,
    author: authorOf(raw['author']),
    day: text(raw['day']),
    pack: text(raw['pack']),
    packVersion: number(raw['packVersion']) ?? 0,
    dataTime: number(raw['dataTime']) ?? 0,
    dueAt: number(raw['dueAt']),
    isPublished: raw['isPublished'] === true,
    isOwn: raw['isOwn'] === true,
    overrides,
    changes: list(raw['changes']).flatMap((each) => {
      const change = fields(each);
      const unit = text(change['unit']);
      const [before, after] = [levelOfSign(text(change['published'])), levelOfSign(text(change['level']))];
      // From not computable to grey is no other level.
      if (before === after) return [];
      return [{ unit, before, after, override: overrides.find((one) => one.unit === unit) ?? null, calculated: levels.get(unit) ?? null }];
    }),
  };
}

function readPublication(value: unknown): Publication {
  const raw = fields(value);
  return {
    record: text(raw['record']),
    day: text(raw['day']),
    from: number(raw['validFrom']) ?? 0,
    until: number(raw['validTo']),
    pack: text(raw['pack']),
    packVersion: number(raw['packVersion']) ?? 0,
    dataTime: number(raw['dataTime']) ?? 0,
    level: levelOfSign(text(raw['level'])),
    approvedBy: text(raw['approvedBy']),
    preparedBy: authorOf(raw['preparedBy']),
  };
}

/** The answer of riskmap.proposals; throws when it names no unit: then it is not that answer at all. */
export function readDesk(value: unknown): Desk {
  const raw = fields(value);
  if (typeof raw['unit'] !== 'string') throw new Error('riskmap.proposals: the answer has no unit');
  return {
    unit: raw['unit'],
    proposals: list(raw['proposals']).map(readProposal),
    history: list(raw['history']).map(readPublication),
    mayApprove: raw['mayApprove'] === true,
  };
}

/** What is public of a day: of the history, which has the last day first, the first that is not about a later one. */
export const inForceOn = (history: readonly Publication[], day: string): Publication | null => history.find((each) => each.day <= day) ?? null;

// ---- a proposal that is being made

/** What riskmap.proposal answers: the body of a record, to be sent as it is. */
export interface Calculated {
  body: Record<string, unknown>;
  day: string;
  pack: string;
  packVersion: number;
  dataTime: number;
  levels: Map<string, Level | null>;
}

export function readCalculated(value: unknown): Calculated {
  const raw = fields(value);
  if (typeof raw['codes'] !== 'string') throw new Error('riskmap.proposal: the answer has no units');
  return {
    body: { ...raw },
    day: text(raw['day']),
    pack: text(raw['pack']),
    packVersion: number(raw['packVersion']) ?? 0,
    dataTime: number(raw['dataTime']) ?? 0,
    levels: levelsByCode(raw['codes'], text(raw['levels'])),
  };
}

/** A row of the form; what was typed need not be a whole override yet. */
export interface OverrideRow {
  /** Tells rows apart while they come and go. */
  key: number;
  unit: string;
  level: string;
  reason: string;
  documentNumber: string;
}

/** The record that would be sent. Fields that were left empty are left out, for the core to say so. */
export function bodyOf({ body }: Calculated, rows: readonly OverrideRow[]): Record<string, unknown> {
  if (rows.length === 0) return body;
  return {
    ...body,
    overrides: rows.map(({ unit, level, reason, documentNumber }) => {
      const said = { unit, reason: reason.normalize('NFC').trim(), documentNumber: documentNumber.normalize('NFC').trim() };
      const whole = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''));
      return level === '' ? whole : { ...whole, level: Number(level) };
    }),
  };
}

/** What would change for the public: old level and new level, overrides over what was calculated. In the order of the units. */
export function changesOf({ levels }: Calculated, published: ReadonlyMap<string, Level | null> | null, rows: readonly OverrideRow[]): LevelChange[] {
  const overrides = new Map(rows.flatMap((row) => readOverride(row).map((one): [string, Override] => [one.unit, one])));
  const out: LevelChange[] = [];
  for (const [unit, calculated] of levels) {
    const override = overrides.get(unit) ?? null;
    const after = override?.level ?? calculated;
    const before = published?.get(unit) ?? null;
    if (before !== after) out.push({ unit, before, after, override, calculated });
  }
  return out;
}

/** Changes whose unit has a name with these words; `fold` takes marks away. */
export function filtered(changes: readonly LevelChange[], words: string, nameOf: (unit: string) => string, fold: (text: string) => string): LevelChange[] {
  const wanted = fold(words);
  return wanted === '' ? [...changes] : changes.filter(({ unit }) => fold(nameOf(unit)).includes(wanted));
}

/** Why somebody may not approve a proposal now; null: they may. */
export type Obstacle = 'own' | 'role' | 'published' | 'older' | 'offline';
export function obstacleOf(proposal: Proposal, desk: Desk, isOnline: boolean): Obstacle | null {
  if (proposal.isPublished) return 'published';
  if (!desk.mayApprove) return 'role';
  if (proposal.isOwn) return 'own';
  // The newest first: one that is public and stands before this one is newer.
  const at = desk.proposals.indexOf(proposal);
  if (desk.proposals.slice(0, at).some((each) => each.isPublished && each.day === proposal.day)) return 'older';
  return isOnline ? null : 'offline';
}

// ---- what everybody sees

/** What is public of one unit. */
export interface PublicLevel {
  level: Level | null;
  /** Since when, by the server's clock. */
  from: number;
  /** The day it is about. */
  day: string;
}

/** What is public on a day, of the units that were asked about; a unit that is not there was not published. */
export interface Published {
  day: string;
  units: ReadonlyMap<string, PublicLevel>;
}

/** The answer of riskmap.published; throws when it has no day. */
export function readPublished(value: unknown): Published {
  const raw = fields(value);
  if (typeof raw['day'] !== 'string') throw new Error('riskmap.published: the answer has no day');
  const units = new Map<string, PublicLevel>();
  for (const each of list(raw['publications'])) {
    const one = fields(each);
    const [from, day] = [number(one['validFrom']) ?? 0, text(one['day'])];
    for (const [unit, level] of levelsByCode(text(one['codes']), text(one['levels']))) if (unit !== '') units.set(unit, { level, from, day });
  }
  return { day: raw['day'], units };
}

/** A unit as the public sees it: at the published level where there is one. */
function asPublished<Each extends { unit: string; level: number | null }>(each: Each, { units }: Published): Each & { published: PublicLevel | null } {
  const found = units.get(each.unit) ?? null;
  return { ...each, published: found, level: found ? found.level : each.level };
}

/** Levels as the public sees them. Without an answer nothing is said about what is public. */
export function withPublished(levels: Levels, published: Published | null): Levels {
  if (!published || published.day !== levels.day) return levels;
  return { ...levels, provinces: levels.provinces.map((place) => asPublished(place, published)) };
}

/** The same for the rows of the detailed map. */
export function withPublishedRows(rows: UnitRows, published: Published | null): UnitRows {
  if (!published || published.day !== rows.day) return rows;
  return { ...rows, units: rows.units.map((row) => asPublished(row, published)) };
}
