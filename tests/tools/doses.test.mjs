// A dose from its vaccination site to its certificate: the site signs, the centre looks at the signature and signs; and every way past it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate, createHash, createPrivateKey, sign, verify as holds } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const programs = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev');
const folder = mkdtempSync(join(tmpdir(), 'lachan-doses-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const NOW = '2026-03-01T02:00:00Z';
const centre = join(folder, 'centre');

function run(program, args, { input = '', status = 0 } = {}) {
  const done = spawnSync(join(programs, program), args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.equal(done.status, status, `${program} ${args.join(' ')}\n${done.stderr}${done.stdout.slice(-1000)}`);
  return done;
}
const issue = (args, { dir = centre, now = NOW, ...more } = {}) => run('lachan-issue', [...args, '--dir', dir, '--now', now], more);
const refused = (args, said, more = {}) => {
  const { stderr, stdout } = issue(args, { status: 1, ...more });
  assert.match(stderr, said);
  assert.equal(stdout, '', 'nothing leaves');
};
const jsonLines = ({ stdout }) => stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
const lines = ({ stdout }) => stdout.trimEnd().split('\n');
const ledger = () => (existsSync(join(centre, 'doses.jsonl')) ? jsonLines({ stdout: readFileSync(join(centre, 'doses.jsonl'), 'utf8') }) : []);
const revoked = () => readFileSync(join(centre, 'revoked.json'), 'utf8');

const isTakenBack = (identifier) => {
  const hashed = createHash('sha256').update(identifier).digest('hex');
  return JSON.parse(revoked()).lists.some(({ entries }) => entries.some(({ hash }) => hashed.startsWith(hash)));
};

const DOSE = { familyName: 'Nguyễn', givenName: 'Thị Thử', birthDate: '1988-02-29', nationality: 'VNM', disease: '840539006', country: 'VN',
  issuer: 'Bộ Y tế', vaccine: 'J07BX03', product: 'EU/1/21/1529', manufacturer: 'ORG-100001699', dose: 2, doses: 2, date: '2026-02-20', lot: 'FK0112',
  site: '79-0123', record: 'T-1' };
const rows = (...some) => some.map((row) => JSON.stringify(row)).join('\n');
const signDose = (more = {}, { site = 'bennghe', form = 'certificate', ...options } = {}) =>
  lines(issue(['dose', '--site', site, '--form', form], { input: rows({ ...DOSE, ...more }), ...options }))[0];
const certify = (input, options = {}) => issue(['certificate', '--signer', 'ec1', '--signed'], { input: `${input}\n`, ...options });
const refuse = (input, said, options = {}) => {
  const before = [ledger().length, existsSync(join(centre, 'revoked.json')) ? revoked() : ''];
  refused(['certificate', '--signer', 'ec1', '--signed'], said, { input: `${input}\n`, ...options });
  assert.deepEqual([ledger().length, existsSync(join(centre, 'revoked.json')) ? revoked() : ''], before, 'and nothing is kept');
};

const keyOf = (path) => createPrivateKey(readFileSync(`${path}.key`));
const certificateOf = (path) => new X509Certificate(readFileSync(`${path}.pem`));
const kidOf = (path) => createHash('sha256').update(certificateOf(path).raw).digest();
const sorted = (value) => (value && typeof value === 'object' && !Array.isArray(value)
  ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value);
const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(sorted(value))).toString('base64url');
const partsOf = (record) => record.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
/** A record that somebody writes with a key of their own. */
function forge(path, { dose = {}, payload = {}, header = {} } = {}, kid = kidOf(path).toString('base64url')) {
  const input = [{ alg: 'ES256', kid, typ: 'lachan-dose', ...header },
    { dose: { ...DOSE, kind: 'vaccination', ...dose }, form: 'certificate', signedOn: '2026-03-01', version: 1, ...payload }].map(base64url).join('.');
  return `${input}.${sign('sha256', Buffer.from(input), { key: keyOf(path), dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
const site = (name) => join(centre, 'sites', name);

test('an authority makes the keys of its sites, each code once', () => {
  issue(['authority', '--country', 'VN', '--organisation', 'Demo Ministry of Health']);
  issue(['signer', '--name', 'ec1', '--usage', 'v,t,r', '--days', '700']);
  issue(['signer', '--name', 'seals', '--seals', '--days', '700']);
  issue(['list']);
  // Before there are sites rows of doses are taken, as ever, unless the authority says that it wants signed ones only.
  const { site: _site, record: _record, ...row } = DOSE;
  const unsigned = { input: rows({ ...row, kind: 'vaccination' }) };
  issue(['certificate', '--signer', 'ec1'], unsigned);
  refused(['certificate', '--signer', 'ec1', '--only-signed'], /row 1: site \(issue\.unsigned\): no site signed this dose/, unsigned);
  assert.equal(ledger().length, 0);

  issue(['site', '--name', 'bennghe', '--code', '79-0123', '--title', 'Trạm y tế Phường Thử', '--unit', '26740', '--days', '400']);
  assert.equal(statSync(`${site('bennghe')}.key`).mode & 0o777, 0o600);
  const certificate = certificateOf(site('bennghe'));
  assert.ok(certificate.verify(certificateOf(join(centre, 'authority')).publicKey));
  assert.match(certificate.subject, /serialNumber=79-0123/);
  assert.match(certificate.subject, /L=26740/);
  assert.deepEqual(certificate.keyUsage, ['2.25.109470586960641958988168607953581897369'], 'no usage but that of sites');
  refused(['site', '--name', 'bennghe', '--code', '79-0124', '--title', 'x', '--unit', '79'], /there already \(issue\.folder\)/);
  refused(['site', '--name', 'other', '--code', '79-0123', '--title', 'Another', '--unit', '79'], /code 79-0123 is that of sites\/bennghe\.pem.*\(issue\.site\)/);
  refused(['site', '--name', 'other', '--code', '79 0124', '--title', ' ', '--unit', 'HCM'], /code \(issue\.site\): .*title \(issue\.site\): .*unit \(issue\.site\): /);
  refused(['site', '--name', '../x', '--code', '79-0124', '--title', 'x', '--unit', '79'], /a name in sites holds letters, digits, - and _ \(issue\.folder\)/);
  issue(['site', '--name', 'dakao', '--code', '79-0124', '--title', 'Trạm y tế Phường Mẫu', '--unit', '26743', '--days', '400']);
});

test('a site signs what it gave, with its own files alone, and an independent reader verifies it', () => {
  const own = join(folder, 'site');
  mkdirSync(join(own, 'sites'), { recursive: true });
  copyFileSync(join(centre, 'authority.pem'), join(own, 'authority.pem'));
  for (const end of ['pem', 'key']) copyFileSync(`${site('bennghe')}.${end}`, join(own, 'sites', `bennghe.${end}`));
  // As a table of text, with the marks apart and blanks around: one form is signed.
  const table = { ...DOSE, familyName: ' Nguye\u0302\u0303n', dose: '2', doses: '2' };
  const csv = [Object.keys(table).join(','), Object.values(table).join(',')].join('\n');
  const [record] = lines(issue(['dose', '--site', 'bennghe'], { dir: own, input: csv }));
  const [header, payload] = partsOf(record);
  assert.deepEqual(header, { alg: 'ES256', kid: kidOf(site('bennghe')).toString('base64url'), typ: 'lachan-dose' });
  assert.deepEqual(payload, { dose: { ...DOSE, kind: 'vaccination' }, form: 'certificate', signedOn: '2026-03-01', version: 1 });
  const [head, body, signature] = record.split('.');
  const check = (text) => holds('sha256', Buffer.from(text), { key: certificateOf(site('bennghe')).publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  assert.ok(check(`${head}.${body}`));
  assert.ok(!check(`${head}.${base64url({ ...payload, signedOn: '2026-02-28' })}`));
  // Midnight is that of Viet Nam.
  assert.equal(partsOf(signDose({}, { now: '2026-03-01T17:00:00Z' }))[1].signedOn, '2026-03-02');
});

test('what is no dose of the site is not signed, with row, column and rule, and nothing is written', () => {
  const no = (more, said) => refused(['dose', '--site', 'bennghe'], said, { input: rows(DOSE, { ...DOSE, ...more }) });
  no({ site: '79-0124' }, /row 2: site \(issue\.site\): not 79-0123, whose key signs/);
  no({ site: undefined }, /row 2: site \(issue\.site\)/);
  no({ lot: '' }, /row 2: lot \(issue\.field\): every dose has one/);
  no({ nationality: 'Vietnam' }, /row 2: nationality \(issue\.field\): three letters/);
  no({ record: 'a b' }, /row 2: record \(issue\.field\)/);
  no({ identifier: 'URN:UVCI:01:VN:1' }, /row 2: identifier \(issue\.field\): the centre gives the number/);
  no({ colour: 'red' }, /row 2: colour \(issue\.field\): no column of a dose/);
  no({ givenName: 17 }, /row 2: givenName \(issue\.field\): no text/);
  no({ kind: 'test' }, /row 2: kind \(issue\.event\): a dose is a vaccination/);
  no({ country: 'FR' }, /row 2: country \(issue\.dose\): a dose of this site was given in VN/);
  no({ replaces: 'that one' }, /row 2: replaces \(issue\.replaces\)/);
  no({ date: '2026-03-02' }, /row 2: date \(issue\.dose\): after the day of signing/);
  // And what is asked of a row of a certificate, in the same words.
  no({ birthDate: '1988' }, /row 2: birthDate \(issue\.date\)$/m);
  no({ vaccine: 'J07BX99' }, /row 2: vaccine \(issue\.code\): not in the list vaccine-prophylaxis of 2023-01-25$/m);
  no({ familyName: 'Иванов' }, /row 2: familyName.*name\.script/);
  no({ date: '1987-01-01' }, /row 2: date \(issue\.date\)/);
  refused(['dose', '--site', 'bennghe'], /head: colour \(issue\.field\): no such column/, { input: 'colour,site\nred,79-0123\n' });
  refused(['dose', '--site', 'bennghe'], /bennghe is not in force \(issue\.site\)/, { input: rows(DOSE), now: '2027-12-01T02:00:00Z' });
});

test('the certificate is made of the signed dose alone, has all eleven fields, and its answer and the ledger name the site', () => {
  const papers = join(folder, 'papers');
  const out = join(folder, 'out');
  const record = signDose();
  const [made] = jsonLines(issue(['certificate', '--signer', 'ec1', '--signed', '--out', out, '--paper', papers], { input: record }));
  assert.deepEqual(made.site, { code: '79-0123', name: 'Trạm y tế Phường Thử', signedOn: '2026-03-01' });
  assert.deepEqual(made.printed, { lot: 'FK0112', nationality: 'VNM' });
  const [{ verdict }] = jsonLines(run('lachan-verify', ['--list', join(centre, 'trust.json'), '--at', NOW, '--json', made.text]));
  assert.equal(verdict.summary, 'valid');
  assert.equal(verdict.content.holder.givenName, 'Thị Thử');
  assert.equal(verdict.content.events[0].date, '2026-02-20');
  const html = readFileSync(join(papers, '1.html'), 'utf8');
  const values = [...html.matchAll(/<tr><td>(\d+)<\/td>.*?<\/th><td>([^<]*)<\/td>/g)].map(([, number, value]) => [Number(number), value]);
  assert.deepEqual(values.map(([number]) => number), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.ok(values.every(([, value]) => value !== ''), 'all eleven are filled');
  const [entry] = ledger();
  assert.deepEqual(Object.keys(entry), ['at', 'certificate', 'dose', 'form', 'kid', 'signedOn', 'site']);
  assert.deepEqual([entry.certificate, entry.site, entry.kid], [made.identifier, '79-0123', kidOf(site('bennghe')).toString('hex')]);
  assert.equal(statSync(join(centre, 'doses.jsonl')).mode & 0o777, 0o600);
  assert.doesNotMatch(JSON.stringify(entry), /Nguy|1988|FK0112/, 'nothing of the person');

  // The same dose once more, as the same record, signed anew, or with another name under the same number of the site.
  refuse(record, new RegExp(`line 1: certified already as ${made.identifier}, which a new certificate has to replace \\(issue\\.dose\\)`));
  refuse(signDose(), /line 1: certified already/);
  refuse(signDose({ familyName: 'Trần' }), /line 1: certified already/);
  const fresh = signDose({ record: 'T-2' });
  refuse(`${fresh}\n${signDose({ record: 'T-2' })}`, /line 2: the dose of a line before \(issue\.dose\)/);
  refuse(`${fresh}\n\n${fresh}`, /line 2: no signed dose: not three parts \(issue\.record\)/);

  // Corrected by the site that gave it: the old one is taken back.
  const [newer] = jsonLines(certify(signDose({ familyName: 'Trần', replaces: made.identifier })));
  assert.equal(newer.replaces, made.identifier);
  assert.deepEqual(newer.site.code, '79-0123');
  assert.equal(JSON.parse(revoked()).lists[0].entries.length, 1);
  assert.deepEqual([isTakenBack(made.identifier), isTakenBack(newer.identifier)], [true, false]);
  // Made anew by the centre, which names the one that ends: the dose needs no second signature.
  const ended = jsonLines(certify(JSON.stringify({ record, replaces: newer.identifier })));
  assert.equal(ended[0].replaces, newer.identifier);
  refuse(JSON.stringify({ record, replaces: newer.identifier }), new RegExp(`replaces \\(issue\\.replaces\\): ${ended[0].identifier} took its place already`));
  refuse(JSON.stringify({ record, again: true }),
    new RegExp(`line 1: certified already as ${ended[0].identifier}, which a new certificate has to replace \\(issue\\.dose\\)`));
  refuse(JSON.stringify({ record, again: 'yes' }), /line 1: again: nothing that may be said here of a signed dose \(issue\.record\)/);
  refuse(JSON.stringify({ record, date: '2026-01-01' }), /date: nothing that may be said here of a signed dose \(issue\.record\)/);
});

test('a site takes back what was made of its own doses, and nothing else', () => {
  const [own] = jsonLines(certify(signDose({ record: 'T-10' })));
  const stolen = signDose({ site: '79-0124', record: 'M-1', replaces: own.identifier }, { site: 'dakao' });
  refuse(stolen, /line 1: replaces \(issue\.replaces\): made of no dose of 79-0124; the centre must name it/);
  const never = signDose({ record: 'T-11', replaces: 'URN:UVCI:01:VN:00000000000000000000000000000001' });
  refuse(never, /made of no dose of 79-0123/);
  // The centre has looked: a certificate from before sites signed.
  const order = { record: never, replaces: 'URN:UVCI:01:VN:00000000000000000000000000000001' };
  refuse(JSON.stringify({ ...order, replaces: own.identifier }), /the site named URN:UVCI:01:VN:0{31}1/);
  assert.equal(jsonLines(certify(JSON.stringify(order)))[0].replaces, order.replaces);
});

test('no two certificates take the place of one, whoever names it', () => {
  // Of a site that does not number its injections: what is corrected is another dose to the ledger.
  const unnumbered = (more) => signDose({ record: undefined, ...more });
  const [first] = jsonLines(certify(unnumbered({ lot: 'U1' })));
  const [second] = jsonLines(certify(unnumbered({ lot: 'U2', replaces: first.identifier })));
  const said = new RegExp(`replaces \\(issue\\.replaces\\): ${second.identifier} took its place already`);
  refuse(unnumbered({ lot: 'U1', replaces: first.identifier }), said);
  refuse(unnumbered({ lot: 'U3', replaces: first.identifier }), said);
  refuse(JSON.stringify({ record: unnumbered({ lot: 'U3' }), replaces: first.identifier }), said);
  assert.equal(jsonLines(certify(unnumbered({ lot: 'U3', replaces: second.identifier })))[0].replaces, second.identifier);
});

const needsFull = { skip: existsSync('/dev/full') ? false : 'skipped: no /dev/full here' };

test('a correction that is lost on the way leaves no wrong certificate good', needsFull, () => {
  const intoFull = (input) => {
    const full = openSync('/dev/full', 'r+');
    const args = ['certificate', '--signer', 'ec1', '--signed', '--dir', centre, '--now', NOW];
    const done = spawnSync(join(programs, 'lachan-issue'), args, { input: `${input}\n`, stdio: ['pipe', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    return done;
  };
  const record = signDose({ record: 'T-50' });
  const [wrong] = jsonLines(certify(record));
  const corrected = signDose({ record: 'T-50', familyName: 'Trần', replaces: wrong.identifier });
  // Nothing leaves while what must be taken back cannot be.
  const kept = revoked();
  const length = ledger().length;
  writeFileSync(join(centre, 'revoked.json'), 'noise');
  refuse(corrected, /revoked\.json: no revocation source \(revocation\.source\)/);
  writeFileSync(join(centre, 'revoked.json'), kept);
  // A file that cannot be written: the wrong one has gone, and the same record makes the new one.
  mkdirSync(join(folder, 'stuck', '1.txt.new', 'x'), { recursive: true });
  refused(['certificate', '--signer', 'ec1', '--signed', '--out', join(folder, 'stuck')], /cannot write .*\/1\.txt: [^\n]*\(file\)/, { input: corrected });
  assert.deepEqual([ledger().length, isTakenBack(wrong.identifier)], [length, true]);
  // Lost behind the ledger.
  writeFileSync(join(centre, 'revoked.json'), kept);
  const { status, stderr } = intoFull(corrected);
  assert.equal(status, 1);
  assert.match(stderr, /the standard output does not take what was made/);
  const lost = ledger().at(-1);
  assert.deepEqual([lost.replaces, isTakenBack(wrong.identifier)], [wrong.identifier, true]);
  // A list that was put back from before: whoever goes on from the number that is said takes back the whole line.
  writeFileSync(join(centre, 'revoked.json'), kept);
  refuse(corrected, new RegExp(`${lost.certificate} took its place already`));
  const [next] = jsonLines(certify(signDose({ record: 'T-50', familyName: 'Trần', replaces: lost.certificate })));
  assert.deepEqual([wrong.identifier, lost.certificate, next.identifier].map(isTakenBack), [true, true, false]);
});

test('a dose that was corrected once is made anew of the same record', () => {
  const [first] = jsonLines(certify(signDose({ record: 'T-60' })));
  const corrected = signDose({ record: 'T-60', lot: 'FK0113', replaces: first.identifier });
  const [second] = jsonLines(certify(corrected));
  refuse(JSON.stringify({ record: corrected, replaces: first.identifier }), new RegExp(`${second.identifier} took its place already`));
  const [third] = jsonLines(certify(JSON.stringify({ record: corrected, replaces: second.identifier })));
  assert.deepEqual([third.replaces, isTakenBack(second.identifier)], [second.identifier, true]);
  const late = new RegExp(`replaces \\(issue\\.replaces\\): the site named ${first.identifier}, whose place ${third.identifier} took`);
  refuse(JSON.stringify({ record: corrected, replaces: second.identifier }), late);
  const [fourth] = jsonLines(certify(JSON.stringify({ record: corrected, replaces: third.identifier })));
  assert.equal(fourth.replaces, third.identifier);
});

test('a correction that was wrong is corrected back', () => {
  const unnumbered = (more) => signDose({ record: undefined, ...more });
  const [first] = jsonLines(certify(unnumbered({ lot: 'V1' })));
  const [second] = jsonLines(certify(unnumbered({ lot: 'V2', replaces: first.identifier })));
  refuse(unnumbered({ lot: 'V1' }), new RegExp(`certified already as ${first.identifier}, which was corrected to another dose, ${second.identifier}`));
  const back = unnumbered({ lot: 'V1', replaces: second.identifier });
  const [third] = jsonLines(certify(back));
  assert.deepEqual([third.replaces, isTakenBack(second.identifier), isTakenBack(third.identifier)], [second.identifier, true, false]);
  refuse(back, new RegExp(`${third.identifier} took its place already`));
});

test("a site's number that was given to the wrong dose is free again by the centre's word", () => {
  const [wrong] = jsonLines(certify(signDose({ record: 'T-61' })));
  const old = signDose({ record: 'T-61', familyName: 'Trần' });
  refuse(JSON.stringify({ record: old, again: true }), new RegExp(`certified already as ${wrong.identifier}, which a new certificate has to replace`));
  const [moved] = jsonLines(certify(signDose({ record: 'T-62', replaces: wrong.identifier })));
  const real = signDose({ record: 'T-61', familyName: 'Lê' });
  refuse(real, new RegExp(`certified already as ${wrong.identifier}, which was corrected to another dose, ${moved.identifier}, which a new certificate has to replace unless the centre says again \\(issue\\.dose\\)`));
  const [made] = jsonLines(certify(JSON.stringify({ record: real, again: true })));
  assert.deepEqual([made.replaces, isTakenBack(moved.identifier), ledger().at(-1).again], [undefined, false, true]);
  // And then it is a dose like any other.
  refuse(JSON.stringify({ record: real, again: true }), new RegExp(`certified already as ${made.identifier}, which a new certificate has to replace`));
  assert.equal(jsonLines(certify(signDose({ record: 'T-61', familyName: 'Lê', lot: 'FK0113', replaces: made.identifier })))[0].replaces, made.identifier);
});

test('a signed dose whose certificate a row replaced is corrected by the centre', () => {
  const [first] = jsonLines(certify(signDose({ record: 'T-63' })));
  const { site: _site, record: _record, ...row } = DOSE;
  const byRow = { input: rows({ ...row, kind: 'vaccination', replaces: first.identifier }) };
  const [second] = jsonLines(issue(['certificate', '--signer', 'ec1', '--unsigned', 'by telephone'], byRow));
  const corrected = signDose({ record: 'T-63', lot: 'FK0113' });
  // What came of the row may be of this dose: there are no two.
  refuse(JSON.stringify({ record: corrected, again: true }), new RegExp(`certified already as ${second.identifier}, which a new certificate has to replace`));
  assert.equal(jsonLines(certify(JSON.stringify({ record: corrected, replaces: second.identifier })))[0].replaces, second.identifier);
});

test('a row takes the place of nothing whose place was taken', () => {
  const [first] = jsonLines(certify(signDose({ record: 'T-64' })));
  const [second] = jsonLines(certify(signDose({ record: 'T-64', lot: 'FK0113', replaces: first.identifier })));
  const { site: _site, record: _record, ...row } = DOSE;
  const said = new RegExp(`row 2: replaces \\(issue\\.replaces\\): ${second.identifier} took its place already`);
  const sample = { kind: 'test', familyName: 'Trần', birthDate: '1990-05-06', disease: '840539006', country: 'VN', issuer: 'Bộ Y tế',
    testType: 'LP6464-4', testName: 'PCR', sampledAt: '2026-02-28T08:15:00+07:00', result: '260415000' };
  const length = ledger().length;
  refused(['certificate', '--signer', 'ec1', '--unsigned', 'x'], said, { input: rows(sample, { ...row, kind: 'vaccination', replaces: first.identifier }) });
  refused(['certificate', '--signer', 'ec1'], said, { input: rows(sample, { ...sample, replaces: first.identifier }) });
  assert.equal(ledger().length, length);
});

test('rows stay refused where the sites cannot be seen', () => {
  const dir = join(folder, 'unseen');
  cpSync(centre, dir, { recursive: true });
  const { site: _site, record: _record, ...row } = DOSE;
  const unsigned = { dir, input: rows({ ...row, kind: 'vaccination' }) };
  const signed = { dir, input: signDose({ record: 'T-65' }) };
  rmSync(join(dir, 'sites'), { recursive: true });
  refused(['certificate', '--signer', 'ec1'], /row 1: site \(issue\.unsigned\): no site signed this dose/, unsigned);
  refused(['certificate', '--signer', 'ec1', '--signed'], /line 1: signed by no site of this authority \(issue\.site\)/, signed);
  rmSync(join(dir, 'doses.jsonl'));
  assert.equal(jsonLines(issue(['certificate', '--signer', 'ec1'], unsigned)).length, 1, 'as if there had never been one');
  assert.ok(!existsSync(join(dir, 'doses.jsonl')), 'no ledger is made of rows');
  writeFileSync(join(dir, 'sites'), '');
  refused(['certificate', '--signer', 'ec1'], /unseen\/sites cannot be listed \(issue\.folder\)/, unsigned);
  refused(['certificate', '--signer', 'ec1', '--signed'], /unseen\/sites cannot be listed \(issue\.folder\)/, signed);
  renameSync(join(dir, 'signers'), join(dir, 'elsewhere'));
  writeFileSync(join(dir, 'signers'), '');
  assert.match(issue(['list'], { dir, status: 1 }).stderr, /unseen\/signers cannot be listed \(issue\.folder\)/);
});

const needsFlock = { skip: spawnSync('flock', ['--version']).status === 0 ? false : 'skipped: no flock here' };

test('a key that is withdrawn while a run waits for another one signs nothing', needsFlock, async () => {
  issue(['site', '--name', 'passing', '--code', '79-0130', '--title', 'Trạm lưu động', '--unit', '26740', '--days', '400']);
  const input = signDose({ record: 'P-1', site: '79-0130' }, { site: 'passing' });
  const length = ledger().length;
  const other = spawn('flock', [join(centre, 'doses.jsonl'), '-c', 'echo held; read line']);
  await once(other.stdout, 'data');
  const waiting = spawn(join(programs, 'lachan-issue'), ['certificate', '--signer', 'ec1', '--signed', '--dir', centre, '--now', NOW]);
  let said = '';
  waiting.stderr.on('data', (part) => { said += part; });
  waiting.stdin.end(input);
  await setTimeout(500);
  assert.equal(waiting.exitCode, null, 'it waits');
  issue(['revoke', '--site', 'passing']);
  other.stdin.end('\n');
  assert.deepEqual((await once(waiting, 'close'))[0], 1);
  assert.match(said, /line 1: the key passing of 79-0130 is withdrawn \(issue\.site\)/);
  assert.equal(ledger().length, length);
});

test('what was changed, or signed by another key, is refused', () => {
  const record = signDose({ record: 'T-20' });
  const [head, body, signature] = record.split('.');
  const payload = JSON.parse(Buffer.from(body, 'base64url'));
  const changed = base64url({ ...payload, dose: { ...payload.dose, lot: 'FK0113' } });
  refuse(`${head}.${changed}.${signature}`, /line 1: the signature is not that of 79-0123 \(issue\.signature\)/);
  refuse(`${record}\n${head}.${changed}.${signature}`, /line 2: the signature is not that of 79-0123 \(issue\.signature\)/);
  // Any character of it.
  for (let at = 0; at < record.length; at += 7) {
    const other = record[at] === 'A' ? 'B' : 'A';
    refused(['certificate', '--signer', 'ec1', '--signed'], /line 1: .*\(issue\.(record|signature|site|field|dose)\)/, { input: record.slice(0, at) + other + record.slice(at + 1) });
  }
  // Signed by another site, in its own name and in that of the first.
  refuse(forge(site('dakao'), { dose: { record: 'T-21' } }), /line 1: site \(issue\.site\): not 79-0124, whose key signs/);
  refuse(forge(site('dakao'), { dose: { record: 'T-21' } }, kidOf(site('bennghe')).toString('base64url')), /line 1: the signature is not that of 79-0123 \(issue\.signature\)/);
  // Signed by the centre's own signer, or by nobody that it knows.
  const signer = join(centre, 'signers', 'ec1');
  refuse(forge(signer), /line 1: signed by no site of this authority \(issue\.site\)/);
  refuse(forge(signer, {}, kidOf(site('bennghe')).toString('base64url')), /line 1: the signature is not that of 79-0123 \(issue\.signature\)/);
  // As they should be, and then with one thing that is not.
  assert.equal(jsonLines(certify(forge(site('bennghe'), { dose: { record: 'T-22' } }))).length, 1);
  const no = (parts, said) => refuse(forge(site('bennghe'), { dose: { record: 'T-23' }, ...parts }), said);
  no({ payload: { signedOn: '2026-03-02' } }, /line 1: signedOn is to come \(issue\.dose\)/);
  no({ payload: { signedOn: '2026-02-28' } }, /the key bennghe of 79-0123 was not in force on 2026-02-28 \(issue\.site\)/);
  no({ dose: { record: 'T-23', date: '2026-03-02' } }, /date \(issue\.dose\): after the day of signing/);
  no({ dose: { record: 'T-23', country: 'FR' } }, /country \(issue\.dose\)/);
  no({ dose: { record: 'T-23', identifier: 'URN:UVCI:01:VN:1' } }, /identifier \(issue\.field\)/);
  no({ dose: { record: 'T-23', lot: ' FK0112' } }, /no signed dose: its dose is not in normal form \(issue\.record\)/);
  no({ dose: { record: 'T-23', dose: '2' } }, /not in normal form/);
  no({ payload: { form: 'card' } }, /line 1: signed for lachan-issue card \(issue\.dose\)/);
  no({ payload: { form: 'own' } }, /of another version, form or day/);
  no({ payload: { version: 2 } }, /of another version, form or day/);
  no({ payload: { extra: 1 } }, /not as it would be written \(issue\.record\)/);
  no({ header: { alg: 'none' } }, /not as it would be written/);
  no({ header: { alg: 'HS256' } }, /not as it would be written/);
  no({ header: { jwk: {} } }, /not as it would be written/);
  no({ header: { typ: 'JWT' } }, /its header names another kind/);
  no({ header: { kid: 'AAAA' } }, /its key is not named by a hash/);
  refuse('x'.repeat(9000), /line 1: no signed dose: too long/);
  refuse(' ', /line 1: no signed dose: not three parts \(issue\.record\)/);
});

test('a key that has ended signed what it signed before; one that was withdrawn signed nothing', () => {
  const before = signDose({ record: 'T-30' });
  issue(['site', '--name', 'bennghe2', '--after', 'bennghe', '--days', '900'], { now: '2027-01-01T02:00:00Z' });
  issue(['signer', '--name', 'ec2', '--after', 'ec1', '--days', '900'], { now: '2027-01-01T02:00:00Z' });
  const late = '2027-12-01T02:00:00Z';
  const certifyLate = (input, options) => issue(['certificate', '--signer', 'ec2', '--signed'], { input, now: late, ...options });
  assert.equal(jsonLines(certifyLate(before)).length, 1, 'signed while the key was in force');
  assert.match(certifyLate(forge(site('bennghe'), { dose: { record: 'T-31' }, payload: { signedOn: '2027-11-01' } }), { status: 1 }).stderr, /was not in force on 2027-11-01/);
  const next = signDose({ record: 'T-32' }, { site: 'bennghe2', now: late });
  assert.equal(jsonLines(certifyLate(next))[0].site.code, '79-0123');

  const lost = signDose({ record: 'T-33' });
  assert.match(issue(['revoke', '--site', 'bennghe']).stdout, /bennghe is withdrawn/);
  assert.match(issue(['revoke', '--site', 'nobody'], { status: 1 }).stderr, /no site has a key nobody \(issue\.site\)/);
  refuse(lost, /line 1: the key bennghe of 79-0123 is withdrawn \(issue\.site\)/);
  refused(['dose', '--site', 'bennghe'], /: bennghe is withdrawn \(issue\.site\)/, { input: rows(DOSE) });
  assert.ok(!revoked().includes(kidOf(site('bennghe')).toString('base64')), 'verifiers are told nothing of sites');
  // The site goes on with its next key, and signs again what was lost.
  issue(['site', '--name', 'bennghe3', '--after', 'bennghe']);
  assert.match(issue(['site', '--name', 'x', '--after', 'bennghe', '--code', '79-0199'], { status: 2 }).stderr, /takes over/);
  assert.equal(jsonLines(certify(signDose({ record: 'T-33' }, { site: 'bennghe3' }))).length, 1);
});

test('two sites under one code stop everything, as does a key that is no site', () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  for (const end of ['pem', 'key']) copyFileSync(join(centre, `authority.${end}`), join(other, `authority.${end}`));
  issue(['site', '--name', 'second', '--code', '79-0124', '--title', 'Of another name', '--unit', '79'], { dir: other });
  const record = forge(join(other, 'sites', 'second'), { dose: { site: '79-0124' } });
  refuse(record, /signed by no site of this authority/);
  const put = (from, name) => copyFileSync(from, `${site(name)}.pem`);
  put(join(other, 'sites', 'second.pem'), 'second');
  refuse(record, /sites\/second\.pem: the code 79-0124 is that of another site, sites\/dakao\.pem \(issue\.site\)/);
  // The key of a signer among the sites, the authority itself, and a site of another authority.
  put(join(centre, 'signers', 'ec1.pem'), 'second');
  refuse(forge(join(centre, 'signers', 'ec1')), /sites\/second\.pem: no certificate of a vaccination site under this authority \(issue\.site\)/);
  put(join(centre, 'authority.pem'), 'second');
  refuse(record, /no certificate of a vaccination site/);
  const foreign = join(folder, 'foreign');
  issue(['authority', '--country', 'VN', '--organisation', 'Demo Ministry of Health'], { dir: foreign });
  issue(['site', '--name', 'second', '--code', '79-0125', '--title', 'Foreign', '--unit', '79'], { dir: foreign });
  put(join(foreign, 'sites', 'second.pem'), 'second');
  refuse(forge(join(foreign, 'sites', 'second'), { dose: { site: '79-0125' } }), /no certificate of a vaccination site under this authority/);
  rmSync(`${site('second')}.pem`);
});

test('the key of a site makes no certificate, no list takes it, and no verifier believes it', () => {
  // Among the signers of the folder, and as a source of keys.
  const folderOf = join(folder, 'misplaced');
  cpSync(centre, folderOf, { recursive: true });
  for (const end of ['pem', 'key']) copyFileSync(`${site('dakao')}.${end}`, join(folderOf, 'signers', `dakao.${end}`));
  const row = { ...DOSE, kind: 'vaccination', site: undefined, record: undefined };
  const said = /a vaccination site signs doses, no certificates \(x509\.usage\)/;
  for (const command of [['certificate'], ['ddcc'], ['seal'], ['own'], ['card', '--iss', 'https://x.example']]) {
    refused([...command, '--signer', 'dakao'], said, { dir: folderOf, input: rows(row) });
  }
  refused(['list'], said, { dir: folderOf });
  refused(['bundle', '--out', join(folder, 'bundle')], said, { dir: folderOf });
  const built = spawnSync(join(programs, 'lachan-trust'), ['build', '--out', join(folder, 'harvest.json'), `${site('dakao')}.pem`, join(centre, 'signers', 'ec1.pem')], { encoding: 'utf8' });
  assert.match(built.stdout + built.stderr, /dakao\.pem.*x509\.usage/);
  assert.equal(JSON.parse(readFileSync(join(folder, 'harvest.json'), 'utf8')).signers.length, 1);

  // A seal names its signer's certificate, and the authority is trusted: it is the usage of the key that says no.
  const seal = { kind: 'vaccination', familyName: 'Trần', givenName: 'Thử', birthDate: '1990-05-06', country: 'VNM', vaccine: 'XM68M6', disease: 'RA01.0',
    product: 'Vaxzevria', date: '2026-01-15', dose: 1, lot: 'AB12', centre: 'Demo' };
  const [genuine] = jsonLines(issue(['seal', '--signer', 'seals', '--unsigned', 'a test of seals'], { input: rows(seal) }));
  const judge = (text, status) => jsonLines(run('lachan-verify', ['--list', join(centre, 'trust.json'), '--at', NOW, '--json', text], { status }))[0].verdict;
  assert.equal(judge(genuine.text, 0).summary, 'valid');
  const { data, sig } = JSON.parse(genuine.text);
  const signature = sign('sha256', Buffer.from(JSON.stringify(sorted(data))), { key: keyOf(site('dakao')), dsaEncoding: 'ieee-p1363' });
  const forged = JSON.stringify({ data, sig: { ...sig, cer: certificateOf(site('dakao')).raw.toString('base64url'), sigvl: signature.toString('base64url') } });
  const verdict = judge(forged, 1);
  assert.notEqual(verdict.summary, 'valid');
  assert.equal(verdict.axes.signature.state, 'pass', 'the signature itself holds');
  assert.equal(verdict.axes.keyUsage.state, 'fail');
});

test('a dose that no site signed is refused, unless the ledger is told why', () => {
  const { site: _site, record: _record, ...bare } = DOSE;
  const row = { ...bare, kind: 'vaccination' };
  const sample = { kind: 'test', familyName: 'Trần', birthDate: '1990-05-06', disease: '840539006', country: 'VN', issuer: 'Bộ Y tế',
    testType: 'LP6464-4', testName: 'PCR', sampledAt: '2026-02-28T08:15:00+07:00', result: '260415000' };
  const said = /row 2: site \(issue\.unsigned\): no site signed this dose/;
  refused(['certificate', '--signer', 'ec1'], said, { input: rows(sample, row) });
  refused(['ddcc', '--signer', 'ec1'], said, { input: rows(sample, row) });
  refused(['seal', '--signer', 'seals'], said, { input: rows(sample, row) });
  refused(['card', '--signer', 'ec1', '--iss', 'https://x.example'], /row 1: site \(issue\.unsigned\)/, { input: rows({ familyName: 'Trần', cvx: '208' }) });
  assert.equal(jsonLines(issue(['certificate', '--signer', 'ec1'], { input: rows(sample) })).length, 1, 'a test has no site');
  // Smuggled among signed ones.
  refuse(`${signDose({ record: 'M-40', site: '79-0124' }, { site: 'dakao' })}\n${rows(row)}`, /line 2: .*nothing that may be said here of a signed dose \(issue\.record\)/);

  const before = ledger().length;
  const [old] = jsonLines(issue(['certificate', '--signer', 'ec1', '--unsigned', 'register of the province, 2021'], { input: rows(row, sample) }));
  assert.equal(old.unsigned, 'register of the province, 2021');
  assert.equal(ledger().length, before + 1, 'the test is no dose');
  assert.deepEqual(Object.keys(ledger().at(-1)), ['at', 'certificate', 'form', 'unsigned']);
  for (const args of [['--unsigned', ' '], ['--unsigned', 'x', '--signed'], ['--unsigned', 'x', '--only-signed']]) {
    issue(['certificate', '--signer', 'ec1', ...args], { input: rows(row), status: 2 });
  }
  assert.match(issue(['own', '--signer', 'ec1', '--signed'], { input: '', status: 2 }).stderr, /none of our own codes is of a dose/);
  // What cannot be written is not in the ledger either.
  const blocked = join(folder, 'blocked');
  writeFileSync(blocked, '');
  const record = signDose({ record: 'M-41', site: '79-0124' }, { site: 'dakao' });
  refused(['certificate', '--signer', 'ec1', '--signed', '--paper', blocked], /cannot write .*\/blocked: it is no folder \(file\)/, { input: record });
  assert.equal(ledger().length, before + 1);
  mkdirSync(join(folder, 'full', '1.txt.new', 'x'), { recursive: true });
  refused(['certificate', '--signer', 'ec1', '--signed', '--out', join(folder, 'full')], /cannot write .*\/1\.txt: [^\n]*\(file\)/, { input: record });
  assert.equal(ledger().length, before + 1);
  // A ledger that cannot be read stops: it may hold the dose.
  const file = join(centre, 'doses.jsonl');
  renameSync(file, `${file}.whole`);
  writeFileSync(file, 'noise\n');
  refused(['certificate', '--signer', 'ec1', '--signed'], /doses\.jsonl: line 1 is no entry \(issue\.ledger\)/, { input: record });
  assert.equal(readFileSync(file, 'utf8'), 'noise\n');
  renameSync(`${file}.whole`, file);
  assert.equal(jsonLines(certify(record)).length, 1);
});

test('an entry that a run did not finish is nobody\'s, and stops no other', () => {
  const file = join(centre, 'doses.jsonl');
  const whole = readFileSync(file, 'utf8');
  const record = signDose({ record: 'M-42', site: '79-0124' }, { site: 'dakao' });
  const [made] = jsonLines(certify(record));
  const entry = readFileSync(file, 'utf8').slice(whole.length);
  // As it is when the run was ended inside the writing, of which nothing left; at the first byte, in the middle, before the last brace.
  for (const length of [1, 100, entry.length - 2]) {
    writeFileSync(file, whole + entry.slice(0, length));
    const [again] = jsonLines(certify(record));
    const after = readFileSync(file, 'utf8');
    assert.ok(after.startsWith(whole) && after.endsWith('\n'));
    assert.equal(ledger().at(-1).certificate, again.identifier);
    assert.equal(ledger().length, whole.split('\n').length, 'one more than before');
  }
  // Whole but for the end of its line, as an editor leaves it: that dose is certified.
  writeFileSync(file, whole + entry.slice(0, -1));
  refuse(record, new RegExp(`certified already as ${made.identifier}`));
  assert.equal(readFileSync(file, 'utf8'), whole + entry);
});

test('the other forms are made of signed doses too', () => {
  const person = { familyName: 'Trần', givenName: 'Thử', birthDate: '1990-05-06', date: '2026-02-15', site: '79-0124' };
  const forms = {
    ddcc: [{ ...person, country: 'VNM', issuer: 'Bộ Y tế', vaccine: 'XM68M6', product: 'Vaxzevria', manufacturer: 'AstraZeneca', lot: 'AB12', dose: '1', doses: '2', centre: 'Demo' }, ['ddcc', '--signer', 'ec1']],
    seal: [{ ...person, country: 'VNM', vaccine: 'XM68M6', disease: 'RA01.0', product: 'Vaxzevria', lot: 'AB12', dose: '1', centre: 'Demo' }, ['seal', '--signer', 'seals']],
    card: [{ ...person, cvx: '210', lot: 'AB12' }, ['card', '--signer', 'ec1', '--iss', 'https://x.example']],
  };
  for (const [form, [row, command]] of Object.entries(forms)) {
    const signing = (more, options) => issue(['dose', '--site', 'dakao', '--form', form], { input: rows({ ...row, ...more }), ...options });
    const [record] = lines(signing({}));
    assert.equal(partsOf(record)[1].form, form);
    assert.match(signing({ lot: undefined }, { status: 1 }).stderr, /row 1: lot \(issue\.field\)/);
    refused(['certificate', '--signer', 'ec1', '--signed'], new RegExp(`signed for lachan-issue ${form} \\(issue\\.dose\\)`), { input: record });
    const [made] = jsonLines(issue([...command, '--signed'], { input: record }));
    assert.equal(made.site.code, '79-0124');
    assert.equal(ledger().at(-1).form, form);
    refused([...command, '--signed'], /line 1: certified already.*\(issue\.dose\)/, { input: record });
    if (form === 'ddcc') continue;
    const again = issue([...command, '--signed'], { input: JSON.stringify({ record, again: true }) });
    assert.equal(jsonLines(again).length, 1);
    assert.equal(ledger().at(-1).again, true);
  }
});

test('a row that came back from a request for a correction is signed by the site again', () => {
  const record = signDose({ record: 'M-60', site: '79-0124' }, { site: 'dakao' });
  const [old] = jsonLines(certify(record));
  // As lachan-admin writes it: what the certificate holds, and the lot that was asked for. Nationality, site and number are the site's to add.
  const { nationality: _n, site: _s, record: _r, ...row } = DOSE;
  const asked = { ...row, kind: 'vaccination', lot: 'FK0113', replaces: old.identifier };
  refused(['certificate', '--signer', 'ec1'], /row 1: site \(issue\.unsigned\): no site signed this dose/, { input: rows(asked) });
  refused(['dose', '--site', 'dakao'], /row 1: site \(issue\.site\).*nationality \(issue\.field\)/, { input: rows(asked) });
  const corrected = lines(issue(['dose', '--site', 'dakao'], { input: rows({ ...asked, nationality: 'VNM', site: '79-0124', record: 'M-60' }) }))[0];
  const [newer] = jsonLines(certify(corrected));
  assert.deepEqual([newer.replaces, newer.printed.lot], [old.identifier, 'FK0113']);
  assert.match(run('lachan-issue', ['--help']).stdout, /lachan-issue dose/);
});
