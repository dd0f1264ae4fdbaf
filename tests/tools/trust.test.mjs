// lachan-trust: each published shape of a list is read, what cannot be used is named, keys are kept safe, deltas fit.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev'), 'lachan-trust');
const folder = mkdtempSync(join(tmpdir(), 'lachan-trust-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names) => join(folder, ...names);
const run = (...args) => spawnSync(program, args, { encoding: 'utf8' });
function ok(...args) {
  const done = run(...args);
  assert.equal(done.status, 0, `${args.join(' ')}: ${done.stderr}`);
  return done;
}
const write = (name, content) => (writeFileSync(at(name), content), at(name));
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

ok('demo', '--out', folder);
const pem = readFileSync(at('demo-certificates', 'signers.pem'), 'utf8');
const certificates = pem.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g).map((text) => new X509Certificate(text));
const [authority, ec, rsa] = certificates;
const kidOf = (certificate) => createHash('sha256').update(certificate.raw).digest().subarray(0, 8);

/** Builds a plain list from one source: its signers, and what was said on the error stream. */
function harvest(source) {
  const done = run('build', '--out', at('list.json'), source);
  if (done.status !== 0) return { status: done.status, said: done.stderr, signers: [] };
  return { status: 0, said: done.stderr, signers: JSON.parse(readFileSync(at('list.json'), 'utf8')).signers };
}
const kids = (signers) => signers.map(({ kid }) => kid).sort();
const both = [base64(kidOf(ec)), base64(kidOf(rsa))].sort();

const gatewayEntry = (certificate, type = 'DSC') => ({
  kid: base64(kidOf(certificate)), timestamp: '2021-07-01T00:00:00Z', country: 'VN', certificateType: type,
  thumbprint: createHash('sha256').update(certificate.raw).digest('hex'), signature: '', rawData: base64(certificate.raw),
});

test('certificates in DER, PEM and JSON lines', () => {
  assert.deepEqual(kids(harvest(write('ec.der', ec.raw)).signers), [base64(kidOf(ec))]);
  const whole = harvest(at('demo-certificates', 'signers.pem'));
  assert.equal(whole.signers.length, 3);
  assert.match(whole.said, /left out: .*\[0\]: an authority, not a document signer \(x509\.authority\)/);
  assert.equal(harvest(write('a.jsonl', `${JSON.stringify({ der_b64: base64(rsa.raw) })}\n`)).signers.length, 1);
  assert.equal(harvest(write('broken.der', 'no certificate')).status, 1);
});

test('the list of the EU gateway', () => {
  const list = [gatewayEntry(ec), gatewayEntry(authority, 'CSCA'), gatewayEntry(rsa), { ...gatewayEntry(ec), kid: 'AAAAAAAAAAA=' }, { certificateType: 'DSC' }];
  const { signers, said } = harvest(write('gateway.json', JSON.stringify(list)));
  assert.deepEqual(kids(signers), both);
  assert.match(said, /gateway\.json\[1\]: of type CSCA/);
  assert.match(said, /gateway\.json\[3\]: the kid is not that of the certificate \(source\.kid\)/);
  assert.match(said, /gateway\.json\[4\]: .*source\.shape/);
});

test('the German list, with its signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = JSON.stringify({ certificates: [gatewayEntry(ec), gatewayEntry(rsa)] });
  const signature = sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const file = write('german.txt', `${base64(signature)}\n${body}`);
  const signer = write('german.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  const unchecked = harvest(file);
  assert.deepEqual(kids(unchecked.signers), both);
  assert.match(unchecked.said, /signature of the list was not checked/);
  assert.match(harvest(`${file}?signer=${signer}`).said, /signature of the list holds/);
  const forged = harvest(`${write('forged.txt', `${base64(signature)}\n${body.replace('VN', 'FR')}`)}?signer=${signer}`);
  assert.equal(forged.status, 1);
  assert.match(forged.said, /source\.signature/);
});

test('the Dutch keys, bare and in their envelope', () => {
  const keys = { eu_keys: { [base64(kidOf(ec))]: [{ subjectPk: base64(ec.publicKey.export({ type: 'spki', format: 'der' })), keyUsage: ['v'], ian: 'VN' }],
                            'AAAAAAAAAAA=': [{ subjectPk: 'x', keyUsage: [] }] } };
  for (const content of [keys, { payload: base64(JSON.stringify(keys)), signature: 'MII=' }]) {
    const { signers, said } = harvest(write('dutch.json', JSON.stringify(content)));
    assert.equal(signers.length, 1);
    assert.deepEqual([signers[0].country, signers[0].usage], ['VN', ['v']]);
    assert.match(said, /left out: .*AAAAAAAAAAA=/);
  }
});

test('the Swedish token', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const head = base64url(JSON.stringify({ alg: 'ES256' }));
  const list = { iat: 1, exp: 2, dsc_trust_list: { VN: { keys: [ec, rsa].map((one) => ({ kid: base64(kidOf(one)), x5c: [base64(one.raw)] })) } } };
  const text = `${head}.${base64url(JSON.stringify(list))}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const signer = write('swedish.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  const { signers, said } = harvest(`${write('swedish.jwt', `${text}.${base64url(signature)}\n`)}?signer=${signer}`);
  assert.deepEqual(kids(signers), both);
  assert.match(said, /signature of the list holds/);
});

test('the Austrian list in CBOR', () => {
  const head = (major, length) => (length < 24 ? Buffer.from([major << 5 | length]) : Buffer.from([major << 5 | 25, length >> 8, length & 255]));
  const bytes = (data) => Buffer.concat([head(2, data.length), data]);
  const text = (name) => Buffer.concat([head(3, name.length), Buffer.from(name)]);
  const entry = (one) => Buffer.concat([head(5, 2), text('i'), bytes(kidOf(one)), text('c'), bytes(one.raw)]);
  const list = Buffer.concat([head(5, 1), text('c'), head(4, 2), entry(ec), entry(rsa)]);
  assert.deepEqual(kids(harvest(write('austrian.bin', list)).signers), both);
});

test('what no list looks like is refused, and ends no program', () => {
  const issuer = { iss: 'https://example.org' };
  for (const keys of [{ a: 1 }, 'key', 7]) {
    const { status, said } = harvest(write('directory.json', JSON.stringify({ issuerInfo: [{ issuer, keys }] })));
    assert.equal(status, 0, said);
    assert.match(said, /directory\.json\[0\]: keys is no array \(source\.shape\)/);
  }
  for (const [name, text] of [['no line', '-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----'], ['the end first', '-----END PUBLIC KEY-----\n-----BEGIN PUBLIC KEY-----\n']]) {
    const { status, said } = harvest(`${write('public.pem', text)}?kid=a`);
    assert.equal(status, 1, `${name}: ${said}`);
    assert.match(said, /no public key in PEM/, name);
  }
  const locked = pem.replace('CERTIFICATE-----\n', 'CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n');
  const asked = harvest(write('locked.pem', locked.slice(0, locked.indexOf('-----END') + 26)));
  assert.equal(asked.status, 1, asked.said);
  assert.doesNotMatch(asked.said, /pass ?phrase/i, 'nobody is asked for a password');
});

const jwkOf = (certificate) => certificate.publicKey.export({ format: 'jwk' });

test('a DID document with certificates, bare keys and references', () => {
  const did = 'did:web:example.org:v2:trustlist:DCC:VNM:DSC';
  // Coordinates with a leading zero are what the WHO's lists carry.
  const padded = { ...jwkOf(ec), x: base64url(Buffer.concat([Buffer.from([0]), Buffer.from(jwkOf(ec).x, 'base64url')])) };
  const method = (one, more) => ({ id: `${did}#${encodeURI(base64(kidOf(one)))}`, type: 'JsonWebKey2020', controller: did, publicKeyJwk: { kid: base64(kidOf(one)), ...more } });
  const document = { id: did, verificationMethod: [method(ec, { ...padded, x5c: [base64(ec.raw)] }), method(rsa, jwkOf(rsa)),
                                                    method(ec, { ...jwkOf(certificates[3]), x5c: [base64(ec.raw)] }), 'did:web:example.org:other'] };
  const { signers, said } = harvest(`${write('did.json', JSON.stringify(document))}?country=VN`);
  assert.deepEqual(kids(signers), both);
  assert.match(said, /\[2\]: the certificate holds another key \(jwk\.x5c\)/);
  assert.match(said, /\[3\]: a reference to another document/);
});

function cardKey(more = {}) {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const { crv, kty, x, y } = jwk;
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { ...jwk, kid, use: 'sig', alg: 'ES256', ...more };
}

test('keys of SMART Health Cards, each refused for its own reason', () => {
  const keys = [cardKey({ crlVersion: 2 }), cardKey({ use: 'enc' }), cardKey({ alg: 'RS256' }), cardKey({ d: 'AA' }), cardKey({ kid: 'AAAA' }), cardKey({ crv: 'P-384' }), { kty: 'RSA' }];
  const { signers, said } = harvest(`${write('jwks.json', JSON.stringify({ keys }))}?issuer=https://example.org/issuer`);
  assert.equal(signers.length, 1);
  assert.deepEqual([signers[0].scheme, signers[0].issuer, signers[0].crlVersion], ['smartHealthCard', 'https://example.org/issuer', 2]);
  for (const rule of ['use', 'algorithm', 'private', 'kid', 'curve', 'type']) assert.match(said, new RegExp(`jwk\\.${rule}\\)`));
  assert.match(harvest(at('jwks.json')).said, /jwk\.issuer/);
});

test('public keys of DIVOC states', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = write('divoc.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  const { signers } = harvest(`${file}?kid=did:example:moh&country=IN&issuer=did:example:moh`);
  assert.deepEqual([signers[0].scheme, signers[0].country, signers[0].algorithm, signers[0].kid], ['divoc', 'IN', 'PS256', base64('did:example:moh')]);
  assert.equal(harvest(file).status, 1);
});

const published = at('published');
const key = at('keys', 'list.pem');
mkdirSync(published);
const publish = (...args) => ok('build', '--out', published, '--key', key, ...args);

test('the key of lists is private, never overwritten, never where a server could find it', () => {
  assert.match(run('keygen', '--out', key).stderr, /there is no folder .*keys \(make it first\)/);
  mkdirSync(at('keys'));
  ok('keygen', '--out', key);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  assert.equal(run('keygen', '--out', key).status, 1);
  writeFileSync(join(published, 'latest.json'), '{}');
  const refused = run('keygen', '--out', join(published, 'inner', 'key.pem'));
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /key\.place/);
  assert.ok(!existsSync(join(published, 'inner', 'key.pem')));
  rmSync(join(published, 'latest.json'));
  chmodSync(key, 0o644);
  assert.match(run('build', '--out', published, '--key', key, at('ec.der')).stderr, /key\.mode/);
  chmodSync(key, 0o600);
});

test('bundles, deltas between them, and a key that follows another', () => {
  publish('--number', '10', at('demo-certificates', 'signers.pem'));
  publish('--number', '11', at('trust.json?scheme=lachan'), at('divoc.pem') + '?kid=did:example:moh&country=IN');
  const again = run('build', '--out', published, '--key', key, '--number', '11', at('ec.der'));
  assert.equal(again.status, 1);
  assert.match(again.stderr, /bundle\.rollback/);
  const file = (name) => join(published, name);
  assert.deepEqual(JSON.parse(readFileSync(file('latest.json'), 'utf8')).deltas, [10]);
  ok('apply', file('bundle-10.bin'), file('delta-10-11.bin'), '--out', at('made.bin'));
  assert.deepEqual(readFileSync(at('made.bin')), readFileSync(file('bundle-11.bin')));
  assert.match(run('apply', file('bundle-11.bin'), file('delta-10-11.bin'), '--out', at('x.bin')).stderr, /delta\.base/);
  const pin = ['--pin', `${key}.pub`];
  assert.match(ok('show', ...pin, file('bundle-11.bin')).stdout, /number 11, .*5 signers/);
  assert.match(ok('diff', ...pin, file('bundle-10.bin'), file('bundle-11.bin')).stdout, /^\+ signer  divoc/m);

  const next = at('keys', 'next.pem');
  ok('keygen', '--out', next, '--after', key);
  assert.equal(readFileSync(`${next}.pub`, 'utf8'), readFileSync(`${key}.pub`, 'utf8'), 'the pin stays');
  ok('build', '--out', published, '--key', next, '--number', '12', at('trust.json?scheme=lachan'));
  assert.match(ok('show', ...pin, file('bundle-12.bin')).stdout, /number 12/);
  ok('keygen', '--out', at('keys', 'other.pem'));
  assert.match(run('show', '--pin', `${at('keys', 'other.pem')}.pub`, file('bundle-12.bin')).stderr, /bundle\.key/);
});

test('a revoked certificate fails offline, in each form, and its identifier is nowhere in the source', () => {
  const code = at('demo-certificates', 'valid-vaccination-es256.txt');
  const source = at('revoked.json');
  const uvci = 'URN:UVCI:01:VN:DEMO0000000000000000000000000001';
  const judged = (number, ...args) => {
    publish('--number', String(number), '--revocation', source, ...args, at('trust.json?scheme=lachan'));
    return run('verify', '--list', join(published, `bundle-${number}.bin`), '--pin', `${key}.pub`, code).stdout;
  };
  ok('revoke', '--source', source, '--country', 'VN', '--empty');
  assert.match(judged(20), /^valid .*revocation=pass/);
  ok('revoke', '--source', source, '--country', 'VN', uvci);
  assert.doesNotMatch(readFileSync(source, 'utf8'), /DEMO/);
  assert.match(judged(21), /^invalid .*revocation=fail:revoked /);
  for (const [number, form] of [[22, 'bloom'], [23, 'partial']])
    assert.match(judged(number, '--form', form), /^notChecked .*revocation=notChecked:revoked-possibly/);
  const late = run('verify', '--list', join(published, 'bundle-20.bin'), '--pin', `${key}.pub`, '--at', String(Date.now() + 25 * 3_600_000), code).stdout;
  assert.match(late, /^notChecked .*revocation=notChecked:list-stale/);

  const keySource = at('keys.json');
  ok('revoke', '--source', keySource, '--withdraw-key', base64(kidOf(ec)));
  publish('--number', '24', '--revocation', keySource, at('trust.json?scheme=lachan'));
  const withdrawn = run('verify', '--list', join(published, 'bundle-24.bin'), '--pin', `${key}.pub`, code).stdout;
  assert.match(withdrawn, /^invalid .*revocation=fail:revoked-key/);
  for (const [status, said, ...words] of [
    [2, /--country of two letters/, '--country', 'VNM', '--kid', base64(kidOf(ec)), uvci],
    [1, /rid\.seconds: abc\.1625097600000/, '--country', 'VN', '--scheme', 'smartHealthCard', '--by', 'card', 'abc.1625097600000'],
  ]) {
    const refused = run('revoke', '--source', at('no.json'), ...words);
    assert.equal(refused.status, status, refused.stderr);
    assert.match(refused.stderr, said);
    assert.ok(!existsSync(at('no.json')), 'what no bundle could be built from is not written');
  }
  const bad = run('revoke', '--source', at('no.json'), '--country', 'VN', '--by', 'signature', 'xyz');
  assert.equal(bad.status, 1);
  assert.ok(!existsSync(at('no.json')), 'nothing half-written stays');
});

test('revocations that no list could hold are refused before a bundle is made of them', () => {
  const list = { scheme: 'hcert', country: 'VN', key: base64(kidOf(ec)), counter: 0, freshHours: 24, entries: [{ by: 'uvci', hash: '00'.repeat(16), expires: 0 }] };
  const own = (more) => ({ version: 1, lists: [{ ...list, ...more }], withdrawnKeys: [] });
  const batch = { country: 'VN', expires: '0001-01-01', kid: base64(kidOf(ec)), hashType: 'UCI', entries: [] };
  for (const [name, content, said] of [['state', own({ country: 'VNM' }), /the state, the key or a date/], ['key', own({ key: base64(Buffer.alloc(2000)) }), /the state, the key or a date/],
    ['counter', own({ counter: -1 }), /the state, the key or a date/], ['hours', own({ freshHours: Number.MAX_SAFE_INTEGER }), /freshHours/],
    ['card', own({ scheme: 'smartHealthCard', entries: [{ by: 'card', hash: '00'.repeat(16), expires: 0, before: 2 ** 41 }] }), /before/],
    ['batch', batch, /the state, the key or a date/], ['neither', { lists: 1 }, /no revocation list that is known/]]) {
    const done = run('build', '--out', published, '--key', key, '--number', '40', '--revocation', write('odd.json', JSON.stringify(content)), at('trust.json?scheme=lachan'));
    assert.equal(done.status, 1, `${name}: ${done.stderr}`);
    assert.match(done.stderr, said, name);
    assert.match(done.stderr, /odd\.json: .*revocation\.source/, name);
  }
  publish('--number', '40', '--revocation', write('even.json', JSON.stringify(own({}))), at('trust.json?scheme=lachan'));
});
