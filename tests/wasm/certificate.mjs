// What the certificate tests share: the native program, Base45, and the comparison of both sides.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCore, pageModule, root } from './load.mjs';

const program = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev'), 'lachan-trust');
export const corpus = join(process.env.LACHAN_SHARED ?? join(root, '..', 'shared'), 'data', 'certificates');

export function run(args, input = '') {
  const done = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.ok(done.status === 0 || done.status === 3, `lachan-trust ${args[0]}: ${done.stderr}`);
  return done.stdout;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

export function fromBase45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)].reduce((sum, c, i) => sum + ALPHABET.indexOf(c) * 45 ** i, 0);
    if (at + 2 < text.length) bytes.push(group >> 8);
    bytes.push(group & 255);
  }
  return Buffer.from(bytes);
}

export function toBase45(bytes) {
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

/** Compares both sides on every code; gives the verdicts. */
export async function compare(list, codes, now) {
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
