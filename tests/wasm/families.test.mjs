// The families beside the plain HCERT, natively and in wasm: codes made here with keys of this run, and the published ones. Both cores
// take them apart alike, OpenSSL and WebCrypto answer alike (every algorithm, and the chain of a seal), the verdicts are the same bytes.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { compare, corpus, toBase45 } from './certificate.mjs';

const folder = mkdtempSync(join(tmpdir(), 'lachan-families-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const NOW = Date.parse('2025-06-15T00:00:00Z');
const SECONDS = NOW / 1000;

// Keys and signatures

const KEYS = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};
const HASH = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512', PS256: 'sha256', RS256: 'sha256', EdDSA: null };
const PSS = { padding: 6, saltLength: 32 };

function signed(algorithm, privateKey, bytes, dsaEncoding = 'ieee-p1363') {
  const options = algorithm === 'PS256' ? PSS : {};
  return sign(HASH[algorithm], bytes, { key: privateKey, dsaEncoding, ...options });
}

const spki = ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' });

function signer(fields) {
  return { country: '', notBefore: 0, notAfter: NOW + 1e11, usage: [], ...fields };
}

function writeList(name, signers) {
  const file = join(folder, name);
  const bundle = { version: 1, number: 1, issuedAt: NOW - 1e8, validUntil: NOW + 1e9, signers };
  writeFileSync(file, JSON.stringify(bundle));
  return file;
}

// CBOR and COSE, as much as a certificate needs

function head(major, value) {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  if (value < 65536) return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
  const four = Buffer.alloc(5);
  four[0] = (major << 5) | 26;
  four.writeUInt32BE(value, 1);
  return four;
}

function cbor(value) {
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Buffer.concat([head(5, entries.length), ...entries.flat().map(cbor)]);
}

const NUMBERS = { ES256: -7, ES384: -35, ES512: -36, PS256: -37, EdDSA: -8 };
const DOSE = {
  ver: '1.3.0', nam: { fn: 'Nguyễn', gn: 'Thị Đào', fnt: 'NGUYEN', gnt: 'THI<DAO' }, dob: '1988-02-29',
  v: [{ tg: '840539006', vp: 'J07BX03', mp: 'EU/1/21/1529', ma: 'ORG-100001699', dn: 2, sd: 2, dt: '2025-03-01', co: 'VN', is: 'B',
    ci: 'URN:UVCI:01:VN:0' }],
};

function hcert(algorithm, pair, kid, health = new Map([[1, DOSE]])) {
  const header = cbor(new Map([[1, NUMBERS[algorithm]], [4, kid]]));
  const payload = cbor(new Map([[1, 'VN'], [4, SECONDS + 1000], [6, SECONDS - 1000], [-260, health]]));
  const bytes = cbor(['Signature1', header, Buffer.alloc(0), payload]);
  const message = cbor([header, new Map(), payload, signed(algorithm, pair.privateKey, bytes)]);
  return `HC1:${toBase45(deflateSync(Buffer.concat([Buffer.from([0xd2]), message])))}`;
}

// X.509 by hand

function der(tag, ...contents) {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length]
    : content.length < 256 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const hex = (text) => Buffer.from(text, 'hex');
const METHODS = {
  ES256: '2a8648ce3d040302', ES384: '2a8648ce3d040303', ES512: '2a8648ce3d040304', RS256: '2a864886f70d01010b', EdDSA: '2b6570',
};
const AUTHORITY_ID = Buffer.alloc(20, 7);

/** The certificate of a signer of seals of Utopia under an authority's key. */
function certificate(pair, authority, method) {
  const algorithm = der(0x30, der(0x06, hex(METHODS[method])));
  const name = der(0x30, der(0x31, der(0x30, der(0x06, hex('550406')), der(0x13, Buffer.from('UT')))));
  const dates = der(0x30, der(0x17, Buffer.from('240101000000Z')), der(0x17, Buffer.from('340101000000Z')));
  const issuer = der(0x30, der(0x06, hex('551d23')), der(0x04, der(0x30, der(0x80, AUTHORITY_ID))));
  const body = der(0x30, der(0xa0, der(0x02, hex('02'))), der(0x02, hex('0102')), algorithm, name, dates, name, spki(pair),
    der(0xa3, der(0x30, issuer)));
  const signature = signed(method, authority.privateKey, body, 'der');
  return der(0x30, body, algorithm, der(0x03, hex('00'), signature));
}

const SEAL = {
  hdr: { is: 'UTO', t: 'icao.vacc', v: 1 },
  msg: { pid: { dob: '1988-02-29', n: 'NGUYEN  DAO' }, uvci: 'U1',
    ve: [{ des: 'XM68M6', dis: 'RA01.0', nam: 'Vắc xin', vd: [{ adm: 'A', ctr: 'UTO', dvc: '2025-03-01', lot: 'L', seq: 1 }] }] },
};

function seal(algorithm, pair, cer, data = SEAL) {
  // The members above stand in canonical order.
  const sigvl = signed(algorithm, pair.privateKey, Buffer.from(JSON.stringify(SEAL))).toString('base64url');
  return JSON.stringify({ data, sig: { alg: algorithm, cer: cer.toString('base64url'), sigvl } });
}

// SMART Health Cards

function thumbprint({ publicKey }) {
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest();
}

function numeric(jws) {
  return [...jws].map((c) => String(c.charCodeAt(0) - 45).padStart(2, '0')).join('');
}

const CARD = {
  iss: 'https://cards.example.org/issuer', nbf: SECONDS - 1000.5,
  vc: { type: ['https://smarthealth.cards#health-card'], credentialSubject: { fhirVersion: '4.0.1', fhirBundle: {
    resourceType: 'Bundle', type: 'collection', entry: [
      { fullUrl: 'resource:0', resource: { resourceType: 'Patient', name: [{ family: 'Nguyễn', given: ['Đào'] }] } },
      { fullUrl: 'resource:1', resource: { resourceType: 'Immunization', status: 'completed', occurrenceDateTime: '2025-03-01',
        patient: { reference: 'resource:0' }, vaccineCode: { coding: [{ code: '207' }] } } }] } } },
};

function card(pair, change = (jws) => jws) {
  const header = JSON.stringify({ alg: 'ES256', zip: 'DEF', kid: thumbprint(pair).toString('base64url') });
  const part = (bytes) => Buffer.from(bytes).toString('base64url');
  const text = `${part(header)}.${part(deflateRawSync(JSON.stringify(CARD)))}`;
  return change(`${text}.${part(signed('ES256', pair.privateKey, Buffer.from(text)))}`);
}

test('every algorithm of HCERT, and the WHO forms', async () => {
  const codes = [];
  const signers = [];
  for (const [index, algorithm] of Object.keys(NUMBERS).entries()) {
    const pair = KEYS[algorithm]();
    const kid = Buffer.alloc(8, index + 1);
    signers.push(signer({ kid: kid.toString('base64'), country: 'VN', algorithm, spki: spki(pair).toString('base64') }));
    codes.push(hcert(algorithm, pair, kid), hcert(algorithm, KEYS[algorithm](), kid));
    if (algorithm === 'ES256') codes.push(hcert(algorithm, pair, kid, new Map([[-6, { n: 'Nguyễn Đào', v: { dt: '2025-03-01' } }]])));
  }
  const verdicts = await compare(writeList('hcert.json', signers), codes, NOW);
  assert.deepEqual(verdicts.map(({ summary }) => summary),
    ['valid', 'invalid', 'valid', 'valid', 'invalid', 'valid', 'invalid', 'valid', 'invalid', 'valid', 'invalid']);
});

test('seals under every kind of authority', async () => {
  const codes = [];
  const signers = [];
  for (const method of Object.keys(METHODS)) {
    const kind = method === 'RS256' ? 'PS256' : method;
    const authority = KEYS[kind]();
    signers.push(signer({ kid: AUTHORITY_ID.toString('base64'), country: 'UT', algorithm: kind, authority: true, scheme: 'icaoVds',
      spki: spki(authority).toString('base64') }));
    for (const algorithm of ['ES256', 'ES384', 'ES512']) {
      const pair = KEYS[algorithm]();
      codes.push(seal(algorithm, pair, certificate(pair, authority, method)));
      codes.push(seal(algorithm, pair, certificate(pair, KEYS[kind](), method)));
      codes.push(seal(algorithm, KEYS[algorithm](), certificate(pair, authority, method)));
    }
  }
  const verdicts = await compare(writeList('seals.json', signers), codes, NOW);
  verdicts.forEach(({ summary, axes }, i) => {
    assert.equal(summary, i % 3 === 0 ? 'valid' : 'invalid', JSON.stringify(axes));
    if (i % 3 === 1) assert.deepEqual(axes.issuerTrust.reasons, ['chain-broken']);
    if (i % 3 === 2) assert.deepEqual(axes.signature.reasons, ['signature-wrong']);
  });
});

test('health cards, whole and in parts', async () => {
  const pair = KEYS.ES256();
  const list = writeList('cards.json', [signer({ kid: thumbprint(pair).toString('base64'), algorithm: 'ES256', scheme: 'smartHealthCard',
    issuer: CARD.iss, spki: spki(pair).toString('base64') })]);
  const jws = card(pair);
  const half = Math.ceil(jws.length / 2);
  const parts = [`shc:/1/2/${numeric(jws.slice(0, half))}`, `shc:/2/2/${numeric(jws.slice(half))}`];
  const flipped = `${jws.slice(0, -2)}${jws.at(-2) === 'A' ? 'B' : 'A'}${jws.at(-1)}`;
  const codes = [`shc:/${numeric(jws)}`, `${parts[1]} ${parts[0]}`, parts[0], `shc:/${numeric(flipped)}`, 'shc:/99', 'LC1:x', '{}'];
  const verdicts = await compare(list, codes, NOW);
  assert.deepEqual(verdicts.map(({ summary }) => summary),
    ['valid', 'valid', 'notChecked', 'invalid', 'unreadable', 'unreadable', 'unreadable']);
});

/** Our own codes, written here from their description (docs/CERTIFICATES-OWN.md). */
const CONTENT = {
  card: [[0, 0], [1, 'Nguyễn Thị Minh Đào'], [2, 19880229], [3, '******001234'], [4, 2], [5, 'KB-0000-7F']],
  release: [[0, 1], [1, 'Trần Văn Thử'], [2, 1950], [6, 1], [7, '26734'], [8, 20250520], [9, 20250603], [10, '123/QĐ-BCĐ'], [11, 20250617]],
  result: [[0, 2], [1, 'Lê Hoàng Yến'], [2, 200111], [12, 0], [13, 0], [14, SECONDS - 90000], [15, SECONDS - 80000], [16, 'CDC Đà Nẵng'], [17, 'DN-1'], [18, 1]],
};

function ownMessage(algorithm, pair, kid, content) {
  const header = cbor(new Map([[1, NUMBERS[algorithm]], [4, kid]]));
  const payload = cbor(new Map([[1, 'VN'], [4, SECONDS + 1000], [6, SECONDS - 1000], [7, Buffer.alloc(16, 5)], [-65537, new Map(content)]]));
  const bytes = cbor(['Signature1', header, Buffer.alloc(0), payload]);
  return Buffer.concat([Buffer.from([0xd2]), cbor([header, new Map(), payload, signed(algorithm, pair.privateKey, bytes)])]);
}

function placeCode(algorithm, pair, kid, id = 'auaabfabaibqibiga4ea') {
  const address = `https://kb.example.vn/l/${id}?v=1`;
  const signature = signed(algorithm, pair.privateKey, Buffer.from(`lachan-place-v1\0${address}`));
  return `${address}&s=${Buffer.concat([kid, signature]).toString('base64url')}`;
}

test('our own codes under every algorithm, and a bit of each changed', async () => {
  const signers = [];
  const codes = [];
  const expected = [];
  for (const [index, algorithm] of ['ES256', 'ES384', 'ES512', 'EdDSA'].entries()) {
    const pair = KEYS[algorithm]();
    const kid = Buffer.alloc(8, index + 1);
    signers.push(signer({ kid: kid.toString('base64'), country: 'VN', algorithm, scheme: 'lachan', spki: spki(pair).toString('base64') }));
    for (const content of Object.values(CONTENT)) {
      const message = ownMessage(algorithm, pair, kid, content);
      codes.push(`LC1:${toBase45(message)}`);
      // Both cores have the limit of 400 characters, which the longest signatures do not leave to all.
      expected.push(codes.at(-1).length <= 400 ? 'valid' : 'unreadable');
      for (let i = 0; i < 20; ++i) {
        const changed = Buffer.from(message);
        changed[(i * 37 + index) % changed.length] ^= 1 << (i % 8);
        codes.push(`LC1:${toBase45(changed)}`);
        expected.push(null);
      }
    }
    if (algorithm !== 'ES256' && algorithm !== 'EdDSA') continue;
    const place = placeCode(algorithm, pair, kid);
    codes.push(place, place.replace('kb.', 'kc.'));
    expected.push('valid', 'invalid');
  }
  const verdicts = await compare(writeList('own.json', signers), codes, NOW);
  verdicts.forEach(({ summary, axes }, i) => {
    if (expected[i] === null) assert.notEqual(summary, 'valid', codes[i]);
    else assert.equal(summary, expected[i], `${codes[i]} ${JSON.stringify(axes)}`);
  });
  assert.ok(expected.filter((summary) => summary === 'valid').length >= 10);
});

const published = join(corpus, 'open', 'other_formats.jsonl');

test('the published codes of thin families', { skip: existsSync(published) ? false : 'skipped: no corpus' }, async () => {
  const rows = readFileSync(published, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  const codes = rows.map(({ payload }) => payload.startsWith('B64:') ? `data:application/zip;base64,${payload.slice(4)}` : payload)
    .flatMap((text) => text.trim().startsWith('[') ? JSON.parse(text).map((one) => JSON.stringify(one)) : [text])
    .map((text) => text.trim().startsWith('{') ? JSON.stringify(JSON.parse(text)) : text.trim());
  const pair = KEYS.ES256();
  const list = writeList('other.json', [signer({ kid: 'AQEBAQEBAQE=', algorithm: 'ES256', spki: spki(pair).toString('base64') })]);
  const verdicts = await compare(list, codes, NOW);
  assert.equal(verdicts.filter(({ summary }) => summary === 'valid').length, 0);
  assert.ok(verdicts.filter(({ content }) => content !== null).length >= 10);
});
