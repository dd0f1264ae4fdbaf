/**
 * Answers of the server that a screen wants again on a day without a network. They lie in drawers: what it told everybody stays on the device,
 * what it told an account stays with that account's database and goes with it (housekeeping.ts).
 */

export interface KeptAnswer {
  answer: unknown;
  /** When the server gave it, ms UTC. */
  at: number;
}

const PUBLIC = 'answers';
const OF_ACCOUNT = 'answers-account-';
/** What was told of people's illness is not kept for longer than an official needs on the road (DOMAIN section 15: no longer than needed). */
const KEPT_MS = 14 * 86_400_000;
/** All communes of the country with the measures of ninety days are about half of it. */
const MOST_BYTES = 32 * 2 ** 20;
/** The drawer is looked through after so many answers: each look reads what all of them weigh. */
const LOOK_AFTER = 16;

const AT = 'x-given-at';
const SIZE = 'x-size';

/** `account`: "" when nobody is signed in. */
const drawerOf = (account: string): string => (account === '' ? PUBLIC : OF_ACCOUNT + encodeURIComponent(account));
const addressOf = (query: string, key: string): string => `/kept/answers/${encodeURIComponent(query)}/${encodeURIComponent(key)}`;

let sinceLook = 0;

/** Keeps an answer to `query` under `key`. Storage that fails is no reason to stop. */
export async function keepAnswer(account: string, query: string, key: string, answer: unknown, now: number): Promise<void> {
  try {
    const drawer = await caches.open(drawerOf(account));
    const text = JSON.stringify(answer);
    const address = addressOf(query, key);
    await drawer.delete(address); // the newest lies last
    await drawer.put(address, new Response(text, { headers: { [AT]: String(now), [SIZE]: String(text.length) } }));
    if (++sinceLook % LOOK_AFTER === 0) await lookThrough(drawer, now);
  } catch {
    // No cache in this browser or no room: these screens then need the network.
  }
}

/** What was kept, unless it is too old. */
export async function recallAnswer(account: string, query: string, key: string, now: number): Promise<KeptAnswer | null> {
  try {
    const found = await (await caches.open(drawerOf(account))).match(addressOf(query, key));
    const at = Number(found?.headers.get(AT) ?? NaN);
    return found && isGood(at, now) ? { answer: (await found.json()) as unknown, at } : null;
  } catch {
    return null;
  }
}

/** Empties what was kept for any account but this one, and takes out what is too old. */
export async function dropAnswers(account: string, now: number): Promise<void> {
  try {
    const mine = [PUBLIC, drawerOf(account)];
    for (const name of await caches.keys()) {
      if (name.startsWith(OF_ACCOUNT) && !mine.includes(name)) await caches.delete(name);
      else if (mine.includes(name)) await lookThrough(await caches.open(name), now);
    }
  } catch {
    // A browser without caches keeps nothing.
  }
}

/** A clock that was set back makes nothing old, and one that was ahead nothing eternal. */
const isGood = (at: number, now: number): boolean => Math.abs(now - at) < KEPT_MS;

/** Takes out what is too old, and of the rest the oldest until it has the size that is allowed. */
async function lookThrough(drawer: Cache, now: number): Promise<void> {
  const kept: { request: Request; size: number }[] = [];
  for (const request of await drawer.keys()) {
    const found = await drawer.match(request);
    if (!found || !isGood(Number(found.headers.get(AT)), now)) await drawer.delete(request);
    else kept.push({ request, size: Number(found.headers.get(SIZE)) || 0 });
  }
  let bytes = kept.reduce((sum, { size }) => sum + size, 0);
  for (const { request, size } of kept) {
    if (bytes <= MOST_BYTES) break;
    await drawer.delete(request);
    bytes -= size;
  }
}
