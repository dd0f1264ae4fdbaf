/** Which keys of the server a device believes: those it knew before, and those for which one of them speaks. Docs: adr/0007. */

import { fromBase64url, toBase64url } from './bytes';

declare global {
  interface ImportMetaEnv {
    readonly VITE_LACHAN_SERVER_KEYS?: string;
  }
}

export interface ServerKey {
  /** base64url of SHA-256 of `spki`. */
  id: string;
  spki: string;
  algorithm: 'ES256';
  from: number;
  endorsements?: { by: string; signature: string }[];
}

/** Keys named when the page was built (VITE_LACHAN_SERVER_KEYS, ids with commas between): with them, not even the first
 * visit believes whoever answers. */
export const builtIn: readonly string[] = (import.meta.env.VITE_LACHAN_SERVER_KEYS ?? '')
  .split(',')
  .map((id) => id.trim())
  .filter((id) => id !== '');

export function importKey(spki: string): Promise<CryptoKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  return crypto.subtle.importKey('spki', fromBase64url(spki), algorithm, false, ['verify']);
}

/** Whether `signature` (raw r||s, base64url) by `key` over `text` holds; false too when one of them is none. */
export async function holds(key: Promise<CryptoKey>, signature: string, text: string): Promise<boolean> {
  try {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    return await crypto.subtle.verify(algorithm, await key, fromBase64url(signature), new TextEncoder().encode(text));
  } catch {
    return false;
  }
}

/** A key by any other name could take the place of a known one. */
async function isNamedRight(key: ServerKey): Promise<boolean> {
  try {
    const digest = await crypto.subtle.digest('SHA-256', fromBase64url(key.spki));
    return key.algorithm === 'ES256' && toBase64url(new Uint8Array(digest)) === key.id;
  } catch {
    return false;
  }
}

/** The bytes of server/src/receipt_key.h, endorsement(): canonical JSON, whose keys stand in this order. */
const statement = (by: string, key: ServerKey): string =>
  JSON.stringify({ by, key: key.id, spki: key.spki, use: 'lachan.receipt' });

/**
 * `pinned` and what follows from it among the keys that the server shows. That a known key is shown beside a new one proves
 * nothing, since keys are public: only a signature of a believed key makes another one believed. Without a pin, the keys that
 * the page was built with are believed; without those, what is shown at the first visit.
 */
export async function believedKeys(
  pinned: readonly ServerKey[],
  shown: readonly ServerKey[],
  anchors: readonly string[] = builtIn,
): Promise<ServerKey[]> {
  const candidates: ServerKey[] = [];
  for (const key of shown) {
    if (!pinned.some((old) => old.id === key.id) && (await isNamedRight(key))) candidates.push(key);
  }
  const first = (key: ServerKey): boolean =>
    anchors.length > 0 ? anchors.includes(key.id) : pinned.length === 0;
  const believed = [...pinned, ...candidates.filter(first)];
  // A chain may be long (a key of this year, by that of last year, by ...): until nothing more follows.
  for (let grown = true; grown; ) {
    grown = false;
    for (const key of candidates) {
      if (believed.includes(key)) continue;
      for (const { by, signature } of key.endorsements ?? []) {
        const speaker = believed.find((one) => one.id === by);
        if (!speaker || !(await holds(importKey(speaker.spki), signature, statement(by, key)))) continue;
        believed.push(key);
        grown = true;
        break;
      }
    }
  }
  return believed;
}
