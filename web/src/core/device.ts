/** The key of this device: made once, never leaves WebCrypto, signs every record that is made here. */

import { toBase64url } from './bytes';
import { keepFirst, kept } from './kept';

export interface Device {
  /** base64url of SHA-256 of the public key (SPKI DER). */
  id: string;
  publicKey: string;
  /** base64url of r || s, ES256 over the UTF-8 bytes of `text`. */
  sign(text: string): Promise<string>;
}

interface KeptKey {
  id: string;
  publicKey: string;
  privateKey: CryptoKey;
}

const KEY = 'device-key';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

async function make(): Promise<KeptKey> {
  // `false` holds for the private key only: a public key can always be exported.
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', spki));
  return { id: toBase64url(digest), publicKey: toBase64url(spki), privateKey: pair.privateKey };
}

async function find(): Promise<KeptKey> {
  try {
    return (await kept<KeptKey>(KEY)) ?? (await keepFirst(KEY, await make()));
  } catch {
    // Private windows of some browsers keep no keys: one for this visit, like the records themselves.
    return make();
  }
}

let device: Promise<Device> | null = null;

export function openDevice(): Promise<Device> {
  device ??= find().then(({ id, publicKey, privateKey }) => ({
    id,
    publicKey,
    async sign(text) {
      const signature = await crypto.subtle.sign(SIGNATURE, privateKey, new TextEncoder().encode(text));
      return toBase64url(new Uint8Array(signature));
    },
  }));
  return device;
}
