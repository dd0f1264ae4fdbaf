// Certificates natively and in wasm: both cores take a code apart alike, OpenSSL and WebCrypto give the same answers, and the
// verdicts are the same bytes. Runs on the published cases when they are there, and always on certificates made for the run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { dice } from './cases.mjs';
import { openCore, pageModule, root } from './load.mjs';

const program = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev'), 'lachan-trust');
const corpus = join(process.env.LACHAN_SHARED ?? join(root, '..', 'shared'), 'data', 'certificates', 'open', 'dcc.jsonl');
const folder = mkdtempSync(join(tmpdir(), 'lachan-certificate-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function run(args, input = '') {
  const done = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.ok(done.status === 0 || done.status === 3, `lachan-trust ${args[0]}: ${done.stderr}`);
  return done.stdout;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

function fromBase45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)].reduce((sum, c, i) => sum + ALPHABET.indexOf(c) * 45 ** i, 0);
    if (at + 2 < text.length) bytes.push(group >> 8);
    bytes.push(group & 255);
  }
  return Buffer.from(bytes);
}

function toBase45(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let group = isPair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let digits = isPair ? 3 : 2; digits > 0; --digits) {
      text += ALPHABET[group % 45];
      group = Math.floor(group / 45);
    }
  }
  return text;
}

/** The code with one bit of its message turned: it often decodes, and never verifies. */
function spoiled(code, roll) {
  const message = Buffer.from(inflateSync(fromBase45(code.slice(4))));
  message[roll.below(message.length)] ^= 1 << roll.below(8);
  return `HC1:${toBase45(deflateSync(message))}`;
}

/** Compares both sides on every code; gives the verdicts. */
async function compare(list, codes, now) {
  const { prove } = await pageModule('prove');
  const call = await openCore();
  assert.equal(call('trust.load', JSON.stringify({ text: readFileSync(list, 'utf8') }))[0], 0);
  const lines = run(['verify', '--list', list, '--json', '--at', String(now)], codes.join('\n') + '\n').trimEnd().split('\n');
  assert.equal(lines.length, codes.length);
  const verdicts = [];
  for (const [index, code] of codes.entries()) {
    const native = JSON.parse(lines[index]);
    const [status, text] = call('certificate.inspect', JSON.stringify({ text: code }));
    assert.equal(status, 0, text);
    const inspection = JSON.parse(text);
    assert.deepEqual(inspection, native.inspection, code);
    const answers = await prove(inspection);
    assert.deepEqual(answers, native.answers, `WebCrypto and OpenSSL on ${code}`);
    const [judged, verdict] = call('certificate.judge', JSON.stringify({ inspection, answers, now }));
    assert.equal(judged, 0, verdict);
    // The native line holds its parts in canonical form, so the bytes can be compared.
    assert.ok(lines[index].includes(`"verdict":${verdict}`), `${code}\nwasm   ${verdict}\nnative ${JSON.stringify(native.verdict)}`);
    verdicts.push(native.verdict);
  }
  return verdicts;
}

test('certificates made for this run, and 600 spoiled ones', async () => {
  run(['demo', '--out', folder]);
  const demo = join(folder, 'demo-certificates');
  const { certificates } = JSON.parse(readFileSync(join(demo, 'index.json'), 'utf8'));
  const codes = certificates.map(({ name }) => readFileSync(join(demo, `${name}.txt`), 'utf8'));
  const now = Date.now();
  const verdicts = await compare(join(folder, 'trust.json'), codes, now);
  assert.deepEqual(verdicts.map(({ summary }) => summary), certificates.map(({ expect }) => expect));

  const roll = dice(20261124);
  const sound = codes.filter((code, i) => code.startsWith('HC1:') && certificates[i].expect === 'valid');
  const broken = Array.from({ length: 600 }, () => spoiled(roll.pick(sound), roll));
  const after = await compare(join(folder, 'trust.json'), broken, now);
  assert.equal(after.filter(({ summary }) => summary === 'valid').length, 0);
  assert.ok(after.filter(({ content }) => content !== null).length > 200, 'most must reach the signature');
});

test('the published cases', { skip: existsSync(corpus) ? false : 'skipped: no corpus' }, async () => {
  const rows = readFileSync(corpus, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  const certificates = [...new Set(rows.map((row) => row.TESTCTX.CERTIFICATE).filter(Boolean))];
  const source = join(folder, 'signers.jsonl');
  const list = join(folder, 'published.json');
  writeFileSync(source, certificates.map((der_b64) => JSON.stringify({ der_b64 })).join('\n'));
  run(['build', '--out', list, '--now', '2021-01-01', '--days', '4000', source]);
  const codes = rows.map((row) => row.PREFIX).filter((code) => code && !code.includes('\n'));
  const verdicts = await compare(list, codes, Date.parse('2021-07-01T00:00:00Z'));
  const states = verdicts.map(({ axes }) => axes.signature.state);
  console.log(`${codes.length} codes, ${certificates.length} signers, ${states.filter((state) => state === 'pass').length} signatures hold`);
  assert.ok(states.filter((state) => state === 'pass').length >= 300);
});
