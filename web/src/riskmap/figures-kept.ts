/** The last counts of provinces, for days without a network. Those of smaller places stay out: the device may be shared, and few cases are somebody. */

const NAME = 'riskmap-counts';
const MOST = 24;

const address = (args: object): string => `/kept/riskmap/counts/${encodeURIComponent(JSON.stringify(args))}`;

/** Keeps an answer of riskmap.counts about provinces. Storage that fails is no reason to stop. */
export async function keepCounts(args: object, answer: unknown): Promise<void> {
  if (!('level' in args) || args.level !== 'province') return;
  try {
    const cache = await caches.open(NAME);
    await cache.put(address(args), new Response(JSON.stringify(answer)));
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
  } catch {
    // No cache in this browser or no room: it then needs the network.
  }
}

export async function recallCounts(args: object): Promise<unknown> {
  try {
    const found = await (await caches.open(NAME)).match(address(args));
    return found ? ((await found.json()) as unknown) : null;
  } catch {
    return null;
  }
}
