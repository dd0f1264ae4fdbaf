// The background of the maps on the page: what is taken from the server, what a device remembers, and that nothing is shown unasked.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
const URL_OF = 'https://tiles.example.vn:8443/{z}/{x}/{y}.png';
const answer = (tiles = {}) => ({ tiles: { url: URL_OF, attribution: 'Ai', maxZoom: 17, on: false, ...tiles } });
let server;
let readTiles;
let Background;
let store;

before(async () => {
  globalThis.window ??= globalThis;
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  ({ readTiles, Background } = await server.ssrLoadModule('/src/riskmap/tiles.ts'));
  globalThis.document ??= new EventTarget(); // after lit, which does without one when there is none
  globalThis.requestIdleCallback = (act) => setTimeout(act, 0);
});
after(() => server.close());
beforeEach(() => {
  store = new Map();
  globalThis.localStorage = { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => void store.set(key, value) };
});

/** A background of one visit, after the server has answered; null: there is no network. */
async function visit(said) {
  let changes = 0;
  const core = { server: () => (said === null ? Promise.reject(new Error('offline')) : Promise.resolve(said)) };
  const background = new Background(core, () => (changes += 1));
  background.learn();
  await new Promise((done) => setTimeout(done, 20));
  background.dispose();
  return { background, changes };
}

test('an address is taken whole or not at all', () => {
  assert.deepEqual(readTiles(answer()), { url: URL_OF, origin: 'https://tiles.example.vn:8443', host: 'tiles.example.vn:8443', attribution: 'Ai', maxZoom: 17, isOn: false });
  for (const url of ['', 'javascript:{z}{x}{y}', 'https://', 'https://{s}.a.vn/{z}/{x}/{y}', 'https://a.vn/{z}/{x}', 'https://me@a.vn/{z}/{x}/{y}', '/{z}/{x}/{y}', 'https://a b/{z}/{x}/{y}', 7, null])
    assert.equal(readTiles(answer({ url })), null, `${url}`);
  const usual = readTiles(answer({ url: 'https://Tiles.Example.vn:443/{z}/{x}/{y}.png' }));
  assert.equal(usual.origin, 'https://tiles.example.vn', 'as the browser names what it refused');
  for (const none of [null, 7, 'x', {}, { tiles: null }, []]) assert.equal(readTiles(none), null);
});

test('it is off until somebody or the operator switches it on, and a person has the last word', async () => {
  assert.equal((await visit(answer())).background.shown, null);
  assert.equal((await visit(answer({ on: true }))).background.shown?.url, URL_OF);
  store.set('lachan.map.background', 'off');
  assert.equal((await visit(answer({ on: true }))).background.shown, null);
  store.set('lachan.map.background', 'https://another.example.vn');
  assert.equal((await visit(answer())).background.shown, null, 'who agreed to another server did not agree to this one');
  store.set('lachan.map.background', 'https://tiles.example.vn:8443');
  assert.equal((await visit(answer())).background.shown?.url, URL_OF);
});

test('without a network what was known holds; a server that names none any more is heeded', async () => {
  await visit(answer({ on: true }));
  assert.equal((await visit(null)).background.shown?.url, URL_OF);
  assert.equal((await visit(answer({ on: true }))).changes, 1, 'what the operator wants is asked before it is done');
  store.set('lachan.map.background', 'https://tiles.example.vn:8443');
  assert.equal((await visit(answer({ on: true }))).changes, 0, 'the same again is no news');
  store.delete('lachan.map.background');
  assert.equal((await visit({ tiles: null })).background.shown, null);
  assert.equal((await visit(null)).background.shown, null);
  store.set('lachan.map.tiles', '{broken');
  assert.equal((await visit(null)).background.shown, null);
});

test('whether pictures came is told once', () => {
  let changes = 0;
  const background = new Background({}, () => (changes += 1));
  for (const isThere of [true, true, false, false, true]) background.came(isThere);
  assert.equal(changes, 2);
  background.dispose();
});
