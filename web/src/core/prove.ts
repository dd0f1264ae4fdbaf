/** Answers the signature checks of an inspection with WebCrypto: the page's counterpart of the server's OpenSSL. */

export type Algorithm = 'ES256' | 'ES384' | 'ES512' | 'PS256';

export interface SignatureCheck {
  algorithm: Algorithm;
  /** The algorithm that fits the key: it names the curve. The hash is always that of `algorithm`. */
  keyAlgorithm: Algorithm;
  /** Standard base64 throughout. */
  kid: string;
  spki: string;
  signedBytes: string;
  signature: string;
}

export interface Inspection {
  checks: SignatureCheck[];
}

export type Answer = 'valid' | 'invalid' | 'unsupported';

const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;
const HASHES = { ES256: 'SHA-256', ES384: 'SHA-384', ES512: 'SHA-512', PS256: 'SHA-256' } as const;
const SALT_BYTES = 32;
/** Importing a key costs about as much as using it; a list has a few hundred at most. */
const keys = new Map<string, Promise<CryptoKey>>();

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function importKey({ keyAlgorithm, algorithm, spki }: SignatureCheck): Promise<CryptoKey> {
  const hash = HASHES[algorithm];
  const name = `${keyAlgorithm} ${hash} ${spki}`;
  let key = keys.get(name);
  if (!key) {
    const how =
      keyAlgorithm === 'PS256' ? { name: 'RSA-PSS', hash } : { name: 'ECDSA', namedCurve: CURVES[keyAlgorithm] };
    key = crypto.subtle.importKey('spki', bytesOf(spki), how, false, ['verify']);
    keys.set(name, key);
  }
  return key;
}

async function answer(check: SignatureCheck): Promise<Answer> {
  if ((check.algorithm === 'PS256') !== (check.keyAlgorithm === 'PS256')) return 'unsupported';
  try {
    const key = await importKey(check);
    const how =
      check.algorithm === 'PS256'
        ? { name: 'RSA-PSS', saltLength: SALT_BYTES }
        : { name: 'ECDSA', hash: HASHES[check.algorithm] };
    const holds = await crypto.subtle.verify(how, key, bytesOf(check.signature), bytesOf(check.signedBytes));
    return holds ? 'valid' : 'invalid';
  } catch {
    // A curve, a hash or a key this browser does not know. A signature of a wrong length is `false`, not an error.
    return 'unsupported';
  }
}

/** The answers in the order of the checks. */
export function prove(inspection: Inspection): Promise<Answer[]> {
  return Promise.all(inspection.checks.map(answer));
}
