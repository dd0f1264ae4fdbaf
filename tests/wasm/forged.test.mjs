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

test('forged certificates get the verdict they were made for, and no mutation verifies', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lachan-forged-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'cases.jsonl');
  writeFileSync(file, run('lachan-forge', ['--count', '300', '--seed', '7']));
  const total = JSON.parse(run('lachan-verify', ['--cases', file, '--quiet', '--wasm']).trimEnd().split('\n').at(-1));
  assert.ok(total.total >= 300);
  assert.deepEqual([total.falseAccepts, total.falseRejects, total.skipped, total.ok], [0, 0, 0, total.total]);
});
