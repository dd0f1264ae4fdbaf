// The modules of the map while they are fetched and put away: a download that breaks off, a file that is none, contexts that are given back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let Overlay;
const worker = { posted: [], addEventListener: (_, listener) => (worker.hear = listener), postMessage: (reply) => worker.posted.push(reply) };
const made = { analysis: null, overlay: null };

/** In place of what emscripten makes: each test says what comes. */
const modules = {
  name: 'modules-of-the-test',
  enforce: 'pre',
  resolveId: (id) => (id.startsWith('lachan-core/') ? `\0${id}` : null),
  load(id) {
    const name = /^\0lachan-core\/(\w+)\./.exec(id)?.[1];
    if (!name) return null;
    return id.includes('.wasm') ? `export default '/${name}.wasm';` : `export default (options) => globalThis.madeHere.${name}(options);`;
  },
};

before(async () => {
  globalThis.madeHere = made;
  globalThis.self = worker;
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true }, plugins: [modules] };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  await server.ssrLoadModule('/src/riskmap/analysis-worker.ts');
  ({ Overlay } = await server.ssrLoadModule('/src/map/overlay.ts'));
});
after(() => server.close());

const settled = () => new Promise((done) => setTimeout(done, 10));

/** A module that answers every call with `text`. */
function analysis(text, calls = { count: 0, falls: false }) {
  const memory = new Uint8Array(4096);
  const said = new TextEncoder().encode(text);
  memory.set(said, 2048);
  return {
    _malloc: () => 16, _free: () => undefined, coreMemory: () => memory,
    _analysis_call: () => {
      calls.count += 1;
      if (calls.falls) throw new WebAssembly.RuntimeError('unreachable');
      return 0;
    },
    _analysis_reply_data: () => 2048, _analysis_reply_size: () => said.length, _analysis_numbers_data: () => 0, _analysis_numbers_size: () => 0,
  };
}

test('models whose download broke off are fetched again at the next call, and once they are there they stay', async () => {
  let fetched = 0;
  made.analysis = async () => {
    fetched += 1;
    if (fetched === 1) throw new Error('the network went away');
    return analysis('{"ok":true}');
  };
  const ask = async () => {
    worker.hear({ data: { operation: 'rates.many', request: {} } });
    await settled();
    return worker.posted.at(-1);
  };
  assert.match((await ask()).error, /the network went away/);
  assert.equal((await ask()).text, '{"ok":true}');
  assert.equal((await ask()).text, '{"ok":true}');
  assert.equal(fetched, 2);
});

test('an instance of the models that fell is not asked again', async () => {
  const falling = { count: 0, falls: true };
  let fetched = 0;
  made.analysis = async () => {
    fetched += 1;
    return fetched === 1 ? analysis('', falling) : analysis('{"anew":true}');
  };
  server.moduleGraph.invalidateAll();
  await server.ssrLoadModule('/src/riskmap/analysis-worker.ts');
  worker.hear({ data: { operation: 'scan.open', request: {} } });
  await settled();
  assert.match(worker.posted.at(-1).error, /unreachable/);
  worker.hear({ data: { operation: 'scan.open', request: {} } });
  await settled();
  assert.deepEqual([worker.posted.at(-1).text, falling.count, fetched], ['{"anew":true}', 1, 2]);
});

/** A canvas with one context, and the module that draws on it. */
function stage({ has = true, loads = true } = {}) {
  const listeners = new Map();
  const gl = {
    lost: 0,
    isContextLost: () => gl.lost > 0,
    getExtension: (name) => (name === 'WEBGL_lose_context' ? { loseContext: () => (gl.lost += 1) } : null),
  };
  const canvas = {
    getContext: () => (has ? gl : null),
    addEventListener: (name, listener) => listeners.set(name, listener),
    removeEventListener: (name, listener) => listeners.get(name) === listener && listeners.delete(name),
  };
  const deleted = [];
  const HEAPU8 = new Uint8Array(1024);
  made.overlay = async () => ({
    GL: { createContext: () => (has ? 7 : 0), makeContextCurrent: () => true, deleteContext: (context) => deleted.push(context) },
    HEAPU8, HEAPU32: new Uint32Array(HEAPU8.buffer), _malloc: () => 64, _free: () => undefined,
    _overlay_warm: () => undefined, _overlay_load: () => (loads ? 1 : 0), _overlay_units: () => 0, _overlay_error_data: () => 0, _overlay_error_size: () => 0,
    _overlay_context_lost: () => undefined,
  });
  return { canvas, gl, deleted, listeners };
}
const file = () => Promise.resolve(new ArrayBuffer(4));

test('an overlay that is put away gives its context back, once, and hears of no loss', async () => {
  const { canvas, gl, deleted, listeners } = stage();
  const overlay = await Overlay.open(canvas, file());
  assert.equal(listeners.has('webglcontextlost'), true);
  overlay.dispose();
  overlay.dispose();
  assert.deepEqual([gl.lost, deleted, [...listeners.keys()]], [1, [7], []]);
});

test('a context that the browser took is not taken again', async () => {
  const { canvas, gl, deleted } = stage();
  const overlay = await Overlay.open(canvas, file());
  gl.lost = 1;
  overlay.dispose();
  assert.deepEqual([gl.lost, deleted], [1, [7]]);
});

test('an overlay that cannot be opened leaves no context behind', async () => {
  for (const [boundaries, loads, says] of [[Promise.reject(new Error('no file')), true, /no file/], [file(), false, /^OverlayError|^Error/]]) {
    const { canvas, gl, deleted, listeners } = stage({ loads });
    await assert.rejects(Overlay.open(canvas, boundaries), (error) => says.test(String(error)));
    assert.deepEqual([gl.lost, deleted, listeners.size], [1, [7], 0]);
  }
  const { canvas, deleted, listeners } = stage({ has: false });
  await assert.rejects(Overlay.open(canvas, file()), /no WebGL2/);
  assert.deepEqual([deleted, listeners.size], [[], 0]);
});
