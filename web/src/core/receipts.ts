/** Receipts are believed only when their signature holds under a key of the server that this device knows from before.
 * */

import { fromBase64url } from './bytes';
import type { CallCore } from './core-module';
import { keep, kept } from './kept';
import { CoreError } from './wire';

export interface ServerKey {
  id: string;
  spki: string;
  algorithm: 'ES256';
  from: number;
}

export interface ReceiptBody {
  id: string;
  hash: string;
  outcome: 'accepted' | 'duplicate';
  receivedAt: number;
}

interface InspectedReceipt {
  body: ReceiptBody;
  check: { algorithm: string; key: string; bytes: string; signature: string };
}

export interface ReceiptVerdict {
  ok: boolean;
  /** "" when it holds; else receipt.shape, receipt.path, receipt.hash, receipt.key or receipt.signature. */
  rule: string;
  body: ReceiptBody | null;
}

const PINNED = 'server-keys';

export interface ReceiptBook {
  /** Whether `receipt` proves that the server took exactly `bytes` (canonical form); without bytes only its signature.
   * */
  verify(receipt: unknown, bytes?: string): Promise<ReceiptVerdict>;
  /** True while the server shows keys of which this device knows none: somebody else may be answering. */
  strange(): boolean;
}

/** `fetchKeys` asks the server; the first answer is trusted and kept, later ones only together with a key known
 * before. */
export function openReceiptBook(call: CallCore, fetchKeys: () => Promise<ServerKey[]>): ReceiptBook {
  let strange = false;
  const imported = new Map<string, Promise<CryptoKey>>();
  // One signed head serves a whole batch: proven once.
  const proven = new Map<string, Promise<boolean>>();

  const learn = async (pinned: ServerKey[]): Promise<ServerKey[]> => {
    const shown = (await fetchKeys()).filter((key) => key.algorithm === 'ES256');
    const familiar = pinned.length === 0 || pinned.some((old) => shown.some((key) => key.spki === old.spki));
    strange = !familiar;
    if (!familiar) return pinned;
    const all = [...pinned, ...shown.filter((key) => !pinned.some((old) => old.id === key.id))];
    await keep(PINNED, all).catch(() => undefined); // no storage: trusted for this visit
    return all;
  };

  const find = async (id: string): Promise<ServerKey | undefined> => {
    const pinned = (await kept<ServerKey[]>(PINNED).catch(() => undefined)) ?? [];
    const known = pinned.find((key) => key.id === id);
    if (known) return known;
    return (await learn(pinned)).find((key) => key.id === id);
  };

  const importKey = (key: ServerKey): Promise<CryptoKey> => {
    let ready = imported.get(key.spki);
    if (!ready) {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      ready = crypto.subtle.importKey('spki', fromBase64url(key.spki), algorithm, false, ['verify']);
      imported.set(key.spki, ready);
    }
    return ready;
  };

  const prove = async (key: ServerKey, bytes: string, signature: string): Promise<boolean> => {
    try {
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      const data = new TextEncoder().encode(bytes);
      return await crypto.subtle.verify(algorithm, await importKey(key), fromBase64url(signature), data);
    } catch {
      return false; // a key or a signature that is none
    }
  };

  return {
    strange: () => strange,
    async verify(receipt, bytes) {
      let inspected: InspectedReceipt;
      try {
        inspected = call<InspectedReceipt>('receipt.inspect', bytes === undefined ? { receipt } : { receipt, bytes });
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
        return { ok: false, rule: error.rule || 'receipt.shape', body: null };
      }
      const { body, check } = inspected;
      const key = await find(check.key);
      if (!key) return { ok: false, rule: 'receipt.key', body };
      const name = `${check.key} ${check.signature} ${check.bytes}`;
      let proof = proven.get(name);
      if (!proof) {
        if (proven.size > 200) proven.clear();
        proof = prove(key, check.bytes, check.signature);
        proven.set(name, proof);
      }
      const ok = await proof;
      return { ok, rule: ok ? '' : 'receipt.signature', body };
    },
  };
}
