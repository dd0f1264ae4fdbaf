// DIVOC credentials against two processors of JSON-LD that we did not write: the one the issuers signed with (jsonld 2.0.2, inside of
// divoc-sdk) and today's. Hundreds of credentials, with values and shapes that no issuer would choose, are made canonical and signed by
// them; both of our cores have to come to the same bytes, or the signature does not hold. Contexts come from the packages.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { compare } from './certificate.mjs';

const folder = mkdtempSync(join(tmpdir(), 'lachan-divoc-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const peers = join(process.env.LACHAN_CACHE ?? join(homedir(), '.cache', 'lachan'), 'peers');
const skip = existsSync(join(peers, 'complete')) ? false : 'skipped: tests/run.sh installs the other readers';
const NOW = Date.parse('2025-06-15T00:00:00Z');
const KID = 'did:example:moh';

// The other side

/** Canonical N-Quads by each processor, and the contexts of divoc-sdk. */
function processors() {
  const require = createRequire(join(peers, 'package.json'));
  const sdk = join(peers, 'node_modules', '@pathcheck', 'divoc-sdk');
  const file = (name) => join(sdk, 'lib', 'context', name);
  const read = (name) => JSON.parse(readFileSync(file(name), 'utf8'));
  const { vaccinationContext: v1, vaccinationContextV2: v2 } = require(file('vaccination-context.js'));
  const documents = new Map([
    ['https://w3id.org/security/v1', read('security-v1.json')],
    ['https://w3id.org/security/v2', read('security-v2.json')],
    ['https://www.w3.org/2018/credentials/v1', read('credentials.json')],
    ['https://cowin.gov.in/credentials/vaccination/v1', v1],
    ...SECOND.map((url) => [url, v2]),
  ]);
  const documentLoader = async (url) => {
    assert.ok(documents.has(url), url);
    return { contextUrl: null, documentUrl: url, document: documents.get(url) };
  };
  const canonize = (jsonld) => (document) =>
    jsonld.canonize(document, { algorithm: 'URDNA2015', format: 'application/n-quads', documentLoader, safe: false });
  return { old: canonize(createRequire(join(sdk, 'package.json'))('jsonld')), now: canonize(require('jsonld')) };
}

const SECOND = [
  'https://cowin.gov.in/credentials/vaccination/v2',
  'https://divoc.lgcc.gov.lk/credentials/vaccination/v1',
  'https://divoc.prod/vaccine/credentials/vaccination/v1',
  'https://www.pedulilindungi.id/credentials/vaccination/v2',
];
const CREDENTIALS = 'https://www.w3.org/2018/credentials/v1';

// Keys, signatures, archives

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const EDWARDS = generateKeyPairSync('ed25519');
const METHODS = {
  RsaSignature2018: ['PS256', (bytes) => sign('sha256', bytes, { key: RSA.privateKey, padding: 6, saltLength: 32 })],
  Ed25519Signature2018: ['EdDSA', (bytes) => sign(null, bytes, EDWARDS.privateKey)],
};

function trustList() {
  const file = join(folder, 'list.json');
  const signer = (algorithm, { publicKey }) => ({
    kid: Buffer.from(KID).toString('base64'), country: 'VN', algorithm, scheme: 'divoc', notBefore: 0, notAfter: NOW + 1e11, usage: [],
    spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  });
  const signers = [signer('PS256', RSA), signer('EdDSA', EDWARDS)];
  writeFileSync(file, JSON.stringify({ version: 1, number: 1, issuedAt: NOW - 1e8, validUntil: NOW + 1e9, signers }));
  return file;
}

/** The credential with a proof over what `canonize` makes of it. */
async function signed(document, options, canonize) {
  const hash = (text) => createHash('sha256').update(text).digest();
  const [algorithm, signer] = METHODS[options.type];
  const header = Buffer.from(JSON.stringify({ alg: algorithm, b64: false, crit: ['b64'] })).toString('base64url');
  const graphs = [{ '@context': 'https://w3id.org/security/v2', ...options }, document];
  const bytes = Buffer.concat([Buffer.from(`${header}.`), ...(await Promise.all(graphs.map(canonize))).map(hash)]);
  return { ...document, proof: { ...options, jws: `${header}..${signer(bytes).toString('base64url')}` } };
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function archive(text) {
  const content = Buffer.from(text);
  const packed = deflateRawSync(content);
  const name = Buffer.from('certificate.json');
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return `data:application/zip;base64,${Buffer.concat([local, entry, end]).toString('base64')}`;
}

// Credentials

/** Identifiers of persons in India have spaces. The processors of the time let them pass, later ones drop the person. */
const SPACED = 'did:Aadhaar Card:********1234';

/** Numbers from a seed, the same in every run. */
function dice(seed) {
  let state = seed;
  const next = (below) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * below);
  };
  return { next, pick: (list) => list[next(list.length)], once: (in_) => next(in_) === 0 };
}

const TEXTS = ['', 'a', 'Trần Thị Bưởi', 'two  spaces', '"quoted" \\ back', 'line\nline\r', 'tab\there', '\u0001', 'Ａ wide', '😀 far', '1', 'true', '-'];
// The third is half-way between two of sixteen digits.
const FRACTIONS = [0.1, 9.95, 3.0000152587890625, -2.25, 1e-6, 123456.789, 99999.99999999999, 2251799813685249.5, 0.3];
const NUMBERS = [0, 1, -7, 176207, 2 ** 53, -(2 ** 53)];

function scalar({ pick, next }) {
  return [() => pick(TEXTS), () => pick(TEXTS), () => pick(NUMBERS), () => pick(FRACTIONS), () => pick([true, false]), () => null][next(6)]();
}

/** What may stand where one value does. */
function odd(random, usual) {
  if (!random.once(4)) return usual;
  return [
    () => scalar(random), () => [usual, scalar(random)], () => [usual, usual], () => [[usual], [scalar(random), [usual]]], () => [],
    () => ({}), () => ({ anything: scalar(random) }),
  ][random.next(7)]();
}

function some(random, fields) {
  return Object.fromEntries(Object.entries(fields).filter(() => !random.once(4)).map(([key, value]) => [key, odd(random, value)]));
}

const address = (random) => ({
  ...some(random, {
    streetAddress: 'Số 1', streetAddress2: '', district: 'Ba Đình', city: 'Hà Nội', addressRegion: 'HN', addressCountry: 'VN',
    postalCode: random.pick([100000, '100000', '']), name: 'of the facility around it', unknown: 'falls away',
  }),
});

function person(random) {
  return {
    type: random.pick(['Person', ['Person'], ['Person', 'NotInAnyContext'], ['Person', 'name'], ['Person', 'urn:x:type', '_:type']]),
    id: random.pick(['did:Passport:X1', SPACED, 'did:VNeID:001', '', 'relative', 'urn:uuid:1', '_:person']),
    name: 'Trần Thị Bưởi',
    ...some(random, { refId: '1', uhid: '2', gender: 'Female', sex: 'F', age: '37', dob: '1988-02-29', nationality: 'VN', email: 'x', address: address(random) }),
  };
}

function vaccination(random) {
  const facility = { ...some(random, { name: 'Trạm Y tế', address: address(random), 'seal-image': 'x' }) };
  if (random.once(5)) facility.type = 'Person';
  return {
    type: ['Vaccination'],
    ...(random.once(2) ? { id: random.pick(['https://example.org/v/1', '', 'urn:v:1']) } : {}),
    ...some(random, {
      certificateId: '900', batch: 'B1', vaccine: 'V', manufacturer: 'M', icd11Code: 'XM0GQ8', prophylaxis: 'P',
      date: '2025-03-01T01:02:03.004Z', effectiveStart: '2025-03-01', effectiveUntil: '2025-09-01', dose: 1, totalDoses: 2,
      feedbackUrl: 'https://example.org/?1', infoUrl: 'https://example.org/?1', verifier: { ...some(random, { id: 'no @id here', name: 'N', 'sign-image': 'y' }), type: 'Person' },
      facility: random.once(6) ? [facility, { name: 'another' }] : facility,
    }),
  };
}

/** Blank nodes that are alike but for what they point at: rings, ladders, complete graphs, and random ones. */
function web(random) {
  const shape = random.next(5);
  const count = 2 + random.next(shape === 2 ? 4 : 5); // everyone with everyone is more work than is allowed from six on
  const links = ['holder', 'credentialStatus', 'evidence'];
  const label = (index) => ({ id: `_:${String.fromCharCode(97 + ((index * 5 + 3) % 23))}` });
  const points = (from) => {
    if (shape === 0) return [label((from + 1) % count)];
    if (shape === 1) return from % 2 === 0 ? [label((from + 1) % count)] : [label(from - 1)];
    if (shape === 2) return Array.from({ length: count }, (_, to) => to).filter((to) => to !== from).map(label);
    if (shape === 3) return [label((from + 1) % count), label((from + count - 1) % count)];
    return Array.from({ length: random.next(3) }, () => label((from + 1 + random.next(count - 1)) % count));
  };
  return Array.from({ length: count }, (_, index) => ({
    ...label(index), type: 'VerifiableCredential', [shape === 4 ? random.pick(links) : 'holder']: points(index), anything: index,
  }));
}

function credential(random) {
  const document = {
    '@context': [CREDENTIALS, random.pick(['https://cowin.gov.in/credentials/vaccination/v1', ...SECOND])],
    type: ['VerifiableCredential', 'ProofOfVaccinationCredential'],
    credentialSubject: person(random),
    issuer: random.pick(['https://example.org/', 'did:example:1', 'Bộ Y tế']),
    issuanceDate: '2025-03-01T04:05:06.007Z',
    evidence: [vaccination(random)],
    nonTransferable: 'true',
    ...some(random, { expirationDate: '2026-03-01T00:00:00Z', validFrom: '2025-03-01T00:00:00Z', vac: 'x', version: '1', holder: 'did:a:b' }),
  };
  if (random.once(3)) document.id = random.pick(['urn:uuid:2', '_:root']);
  if (random.once(2)) document.termsOfUse = web(random);
  if (random.once(6)) document.credentialSchema = { id: 'https://example.org/schema', type: 'JsonSchemaValidator2018' };
  if (random.once(6)) document.refreshService = { id: 'https://example.org/refresh', type: 'ManualRefreshService2018', name: 'x' };
  return document;
}

function options(random) {
  return {
    type: random.once(4) ? 'RsaSignature2018' : 'Ed25519Signature2018',
    created: '2025-03-01T04:05:06Z',
    verificationMethod: KID,
    proofPurpose: 'assertionMethod',
    ...(random.once(4) ? { domain: 'example.org', challenge: 'c', nonce: 'n' } : {}),
  };
}

test('what two other processors sign holds under ours', { skip }, async () => {
  const { old, now } = processors();
  const codes = [];
  for (let seed = 1; seed <= 400; ++seed) {
    const random = dice(seed);
    const document = credential(random);
    const isSpaced = document.credentialSubject.id === SPACED;
    if (!isSpaced) assert.equal(await old(document), await now(document), `they differ on ${seed}: ${JSON.stringify(document)}`);
    codes.push(archive(JSON.stringify(await signed(document, options(random), isSpaced ? old : now))));
  }
  const verdicts = await compare(trustList(), codes, NOW);
  verdicts.forEach(({ axes }, index) => assert.deepEqual(axes.signature, { state: 'pass', reasons: [] }, `credential ${index + 1}`));
});
