// Certificates natively and in wasm: both cores take a code apart alike, OpenSSL and WebCrypto give the same answers, and the
// verdicts are the same bytes. Runs on the published cases when they are there, and always on certificates made for the run.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { dice } from './cases.mjs';
import { compare, corpus as corpusFolder, fromBase45, run, toBase45 } from './certificate.mjs';

const corpus = join(corpusFolder, 'open', 'dcc.jsonl');
const folder = mkdtempSync(join(tmpdir(), 'lachan-certificate-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** The code with one bit of its message turned: it often decodes, and never verifies. */
function spoiled(code, roll) {
  const message = Buffer.from(inflateSync(fromBase45(code.slice(4))));
  message[roll.below(message.length)] ^= 1 << roll.below(8);
  return `HC1:${toBase45(deflateSync(message))}`;
}

test('certificates made for this run, and 600 spoiled ones', async () => {
  run(['demo', '--out', folder]);
  const demo = join(folder, 'demo-certificates');
  const { certificates } = JSON.parse(readFileSync(join(demo, 'index.json'), 'utf8'));
  const codes = certificates.map(({ name }) => readFileSync(join(demo, `${name}.txt`), 'utf8'));
  const now = Date.now();
  const verdicts = await compare(join(folder, 'trust.json'), codes, now);
  // The plain list revokes nothing: who has it alone cannot know.
  const expected = certificates.map(({ name, expect }) => (name === 'revoked' ? 'valid' : expect));
  assert.deepEqual(verdicts.map(({ summary }) => summary), expected);

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
