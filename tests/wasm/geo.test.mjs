// The same file of boundaries gives the same buffers natively and in wasm, soon enough to be drawn at once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { textAt } from './call.mjs';
import { loadModule, root } from './load.mjs';

const nativeRoot = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev');
const assets = process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets');
const corpus = join(root, '..', 'shared', 'data', 'map');

async function open(file) {
  const module = await loadModule('geo');
  const bytes = readFileSync(file);
  const at = module._malloc(bytes.length);
  // Once for the module's own view on its memory.
  module._geo_read(at, 0);
  module.coreMemory().set(bytes, at);
  const reply = () => textAt(module, module._geo_reply(), module._geo_reply_size());
  return { module, reply, read: (size = bytes.length) => module._geo_read(at, size) };
}

/** Milliseconds from bytes to buffers of the finest detail, boxes, labels and index; the better of some tries, as others use the machine. */
function time({ module, read }) {
  let best = Infinity;
  for (let i = 0; i < 4; i += 1) {
    const begin = performance.now();
    assert.equal(read(), 0);
    module._geo_mesh(module._geo_details() - 1);
    module._geo_places();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

function compare(file, geo) {
  assert.equal(geo.read(), 0);
  geo.module._geo_digest();
  const native = execFileSync(join(nativeRoot, 'tests', 'geo_digest'), [file], { encoding: 'utf8' }).trim();
  assert.match(native, /^[0-9a-f]{64}$/);
  assert.equal(geo.reply(), native);
}

test('the map of the build is the same natively and in wasm', async (t) => {
  const file = join(assets, 'country.bin');
  const geo = await open(file);
  compare(file, geo);
  const taken = time(geo);
  t.diagnostic(`schematic: ${taken.toFixed(0)} ms to buffers of ${geo.module._geo_mesh_bytes()} bytes`);
  assert.ok(taken < 450, `${taken} ms`);
});

test('surveyed communes are the same natively and in wasm, within 450 ms', async (t) => {
  const shapes = join(corpus, 'clean_communes.topojson');
  if (!existsSync(shapes)) return t.skip('skipped: no corpus');
  const folder = mkdtempSync(join(tmpdir(), 'boundaries-'));
  try {
    const file = join(folder, 'surveyed.bin');
    execFileSync(join(nativeRoot, 'lachan-boundaries'), [
      ...['import', shapes, join(corpus, 'islands.geojson'), '--codes', `${join(corpus, 'commune_id_to_gso2021.json')},district`],
      ...['--key', 'commune_id', '--units', join(assets, 'units.txt'), '--uncoded', 'join', '-o', file],
    ]);
    const geo = await open(file);
    compare(file, geo);
    const taken = time(geo);
    const count = 700;
    const begin = performance.now();
    assert.ok(geo.module._geo_find(count) > count);
    const find = (performance.now() - begin) / (count * count);
    t.diagnostic(`surveyed: ${taken.toFixed(0)} ms to buffers of ${geo.module._geo_mesh_bytes()} bytes; a place ${(find * 1000).toFixed(2)} us`);
    assert.ok(taken < 450, `${taken} ms`);
    assert.ok(find < 0.1, `${find} ms`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is cut off is refused with its rule', async () => {
  const geo = await open(join(assets, 'country.bin'));
  assert.equal(geo.read(5000), 1);
  assert.match(geo.reply(), /^geo\.form: /);
});
