/** What the models say of one line of daily counts beside its Rt: the cases of the days to come, and Rt by cohort. Days count from 0. */

import { csvRows, spreadOf, type LayerOptions, type Reproduced } from './layers';

type Asked = Pick<LayerOptions, 'analysis' | 'defaults'>;

/** Cases that may come: the middle, and what holds half and nine tenths of the paths that the model drew. */
export interface Expected {
  low: number;
  lowHalf: number;
  middle: number;
  highHalf: number;
  high: number;
}

/** `last`: the last day that was told, -1 when none was; what is expected begins on the day after it. */
export type Forecast =
  | { state: 'known'; last: number; rt: Reproduced; days: readonly Expected[]; all: Expected }
  | { state: 'few' | 'missing'; last: number };

/** The last day of a line that was told; -1 when none was. */
export function lastTold(line: Int32Array): number {
  let last = line.length - 1;
  while (last >= 0 && (line[last] ?? -1) < 0) --last;
  return last;
}

/** A table of the days up to one, for the models; before its first report a place had no cases that are known. */
function incidenceOf(line: Int32Array, last: number): string {
  return `cases\n${Array.from(line.subarray(0, last + 1), (count) => Math.max(0, count)).join('\n')}\n`;
}

const expectedOf = ({ q05 = NaN, q25 = NaN, median = NaN, q75 = NaN, q95 = NaN }: Record<string, number>): Expected => ({
  low: q05,
  lowHalf: q25,
  middle: median,
  highHalf: q75,
  high: q95,
});

/** The cases of the days after the last one told, from the Rt of the window that ends with it; none where that Rt is not known. */
export async function foresee({ analysis, defaults }: Asked, line: Int32Array, rtOf: (day: number) => Reproduced): Promise<Forecast> {
  const last = lastTold(line);
  const rt = rtOf(last);
  if (last < 0 || rt.state !== 'known') return { state: last < 0 || rt.state === 'missing' ? 'missing' : 'few', last };
  const request = { incidence: incidenceOf(line, last), days: defaults.forecastDays, ...spreadOf(defaults) };
  const days = csvRows((await analysis.call('forecast', request)).text).map(expectedOf);
  const all = days.pop(); // the last row is all days together
  if (!all || days.length !== defaults.forecastDays) throw new Error('forecast: the answer has other days');
  return { state: 'known', last, rt, days, all };
}

/**
 * How many people the cases of a window infect on average, as far as their infections are known. `open`: some of them are still to come.
 * The model gives no interval.
 */
export interface Cohort {
  mean: number;
  state: 'known' | 'open' | 'few' | 'missing';
}

/** Rt by cohort: a day's answer is that of the cases of the window that ends with it. */
export async function cohorts({ analysis, defaults }: Asked, line: Int32Array, rtOf: (day: number) => Reproduced): Promise<(day: number) => Cohort> {
  const { windowDays, reachDays } = defaults;
  const last = lastTold(line);
  const first = line.findIndex((count) => count >= 0);
  const missing: Cohort = { mean: NaN, state: 'missing' };
  if (last < windowDays) return () => missing; // the model's windows begin on the second day
  const { text } = await analysis.call('cohort', { incidence: incidenceOf(line, last), ...spreadOf(defaults) });
  const means = new Map(csvRows(text).map(({ end = NaN, mean = NaN }) => [end - 1, mean]));
  return (day) => {
    const mean = means.get(day) ?? NaN;
    const begin = day - windowDays + 1;
    // Who infected whom is weighed with the cases of all days that may have to do with those of the window.
    const around = line.subarray(Math.max(first, begin - reachDays), Math.min(last, day + reachDays) + 1);
    if (Number.isNaN(mean) || begin < first || around.some((count) => count < 0)) return missing;
    if (rtOf(day).state === 'few') return { mean, state: 'few' };
    return { mean, state: day + reachDays > last ? 'open' : 'known' };
  };
}
