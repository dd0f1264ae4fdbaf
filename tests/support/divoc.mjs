// A DIVOC credential of an invented person, signed over the graph that its issuer meant: made here by hand, so that nothing of ours had a share in it.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** Its text, and its key as PEM with what stands behind the file's name for `lachan-trust build`. Its day of birth is in no context: nobody signed it. */
export function divocCredential() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // The graphs as URDNA2015 writes them, made by hand.
  const type = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
  const moment = '^^<http://www.w3.org/2001/XMLSchema#dateTime>';
  const options = [
    `_:c14n0 <http://purl.org/dc/terms/created> "2026-01-15T01:00:00Z"${moment} .`,
    `_:c14n0 ${type} <https://w3id.org/security#RsaSignature2018> .`,
    '_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .',
    '_:c14n0 <https://w3id.org/security#verificationMethod> <did:example:moh> .',
  ];
  const graph = [
    `<did:Passport:B1> ${type} <https://schema.org/Person> .`,
    '<did:Passport:B1> <https://schema.org/name> "Trần Thị Bưởi" .',
    `<https://example.org/v/1> ${type} <vac:Vaccination> .`,
    '<https://example.org/v/1> <https://schema.org/date> "2026-01-15" .',
    '<https://example.org/v/1> <https://schema.org/doseValue> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    '<https://example.org/v/1> <https://schema.org/doseValue> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    `<urn:c:1> ${type} <https://www.w3.org/2018/credentials#VerifiableCredential> .`,
    '<urn:c:1> <https://www.w3.org/2018/credentials#credentialSubject> <did:Passport:B1> .',
    '<urn:c:1> <https://www.w3.org/2018/credentials#evidence> <https://example.org/v/1> .',
    `<urn:c:1> <https://www.w3.org/2018/credentials#issuanceDate> "2026-01-15T01:00:00Z"${moment} .`,
    '<urn:c:1> <https://www.w3.org/2018/credentials#issuer> <https://example.org/> .',
  ];
  const header = Buffer.from('{"alg":"PS256","b64":false,"crit":["b64"]}').toString('base64url');
  const hash = (lines) => createHash('sha256').update(`${lines.join('\n')}\n`).digest();
  const bytes = Buffer.concat([Buffer.from(`${header}.`), hash(options), hash(graph)]);
  const signature = sign('sha256', bytes, { key: privateKey, padding: 6, saltLength: 32 }).toString('base64url');
  const credential = JSON.stringify({
    '@context': ['https://www.w3.org/2018/credentials/v1', 'https://cowin.gov.in/credentials/vaccination/v1'],
    id: 'urn:c:1', type: ['VerifiableCredential'], issuer: 'https://example.org/', issuanceDate: '2026-01-15T01:00:00Z',
    credentialSubject: { id: 'did:Passport:B1', type: 'Person', name: 'Trần Thị Bưởi', dob: '1988-02-29' },
    evidence: [{ id: 'https://example.org/v/1', type: ['Vaccination'], dose: 1, totalDoses: 2, date: '2026-01-15' }],
    proof: { type: 'RsaSignature2018', created: '2026-01-15T01:00:00Z', verificationMethod: 'did:example:moh', proofPurpose: 'assertionMethod', jws: `${header}..${signature}` },
  });
  const key = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { key, source: '?kid=did:example:moh&country=VN&issuer=https://example.org/', credential };
}
