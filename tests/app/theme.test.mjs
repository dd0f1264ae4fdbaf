// Light and dark: what is read can be read on what it stands on, and classes of the maps stand out from the sea.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
const THEMES = ['light', 'dark'];
let server;
let colours;
let model;
let layers;

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  colours = await server.ssrLoadModule('/src/riskmap/colours.ts');
  model = await server.ssrLoadModule('/src/riskmap/model.ts');
  layers = readFileSync(`${root}/src/riskmap/layers.ts`, 'utf8');
});
after(() => server.close());

/** The tokens of a style sheet, by theme; what only the first block names is the same in both. */
function tokensOf(file) {
  const css = readFileSync(`${root}/src/${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const read = (block) => Object.fromEntries([...(block ?? '').matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6});/g)].map(([, name, value]) => [name, value]));
  const blocks = [...css.matchAll(/(:root[^{]*?)\{([^}]*)\}/g)].map(([, selector, body]) => ({ selector: selector.trim(), tokens: read(body) }));
  const of = (pick) => Object.assign({}, ...blocks.filter(({ selector }) => pick(selector)).map(({ tokens }) => tokens));
  const both = of((selector) => selector === ':root');
  const light = of((selector) => selector.includes('.on-paper'));
  const dark = of((selector) => selector.includes('dark'));
  return { both, light: { ...both, ...light }, dark: { ...both, ...light, ...dark }, own: { light, dark } };
}

const full = (hex) => (hex.length === 4 ? `#${[...hex.slice(1)].map((digit) => digit + digit).join('')}` : hex);
function luminance(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(full(hex).slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
/** As WCAG 2 defines it. */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
const atLeast = (least, one, other, what) => {
  assert.ok(one && other, `${what}: there is no such token`);
  assert.ok(contrast(one, other) >= least, `${what}: ${one} on ${other} is ${contrast(one, other).toFixed(2)}`);
};

const GROUNDS = ['paper', 'card', 'teal-50', 'teal-100'];
const PAIRS = [
  ...['ink', 'ink-soft', 'teal-700', 'teal-800', 'teal-900'].flatMap((word) => GROUNDS.map((ground) => [word, ground])),
  ...['green', 'yellow', 'red'].flatMap((tone) => [[`${tone}-700`, 'paper'], [`${tone}-700`, 'card'], [`${tone}-700`, `${tone}-50`], ['ink', `${tone}-50`]]),
  ['amber-900', 'amber-100'], ['amber-900', 'card'], ['ink', 'amber-100'], ['ink', 'slate-50'], ['ink-soft', 'grey-50'], ['ink', 'grey-50'],
  ...['fill', 'fill-over', 'head', 'head-over', 'deep', 'valid', 'invalid', 'not-checked', 'unreadable', 'genuine-card', 'genuine-place'].map((ground) => ['on-fill', ground]),
  ['on-deep', 'deep'], ['on-deep', 'head'], ['on-deep', 'fill'], ['on-deep-warm', 'deep'], ['on-amber', 'not-trusted'],
];
const EDGES = [
  ...['paper', 'card', 'teal-50'].flatMap((ground) => ['edge', 'teal-700', 'teal-600'].map((edge) => [edge, ground])),
  ...['green-700', 'red-700', 'yellow-700', 'slate-700', 'grey-700'].map((mark) => ['on-mark', mark]),
];

test('every colour of the light has one for the dark, and words and edges stand out in both', () => {
  const tokens = tokensOf('style/tokens.css');
  assert.deepEqual(Object.keys(tokens.own.dark).sort(), Object.keys(tokens.own.light).sort());
  for (const theme of THEMES) {
    for (const [word, ground] of PAIRS) atLeast(4.5, tokens[theme][word], tokens[theme][ground], `${theme}: ${word} on ${ground}`);
    for (const [edge, ground] of EDGES) atLeast(3, tokens[theme][edge], tokens[theme][ground], `${theme}: ${edge} at ${ground}`);
  }
});

test('drawings and the words on the sea stand out in both', () => {
  const page = tokensOf('style/tokens.css');
  const map = tokensOf('riskmap/view.css');
  assert.deepEqual(Object.keys(map.own.light).filter((name) => !map.own.dark[name]), []);
  for (const theme of THEMES) {
    const at = { ...page[theme], ...map[theme] };
    for (const sea of ['sea-high', 'sea-low']) atLeast(4.5, at['sea-name'], at[sea], `${theme}: the name of the sea`);
    for (const line of ['trial', 'limits', 'told', 'told-middle', 'teal-600']) {
      for (const ground of ['card', 'plot']) atLeast(3, at[line], at[ground], `${theme}: ${line} on ${ground}`);
    }
  }
  for (const theme of THEMES) assert.equal(colours.GROUNDS[theme].border, map[theme].border, 'both maps have the same borders');
});

test('in the dark every class of the maps stands out from the sea, and classes keep apart and in order', () => {
  const { dark } = tokensOf('riskmap/view.css');
  const named = [...layers.matchAll(/'(#[0-9a-f]{6})'/g)].map(([, colour]) => colour);
  const shades = (metric, palette, most) => Array.from({ length: most + 1 }, (_, kind) => model.shadeOf(kind, metric, palette).colour);
  const official = shades('level', 'official', 4);
  const safe = shades('level', 'safe', 4);
  const figures = shades('cases', 'official', 6);
  for (const colour of [...official, ...safe, ...figures, ...named, '#7d1d10']) {
    for (const sea of ['sea-high', 'sea-low']) atLeast(3, colours.onGround(colour, 'dark'), dark[sea], `${colour} in the dark`);
    assert.equal(colours.onGround(colour, 'light'), colour);
  }
  for (const colour of official.slice(1)) assert.equal(colours.onGround(colour, 'dark'), colour, 'the four of the decision are what they are');
  const light = (row) => row.slice(1).map((colour) => luminance(colours.onGround(colour, 'dark')));
  const steps = (row) => row.slice(1).map((value, at) => (Math.max(value, row[at]) + 0.05) / (Math.min(value, row[at]) + 0.05));
  assert.deepEqual(light(safe), light(safe).toSorted((a, b) => b - a), 'higher levels are darker, as in the light');
  assert.deepEqual(light(figures), light(figures).toSorted((a, b) => a - b), 'more is lighter');
  assert.ok(Math.min(...steps(light(safe))) > 1.5, `${steps(light(safe))}`);
  assert.ok(Math.min(...steps(light(figures))) > 1.2, `${steps(light(figures))}`);
});
