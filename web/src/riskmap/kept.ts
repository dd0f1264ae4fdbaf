/**
 * The last answers of the map, for days without a network. Only what is public: numbers of declarations stay out,
 * because the device may be shared and small numbers are somebody.
 */

import { readEdges, type Levels } from './model';

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
  const text = JSON.stringify(publicPart(levels));
  await keepText([address(levels.day), ...(latest ? [address(LAST)] : [])], text);
}

/** Keeps a public answer under addresses of `/kept/riskmap/`; what was put first goes first when there are too many. */
export async function keepText(addresses: readonly string[], text: string, name = NAME): Promise<void> {
  try {
    const cache = await caches.open(name);
    for (const each of addresses) await cache.put(each, new Response(text));
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
  } catch {
    // No cache in this browser or no room: the map then needs the network.
  }
}

/** The kept answer of `day`, or the last one when `day` is null. */
export async function recall(day: string | null): Promise<Levels | null> {
  const found = (await recallJson(address(day ?? LAST))) as Levels | null; // written by `keep` above
  return found && { ...found, edges: readEdges(found.edges) };
}

/** What was kept under an address, or null. */
export async function recallJson(kept: string, name = NAME): Promise<unknown> {
  try {
    const cache = await caches.open(name);
    const found = await cache.match(kept);
    return found ? ((await found.json()) as unknown) : null;
  } catch {
    return null;
  }
}
