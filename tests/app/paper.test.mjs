// The page and lachan-issue print the same of a certificate, each from a table of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const wordsIn = (list, quote) => list.split(quote).filter((_, i) => i % 2 === 1);

const page = read('web/src/verify/paper.ts');
const program = read('tools/issue/paper.cpp');

function ofPage() {
  const [, body] = /const FIELDS[^=]*= \{(.*?)\n\};/s.exec(page);
  return new Map([...body.matchAll(/(\w+): \[(.*?)\]/gs)].map(([, kind, list]) => [kind, wordsIn(list, "'")]));
}

function ofProgram() {
  const lists = new Map([...program.matchAll(/std::array<std::string_view, \d+> (k\w+)\{(.*?)\};/gs)].map(([, name, list]) => [name, wordsIn(list, '"')]));
  const layouts = [...program.matchAll(/Layout\{"(\w+)", "paper\.\w+", (k\w+)\}/g)].map(([, kind, name]) => [kind, lists.get(name)]);
  return { kinds: new Map(layouts), more: lists.get('kMore') };
}

test('every kind of certificate has the same fields in the same order on both papers', () => {
  const own = ofPage();
  const { kinds } = ofProgram();
  assert.deepEqual([...own.keys()], ['vaccination', 'test', 'recovery', 'card', 'release']);
  assert.deepEqual([...kinds.keys()], [...own.keys()]);
  for (const [kind, fields] of kinds) {
    assert.ok(fields.length > 5, kind);
    // Nationality is known to whoever issues, and is not in the code that the page reads.
    assert.deepEqual(own.get(kind), fields.filter((field) => field !== 'nationality'), kind);
  }
});

test('what follows the fields of a kind is the same on both papers', () => {
  const [, list] = /const MORE = \[(.*?)\]/.exec(page);
  assert.deepEqual(wordsIn(list, "'"), ofProgram().more);
});
