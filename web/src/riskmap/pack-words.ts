/** What stands in a pack, in words: inputs, comparisons, levels. */

import { formatNumber } from '../app/format';
import { inWords } from '../app/language';
import { NO_DATA } from './model';
import type { PackCell, PackData, PackInput } from './pack-edit';
import { w } from './workshop-text';

/** Colours that packs name, as the map paints them; the fifth is that of the darkest class. */
const COLOURS: Readonly<Record<string, string>> = {
  green: '#0FA57F',
  yellow: '#F1BA15',
  orange: '#F28E12',
  red: '#DA4711',
  darkRed: '#7d1d10',
};
const ORDER = ['green', 'yellow', 'orange', 'red'] as const;

/** The colour of level 0 (not computable), 1, 2 ... of a pack. */
export function coloursOf({ levels }: PackData): string[] {
  const names = levels?.map(({ colour }) => colour) ?? ORDER;
  return [NO_DATA, ...names.map((name) => COLOURS[name] ?? NO_DATA)];
}

/** The level alone, where a legend beside it has the words. */
export const plainLevel = (level: number): string => (level === 0 ? w('level.none') : w('level.plain', { level }));

export function levelWords({ levels }: PackData, level: number): string {
  if (level === 0) return w('level.none');
  const words = levels?.[level - 1];
  const said = words ? inWords(words) : '';
  const plain = plainLevel(level);
  if (said === '') return plain;
  return said.startsWith(plain.toLowerCase()) ? plain + said.slice(plain.length) : w('level.of', { level, words: said });
}

export const measureWords = (name: string): string => w.maybe(`measure.${name}`) ?? name;

/** "new cases in 7 days per 100,000 people" */
export function inputWords(pack: PackData, name: string): string {
  if (name === 'rate' && pack.measure) return inputText({ sum: pack.measure, days: pack.windowDays ?? 7, per: pack.per ?? 100_000 });
  const input = pack.inputs?.[name];
  return input ? inputText(input) : name;
}

function inputText({ sum, latest, units, over, days = 1, per }: PackInput): string {
  if (units !== undefined) return per === undefined ? w('input.number', { level: units }) : w('input.share', { level: units, per: formatNumber(per) });
  if (latest) return w('input.latest', { what: measureWords(latest), days });
  const what = measureWords(sum ?? '');
  if (over) return w('input.ratio', { what, over: measureWords(over), days, per: formatNumber(per ?? 1) });
  return per === undefined ? w('input.sum', { what, days }) : w('input.rate', { what, days, per: formatNumber(per) });
}

const SIGNS: Readonly<Record<string, string>> = { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '=': '=' };
export const signWords = (sign: string): string => SIGNS[sign] ?? sign;

export function placeWords({ at }: PackCell): string {
  if (!at || at.length === 4) return '';
  return at.map((unit) => w.maybe(`at.${unit}`) ?? unit).join(', ');
}
