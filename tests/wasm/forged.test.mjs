// Forged certificates of every family through the wasm core, by lachan-verify --wasm.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './load.mjs';

const programs = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev');

function run(program, args) {
  const done = spawnSync(join(programs, program), args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(done.status, 0, `${program}: ${done.stderr}${done.stdout.slice(-1000)}`);
  return done.stdout;
}

/** What lachan-verify says of `lines` in the end with the wasm core, which says of every one of them what the native core says, word for word. */
function total(t, lines) {
  const folder = mkdtempSync(join(tmpdir(), 'lachan-forged-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'cases.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const [native, wasm] = [[], ['--wasm']].map((more) => run('lachan-verify', ['--cases', file, ...more]).trimEnd().split('\n'));
  assert.equal(native.length, wasm.length);
  for (const [i, line] of native.entries()) assert.equal(line, wasm[i]);
  return JSON.parse(wasm.at(-1));
}

const forge = (args) => run('lachan-forge', args).trimEnd().split('\n');

test('forged certificates get the verdict they were made for, and no mutation verifies', (t) => {
  const all = total(t, forge(['--count', '1000', '--seed', '7']));
  assert.ok(all.total >= 1000);
  assert.deepEqual([all.falseAccepts, all.falseRejects, all.skipped, all.ok], [0, 0, 0, all.total]);
});

test('of the single bits of all layers no sample verifies, unless it says nothing', (t) => {
  // Natively all of them are turned (tests/verify/forged_test.cpp); here one of 61, and every one that says nothing.
  const [trust, ...rows] = forge(['--every-bit', '--seed', '7']);
  const some = rows.filter((row, i) => i % 61 === 0 || row.includes('-idle-bit-'));
  assert.ok(some.length > 1000 && some.length < rows.length / 20);
  const all = total(t, [trust, ...some]);
  assert.deepEqual([all.falseAccepts, all.falseRejects, all.skipped, all.ok], [0, 0, 0, some.length]);
});
