// The channel between page and console: what the page's writer writes, the module takes; what is wrong it refuses by field and rule.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { loadModule, root, wasmRoot } from './load.mjs';

let channel;
let module;

before(async () => {
  const source = readFileSync(join(root, 'web/src/riskmap/console/snapshot.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
  const folder = join(wasmRoot, 'page-modules');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'console-snapshot.mjs');
  writeFileSync(file, outputText);
  channel = await import(pathToFileURL(file).href);
  module = await loadModule('console');
});

/** "" when the message was taken. */
function show(bytes) {
  const at = module._malloc(Math.max(1, bytes.length));
  module.HEAPU8.set(bytes, at);
  const ok = module._console_show(at, bytes.length);
  module._free(at);
  const from = module._console_error_data();
  const said = new TextDecoder().decode(module.HEAPU8.slice(from, from + module._console_error_size()));
  assert.equal(ok === 1, said === '');
  return said;
}

const words = () => Object.fromEntries(channel.CONSOLE_WORDS.map((word) => [word, `từ ${word}`]));
const state = (rest = {}) => ({ day: 18981, first: 18262, last: 18999, layer: 0, selected: -1, playing: false, ...rest });
const threshold = (rest = {}) => ({ name: 'Mức 2 từ', unit: 'ca / 100.000 dân', official: 20, value: 20, low: 1, high: 300, step: 1, confirmed: true, ...rest });
const whole = () => ({
  words: words(),
  theme: { dark: true, accent: '#0c5b69', bar: '#0e6e7e', band: '#f0a63c' },
  layers: [{ name: 'Cấp độ dịch', hint: '' }, { name: 'Tỷ lệ mắc', hint: 'trên 100.000 dân' }],
  rules: { pack: 'Nghị quyết 128', effect: '', confirmed: false, thresholds: [threshold(), threshold({ value: 50, official: 50 })] },
  series: { title: 'Cả nước', first: 18262, cases: Float32Array.of(1, NaN, 3), rt: { mean: Float32Array.of(NaN, 1, 1.2), low: Float32Array.of(NaN, 0.5, 1), high: Float32Array.of(NaN, 2, 1.5) } },
  units: [{ name: 'Thành phố Hà Nội', colour: '#0FA57F', cases: 12, rate: NaN, trend: -40 }],
  state: state({ layer: 1, selected: 0, playing: true }),
});

test('what the page writes is taken, whole and part by part', () => {
  assert.equal(show(channel.writeSnapshot(whole())), '');
  for (const [name, part] of Object.entries(whole())) assert.equal(show(channel.writeSnapshot({ [name]: part })), '', name);
  // Of a country's communes.
  const units = Array.from({ length: 10_600 }, (_, i) => ({ name: `Xã Đầm Hà ${i}`, colour: '#123456', cases: i, rate: i / 3, trend: NaN }));
  assert.equal(show(channel.writeSnapshot({ units, state: state() })), '');
});

test('what is wrong is refused with its field and rule, and the next message is taken as if nothing had been', () => {
  const refused = (said, field) => assert.match(show(channel.writeSnapshot(said)), new RegExp(`^console\\.snapshot: ${field.replace(/[[\]]/g, '\\$&')}: `));
  assert.equal(show(channel.writeSnapshot(whole())), '');
  refused({ state: state({ layer: 7 }) }, 'state.layer');
  refused({ state: state({ selected: 1 }) }, 'state.selected');
  refused({ state: state({ first: 19_000 }) }, 'state.last');
  refused({ rules: { ...whole().rules, thresholds: [threshold(), threshold({ value: 400 })] } }, 'thresholds[1].value');
  refused({ rules: { ...whole().rules, thresholds: [threshold({ step: 0 })] } }, 'thresholds[0].step');
  refused({ series: { ...whole().series, cases: Float32Array.of(1, -2, 3) } }, 'series.cases');
  refused({ layers: [{ name: 'x'.repeat(2001), hint: '' }] }, 'layers[0].name');
  refused({ words: { ...words(), timePlay: '\0' } }, 'words.timePlay');
  const bytes = channel.writeSnapshot(whole());
  for (const size of [0, 3, 4, 11, bytes.length - 1]) {
    if (size !== 4) assert.match(show(bytes.subarray(0, size)), /^console\.snapshot: /, String(size));
  }
  assert.match(show(Uint8Array.of(...bytes.subarray(0, 4), 99, 0, 0, 0, 0, 0, 0, 0)), /^console\.snapshot: part\.tag: /);
  assert.equal(show(channel.writeSnapshot({ state: state({ layer: 1, selected: 0 }) })), '');
});

test('events of the console are read, those of another version left', () => {
  assert.deepEqual(channel.readEvent(1, 0, 18_981), { kind: 'setDay', day: 18_981 });
  assert.deepEqual(channel.readEvent(3, 0, 0), { kind: 'play', playing: false });
  assert.deepEqual(channel.readEvent(5, 2, 75), { kind: 'setThreshold', threshold: 2, value: 75 });
  assert.equal(channel.readEvent(40, 0, 0), null);
});

test('each word of the console is in both tables, every other text is used, and both have the same places to fill', () => {
  const [vi, en] = ['vi', 'en'].map((language) => {
    const table = readFileSync(join(root, `web/src/text/${language}/console.ts`), 'utf8');
    return new Map([...table.matchAll(/^ {2}'?([\w.]+)'?: '(.*)',$/gm)].map(([, key, text]) => [key, text]));
  });
  const sources = ['console', 'feed', 'rules'].map((name) => readFileSync(join(root, `web/src/riskmap/console/${name}.ts`), 'utf8')).join('\n');
  const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  assert.deepEqual([...en.keys()], [...vi.keys()]);
  assert.deepEqual([...vi.keys()].flatMap((key) => (key.startsWith('word.') ? [key.slice(5)] : [])).sort(), [...channel.CONSOLE_WORDS].sort());
  for (const [key, text] of vi) {
    assert.deepEqual(holes(en.get(key)), holes(text), key);
    assert.ok(key.startsWith('word.') || sources.includes(`'${key}'`), key);
  }
});

test('overlay and console together stay within 500 KB', async () => {
  const { brotliCompressSync } = await import('node:zlib');
  const files = ['overlay', 'console'].map((name) => join(wasmRoot, `${name}.wasm`));
  const size = files.reduce((sum, file) => sum + brotliCompressSync(readFileSync(file)).length, 0);
  assert.ok(size <= 500_000, `${size} bytes`);
});
