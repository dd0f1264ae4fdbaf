// Our own codes on the command line: signers, cards, releases, results and places, as pictures; what is refused, taken back, withdrawn;
// and the format taken apart by other means.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, verify as holds, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const programs = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev');
const folder = mkdtempSync(join(tmpdir(), 'lachan-own-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const NOW = '2026-03-01T02:00:00Z';

function run(program, args, { input = '', status = 0 } = {}) {
  const done = spawnSync(join(programs, program), args, { input, encoding: 'utf8' });
  assert.equal(done.status, status, `${program} ${args.join(' ')}\n${done.stderr}${done.stdout.slice(-1000)}`);
  return done;
}

const vn = join(folder, 'vn');
const issue = (args, options) => run('lachan-issue', [...args, '--dir', vn, '--now', NOW], options);
const verify = (args, options) => run('lachan-verify', ['--list', join(vn, 'trust.json'), '--at', NOW, ...args], options);
const jsonLines = ({ stdout }) => stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
const verdictOf = (text, status = 0) => jsonLines(verify(['--json', text], { status }))[0].verdict;

const ROWS = `kind,name,birthDate,document,sex,person,place,unit,from,until,order,followUpUntil,method,interpretation,sampledAt,resultAt,centre,sample,version
card,Nguyễn Thị Minh Đào,1988-02-29,079188001234,female,KB-0000-7F,,,,,,,,,,,,,
release,Công Tằng Tôn Nữ Nguyễn Phước Thị Quỳnh Hương,1950,B1234567,,,facility,26734,2026-02-10,2026-02-24,123/QĐ-UBND,2026-03-10,,,,,,,
result,Lê Hoàng Yến,2001-11,,,,,,,,,,pcr,negative,2026-02-28T08:15:00+07:00,2026-02-28T12:40:00Z,CDC Đà Nẵng,DN-0042,1
`;
let made = [];
let places = [];

test('signers of our own codes are made, rotated and listed under a scheme of their own', () => {
  issue(['authority', '--country', 'VN', '--organisation', 'Demo Ministry of Health']);
  issue(['signer', '--name', 'own1', '--own', '--days', '500']);
  issue(['signer', '--name', 'tests', '--own', '--usage', 't', '--algorithm', 'EdDSA', '--days', '500']);
  issue(['signer', '--name', 'host', '--own', '--host', 'kb.example.vn', '--days', '500']);
  issue(['signer', '--name', 'host2', '--after', 'host', '--days', '700']);
  issue(['signer', '--name', 'dsc', '--days', '500']);
  // What is said beside --after stands over what the signer before had.
  const rotated = join(folder, 'rotated');
  const rotate = (args, options) => run('lachan-issue', ['signer', ...args, '--dir', rotated, '--now', NOW], options);
  run('lachan-issue', ['authority', '--country', 'VN', '--organisation', 'Demo Ministry of Health', '--dir', rotated, '--now', NOW]);
  rotate(['--name', 'a', '--own', '--host', 'kb.example.vn']);
  rotate(['--name', 'b', '--own', '--after', 'a', '--host', 'kc.example.vn', '--usage', 't', '--algorithm', 'EdDSA']);
  rotate(['--name', 'c', '--after', 'b']);
  rotate(['--name', 'd', '--usage', 'v']);
  rotate(['--name', 'e', '--after', 'd', '--usage', 'v,r']);
  for (const bad of [['--after', 'd', '--own'], ['--after', 'd', '--host', 'kb.example.vn'], ['--after', 'a', '--usage', 'v'], ['--after', 'a', '--host', 'KB']]) {
    rotate(['--name', 'bad', ...bad], { status: 2 });
  }
  run('lachan-issue', ['list', '--dir', rotated, '--now', NOW]);
  assert.deepEqual(JSON.parse(readFileSync(join(rotated, 'trust.json'), 'utf8')).signers
    .map(({ algorithm, issuer = '', usage }) => [algorithm, issuer, usage.join()].join(' ')).sort(),
  ['ES256  v', 'ES256  v,r', 'ES256 kb.example.vn ', 'EdDSA kc.example.vn t', 'EdDSA kc.example.vn t'].sort());
  // When the last of them is withdrawn, the file that named them names nobody.
  for (const name of ['a', 'b', 'c']) run('lachan-issue', ['revoke', '--signer', name, '--dir', rotated, '--now', NOW]);
  assert.match(readFileSync(join(rotated, 'own-signers.pem'), 'utf8'), /BEGIN CERTIFICATE/);
  run('lachan-issue', ['list', '--dir', rotated, '--now', NOW]);
  assert.equal(readFileSync(join(rotated, 'own-signers.pem'), 'utf8'), '');
  for (const bad of [['--own', '--usage', 'v'], ['--own', '--algorithm', 'PS256'], ['--own', '--seals'], ['--host', 'kb.example.vn'],
    ['--own', '--host', 'KB.example.vn'], ['--algorithm', 'EdDSA']]) {
    issue(['signer', '--name', 'bad', ...bad], { status: 2 });
  }
  assert.ok(!existsSync(join(vn, 'signers', 'bad.pem')));
  issue(['list']);
  const { signers } = JSON.parse(readFileSync(join(vn, 'trust.json'), 'utf8'));
  const own = signers.filter(({ scheme }) => scheme === 'lachan');
  assert.deepEqual(own.map(({ algorithm, issuer = '', usage }) => [algorithm, issuer, usage.join()].join(' ')).sort(),
    ['ES256  ', 'ES256 kb.example.vn ', 'ES256 kb.example.vn ', 'EdDSA  t']);
  assert.equal(signers.length, 5);
  // A list that is built from the certificates has them under the same scheme; whoever builds it says that he trusts them.
  const built = join(folder, 'built.json');
  const ours = join(vn, 'own-signers.pem');
  run('lachan-trust', ['build', '--out', built, '--now', '2026-03-01', join(vn, 'signers.pem'), `${ours}?scheme=lachan`]);
  const again = JSON.parse(readFileSync(built, 'utf8')).signers;
  assert.deepEqual(again.map(({ kid, scheme }) => [kid, scheme]).sort(), signers.map(({ kid, scheme }) => [kid, scheme]).sort());
  const left = (source) => run('lachan-trust', ['build', '--out', join(folder, 'left.json'), '--now', '2026-03-01', source]);
  assert.match(left(ours).stdout, /^0 signers .* 4 left out/m, 'nor does a list of certificates bring one along');
  assert.match(left(`${join(vn, 'signers.pem')}?scheme=lachan`).stdout, /^0 signers .* 1 left out/m);
  assert.equal(JSON.parse(issue(['jwks']).stdout).keys.length, 1, 'they sign no health cards');
});

test('rows become codes of at most 400 characters, read back from their pictures', () => {
  const out = join(folder, 'out');
  made = jsonLines(issue(['own', '--signer', 'own1', '--out', out, '--png', '--svg'], { input: ROWS }));
  assert.equal(made.length, 3);
  for (const { text, identifier } of made) {
    assert.match(text, /^LC1:[0-9A-Z $%*+\-./:]+$/);
    assert.ok(text.length <= 400, `${text.length}`);
    assert.match(identifier, /^[0-9a-f]{32}$/);
  }
  assert.deepEqual(readdirSync(out).filter((name) => name.startsWith('2.')).sort(), ['2.png', '2.svg', '2.txt']);
  const spoken = ['1', '2', '3'].map((n) => verify([join(out, `${n}.png`)]).stdout);
  assert.match(spoken[0], /Hợp lệ · Valid[\s\S]*Họ và tên · Name: Nguyễn Thị Minh Đào[\s\S]*Nữ · Female[\s\S]*\*{9}234[\s\S]*Thẻ cá nhân · Personal card/);
  assert.doesNotMatch(spoken[0], /001234/, 'beside name and birth six digits would leave few people');
  const masked = issue(['own', '--signer', 'own1'], { input: ROWS.replace('079188001234', '******001234') });
  assert.equal(verdictOf(jsonLines(masked)[0].text).content.holder.document, '*********234');
  const other = issue(['own', '--signer', 'own1'], { input: ROWS.replace('079188001234', '012345678') });
  assert.equal(verdictOf(jsonLines(other)[0].text).content.holder.document, '******678', 'nine digits: six are hidden');
  assert.match(spoken[1], /Hoàn thành cách ly · Release from quarantine[\s\S]*Cơ sở cách ly tập trung[\s\S]*26734[\s\S]*2026-02-24/);
  assert.match(spoken[2], /260415000 \(Âm tính/);
  const { content, axes, family } = verdictOf(made[2].text);
  assert.equal(family, 'lachan');
  assert.deepEqual(content.holder, { name: 'Lê Hoàng Yến', birthDate: '2001-11' });
  assert.deepEqual(content.events, [{ kind: 'test', testType: 'LP6464-4', result: '260415000', sampledAt: '2026-02-28T08:15:00+07:00',
    resultAt: '2026-02-28T19:40:00+07:00', centre: 'CDC Đà Nẵng', sample: 'DN-0042', version: 1, identifier: made[2].identifier, country: 'VN' }]);
  assert.equal(content.expiresAt, Date.parse('2026-03-03T08:15:00+07:00'), 'a result is good for three days from its sample');
  const late = ROWS.replace('2026-02-28T08:15:00+07:00', '2026-02-26T09:15:00+07:00');
  assert.equal(jsonLines(issue(['own', '--signer', 'own1'], { input: late })).length, 3, 'a quarter of an hour is left');
  const over = ROWS.replace(/2026-02-28T/g, '2026-02-01T');
  assert.match(issue(['own', '--signer', 'own1'], { input: over, status: 1 }).stderr, /row 3: sampledAt \(issue\.time\)/);
  const [, , longer] = jsonLines(issue(['own', '--signer', 'own1', '--days', '60'], { input: over }));
  assert.equal(verdictOf(longer.text).content.expiresAt, Date.parse('2026-02-01T08:15:00+07:00') + 60 * 86_400_000);
  assert.equal(axes.businessRules.state, 'notApplicable');
  const chosen = jsonLines(verify(['--rules', 'vn-entry', '--json', made[2].text]))[0].verdict;
  assert.equal(chosen.axes.businessRules.state, 'notApplicable', 'rules for certificates say nothing of our own codes');
  run('lachan-verify', ['--list', join(vn, 'trust.json'), '--at', '2026-03-05', made[2].text], { status: 1 });
  // A JSON row, and a key for tests, which signs results and nothing else.
  const [head, , , result] = ROWS.split('\n');
  verdictOf(jsonLines(issue(['own', '--signer', 'tests'], { input: `${head}\n${result}\n` }))[0].text);
  assert.match(issue(['own', '--signer', 'tests'], { input: ROWS, status: 1 }).stderr, /row 1: .*issue\.verdict/);
  const row = { kind: 'result', name: 'Lê Hoàng Yến', birthDate: 2001, method: 'rapidAntigen', interpretation: 'positive', version: 2,
    sampledAt: '2026-02-28T08:15:00+07:00', resultAt: '2026-02-28T08:45:00+07:00', centre: 'Trạm', sample: 'X1' };
  const [positive] = jsonLines(issue(['own', '--signer', 'own1'], { input: JSON.stringify(row) }));
  const said = verdictOf(positive.text, 1);
  assert.deepEqual([said.summary, said.decidedBy, said.axes.businessRules.reasons], ['invalid', 'businessRules', ['result-positive']]);
  const [unclear] = jsonLines(issue(['own', '--signer', 'own1'], { input: JSON.stringify({ ...row, interpretation: 'invalid' }) }));
  assert.deepEqual(verdictOf(unclear.text, 2).axes.businessRules, { state: 'notChecked', reasons: ['result-inconclusive'] });
});

/** The length of what one CBOR item says and where its content starts: enough for short definite items. */
function head(bytes, at) {
  const low = bytes[at] & 31;
  const width = low < 24 ? 0 : 1 << (low - 24);
  const value = width === 0 ? low : Number(BigInt(`0x${bytes.subarray(at + 1, at + 1 + width).toString('hex')}`));
  return { major: bytes[at] >> 5, value, next: at + 1 + width };
}

function item(bytes, at = 0) {
  const { major, value, next } = head(bytes, at);
  if (major === 0) return [value, next];
  if (major === 1) return [-1 - value, next];
  if (major === 2) return [bytes.subarray(next, next + value), next + value];
  if (major === 3) return [bytes.subarray(next, next + value).toString(), next + value];
  if (major === 6) return item(bytes, next);
  const list = [];
  let place = next;
  for (let i = 0; i < value * (major === 5 ? 2 : 1); ++i) {
    const [one, after] = item(bytes, place);
    list.push(one);
    place = after;
  }
  if (major === 4) return [list, place];
  return [new Map(Array.from({ length: value }, (_, i) => [list[2 * i], list[2 * i + 1]])), place];
}

function base45(text) {
  const digits = [...text].map((c) => '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'.indexOf(c));
  const bytes = [];
  for (let i = 0; i < digits.length; i += 3) {
    const [a, b, c] = digits.slice(i, i + 3);
    if (c === undefined) bytes.push(a + b * 45);
    else bytes.push((a + b * 45 + c * 2025) >> 8, (a + b * 45 + c * 2025) & 255);
  }
  return Buffer.from(bytes);
}

const certificateOf = (name) => new X509Certificate(readFileSync(join(vn, 'signers', `${name}.pem`)));
const kidOf = (name) => createHash('sha256').update(certificateOf(name).raw).digest().subarray(0, 8);

test('by other means: header, claims, content and signature are those of the description', () => {
  const message = base45(made[1].text.slice(4));
  assert.equal(message[0], 0xd2, 'tag 18');
  const [[header, unprotected, payload, signature]] = item(message);
  assert.equal(unprotected.size, 0);
  assert.deepEqual([...item(header)[0]], [[1, -7], [4, kidOf('own1')]]);
  const claims = item(payload)[0];
  assert.deepEqual([...claims.keys()], [1, 4, 6, 7, -65537]);
  assert.equal(claims.get(1), 'VN');
  assert.equal(claims.get(6), Date.parse(NOW) / 1000);
  assert.equal(claims.get(7).toString('hex'), made[1].identifier);
  assert.deepEqual([...claims.get(-65537)], [[0, 1], [1, 'Công Tằng Tôn Nữ Nguyễn Phước Thị Quỳnh Hương'], [2, 1950], [3, '******67'],
    [6, 1], [7, '26734'], [8, 20260210], [9, 20260224], [10, '123/QĐ-UBND'], [11, 20260310]]);
  const text = (bytes) => Buffer.concat([Buffer.from(bytes.length < 24 ? [0x40 + bytes.length] : bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 255]), bytes]);
  const signed = Buffer.concat([Buffer.from([0x84, 0x6a]), Buffer.from('Signature1'), text(header), Buffer.from([0x40]), text(payload)]);
  assert.ok(holds('sha256', signed, { key: certificateOf('own1').publicKey, dsaEncoding: 'ieee-p1363' }, signature));
});

test('places carry a seal over their address, and speak for the host of their signer alone', () => {
  const out = join(folder, 'places');
  places = jsonLines(issue(['place', '--signer', 'host', '--host', 'kb.example.vn', '--out', out, '--png', '--svg'],
    { input: 'site,unit\nborder-gate,48\nvenue,00001\n' }));
  assert.match(places[0].text, /^https:\/\/kb\.example\.vn\/l\/[a-z2-7]{20}\?v=1&s=[A-Za-z0-9_-]{96}$/);
  assert.ok(places[0].text.length < 200);
  assert.match(verify([join(out, '1.png')]).stdout, /Hợp lệ · Valid[\s\S]*Cửa khẩu · Border gate[\s\S]*kb\.example\.vn/);
  assert.deepEqual(verdictOf(places[1].text).content.events, [{ kind: 'place', site: 'venue', unit: '00001', host: 'kb.example.vn', identifier: places[1].identifier }]);
  const [address, seal] = places[0].text.split('&s=');
  const bytes = Buffer.from(seal, 'base64url');
  assert.deepEqual(bytes.subarray(0, 8), kidOf('host'));
  const key = { key: certificateOf('host').publicKey, dsaEncoding: 'ieee-p1363' };
  assert.ok(holds('sha256', Buffer.from(`lachan-place-v1\0${address}`), key, bytes.subarray(8)));
  for (const changed of [places[0].text.replace('kb.', 'kc.'), places[0].text.replace(places[0].identifier, places[1].identifier)]) {
    assert.match(verify([changed], { status: 1 }).stdout, /changed or forged/);
  }
  assert.match(issue(['place', '--signer', 'host', '--host', 'other.example.vn', '--site', 'venue', '--unit', '01'], { status: 1 }).stderr, /issue\.verdict/);
  jsonLines(issue(['place', '--signer', 'own1', '--host', 'other.example.vn', '--site', 'venue', '--unit', '01']));
  assert.match(issue(['place', '--signer', 'own1', '--host', 'kb.example.vn', '--site', 'bar', '--unit', '1'], { status: 1 }).stderr, /site \(issue\.field\), unit \(issue\.field\)/);
  assert.match(issue(['place', '--signer', 'own1', '--host', 'kb.example.vn'], { input: 'site,unit\nvenue,01\nvenue,1\n', status: 1 }).stderr, /row 2: unit \(issue\.field\)/);
  assert.match(issue(['place', '--signer', 'own1', '--host', 'kb.example.vn'], { input: 'kind,unit\nvenue,01\n', status: 1 }).stderr, /head: kind \(issue\.field\)/);
  issue(['place', '--signer', 'own1', '--host', 'KB.example.vn', '--site', 'venue', '--unit', '01'], { status: 2 });
});

test('rows that no code can be made of are refused whole, with row, column and rule', () => {
  const refuse = (from, to, said) => {
    const input = ROWS.replace(from, to);
    assert.notEqual(input, ROWS);
    const { stderr, stdout } = issue(['own', '--signer', 'own1'], { input, status: 1 });
    assert.match(stderr, said);
    assert.equal(stdout, '');
  };
  refuse('kind,name', 'kind,names', /head: names \(issue\.field\)/);
  refuse('card,', 'pass,', /row 1: kind \(issue\.event\)/);
  refuse('Nguyễn Thị Minh Đào', '', /row 1: name \(issue\.name\)/);
  refuse('Nguyễn Thị Minh Đào', 'Đào 2', /row 1: name \(issue\.name\)/);
  refuse('Nguyễn Thị Minh Đào', 'Đ', /row 1: name \(issue\.name\)/);
  refuse('1988-02-29', '1989-02-29', /row 1: birthDate \(issue\.date\)/);
  refuse('1988-02-29', '2026-03-02', /row 1: birthDate \(issue\.date\)/);
  refuse('079188001234', '12345', /row 1: document \(issue\.field\)/);
  refuse('female', 'F', /row 1: sex \(issue\.field\)/);
  refuse('KB-0000-7F', '', /row 1: person \(issue\.field\)/);
  refuse('KB-0000-7F,', 'KB-0000-7F,home', /row 1: place \(issue\.field\)/);
  refuse('facility', 'camp', /row 2: place \(issue\.field\)/);
  refuse('26734', '2673', /row 2: unit \(issue\.field\)/);
  refuse('2026-02-24', '2026-02-09', /row 2: until \(issue\.date\)/);
  refuse('2026-02-24,123', '2026-03-02,123', /row 2: until \(issue\.date\)/);
  refuse('2026-03-10', '2026-02-23', /row 2: followUpUntil \(issue\.date\)/);
  refuse('pcr', 'PCR', /row 3: method \(issue\.field\)/);
  refuse('negative', 'maybe', /row 3: interpretation \(issue\.field\)/);
  refuse('2026-02-28T12:40:00Z', '2026-02-28T01:14:59Z', /row 3: resultAt \(issue\.date\)/);
  refuse('2026-02-28T12:40:00Z', '2026-03-01T02:00:01Z', /row 3: resultAt \(issue\.date\)/);
  refuse('DN-0042', 'DN 0042', /row 3: sample \(issue\.field\)/);
  refuse('DN-0042,1', 'DN-0042,0', /row 3: version \(issue\.field\)/);
  refuse('Công Tằng', 'Công Tằng Tôn Nữ Nguyễn Phước Thị Quỳnh Hương', /row 2: name \(issue\.size\): the longest field of a code of 4\d\d characters, 400 are the most/);
  for (const units of [join(folder, 'no-units.txt'), join(vn, 'trust.json')]) {
    issue(['own', '--signer', 'own1', '--units', units, '--paper', join(folder, 'no-paper')], { input: ROWS, status: 1 });
    issue(['place', '--signer', 'own1', '--host', 'kb.example.vn', '--units', units, '--site', 'venue', '--unit', '01'], { status: 1 });
  }
  assert.match(issue(['own', '--signer', 'dsc'], { input: ROWS, status: 1 }).stderr, /none of our own codes.*issue\.key/);
  assert.match(issue(['certificate', '--signer', 'own1'], { input: 'kind\ntest\n', status: 1 }).stderr, /our own codes only.*issue\.key/);
  assert.match(issue(['own', '--signer', 'own1', '--days', '501'], { input: ROWS, status: 1 }).stderr, /issue\.time/);
});

test('codes are corrected and taken back, keys withdrawn, and the bundle tells verifiers', () => {
  const bundles = join(folder, 'bundles');
  let number = 0;
  const carried = (text, status = 0) =>
    run('lachan-verify', ['--list', join(bundles, `bundle-${number}.bin`), '--pin', join(vn, 'list-key.pem.pub'), '--at', NOW, text], { status }).stdout;
  const publish = () => {
    issue(['bundle', '--out', bundles]);
    ++number;
  };
  publish();
  for (const { text } of [...made, ...places]) assert.match(carried(text), /Thu hồi · Revocation: Đạt/);
  const [head, , release] = ROWS.split('\n');
  const correct = (replaced, options) =>
    issue(['own', '--signer', 'own1'], { input: `${head},replaces\n${release.replace('123/', '124/')},${replaced}\n`, ...options });
  assert.match(correct('that one', { status: 1 }).stderr, /row 1: replaces \(issue\.replaces\)/);
  const row = { kind: 'card', name: 'Lê Hoàng Yến', birthDate: 2001, person: 'P1' };
  for (const replaces of [[made[1].identifier], 5, true, {}]) {
    const input = JSON.stringify({ ...row, replaces });
    assert.match(issue(['own', '--signer', 'own1'], { input, status: 1 }).stderr, /row 1: replaces \(issue\.replaces\)/, input);
    assert.match(issue(['ddcc', '--signer', 'dsc'], { input, status: 1 }).stderr, /row 1: replaces \(issue\.replaces\)/, input);
  }
  const [newer] = jsonLines(correct(made[1].identifier));
  assert.equal(newer.replaces, made[1].identifier);
  issue(['revoke', places[1].identifier, made[0].identifier]);
  const kept = readFileSync(join(vn, 'revoked.json'), 'utf8');
  for (const { identifier } of [...made, ...places]) assert.ok(!kept.includes(identifier), 'hashes only');
  publish();
  assert.match(carried(made[1].text, 1), /đã bị thu hồi/);
  assert.match(carried(places[1].text, 1), /đã bị thu hồi/);
  assert.match(carried(made[0].text, 1), /đã bị thu hồi/);
  carried(newer.text);
  carried(places[0].text);
  issue(['revoke', '--signer', 'host']);
  assert.match(issue(['place', '--signer', 'host', '--host', 'kb.example.vn', '--site', 'venue', '--unit', '01'], { status: 1 }).stderr, /withdrawn/);
  publish();
  assert.match(carried(places[0].text, 1), /Khóa đã ký chứng nhận này đã bị thu hồi/);
  carried(newer.text);
  assert.match(issue(['revoke', made[0].identifier.toUpperCase()], { status: 1 }).stderr, /not an identifier/);
  // As a source that lachan-trust keeps.
  const source = join(folder, 'source.json');
  run('lachan-trust', ['revoke', '--source', source, '--scheme', 'lachan', '--country', 'VN', made[2].identifier]);
  const list = join(folder, 'list.bin');
  run('lachan-trust', ['keygen', '--out', join(folder, 'key.pem')]);
  run('lachan-trust', ['build', '--out', list, '--key', join(folder, 'key.pem'), '--number', '1', '--now', '2026-03-01', '--revocation', source, `${join(vn, 'own-signers.pem')}?scheme=lachan`]);
  assert.match(run('lachan-verify', ['--list', join(list, 'bundle-1.bin'), '--pin', join(folder, 'key.pem.pub'), '--at', NOW, made[2].text], { status: 1 }).stdout, /đã bị thu hồi/);
});

test('what is none of our codes any more is called so', () => {
  const code = made[0].text;
  assert.match(verify([`${code}A`], { status: 3 }).stdout, /Không đọc được/);
  assert.match(verify([code.replace('LC1:', 'LC2:')], { status: 2 }).stdout, /newer version than this page/);
  assert.match(verify([places[0].text.replace('v=1', 'v=1&a=b')], { status: 3 }).stdout, /code of the place has the wrong form/);
  const spoken = run('lachan-issue', ['--help']).stdout;
  assert.match(spoken, /lachan-issue own/);
  assert.match(spoken, /lachan-issue place/);
  writeFileSync(join(folder, 'codes.txt'), made.map(({ text }) => text).join('\n'));
  assert.equal(jsonLines(verify(['--json', join(folder, 'codes.txt')])).length, 3);
});
