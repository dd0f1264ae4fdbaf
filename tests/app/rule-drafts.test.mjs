// Rules that are tried out and come from a file: what is there already, what needs another name, and which figure counts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = readFileSync(join(root, 'web/src/verify/drafts.ts'), 'utf8');
const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
const { freshOf, mergedChanges } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);

const rule = (id, months, more = {}) => ({ id, rule: JSON.stringify({ Identifier: id, Country: 'VN', Logic: { 'not-after': [months] }, ...more }) });

test('another rule of a name that is taken gets one that is free, and the same rule is there already', () => {
  const own = [rule('VR-VN-9001', 9)];
  const [fresh, ...none] = freshOf([rule('VR-VN-9001', 6)], own, ['VR-VN-9002']);
  assert.equal(fresh.id, 'VR-VN-9003');
  assert.equal(JSON.parse(fresh.rule).Identifier, 'VR-VN-9003');
  assert.deepEqual(JSON.parse(fresh.rule).Logic, { 'not-after': [6] });
  assert.deepEqual(none, []);
  assert.deepEqual(freshOf([rule('VR-VN-9001', 6)], [...own, fresh], []), [], 'the same file again brings nothing');
  const reordered = { id: 'VR-VN-9001', rule: '{"Source":null,"Logic":{"not-after":[9]},"Description":[],"Country":"VN","Identifier":"VR-VN-9001"}' };
  assert.deepEqual(freshOf([reordered], own, []), [], 'words and the order of members decide nothing');
  assert.equal(freshOf([rule('VR-VN-9001', 9, { Country: 'LA' })], own, []).length, 1, 'whom it is asked of does');
});

test('a rule of a free name keeps it, and no renamed one takes it first', () => {
  const found = [rule('VR-VN-9001', 6), rule('VR-VN-9002', 7), rule('X', 8)];
  const ids = freshOf(found, [rule('VR-VN-9001', 9), rule('X', 9)], []).map(({ id }) => id);
  assert.deepEqual(ids, ['VR-VN-9003', 'VR-VN-9002', 'X2']);
});

test('figures of a file come to those that were moved, and replace them only where they are the same', () => {
  const change = (of, pointer, value) => ({ rule: of, pointer, value });
  const own = [change('A', '/0', 1), change('A', '/1', 2), change('B', '', null), change('C', '/0', 3)];
  const found = [change('A', '/1', 5), change('B', '/0', 6), change('C', '', null)];
  assert.deepEqual(mergedChanges(own, found), [change('A', '/0', 1), ...found], 'a rule is either left out or has figures');
  assert.deepEqual(mergedChanges(own, []), own);
});
