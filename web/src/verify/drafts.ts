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
