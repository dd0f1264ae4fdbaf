// Rows of a benchmark go into docs/PERFORMANCE.md between its two markers; what stands around them is written by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PERFORMANCE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'PERFORMANCE.md');

export const markersOf = (name) => [`<!-- ${name}: written by tests/bench/${name} -->`, `<!-- ${name}: end -->`];

/** The text with other rows between the markers of a benchmark. Throws where they are not there once each, in this order. */
export function withRows(text, name, rows) {
  const [begin, end] = markersOf(name);
  const [from, until] = [text.indexOf(begin), text.indexOf(end)];
  const isOnce = text.lastIndexOf(begin) === from && text.lastIndexOf(end) === until;
  if (from < 0 || until < from || !isOnce) throw new Error(`docs/PERFORMANCE.md has lost its markers of ${name}`);
  return `${text.slice(0, from + begin.length)}\n${rows.trim()}\n${text.slice(until)}`;
}

export function writeRows(name, rows, file = PERFORMANCE) {
  writeFileSync(file, withRows(readFileSync(file, 'utf8'), name, rows));
}

/** The one in the middle of a list of numbers. */
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
