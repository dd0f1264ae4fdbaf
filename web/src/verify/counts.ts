/** How many codes were judged on each day, and how: numbers only, never a person. */

import { today } from '../app/format';
import { FACES, type Face } from './verdict';

const STORE = 'lachan.verify.counts';
/** A quarter can be reported; older days are nobody's business. */
const DAYS_KEPT = 92;

export type Counts = Partial<Record<Face, number>>;
/** By day at UTC+7, `YYYY-MM-DD`. */
export type History = Readonly<Record<string, Counts>>;

function isCounts(value: unknown): value is Counts {
  return typeof value === 'object' && value !== null && Object.values(value).every((n) => Number.isSafeInteger(n) && n >= 0);
}

export function readHistory(): History {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? 'null');
    const days = kept !== null && typeof kept === 'object' && 'days' in kept ? kept.days : null;
    if (typeof days !== 'object' || days === null) return {};
    const oldest = today(-DAYS_KEPT);
    return Object.fromEntries(
      Object.entries(days).filter(([day, counts]) => /^\d{4}-\d\d-\d\d$/.test(day) && day > oldest && isCounts(counts)),
    );
  } catch {
    return {};
  }
}

export function countsOf(history: History, day = today()): Counts {
  return history[day] ?? {};
}

/** Counts one answer; the history as it is then. Read anew each time, for other tabs count as well. */
export function count(face: Face): History {
  const history = readHistory();
  const counts = countsOf(history);
  const next = { ...history, [today()]: { ...counts, [face]: (counts[face] ?? 0) + 1 } };
  write(next);
  return next;
}

export function forget(): History {
  write({});
  return {};
}

/** Brings back what was forgotten, beside what was counted since. */
export function restore(before: History): History {
  const next: Record<string, Counts> = { ...readHistory() };
  for (const [day, counts] of Object.entries(before)) {
    const now = countsOf(next, day);
    next[day] = Object.fromEntries(FACES.map((face) => [face, (counts[face] ?? 0) + (now[face] ?? 0)]).filter(([, n]) => n !== 0));
  }
  write(next);
  return next;
}

/** One line a day, the oldest first, in the order of the faces. */
export function toCsv(history: History): string {
  const lines = Object.keys(history)
    .sort()
    .map((day) => [day, ...FACES.map((face) => history[day]?.[face] ?? 0)].join(','));
  return `${[['day', ...FACES].join(','), ...lines].join('\r\n')}\r\n`;
}

function write(days: History): void {
  try {
    localStorage.setItem(STORE, JSON.stringify({ days }));
  } catch {
    // No storage: the numbers last as long as the page.
  }
}
