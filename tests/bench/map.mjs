// Ours, Leaflet on a canvas and MapLibre GL in one browser over the same polygons. Run by tests/bench/map.
// Usage: node tests/bench/map.mjs BOUNDARIES COMMUNES.geojson MAPLIBRE_FOLDER ROUNDS STARTS yes|no (whether rows are written)

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { median, writeRows } from './performance.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [boundaries, geojson, maplibre, rounds = '15', starts = '5', writes = 'no'] = process.argv.slice(2);
if (!boundaries || !geojson || !maplibre) {
  console.error('Usage: node tests/bench/map.mjs BOUNDARIES COMMUNES.geojson MAPLIBRE_FOLDER [ROUNDS [STARTS [yes|no]]] (run by tests/bench/map)');
  process.exit(2);
}

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.html': 'text/html' };
const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist',
  '--disable-accelerated-2d-canvas']; // without a card, Leaflet is an order of magnitude faster on the processor's own canvas

/** What the pages are served: name -> file. */
const FILES = {
  '/boundaries': boundaries,
  '/communes': geojson,
  '/overlay.mjs': join(root, 'build/wasm/overlay.mjs'),
  '/overlay.wasm': join(root, 'build/wasm/overlay.wasm'),
  '/leaflet.js': join(root, 'node_modules/leaflet/dist/leaflet.js'),
  '/leaflet.css': join(root, 'node_modules/leaflet/dist/leaflet.css'),
  '/maplibre.css': join(maplibre, 'maplibre-gl.css'),
};

/** A page with a place for the map; what measures runs in it. */
const PAGE = `<!doctype html><html><head><link rel="stylesheet" href="/leaflet.css"><link rel="stylesheet" href="/maplibre.css"></head>
<body style="margin:0"><div id="map" style="width:1280px;height:800px;position:relative"></div></body></html>`;

/** In the page: times, two frames, and the class of a unit, the same for all three. */
const COMMON = `
  globalThis.frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  globalThis.median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
  globalThis.classOf = (i, round) => 1 + ((i * 7 + round) % 4);
  globalThis.COLOURS = ['#d3d8d9', '#0FA57F', '#F1BA15', '#F28E12', '#DA4711'];
  globalThis.times = async (rounds, act) => {
    const list = [];
    for (let i = 0; i < rounds; ++i) {
      const start = performance.now();
      await act(i);
      list.push(performance.now() - start);
    }
    return median(list);
  };
`;

async function ours(rounds) {
  const begun = performance.now();
  const coming = fetch('/boundaries').then((answer) => answer.arrayBuffer());
  const { default: create } = await import('/overlay.mjs');
  const module = await create({ locateFile: () => '/overlay.wasm' });
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 1280, height: 800 });
  document.getElementById('map').append(canvas);
  const context = module.GL.createContext(canvas, { majorVersion: 2, minorVersion: 0, alpha: true, antialias: false, depth: false, stencil: false });
  module.GL.makeContextCurrent(context);
  const gl = canvas.getContext('webgl2');
  const pixel = new Uint8Array(4);
  const [x, y] = [(107.5 + 180) / 360, 0.4548]; // the middle of the country
  const zoom = (level) => 256 * 2 ** level;
  let world = zoom(5.7);
  const draw = (dx = 0) => {
    module._overlay_frame(x + dx / world, y, world, 1280, 800, 1);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel); // until the frame is really there
  };
  module._overlay_warm(); // as the page does: the file still travels
  const bytes = new Uint8Array(await coming);
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  const start = performance.now();
  const at = module._malloc(bytes.length);
  module.HEAPU8.set(bytes, at);
  if (module._overlay_load(at, bytes.length) !== 1) throw new Error('the overlay refuses the file');
  module._free(at);
  const count = module._overlay_units(2, 0, 0);
  const colours = module._malloc(20);
  module.HEAPU32.set(COLOURS.map((c) => { const v = parseInt(c.slice(1), 16); return ((v >> 16) | (v & 0xff00) | ((v & 255) << 16) | 0xff000000) >>> 0; }), colours / 4);
  module._overlay_palette(colours, 5, 0xff2f2910, 0, 1);
  const classes = module._malloc(count);
  const paint = (round) => {
    for (let i = 0; i < count; ++i) module.HEAPU8[classes + i] = classOf(i, round);
    module._overlay_classes(2, classes, count);
  };
  paint(0);
  module._overlay_level(2);
  draw();
  const ready = performance.now() - start, first = performance.now() - begun;
  if (rounds === 0) return { first, ready };
  while (module._overlay_settle() === 1); // as the page does when it rests
  draw(); // the first frame of triangles is the card's first as well
  const pan = await times(rounds, async (i) => { draw(40 * (i % 2 ? 1 : -1)); });
  const panWithFrames = await times(rounds, async (i) => { draw(40 * (i % 2 ? 1 : -1)); await frames(); });
  const recolour = await times(rounds, async (i) => { paint(i + 1); draw(); });
  // As the page plays days: one array of classes a day is there already, a frame uploads it and draws.
  const days = Array.from({ length: 90 }, (_, day) => Uint8Array.from({ length: count }, (_, i) => classOf(i, day)));
  const played = [];
  for (const day of days) {
    const begin = performance.now();
    module.HEAPU8.set(day, classes);
    module._overlay_classes(2, classes, count);
    draw();
    played.push(performance.now() - begin);
  }
  const playback = { median: median(played), worst: Math.max(...played) };
  world = zoom(9);
  draw();
  while (module._overlay_settle() === 1);
  draw();
  const near = await times(rounds, async (i) => { draw(40 * (i % 2 ? 1 : -1)); });
  const picks = 20_000;
  const begin = performance.now();
  for (let i = 0; i < picks; ++i) module._overlay_pick(x + ((i % 200) - 100) * 5e-5, y + (Math.floor(i / 200) - 50) * 1e-4);
  return { units: count, first, ready, pan, panWithFrames, near, recolour, playback, pick: (performance.now() - begin) / picks };
}

async function leaflet(rounds) {
  const begun = performance.now();
  const coming = fetch('/communes').then((answer) => answer.text());
  await new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement('script'), { src: '/leaflet.js', onload: done, onerror: failed }));
  });
  const { L } = globalThis;
  const text = await coming;
  const start = performance.now();
  const data = JSON.parse(text);
  const map = L.map('map', { renderer: L.canvas(), zoomAnimation: false, fadeAnimation: false, inertia: false, zoomSnap: 0, attributionControl: false });
  map.setView([16, 107.5], 5.7, { animate: false });
  const layer = L.geoJSON(data, { style: { weight: 0.5, color: '#10292f', fillOpacity: 1, fillColor: COLOURS[1] } }).addTo(map);
  await frames();
  const ready = performance.now() - start, first = performance.now() - begun;
  if (rounds === 0) return { first, ready };
  const pan = await times(rounds, async (i) => { map.panBy([40 * (i % 2 ? 1 : -1), 0], { animate: false }); await frames(); });
  const shapes = layer.getLayers();
  const recolour = await times(rounds, async (round) => { shapes.forEach((shape, i) => shape.setStyle({ fillColor: COLOURS[classOf(i, round + 1)] })); await frames(); });
  const picks = 200;
  const begin = performance.now();
  for (let i = 0; i < picks; ++i) {
    const point = L.point(500 + i, 100 + 3 * (i % 200));
    for (const shape of shapes) if (shape._containsPoint(map.containerPointToLayerPoint(point))) break; // what its canvas does for a mouse
  }
  const pick = (performance.now() - begin) / picks;
  map.setView([21, 105.8], 9, { animate: false });
  await frames();
  const near = await times(rounds, async (i) => { map.panBy([40 * (i % 2 ? 1 : -1), 0], { animate: false }); await frames(); });
  return { units: shapes.length, first, ready, panWithFrames: pan, near, recolour, pick };
}

async function maplibreGl(rounds) {
  const begun = performance.now();
  const coming = fetch('/communes').then((answer) => answer.text());
  const { Map: GlMap } = await import('/maplibre/maplibre-gl.mjs').then((m) => m.default ?? m);
  const text = await coming;
  const start = performance.now();
  const data = JSON.parse(text);
  data.features.forEach((feature, id) => { feature.id = id; });
  const map = new GlMap({
    container: 'map', center: [107.5, 16], zoom: 4.7, attributionControl: false, fadeDuration: 0, // its zooms count tiles of 512
    style: { version: 8, sources: { units: { type: 'geojson', data } }, layers: [
      { id: 'fill', type: 'fill', source: 'units', paint: { 'fill-antialias': false, 'fill-color': ['match', ['coalesce', ['feature-state', 'c'], 1], 1, COLOURS[1], 2, COLOURS[2], 3, COLOURS[3], COLOURS[4]] } },
      { id: 'line', type: 'line', source: 'units', paint: { 'line-width': 0.5, 'line-color': '#10292f' } }] },
  });
  const once = (event) => new Promise((done) => map.once(event, done));
  await once('idle');
  const ready = performance.now() - start, first = performance.now() - begun;
  if (rounds === 0) return { first, ready };
  const settled = async () => { map.triggerRepaint(); await once('render'); await frames(); };
  const pan = await times(rounds, async (i) => { map.panBy([40 * (i % 2 ? 1 : -1), 0], { animate: false }); await settled(); });
  const recolour = await times(rounds, async (round) => {
    data.features.forEach((_, id) => map.setFeatureState({ source: 'units', id }, { c: classOf(id, round + 1) }));
    await settled();
  });
  const begin = performance.now();
  for (let i = 0; i < 200; ++i) map.queryRenderedFeatures([500 + i, 100 + 3 * (i % 200)], { layers: ['fill'] });
  const pick = (performance.now() - begin) / 200;
  map.jumpTo({ center: [105.8, 21], zoom: 8 });
  await once('idle');
  const near = await times(rounds, async (i) => { map.panBy([40 * (i % 2 ? 1 : -1), 0], { animate: false }); await settled(); });
  return { units: data.features.length, first, ready, panWithFrames: pan, near, recolour, pick };
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
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: FLAGS });
const shown = (ms) => (ms === undefined ? '' : ms < 1 ? ms.toFixed(4) : ms < 20 ? ms.toFixed(1) : String(Math.round(ms)));
const DRAWERS = [['ours', ours], ['Leaflet, canvas', leaflet], ['MapLibre GL', maplibreGl]];

/** Runs in a context of its own: nothing is in its caches, nothing was compiled. `rounds` of 0 end when the map is ready. */
async function measured(name, run, count) {
  const context = await browser.newContext({ viewport: { width: 1300, height: 820 } });
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
    await page.goto(address);
    await page.evaluate(COMMON);
    return await page.evaluate(run, count);
  } finally {
    await context.close();
  }
}

/** The drawers take turns, so that none has the machine's better minutes. */
async function startsOf() {
  const all = new Map(DRAWERS.map(([name]) => [name, []]));
  for (let start = 0; start < Number(starts); ++start) {
    for (const [name, run] of DRAWERS) all.get(name).push(await measured(name, run, 0));
  }
  return all;
}

const spread = (list) => `${shown(median(list))} (${shown(Math.min(...list))} to ${shown(Math.max(...list))})`;

async function table() {
  const started = await startsOf();
  const lines = ['| drawn by | from nothing | ready | pan, country | pan, two frames | pan, near | recolour all | pick |', '|---|---|---|---|---|---|---|---|'];
  let units = 0;
  let played = '';
  for (const [name, run] of DRAWERS) {
    const found = await measured(name, run, Number(rounds));
    units = found.units;
    if (found.playback) {
      const { median: middle, worst } = found.playback;
      played = `Playback of 90 days: ${middle.toFixed(1)} ms a frame (median), worst ${worst.toFixed(1)}: ${Math.floor(1000 / middle)} frames a second.`;
    }
    const { pan, panWithFrames, near, recolour, pick } = found;
    const cold = started.get(name);
    const cells = [spread(cold.map(({ first }) => first)), spread(cold.map(({ ready }) => ready)), ...[pan, panWithFrames, near, recolour, pick].map((ms) => shown(ms) || '-')];
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
  }
  const how = `${units.toLocaleString('en')} communes, Chromium ${browser.version()}, 1,280 x 800, no graphics card, milliseconds, median of ${rounds}; from nothing and ready (from the
arrival of the file): median of ${starts} fresh contexts (least to most).`;
  return `${how}\n\n${lines.join('\n')}\n\n${played}`;
}

try {
  const rows = await table();
  console.log(rows);
  if (writes === 'yes') writeRows('map', rows);
} catch (error) {
  console.error(`map: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  process.exitCode = 1;
}
await browser.close();
server.close();
