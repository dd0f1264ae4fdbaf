/**
 * Verifies the signatures of a certificate with WebCrypto: the page's counterpart of server/src/prove.cpp. The core says what is
 * to be checked and judges the answers; here nothing is known of certificates.
 */

import { fromBase64url } from './bytes';

type Algorithm = 'ES256' | 'ES384' | 'ES512' | 'PS256';

/** As `inspect` lists it; bytes are base64. `keyAlgorithm` names the curve of the key, `algorithm` the hash. */
export interface SignatureCheck {
  algorithm: Algorithm;
  keyAlgorithm: Algorithm;
  kid: string;
  spki: string;
  signedBytes: string;
  signature: string;
}

export interface Inspection {
  checks: SignatureCheck[];
}

/** `unsupported`: the key cannot be read or is not made for the algorithm. */
export type Answer = 'valid' | 'invalid' | 'unsupported';

const HASHES: Record<Algorithm, string> = { ES256: 'SHA-256', ES384: 'SHA-384', ES512: 'SHA-512', PS256: 'SHA-256' };
const CURVES: Partial<Record<Algorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };
const SALT_BYTES = 32;

async function proveOne(check: SignatureCheck): Promise<Answer> {
  const rsa = check.algorithm === 'PS256';
  if (rsa !== (check.keyAlgorithm === 'PS256')) return 'unsupported';
  const hash = HASHES[check.algorithm];
  const curve = CURVES[check.keyAlgorithm];
  let key: CryptoKey;
  try {
    const kind = rsa ? { name: 'RSA-PSS', hash } : { name: 'ECDSA', namedCurve: curve ?? '' };
    key = await crypto.subtle.importKey('spki', fromBase64url(check.spki), kind, false, ['verify']);
  } catch {
    return 'unsupported';
  }
  try {
    const how = rsa ? { name: 'RSA-PSS', saltLength: SALT_BYTES } : { name: 'ECDSA', hash };
    const holds = await crypto.subtle.verify(how, key, fromBase64url(check.signature), fromBase64url(check.signedBytes));
    return holds ? 'valid' : 'invalid';
  } catch {
    return 'invalid';
  }
}

/** The answers to all checks of an inspection, in their order. */
export function prove({ checks }: Inspection): Promise<Answer[]> {
  return Promise.all(checks.map(proveOne));
}
