// The scripts of the benchmarks build what their programs load: a figure of a module that was left over from another day is none.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'tests', 'bench');
const MODULES = ['core', 'verifier', 'workshop', 'overlay', 'console', 'analysis'];
/** What `openX` of tests/wasm/load.mjs loads. */
const OPENED = { Core: ['core', 'verifier'], Verifier: ['verifier'], Workshop: ['workshop'], Analysis: ['analysis'] };

/** `name` and the programs of this folder that it names, and those that they name. */
function programsOf(name, seen = new Set()) {
  const file = join(folder, name);
  if (seen.has(name) || !existsSync(file)) return seen;
  seen.add(name);
  for (const [, other] of readFileSync(file, 'utf8').matchAll(/tests\/bench\/([a-z_-]+\.mjs)/g)) programsOf(other, seen);
  return seen;
}

function modulesOf(program) {
  const text = readFileSync(join(folder, program), 'utf8');
  const opened = Object.entries(OPENED).flatMap(([name, modules]) => (text.includes(`open${name}(`) ? modules : []));
  return [...opened, ...MODULES.filter((name) => text.includes(`${name}.wasm`))];
}

const scripts = readdirSync(folder).filter((name) => !name.includes('.') && statSync(join(folder, name)).isFile());

for (const script of scripts) {
  test(`tests/bench/${script} builds every module that it measures, and no other`, () => {
    const text = readFileSync(join(folder, script), 'utf8');
    const programs = [...programsOf(script)].filter((name) => name.endsWith('.mjs'));
    if (programs.some((name) => /web', 'dist'/.test(readFileSync(join(folder, name), 'utf8'))) || script === 'lighthouse') {
      assert.match(text, /serve\.sh --build-only/, 'it measures the page');
      return;
    }
    const built = [...text.matchAll(/lachan_([a-z]+)_wasm/g)].map(([, name]) => name).sort();
    assert.deepEqual(built, [...new Set(programs.flatMap(modulesOf))].sort());
  });
}
