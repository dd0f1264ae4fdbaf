/** The names of units that our own codes give as numbers: the core has the list, and a verdict does not wait for it. */

import type { Core } from '../core/facade';
import type { Verdict } from './verdict';

const names = new Map<string, string>();

/** From the smallest to the province; the number itself until the list was asked, or where it has no such unit. */
export const unitWords = (code: string): string => names.get(code) ?? code;

/** Asks for the units in `verdicts`. `onLearnt` is called when there is more to say than before. */
export async function learnUnits(core: Core, verdicts: readonly (Verdict | null)[], onLearnt: () => void): Promise<void> {
  const codes = verdicts.flatMap((verdict) => verdict?.content?.events.map(({ unit }) => String(unit ?? '')) ?? []);
  const fresh = [...new Set(codes)].filter((code) => code !== '' && !names.has(code));
  const hits = await Promise.all(fresh.map((code) => core.unit(code).catch(() => null)));
  for (const hit of hits) {
    if (hit) names.set(hit.code, [hit.name, ...hit.parents].join(', '));
  }
  if (hits.some((hit) => hit !== null)) onLearnt();
}
