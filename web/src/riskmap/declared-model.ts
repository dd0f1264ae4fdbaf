/** What riskmap.declared answers, read once at the edge; and the record in which an official announces, corrects or ends a level. */

import { fields, list, text } from './json';
import { readDeclared, type Declared } from './model';

/** An announcement that stands: nobody has corrected it. */
export interface Standing extends Declared {
  record: string;
}

export interface DeclaredAnswer {
  unit: string;
  day: string;
  inForce: Standing | null;
  /** All that stand, the last made first: also those that are over, and those to come. */
  standing: Standing[];
  /** The unit as an official of which it is recorded; null: not by this account. */
  recordUnit: string | null;
}

function readStanding(value: unknown): Standing | null {
  const declared = readDeclared(value);
  return declared && { ...declared, record: text(fields(value)['record']) };
}

/** Throws when it has no day: then it is not that answer at all. */
export function readDeclaredAnswer(value: unknown): DeclaredAnswer {
  const raw = fields(value);
  if (typeof raw['day'] !== 'string') throw new Error('riskmap.declared: the answer has no day');
  return {
    unit: text(raw['unit']),
    day: raw['day'],
    inForce: readStanding(raw['inForce']),
    standing: list(raw['declarations']).flatMap((each) => readStanding(each) ?? []),
    recordUnit: raw['mayDeclare'] === true ? text(raw['recordUnit']) : null,
  };
}

/** What is in the fields: text, as it was typed. */
export type Typed = Readonly<Record<'level' | 'from' | 'until' | 'documentNumber' | 'reason', string>>;

export const typedOf = ({ level, from, until, document, reason }: Declared): Typed => ({
  level: String(level), from, until: until ?? '', documentNumber: document, reason,
});

/** The body of a record; a field that was left empty is left out, for the core to say so. */
export function bodyOf(unit: string, { level, ...texts }: Typed): Record<string, unknown> {
  const said = Object.entries(texts).filter(([, value]) => value !== '');
  return { unit, ...(level === '' ? {} : { level: Number(level) }), ...Object.fromEntries(said) };
}
