/** What the map asks its models with (shared/src/epi/defaults.h), as the models themselves tell it; layers, curves and console have no such number of their own. */

import type { Analysis } from './analysis';

/** Names, sources and meaning: docs/RULES.md. */
const NUMBERS = [
  'windowDays', 'serialMean', 'serialSd', 'reachDays', 'fewRatio', 'forecastDays', 'clearBelow', 'leastPlaces', 'nearestUnits', 'scanShare',
  'scanLeastCases', 'scanReplicates', 'scanMost', 'spaceTimeDays', 'toldDays', 'aliveDays', 'registeredDays', 'reportDays', 'heatDays', 'earsSpan', 'earsAlpha', 'yearWeeks', 'halfWindowWeeks', 'mostYears',
  'farringtonYears', 'flexibleYears', 'leftOutWeeks', 'leastCases', 'leastSpanWeeks',
] as const;
const EDGES = ['casesEdges', 'symptomsEdges', 'rtEdges', 'positivityEdges', 'coverageEdges', 'bedsEdges', 'feedbackEdges', 'aliveEdges'] as const;

export type Defaults = Readonly<Record<(typeof NUMBERS)[number], number>> &
  Readonly<Record<(typeof EDGES)[number], readonly number[]>> & { readonly earsMethod: string };

/** Throws when one is missing: models of another version. */
export function readDefaults(text: string): Defaults {
  const found = JSON.parse(text) as Record<string, unknown>;
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  const bad =
    NUMBERS.find((name) => !isNumber(found[name])) ??
    EDGES.find((name) => !Array.isArray(found[name]) || !found[name].every(isNumber)) ??
    (typeof found['earsMethod'] === 'string' ? undefined : 'earsMethod');
  if (bad !== undefined) throw new Error(`defaults: ${bad} is missing`);
  return found as Defaults; // every name was looked at
}

const asked = new WeakMap<Pick<Analysis, 'call'>, Promise<Defaults>>();

/** Asked for once; again after a failure. */
export function defaultsOf(analysis: Pick<Analysis, 'call'>): Promise<Defaults> {
  const known = asked.get(analysis);
  if (known) return known;
  const answer = analysis.call('defaults', {}).then(({ text }) => readDefaults(text));
  asked.set(analysis, answer);
  answer.catch(() => asked.delete(analysis)); // told where it is waited for
  return answer;
}
