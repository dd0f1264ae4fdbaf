/** The trust bundle of this device: kept for times without a network, brought up to date when there is one, and
 * believed only under a signature that leads to the keys this page was built with. Nothing that is asked for tells who
 * was checked. */

import type { CallCore } from './core-module';
import { keep, kept } from './kept';
import { prove, type Inspection } from './prove';
import { CoreError } from './wire';

/** What the device judges certificates with, and how old each part of it is. Instants are ms since 1970. */
export interface TrustInfo {
  number: number;
  issuedAt: number;
  /** From then on no certificate may be called valid. */
  validUntil: number;
  signers: number;
  /** Signers by scheme: hcert, smartHealthCard, icaoVds, divoc, lachan. */
  schemes: Record<string, number>;
  /** The oldest list and the first that may no longer be relied on; null when the bundle has none. */
  revocation: { lists: number; asOf: number | null; freshUntil: number | null } | null;
  /** Rules, value sets, texts: what else travels along. */
  sections: { name: string; media: string; version: string }[];
}

interface Head {
  number: number;
  /** Older bundles from which a delta leads here. */
  deltas: number[];
}

interface Offered extends Inspection {
  number: number;
}

export interface TrustStore {
  /** Resolves when the verifier has a bundle. CoreError `shell.data` or `offline` when this device has none and gets none. */
  ready(): Promise<void>;
  /** Looks for a newer bundle. Whether one was taken; whatever goes wrong, the one in use stays. */
  refresh(): Promise<boolean>;
}

interface Shell {
  call: CallCore;
  /** Keys that this page was built with: SubjectPublicKeyInfo in base64. */
  pins: readonly string[];
  fetch: typeof fetch;
  now: () => number;
}

const KEPT = 'trust-bundle';
const BUILT_IN = '/assets/trust.bin';
const LATEST = '/trust/latest.json';

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function openTrust({ call, pins, fetch: get, now }: Shell): TrustStore {
  let inUse: { number: number; bundle: string } | null = null;
  let opening: Promise<void> | null = null;
  let refreshing: Promise<boolean> | null = null;

  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: the verifier holds one offer, and answers must meet the one that they were asked for. */
  function take(offer: { bundle: string } | { delta: string }): Promise<void> {
    const mine = turn.then(() => takeNow(offer));
    turn = mine.catch(() => undefined);
    return mine;
  }

  /** Offers, proves, accepts. Throws CoreError, and then the verifier still has what it had. */
  async function takeNow(offer: { bundle: string } | { delta: string }): Promise<void> {
    const inspection = call<Offered>('trust.offer', { ...offer, keys: pins });
    const answers = await prove(inspection);
    const { number } = call<TrustInfo>('trust.accept', { answers, keys: pins, now: now() });
    inUse = { number, bundle: 'bundle' in offer ? offer.bundle : call<{ bundle: string }>('trust.packed', {}).bundle };
  }

  async function load(path: string, options?: RequestInit): Promise<Response> {
    const response = await get(path, options);
    // A single-page server answers unknown paths with its page.
    if (!response.ok || (response.headers.get('content-type') ?? '').includes('text/html')) {
      throw new CoreError({ code: 'unavailable', rule: 'shell.data', detail: path });
    }
    return response;
  }

  const loadBytes = async (path: string): Promise<string> =>
    toBase64(new Uint8Array(await (await load(path)).arrayBuffer()));

  const keptBundle = (): Promise<string | undefined> => kept<string>(KEPT).catch(() => undefined);

  /** What this device kept, else what the page was built with, else what the server has now. */
  async function open(): Promise<void> {
    const before = await keptBundle();
    let failure: unknown = new CoreError({ code: 'offline', rule: 'shell.data', detail: BUILT_IN });
    const sources = [...(before ? [() => Promise.resolve(before)] : []), () => loadBytes(BUILT_IN), newest];
    for (const source of sources) {
      try {
        await take({ bundle: await source() });
        return;
      } catch (error) {
        if (error instanceof CoreError) failure = error;
      }
    }
    throw failure;
  }

  const head = async (): Promise<Head> => (await (await load(LATEST, { cache: 'no-cache' })).json()) as Head;
  const newest = async (): Promise<string> => loadBytes(`/trust/bundle-${(await head()).number}.bin`);

  async function bringUpToDate(): Promise<boolean> {
    const { number, deltas } = await head();
    if (!inUse || number <= inUse.number) return false;
    if (Array.isArray(deltas) && deltas.includes(inUse.number)) {
      try {
        await take({ delta: await loadBytes(`/trust/delta-${inUse.number}-${number}.bin`) });
        return true;
      } catch {
        // A delta that does not fit or was spoiled on the way: the whole bundle is worth a try.
      }
    }
    await take({ bundle: await loadBytes(`/trust/bundle-${number}.bin`) });
    return true;
  }

  /** One tab at a time; what another tab has brought meanwhile is taken from storage. */
  async function refreshOnce(): Promise<boolean> {
    await ready();
    return navigator.locks.request('lachan.trust', async () => {
      const before = inUse?.number;
      const other = await keptBundle();
      if (other && other !== inUse?.bundle) await take({ bundle: other }).catch(() => undefined);
      await bringUpToDate().catch(() => false);
      const changed = inUse?.number !== before;
      if (inUse && inUse.bundle !== other) await keep(KEPT, inUse.bundle).catch(() => undefined); // kept for this visit only
      return changed;
    });
  }

  async function ready(): Promise<void> {
    opening ??= open().catch((error: unknown) => {
      opening = null; // no network on the first visit: asked again next time
      throw error;
    });
    return opening;
  }

  return {
    ready,
    refresh() {
      refreshing ??= refreshOnce()
        .catch(() => false)
        .finally(() => {
          refreshing = null;
        });
      return refreshing;
    },
  };
}
