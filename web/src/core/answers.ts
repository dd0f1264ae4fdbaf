/**
 * Answers of the server that a screen wants again on a day without a network. They lie in drawers: what it told everybody stays on the device,
 * what it told an account stays with that account's database and goes with it (housekeeping.ts).
 */

import { UNASKED_MS } from './kept';
import type { Me } from './wire';

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

/** Who is signed in as the device knows it: "" for nobody, null while a sign-out has not reached the server. */
type Here = Me | '' | null;

/** Whether what the server told `account` ("" for anybody) may lie on this device: it must be told whose it is, and they must still be here. */
export const mayKeep = (account: string, here: Here): boolean =>
  account === '' ? here !== null : here !== null && here !== '' && here.user === account;

/** Whose drawer is looked into without a network; null for nobody's. As long as their database is there, their answers are. */
export function drawerOf(here: Here, now: number): string | null {
  if (here === null || here === '') return here;
  return now < here.expiresAt + UNASKED_MS ? here.user : null;
}

/** `account`: "" when nobody is signed in. */
const nameOf = (account: string): string => (account === '' ? PUBLIC : OF_ACCOUNT + encodeURIComponent(account));
const addressOf = (query: string, key: string): string => `/kept/answers/${encodeURIComponent(query)}/${encodeURIComponent(key)}`;

let sinceLook = 0;

/** Keeps an answer to `query` under `key`. Storage that fails is no reason to stop. */
export async function keepAnswer(account: string, query: string, key: string, answer: unknown, now: number): Promise<void> {
  try {
    const drawer = await caches.open(nameOf(account));
    const text = JSON.stringify(answer);
    await drawer.put(addressOf(query, key), new Response(text, { headers: { [AT]: String(now), [SIZE]: String(text.length) } }));
    if (++sinceLook % LOOK_AFTER === 0) await lookThrough(drawer, now);
  } catch {
    // No cache in this browser or no room: these screens then need the network.
  }
}

/** What was kept, unless it is too old. */
export async function recallAnswer(account: string, query: string, key: string, now: number): Promise<KeptAnswer | null> {
  try {
    const found = await (await caches.open(nameOf(account))).match(addressOf(query, key));
    const at = Number(found?.headers.get(AT) ?? NaN);
    return found && isGood(at, now) ? { answer: (await found.json()) as unknown, at } : null;
  } catch {
    return null;
  }
}

/** Empties what was kept for any account but this one, and takes out what is too old. */
export async function dropAnswers(account: string, now: number): Promise<void> {
  try {
    const mine = [PUBLIC, nameOf(account)];
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
