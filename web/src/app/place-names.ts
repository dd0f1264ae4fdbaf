/** Names of units as lists of work show them: the smallest with the one above it. */

import type { Core } from '../core/facade';

/** Adds the names of `codes` that are not in `names` yet; whether any was missing. A unit that nobody knows keeps its code. */
export async function learnPlaces(core: Core, names: Map<string, string>, codes: readonly string[]): Promise<boolean> {
  const unknown = [...new Set(codes)].filter((code) => code !== '' && !names.has(code));
  await Promise.allSettled(
    unknown.map(async (code) => {
      const { name, parents } = await core.unit(code);
      names.set(code, [name, parents[0]].filter(Boolean).join(', '));
    }),
  );
  return unknown.length > 0;
}
