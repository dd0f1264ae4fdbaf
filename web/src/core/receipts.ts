/** Receipts are believed only when their signature holds under a key of the server that this device knows from before.
 * */

import type { CallCore } from './core-module';
import { keep, kept } from './kept';
import { believedKeys, holds, importKey, type ServerKey } from './key-chain';
import { CoreError } from './wire';

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
  /** True while the server signs with a key that this device has no reason to believe: somebody else may be answering. */
  strange(): boolean;
}

/** `fetchKeys` asks the server; what is believed of its answer is kept (key-chain.ts). */
export function openReceiptBook(call: CallCore, fetchKeys: () => Promise<ServerKey[]>): ReceiptBook {
  let strange = false;
  const imported = new Map<string, Promise<CryptoKey>>();
  // One signed head serves a whole batch: proven once.
  const proven = new Map<string, Promise<boolean>>();

  const find = async (id: string): Promise<ServerKey | undefined> => {
    const pinned = (await kept<ServerKey[]>(PINNED).catch(() => undefined)) ?? [];
    let key = pinned.find((one) => one.id === id);
    if (!key) {
      const shown = await fetchKeys();
      const believed = await believedKeys(pinned, shown);
      const isBelieved = (one: ServerKey): boolean => believed.some((other) => other.id === one.id);
      if (believed.length > pinned.length) await keep(PINNED, believed).catch(() => undefined); // else for this visit
      key = believed.find((one) => one.id === id);
      // A receipt of some other server is unknown and no more; one that this server claims for itself is strange.
      strange = shown.length > 0 && (shown.some((one) => one.id === id && !isBelieved(one)) || !shown.some(isBelieved));
    }
    return key;
  };

  const opened = (key: ServerKey): Promise<CryptoKey> => {
    const ready = imported.get(key.spki) ?? importKey(key.spki);
    imported.set(key.spki, ready);
    return ready;
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
        proof = holds(opened(key), check.signature, check.bytes);
        proven.set(name, proof);
      }
      const ok = await proof;
      return { ok, rule: ok ? '' : 'receipt.signature', body };
    },
  };
}
