/** Answers the signature checks of an inspection with WebCrypto: the page's counterpart of the server's OpenSSL. */

import { fromBase64 } from './bytes';

export type Algorithm = 'ES256' | 'ES384' | 'ES512' | 'PS256' | 'EdDSA' | 'RS256';

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
const HASHES = { ES256: 'SHA-256', ES384: 'SHA-384', ES512: 'SHA-512', PS256: 'SHA-256', RS256: 'SHA-256' } as const;
const SALT_BYTES = 32;
/** Importing a key costs about as much as using it; a list has a few hundred at most. */
const keys = new Map<string, Promise<CryptoKey>>();

type Kind = 'ECDSA' | 'RSA' | 'Ed25519';

function kindOf(algorithm: Algorithm): Kind {
  if (algorithm === 'EdDSA') return 'Ed25519';
  return algorithm === 'PS256' || algorithm === 'RS256' ? 'RSA' : 'ECDSA';
}

/** How WebCrypto imports the key of a check: the curve is the key's, padding and hash are the algorithm's. */
function importFor({ algorithm, keyAlgorithm }: SignatureCheck): EcKeyImportParams | RsaHashedImportParams | { name: string } {
  if (algorithm === 'EdDSA') return { name: 'Ed25519' };
  if (algorithm === 'PS256') return { name: 'RSA-PSS', hash: HASHES.PS256 };
  if (algorithm === 'RS256') return { name: 'RSASSA-PKCS1-v1_5', hash: HASHES.RS256 };
  // The kinds were compared before: only a key on one of these curves comes here.
  return { name: 'ECDSA', namedCurve: CURVES[keyAlgorithm as keyof typeof CURVES] };
}

function verifyWith(algorithm: Algorithm): RsaPssParams | EcdsaParams | { name: string } {
  if (algorithm === 'EdDSA') return { name: 'Ed25519' };
  if (algorithm === 'PS256') return { name: 'RSA-PSS', saltLength: SALT_BYTES };
  if (algorithm === 'RS256') return { name: 'RSASSA-PKCS1-v1_5' };
  return { name: 'ECDSA', hash: HASHES[algorithm] };
}

function importKey(check: SignatureCheck): Promise<CryptoKey> {
  const how = importFor(check);
  const name = `${JSON.stringify(how)} ${check.spki}`;
  let key = keys.get(name);
  if (!key) {
    key = crypto.subtle.importKey('spki', fromBase64(check.spki), how, false, ['verify']);
    keys.set(name, key);
  }
  return key;
}

async function answer(check: SignatureCheck): Promise<Answer> {
  if (kindOf(check.algorithm) !== kindOf(check.keyAlgorithm)) return 'unsupported';
  try {
    const key = await importKey(check);
    const holds = await crypto.subtle.verify(
      verifyWith(check.algorithm), key, fromBase64(check.signature), fromBase64(check.signedBytes),
    );
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
