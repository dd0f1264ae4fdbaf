// Many points as heat, in one browser: summed in cells by the overlay, added up by WebGL, and by MapLibre GL. Run by tests/bench/heat.
// Usage: node tests/bench/heat.mjs BOUNDARIES MAPLIBRE_FOLDER [POINTS] [ROUNDS] [yes|no (whether rows are written)]; "-" for no MapLibre

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { writeRows } from './performance.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [boundaries, maplibre, points = '1000000', rounds = '15', writes = 'no'] = process.argv.slice(2);
if (!boundaries || !maplibre) {
  console.error('Usage: node tests/bench/heat.mjs BOUNDARIES MAPLIBRE_FOLDER [POINTS [ROUNDS [yes|no]]] (run by tests/bench/heat)');
  process.exit(2);
}
const wasm = process.env.LACHAN_WASM_ROOT ?? join(root, 'build/wasm');
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };
const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
const FILES = { '/boundaries': boundaries, '/overlay.mjs': join(wasm, 'overlay.mjs'), '/overlay.wasm': join(wasm, 'overlay.wasm') };
const PAGE = '<!doctype html><html><body style="margin:0"><div id="map" style="width:1280px;height:800px;position:relative"></div></body></html>';

/** In the page: times, and the same points for all, in clumps as outbreaks are. */
const COMMON = `
  globalThis.frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  globalThis.median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
  globalThis.times = async (rounds, act) => {
    const list = [];
    for (let i = 0; i < rounds; ++i) {
      const start = performance.now();
      await act(i);
      list.push(performance.now() - start);
    }
    return median(list);
  };
  globalThis.cloud = (count) => {
    let seed = 12345;
    const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32);
    const places = new Float64Array(2 * count);
    let x = 0, y = 0;
    for (let i = 0; i < count; ++i) {
      if (i % 400 === 0) { x = 0.785 + 0.018 * random(); y = 0.435 + 0.035 * random(); }
      const far = 3e-4 * (random() + random() + random() - 1.5);
      places[2 * i] = x + far;
      places[2 * i + 1] = y + 3e-4 * (random() + random() + random() - 1.5);
    }
    return places;
  };
`;

async function ours({ count, rounds }) {
  const { default: create } = await import('/overlay.mjs');
  const module = await create({ locateFile: () => '/overlay.wasm' });
  const bytes = new Uint8Array(await (await fetch('/boundaries')).arrayBuffer());
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 800 });
  document.getElementById('map').append(canvas);
  module.GL.makeContextCurrent(module.GL.createContext(canvas, { majorVersion: 2, minorVersion: 0, alpha: true, antialias: false, depth: false }));
  const gl = canvas.getContext('webgl2');
  const pixel = new Uint8Array(4);
  let world = 256 * 2 ** 5.7;
  const draw = (dx = 0) => {
    module._overlay_frame(0.7945 + dx / world, 0.4525, world, 1280, 800, 1);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel); // until the frame is really there
  };
  const at = module._malloc(bytes.length);
  module.HEAPU8.set(bytes, at);
  if (module._overlay_load(at, bytes.length) !== 1) throw new Error('the overlay refuses the file');
  module._free(at);
  draw();
  while (module._overlay_settle() === 1); // as the page does when it rests
  draw(); // the first frame of triangles is the card's first as well
  const without = await times(rounds, (i) => draw(40 * (i % 2 ? 1 : -1)));
  const cells = Uint32Array.from(cloud(count), (part) => part * 2 ** 32);
  const start = performance.now();
  const places = module._malloc(cells.byteLength);
  module.HEAPU32.set(cells, places / 4);
  module._overlay_heat(places, 0, count);
  module._free(places);
  module._overlay_heat_show(1);
  draw();
  const ready = performance.now() - start;
  const pan = await times(rounds, (i) => draw(40 * (i % 2 ? 1 : -1)));
  const panFar = await times(rounds, (i) => draw(300 * (i % 2 ? 1 : -1)));
  const zoom = await times(rounds, (i) => { world = 256 * 2 ** (5.7 + i / 5); draw(); });
  world = 256 * 2 ** 10;
  draw();
  const near = await times(rounds, (i) => draw(40 * (i % 2 ? 1 : -1)));
  return { ready, pan, panFar, zoom, near, without, memory: module.HEAPU8.length / 2 ** 20 };
}

/** Each point a square of 39 pixels with a bell on it, added up in a half-float target, then coloured. */
async function added({ count, rounds }) {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 800 });
  document.getElementById('map').append(canvas);
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false });
  const isFloat = gl.getExtension('EXT_color_buffer_float') !== null;
  const program = (vertex, fragment) => {
    const made = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, '#version 300 es\nprecision highp float;\n' + text);
      gl.compileShader(shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
      gl.attachShader(made, shader);
    }
    gl.bindAttribLocation(made, 0, 'place');
    gl.linkProgram(made);
    return made;
  };
  const dots = program('in vec2 place; uniform vec4 view; void main() { gl_Position = vec4((place - view.xy) * view.zw, 0.0, 1.0); gl_PointSize = 39.0; }',
    'out vec4 painted; void main() { vec2 at = (gl_PointCoord - 0.5) * 39.0 / 13.0; painted = vec4(exp(-dot(at, at) / 2.0) / 64.0); }');
  const shade = program('out vec2 at; void main() { at = vec2(gl_VertexID & 1, gl_VertexID >> 1); gl_Position = vec4(at * 2.0 - 1.0, 0.0, 1.0); }',
    'in vec2 at; uniform sampler2D field; out vec4 painted; void main() { float heat = sqrt(min(texture(field, at).r / 40.0, 1.0)); painted = vec4(heat, heat * heat, 0.3, 1.0) * heat; }');
  const target = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, target);
  gl.texStorage2D(gl.TEXTURE_2D, 1, isFloat ? gl.RGBA16F : gl.RGBA8, 1280, 800);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
  const pixel = new Uint8Array(4);
  let world = 256 * 2 ** 5.7;
  const draw = (dx = 0) => {
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE);
    gl.useProgram(dots);
    gl.uniform4f(gl.getUniformLocation(dots, 'view'), 0.7945 + dx / world, 0.4525, 2 * world / 1280, -2 * world / 800);
    gl.drawArrays(gl.POINTS, 0, count);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.disable(gl.BLEND);
    gl.useProgram(shade);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  };
  const points = Float32Array.from(cloud(count));
  const start = performance.now();
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, points, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  draw();
  const ready = performance.now() - start;
  const few = Math.min(rounds, 3); // a frame takes seconds
  const pan = await times(few, (i) => draw(40 * (i % 2 ? 1 : -1)));
  const zoom = await times(few, (i) => { world = 256 * 2 ** (5.7 + i); draw(); });
  world = 256 * 2 ** 10;
  const near = await times(few, (i) => draw(40 * (i % 2 ? 1 : -1)));
  return { ready, pan, panFar: pan, zoom, near, target: isFloat ? 'half float' : '8 bits' };
}

async function maplibreHeat({ count, rounds }) {
  const { Map: GlMap } = await import('/maplibre/maplibre-gl.mjs').then((m) => m.default ?? m);
  const world = cloud(count);
  const start = performance.now();
  const features = Array.from({ length: count }, (_, i) => {
    const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * world[2 * i + 1]))) * 180) / Math.PI;
    return { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [world[2 * i] * 360 - 180, latitude] } };
  });
  const map = new GlMap({
    container: 'map', center: [106.02, 16.9], zoom: 4.7, attributionControl: false, fadeDuration: 0, // its zooms count tiles of 512
    style: { version: 8, sources: { points: { type: 'geojson', data: { type: 'FeatureCollection', features } } },
      layers: [{ id: 'heat', type: 'heatmap', source: 'points', paint: { 'heatmap-radius': 26, 'heatmap-weight': 0.02 } }] },
  });
  const once = (event) => new Promise((done) => map.once(event, done));
  await once('idle');
  const ready = performance.now() - start;
  const settled = async () => { map.triggerRepaint(); await once('render'); await frames(); };
  const few = Math.min(rounds, 3);
  const pan = await times(few, async (i) => { map.panBy([40 * (i % 2 ? 1 : -1), 0], { animate: false }); await settled(); });
  const zoom = await times(few, async (i) => { map.jumpTo({ zoom: 4.7 + i }); await once('idle'); });
  map.jumpTo({ zoom: 9 });
  await once('idle');
  const near = await times(few, async (i) => { map.panBy([40 * (i % 2 ? 1 : -1), 0], { animate: false }); await settled(); });
  return { ready, pan, panFar: pan, zoom, near };
}

const server = createServer((request, response) => {
  const path = (request.url ?? '/').split('?')[0];
  const file = FILES[path] ?? (path.startsWith('/maplibre/') ? join(maplibre, path.slice('/maplibre/'.length)) : '');
  if (path === '/') {
    response.setHeader('Content-Type', 'text/html');
    response.end(PAGE);
  } else if (file && !path.includes('..') && existsSync(file)) {
    response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  } else {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: FLAGS });
const shown = (ms) => (ms === undefined ? '' : ms < 20 ? ms.toFixed(1) : String(Math.round(ms)));
const count = Number(points).toLocaleString('en');
const lines = [`${count} points in clumps, Chromium ${browser.version()}, 1,280 x 800, no graphics card, milliseconds, median of ${rounds} (of the two
others: of three, since one takes seconds):

| drawn by | ready | pan, 40 px | pan, 300 px | zoom step | pan, near | note |\n|---|---|---|---|---|---|---|`];
const RUNS = [['ours: cells summed by the overlay', ours], ['points added up by WebGL', added], ...(maplibre === '-' ? [] : [['MapLibre GL, its heat map', maplibreHeat]])];

async function row(name, run) {
  const page = await browser.newPage({ viewport: { width: 1300, height: 820 } });
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.evaluate(COMMON);
    const { ready, pan, panFar, zoom, near, without, memory, target } = await page.evaluate(run, { count: Number(points), rounds: Number(rounds) });
    const note = without === undefined ? (target ?? '') : `map alone ${shown(without)}; memory ${Math.round(memory)} MiB`;
    if (process.env.LACHAN_HEAT_PICTURE) await page.screenshot({ path: `${process.env.LACHAN_HEAT_PICTURE}-${run.name}.png` });
    return `| ${name} | ${[ready, pan, panFar, zoom, near].map(shown).join(' | ')} | ${note} |`;
  } finally {
    await page.close();
  }
}

try {
  for (const [name, run] of RUNS) lines.push(await row(name, run));
  console.log(lines.join('\n'));
  if (writes === 'yes') writeRows('heat', lines.join('\n'));
} catch (error) {
  console.error(`heat: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  process.exitCode = 1;
}
await browser.close();
server.close();
