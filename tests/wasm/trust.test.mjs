// The trust bundle in wasm: made by lachan-trust, proven by WebCrypto, taken into use, brought up to date by a delta; an older, a
// changed and a stranger's one are refused, and the one in use stays.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openCore, pageModule, root } from './load.mjs';

const program = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev'), 'lachan-trust');
const folder = mkdtempSync(join(tmpdir(), 'lachan-bundle-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names) => join(folder, ...names);

function run(...args) {
  const done = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(done.status, 0, `lachan-trust ${args.join(' ')}: ${done.stderr}`);
}
run('demo', '--out', folder);
mkdirSync(at('keys'));
run('keygen', '--out', at('keys', 'list.pem'));
run('revoke', '--source', at('revoked.json'), '--country', 'VN', 'URN:UVCI:01:VN:DEMO0000000000000000000000000001');
const publish = (number, ...more) => run('build', '--out', at('published'), '--key', at('keys', 'list.pem'), '--number', String(number), ...more, at('trust.json?scheme=lachan'));
publish(7);
publish(8, '--revocation', at('revoked.json'), '--section', `rules=${at('demo-certificates', 'index.json')}`);
const bytes = (name) => readFileSync(at('published', name));
const pins = readFileSync(at('keys', 'list.pem.pub'), 'utf8').trim().split('\n');
const code = readFileSync(at('demo-certificates', 'valid-vaccination-es256.txt'), 'utf8');

const { prove } = await pageModule('prove');
const raw = await openCore();
function call(operation, request) {
  const [status, text] = raw(operation, JSON.stringify(request));
  const reply = JSON.parse(text);
  if (status !== 0) throw Object.assign(new Error(reply.error.rule), { rule: reply.error.rule });
  return reply;
}

/** What became of an offer: the number in use, or the rule that refused it. */
async function take(offer, keys = pins) {
  try {
    const { checks } = call('trust.offer', { ...offer, keys });
    return call('trust.accept', { answers: await prove({ checks }), keys, now: Date.now() }).number;
  } catch (error) {
    return error.rule;
  }
}
const whole = (data) => ({ bundle: Buffer.from(data).toString('base64') });
async function summary() {
  const inspection = call('certificate.inspect', { text: code });
  return call('certificate.judge', { inspection, answers: await prove(inspection), now: Date.now() }).summary;
}

test('a bundle is taken, then the next one as a delta, and what it revokes is refused', async () => {
  assert.equal(await take({ delta: bytes('delta-7-8.bin').toString('base64') }), 'delta.base', 'there is nothing to change yet');
  assert.equal(await take(whole(bytes('bundle-7.bin'))), 7);
  assert.equal(await summary(), 'valid');
  assert.equal(call('trust.info', {}).revocation, null);
  assert.equal(await take({ delta: bytes('delta-7-8.bin').toString('base64') }), 8);
  assert.equal(call('trust.packed', {}).bundle, bytes('bundle-8.bin').toString('base64'), 'byte for byte');
  assert.equal(await summary(), 'invalid');
  const info = call('trust.info', {});
  assert.deepEqual(info.schemes, { hcert: 3, lachan: 1 });
  assert.equal(info.revocation.lists, 1);
  assert.ok(info.revocation.asOf <= Date.now() && info.revocation.freshUntil > Date.now());
  assert.deepEqual(info.sections.map(({ name, media }) => [name, media]), [['rules', 'application/json']]);
  const rules = call('trust.section', { name: 'rules' });
  assert.equal(Buffer.from(rules.content, 'base64').toString(), readFileSync(at('demo-certificates', 'index.json'), 'utf8'));
  assert.throws(() => call('trust.section', { name: 'texts' }), { rule: 'bundle.section' });
});

test('nothing worse takes its place', async () => {
  assert.equal(await take(whole(bytes('bundle-7.bin'))), 'bundle.rollback');
  const spoiled = bytes('bundle-8.bin');
  spoiled[spoiled.length - 1] ^= 1;
  assert.equal(await take(whole(spoiled)), 'bundle.hash');
  const renumbered = bytes('bundle-8.bin');
  renumbered[5] = 9; // behind magic and version: the number is under the signature
  assert.equal(await take(whole(renumbered)), 'bundle.signature');
  assert.equal(await take(whole(bytes('bundle-8.bin')), []), 'bundle.key');
  assert.equal(await take(whole(Buffer.alloc(6 * 1024 * 1024))), 'json.size');
  assert.throws(() => call('trust.accept', { answers: ['valid'], keys: pins, now: Date.now() }), { rule: 'bundle.none' });
  assert.equal(call('trust.info', {}).number, 8);
  assert.equal(await summary(), 'invalid');
});
