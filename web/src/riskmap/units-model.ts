/** What the core answers about units below one, read once at the edge. */

import { inWords } from '../app/language';
import type { UnitLevel } from '../map/overlay';
import { fields, list, text } from './json';
import type { PublicLevel } from './publish-model';

/** The level of the units directly below one. */
export const levelBelow = (unit: string): UnitLevel => (unit === '' ? 'province' : unit.length === 2 ? 'district' : 'commune');

export interface UnitRow {
  unit: string;
  name: string;
  /** Names of the units above it up to the one whose parts are shown, where these are not its parent's alone; "" else. */
  within?: string;
  /** What is shown: the published level where there is one, else the declared one where an authority spoke, else the computed one. */
  level: number | null;
  /** What is public of it; null: nothing was approved; not there: nobody could tell yet. */
  published?: PublicLevel | null;
  computed: number | null;
  declared: number | null;
  /** Id of the cell of the rule that decided; null when none did. */
  rule: string | null;
  missing: string[];
}

export interface UnitRows {
  day: string;
  pack: string;
  version: number;
  packOfficial: boolean;
  /** The unit that was asked about; null when the answer does not have it. */
  own: UnitRow | null;
  units: UnitRow[];
}

/** Why a unit has its colour, as text to be read and printed. */
export interface Explanation {
  vi: string;
  en: string;
}

const level = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 4 ? value : null;

function readRow(value: unknown): UnitRow {
  const row = fields(value);
  return {
    unit: text(row['unit']),
    name: text(row['name']),
    level: level(row['level']),
    computed: level(row['computedLevel']),
    declared: level(row['declaredLevel']),
    rule: text(row['rule']) || null,
    missing: list(row['missing']).map(text),
  };
}

/** The answer of riskmap.units; its first row is the unit asked about. Throws when it has no day: then it is not that answer at all. */
export function readUnits(value: unknown): UnitRows {
  const raw = fields(value);
  if (typeof raw['day'] !== 'string') throw new Error('riskmap.units: the answer has no day');
  const [own, ...units] = list(raw['units']).map(readRow);
  return {
    day: raw['day'],
    pack: text(raw['pack']),
    version: typeof raw['version'] === 'number' ? raw['version'] : 0,
    packOfficial: raw['packMark'] === 'official',
    own: own ?? null,
    units,
  };
}

/** The answer of riskmap.units with a depth: all units of that level, a sign for each. Who announced a level it does not say, but where that is not what the figures give. */
export function readDeepUnits(value: unknown, named: (code: string) => { name: string; within: string }): UnitRows {
  const raw = fields(value);
  if (typeof raw['day'] !== 'string' || typeof raw['codes'] !== 'string') throw new Error('riskmap.units: the answer has no units of a depth');
  const sign = (signs: unknown, at: number): number | null => level(Number(text(signs)[at]));
  const codes = raw['codes'] === '' ? [] : raw['codes'].split(' ');
  return {
    day: raw['day'],
    pack: text(raw['pack']),
    version: typeof raw['version'] === 'number' ? raw['version'] : 0,
    packOfficial: raw['packMark'] === 'official',
    own: null,
    units: codes.map((unit, at) => {
      const [shown, computed] = [sign(raw['levels'], at), sign(raw['computed'], at)];
      return { unit, ...named(unit), level: shown, computed, declared: shown === computed ? null : shown, rule: null, missing: [] };
    }),
  };
}

/** The explanation of riskmap.why; throws when it has none. */
export function readExplanation(value: unknown): Explanation {
  const words = fields(fields(fields(value)['explanation'])['text']);
  if (typeof words['vi'] !== 'string') throw new Error('riskmap.why: the answer has no explanation');
  return { vi: words['vi'], en: text(words['en']) || words['vi'] };
}

export const explanationLines = (words: Explanation): string[] => inWords(words).split('\n').filter((line) => line.trim() !== '');
