/** How many codes were judged today, and how: numbers only, never a person. */

import { today } from '../app/format';
import type { Summary } from './verdict';

const STORE = 'lachan.verify.counts';

export type Counts = Partial<Record<Summary, number>>;

interface Kept {
  day: string;
  counts: Counts;
}

export function readCounts(): Counts {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? 'null') as Kept | null; // written below
    return kept?.day === today() ? kept.counts : {};
  } catch {
    return {};
  }
}

export function count(summary: Summary): Counts {
  const counts = readCounts();
  counts[summary] = (counts[summary] ?? 0) + 1;
  write(counts);
  return counts;
}

export function forget(): Counts {
  write({});
  return {};
}

function write(counts: Counts): void {
  try {
    localStorage.setItem(STORE, JSON.stringify({ day: today(), counts } satisfies Kept));
  } catch {
    // No storage: the numbers last as long as the page.
  }
}
