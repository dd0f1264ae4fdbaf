/**
 * The last answers of the map, for days without a network. Only what is public: numbers of declarations stay out,
 * because the device may be shared and small numbers are somebody.
 */

import type { Levels } from './model';

const NAME = 'riskmap';
const MOST = 60;
const LAST = 'last';

const address = (day: string): string => `/kept/riskmap/${day}`;

export function publicPart(levels: Levels): Levels {
  return {
    ...levels,
    provinces: levels.provinces.map((province) => ({
      ...province,
      symptomatic: null,
      declarations: { green: null, yellow: null, red: null },
    })),
  };
}

/** Keeps `levels` under its day, and as the last one when `latest`. Storage that fails is no reason to stop. */
export async function keep(levels: Levels, latest: boolean): Promise<void> {
  try {
    const cache = await caches.open(NAME);
    const text = JSON.stringify(publicPart(levels));
    const put = (day: string): Promise<void> => cache.put(address(day), new Response(text));
    await put(levels.day);
    if (latest) await put(LAST);
    const keys = await cache.keys();
    // Oldest first: what was put first goes first.
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
  } catch {
    // No cache in this browser or no room: the map then needs the network.
  }
}

/** The kept answer of `day`, or the last one when `day` is null. */
export async function recall(day: string | null): Promise<Levels | null> {
  try {
    const cache = await caches.open(NAME);
    const found = await cache.match(address(day ?? LAST));
    return found ? ((await found.json()) as Levels) : null; // written by `keep` above
  } catch {
    return null;
  }
}
