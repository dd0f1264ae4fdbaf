/** The requests of this device, with what the server said of them last: that stays here, for the days without a network and for the time
 * after the server has forgotten the person. */

import type { Core } from '../core/facade';
import { ownOf, type Own, type Told } from './model';

const KEPT = 'correction.told';
const FORGOTTEN = 'correction.forgotten';
/** As many as the server tells at once: of what is missing in a full answer nothing is known. */
const MOST_TOLD = 200;

type Kept = Record<string, Told>;

async function kept(core: Core): Promise<Kept> {
  return (await core.drafts.load<Kept>(KEPT).catch(() => null)) ?? {};
}

/** What is known here, at once. */
export async function ownRequests(core: Core): Promise<Own[]> {
  const records = await core.mine();
  return ownOf(records, await kept(core), (await core.drafts.load<string[]>(FORGOTTEN).catch(() => null)) ?? []);
}

/** Asks the server how they stand. False without an answer: then what was known is still what is known. */
export async function askServer(core: Core): Promise<boolean> {
  try {
    const own = ownOf(await core.mine(), {}); // read before: what arrives there in between is not missing
    const { correction } = await core.mineThere<{ correction?: { requests: Told[] } }>();
    if (!correction) return false;
    const known = await kept(core);
    for (const told of correction.requests) known[told.id] = told;
    await core.drafts.save(KEPT, known);
    if (correction.requests.length < MOST_TOLD) {
      const there = new Set(correction.requests.map(({ id }) => id));
      await core.drafts.save(FORGOTTEN, own.filter(({ id, state }) => state === 'received' && !there.has(id)).map(({ id }) => id));
    }
    return true;
  } catch {
    return false;
  }
}
