/** What an official has changed and added while trying out a set of rules: kept on this device by set, so that it can be gone on with. */

/** A rule's figure with another value, or the rule left out (`pointer` ""). */
export interface Change {
  rule: string;
  pointer: string;
  value: unknown;
}

/** A rule that was added, in the form in which rules are handed out, as text. */
export interface Added {
  id: string;
  rule: string;
}

export interface Trial {
  changes: readonly Change[];
  added: readonly Added[];
}

export const NOTHING: Trial = { changes: [], added: [] };

const STORE = 'lachan.rules.trial';

const isText = (value: unknown): value is string => typeof value === 'string';

function isChange(value: unknown): value is Change {
  return typeof value === 'object' && value !== null && 'rule' in value && isText(value.rule) && 'pointer' in value && isText(value.pointer) && 'value' in value;
}

function isAdded(value: unknown): value is Added {
  return typeof value === 'object' && value !== null && 'id' in value && isText(value.id) && 'rule' in value && isText(value.rule);
}

function isTrial(value: unknown): value is Trial {
  if (typeof value !== 'object' || value === null || !('changes' in value) || !('added' in value)) return false;
  const { changes, added } = value;
  return Array.isArray(changes) && changes.every(isChange) && Array.isArray(added) && added.every(isAdded);
}

function readAll(): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? 'null');
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

/** What was kept for a set; another hand may have written there anything, and the core judges each rule again. */
export function readTrial(set: string): Trial {
  const kept = readAll()[set];
  return isTrial(kept) ? { changes: kept.changes, added: kept.added } : NOTHING;
}

export function keepTrial(set: string, trial: Trial): void {
  const { [set]: _, ...others } = readAll();
  const all = trial.changes.length + trial.added.length > 0 ? { ...others, [set]: trial } : others;
  try {
    localStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // No storage: it lasts as long as the page.
  }
}

/** The list of added rules as the core reads it. */
export const listOf = (added: readonly Added[]): string => `[${added.map(({ rule }) => rule).join(',')}]`;

/** What a rule is called, the words it comes with and where they are from decide nothing. */
const NAMES: ReadonlySet<string> = new Set(['Identifier', 'Description', 'Source']);

/** What a rule decides, as one text, whatever the order in which its members were written. */
function essence(rule: string): string {
  const sorted = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value;
  const members = Object.entries(JSON.parse(rule) as object).filter(([name]) => !NAMES.has(name)); // rules are objects: the core wrote or read them
  return JSON.stringify(Object.fromEntries(members), sorted);
}

/** `VR-VN-9001` -> the next number that is not taken. */
function freeIdentifier(id: string, taken: ReadonlySet<string>): string {
  const [, start = id, digits = ''] = /^(.*?)(\d{0,9})$/.exec(id) ?? [];
  let number = Number(digits || 1);
  let next = id;
  while (taken.has(next)) next = start + String(++number).padStart(digits.length, '0');
  return next;
}

/**
 * What of a file is not there yet. Two officials both call their first draft VR-VN-9001: what decides the same is there already, another
 * rule gets an identifier that is free. `own` are the added rules as they now stand, `others` the identifiers that are taken besides.
 */
export function freshOf(found: readonly Added[], own: readonly Added[], others: readonly string[]): Added[] {
  const known = new Set(own.map(({ rule }) => essence(rule)));
  // Names of the file are kept free too, so that a rule that is given another does not take one of them.
  const taken = new Set([...own, ...found].map(({ id }) => id).concat(others));
  const before = new Set(own.map(({ id }) => id).concat(others));
  return found
    .filter(({ rule }) => !known.has(essence(rule)))
    .map((one) => {
      if (!before.has(one.id)) return one;
      const id = freeIdentifier(one.id, taken);
      taken.add(id);
      return { id, rule: JSON.stringify({ ...(JSON.parse(one.rule) as object), Identifier: id }) };
    });
}

/** Both changes; where they are of the same figure, or one leaves out the rule of the other, that of the file. */
export function mergedChanges(own: readonly Change[], found: readonly Change[]): Change[] {
  const isOver = (one: Change, other: Change): boolean =>
    one.rule === other.rule && (one.pointer === other.pointer || one.pointer === '' || other.pointer === '');
  return [...own.filter((each) => !found.some((one) => isOver(one, each))), ...found];
}
