// What README says that serve.sh and tests/run.sh build, they build.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const text = (file) => readFileSync(join(root, file), 'utf8');
const programsIn = (words) => new Set(words.match(/\blachan-[a-z]+\b/g) ?? []);

/** The item of the list of README that begins so, up to the next. */
function item(begins) {
  const [, rest] = text('README.md').split(`- built by \`${begins}\``);
  assert.ok(rest, `README says what ${begins} builds`);
  return programsIn(rest.split(/\n(?:- |\n)/)[0]);
}

test('the programs that README names for users are built by serve.sh', () => {
  const built = programsIn(text('serve.sh').match(/^build_preset release (.*)$/m)[1]);
  const named = item('./serve.sh');
  assert.ok(named.size >= 4);
  for (const program of named) assert.ok(built.has(program), `${program} is no target of serve.sh`);
});

test('and the others are targets of the dev preset, which tests/run.sh builds whole', () => {
  const targets = ['boundaries', 'epi', 'forge', 'issue', 'riskmap', 'trust', 'verify'].map((folder) => text(`tools/${folder}/CMakeLists.txt`)).join('\n');
  for (const program of [...item('tests/run.sh'), ...item('./serve.sh')]) {
    assert.match(targets, new RegExp(`add_executable\\(${program}\\b`), program);
  }
});
