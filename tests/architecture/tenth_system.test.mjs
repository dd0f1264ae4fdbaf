// A tenth system is added to a copy of the tree by its folders and one word, built there and run from end to end.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'lachan-tenth-'));
const build = join(copy, 'build', 'tenth');

function run(command, ...args) {
  try {
    return execFileSync(command, args, { cwd: copy, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? ''}`.slice(-4000));
  }
}

before(() => {
  for (const part of ['CMakeLists.txt', 'CMakePresets.json', 'cmake', 'shared', 'server', 'tools', 'tests', 'assets', 'wasm']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  // Its folders ...
  cpSync(join(root, 'tests/architecture/tenth'), copy, { recursive: true });
  // ... and one word.
  const list = join(copy, 'shared/CMakeLists.txt');
  const before_ = readFileSync(list, 'utf8');
  const with_it = before_.replace(/^set\(SYSTEMS ([a-z ]+)\)/m, 'set(SYSTEMS $1 tenth)');
  assert.notEqual(with_it, before_, 'the list SYSTEMS has moved');
  assert.equal(with_it.split(/\s+/).length, before_.split(/\s+/).length + 1, 'more than one word');
  writeFileSync(list, with_it);
  // The flags of the preset dev, in a folder of its own, so that the compiler's cache answers for all that is the same.
  run('cmake', '--preset', 'dev', '-B', build);
  run('cmake', '--build', build, '--target', 'test_tenth', 'core_cli', '-j', '2');
});

after(() => rmSync(copy, { recursive: true, force: true }));

test('its record, rule, table, fact and question work from end to end', () => {
  const output = run(join(build, 'tests', 'test_tenth'));
  assert.match(output, /\[ {2}PASSED {2}\] 3 tests/);
});

test('its form comes from its field list, without a screen of its own', () => {
  const request = JSON.stringify({ op: 'form', text: JSON.stringify({ system: 'tenth', kind: 'note' }) });
  const output = execFileSync(join(build, 'core_cli'), [], { input: request + '\n', encoding: 'utf8' });
  const form = JSON.parse(output.slice(output.indexOf('{')));
  assert.deepEqual(form.fields.map(({ name, type, required }) => ({ name, type, required })), [{ name: 'text', type: 'text', required: true }]);
});

test('no file of the tree but its own names it', () => {
  const output = run('grep', '-rlwE', 'tenth', '--include=*.cpp', '--include=*.h', '--include=CMakeLists.txt', '--include=*.cmake', 'shared', 'server', 'cmake', 'tools');
  assert.deepEqual(output.trim().split('\n').sort(), ['shared/CMakeLists.txt', 'shared/src/tenth/tenth.cpp']);
});
