// How benchmarks write their rows: between their own markers, and nothing else changes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { markersOf, median, PERFORMANCE, withRows } from '../bench/performance.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [begin, end] = markersOf('map');

test('rows stand between the markers, and what is around them stays', () => {
  const text = `before\n${begin}\nold\n${end}\nafter\n`;
  assert.equal(withRows(text, 'map', '\n| a |\n'), `before\n${begin}\n| a |\n${end}\nafter\n`);
  assert.equal(withRows(withRows(text, 'map', 'x'), 'map', 'old'), text);
});

test('markers that are lost, turned round or there twice are said', () => {
  for (const text of ['', begin, end, `${end}\n${begin}`, `${begin}\n${end}\n${begin}\n${end}`]) {
    assert.throws(() => withRows(text, 'map', 'x'), /lost its markers of map/);
  }
});

test('the page has the markers of every benchmark that writes into it', () => {
  const text = readFileSync(PERFORMANCE, 'utf8');
  for (const name of ['certificates', 'map']) assert.notEqual(withRows(text, name, 'x'), text, name);
});

test('the median is one of the list', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([3]), 3);
});

test('the map is started in five fresh contexts or more, and rounds are counted', () => {
  for (const words of [['--starts', '4'], ['--starts', 'x'], ['--rounds', '0'], ['--frog']]) {
    assert.equal(spawnSync(join(root, 'tests/bench/map'), words).status, 2, words.join(' '));
  }
  assert.match(spawnSync(join(root, 'tests/bench/map'), ['--help'], { encoding: 'utf8' }).stdout, /--no-write/);
});
