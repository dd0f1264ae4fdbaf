// lachan-boundaries as it is used: files in, files out, and what it says when they are wrong.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev'), 'lachan-boundaries');
const assets = process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets');

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'boundaries-'))));
after(() => rmSync(folder, { recursive: true }));

const at = (name) => join(folder, name);
function run(...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const ring = (west, south, east, north) => [
  ...[[west, south], [east, south], [east, north], [west, north], [west, south]],
];
const feature = (properties, ...box) => ({ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring(...box)] } });
const islands = [feature({ code: '498' }, 112, 16.5, 112.1, 16.6), feature({ code: '576' }, 111.9, 8.6, 112, 8.7)];
function write(name, features) {
  writeFileSync(at(name), JSON.stringify({ type: 'FeatureCollection', features }));
  return at(name);
}

// Two communes of today; 20100 was merged into one of them, 20101 divided among both.
const units = `20100|3|490|Xã Cũ|Xã||2019-12-31|20194
20101|3|490|Xã Chia|Xã||2019-12-31|20194,20195
20194|3|490|Phường Một|Phường|||
20195|3|490|Xã Hai|Xã|||
22736|3|576|Xã Ba|Xã|||
48|1||Thành phố Đà Nẵng|Thành phố|||
490|2|48|Quận Liên Chiểu|Quận|||
498|2|48|Huyện Hoàng Sa|Huyện|||
56|1||Tỉnh Khánh Hòa|Tỉnh|||
576|2|56|Huyện Trường Sa|Huyện|||
`;
function unitsFile() {
  writeFileSync(at('units.txt'), units);
  return at('units.txt');
}

test('help is asked for and given; wrong usage is 2', () => {
  const help = run('--help');
  assert.equal(help.status, 0);
  for (const command of ['schematic', 'import', 'show', 'locate', 'export']) assert.match(help.stdout, new RegExp(`lachan-boundaries ${command} `));
  for (const words of [[], ['frobnicate'], ['show'], ['import', '--out', 'x'], ['locate', 'x', '1'], ['export', 'x'], ['schematic'], ['show', '--no-such']]) {
    const { status, stderr } = run(...words);
    assert.equal(status, 2, words.join(' '));
    assert.match(stderr, /^lachan-boundaries: .+ \(try --help\)\n$/);
  }
});

test('shapes are taken over, told, located and exported', () => {
  const shapes = write('shapes.geojson', [
    ...islands,
    feature({ code: '20194' }, 108, 16, 108.1, 16.1),
    feature({ code: '20195' }, 108.1, 16, 108.2, 16.1),
  ]);
  const taken = run('import', shapes, '--units', unitsFile(), '--source', 'a survey', '--report', at('report.json'), '-o', at('map.bin'));
  assert.equal(taken.status, 0, taken.stderr);
  assert.match(taken.stdout, /shapes: 4, 4 of them units of the list/);
  const report = JSON.parse(readFileSync(at('report.json'), 'utf8'));
  assert.deepEqual(report.codesWithoutShape, ['22736 Xã Ba']);
  assert.deepEqual([report.overlaps, report.gaps, report.shapesWithoutCode], [[], [], []]);

  const shown = run('show', at('map.bin'));
  assert.equal(shown.status, 0);
  assert.match(shown.stdout, /kind {8}imported\nsource {6}a survey\n/);
  assert.match(shown.stdout, /commune {5}2, and 2 that stand for the unit above/);

  assert.equal(run('locate', at('map.bin'), '108.05', '16.05').stdout, 'province 48\ndistrict 490\ncommune 20194\n');
  assert.equal(run('locate', at('map.bin'), '112.05', '16.55').stdout, 'province 48\ndistrict 498\n');
  assert.equal(run('locate', at('map.bin'), '108.5', '16.05').status, 1);
  assert.equal(run('locate', at('map.bin'), 'here', '16.05').status, 2);

  for (const [level, count] of [['commune', 4], ['district', 3], ['province', 2]]) {
    const exported = run('export', at('map.bin'), '--level', level, '-o', at(`${level}.geojson`));
    assert.equal(exported.status, 0, exported.stderr);
    const { features } = JSON.parse(readFileSync(at(`${level}.geojson`), 'utf8'));
    assert.equal(features.length, count);
    for (const { geometry } of features) {
      for (const [outer] of geometry.coordinates) {
        assert.deepEqual(outer[0], outer.at(-1));
        const area = outer.slice(1).reduce((sum, [x, y], i) => sum + outer[i][0] * y - x * outer[i][1], 0);
        assert.ok(area > 0, 'outer rings run counter-clockwise');
      }
    }
  }
  const district = JSON.parse(readFileSync(at('district.geojson'), 'utf8')).features[0];
  assert.deepEqual(district.properties, { code: '490', district: '490', level: 'district', province: '48', schematic: false, unitSet: '2021-07-01' });
  assert.equal(district.geometry.coordinates[0][0].length, 5);
  assert.equal(run('export', at('map.bin'), '--level', 'street', '-o', at('x')).status, 2);
  assert.equal(run('export', at('map.bin'), '--detail', '9', '-o', at('x')).status, 2);

  // What was exported is taken over to the same shapes.
  const again = run('import', at('commune.geojson'), '--units', at('units.txt'), '--source', 'a survey', '-o', at('again.bin'));
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(readFileSync(at('again.bin')), readFileSync(at('map.bin')));
});

test('codes come from a table, and units that have changed go to their successors', () => {
  writeFileSync(at('table.json'), JSON.stringify({ 7: '20194', 8: '20100', 9: '20101' }));
  const shapes = write('old.geojson', [
    feature({ district: '498' }, 112, 16.5, 112.1, 16.6),
    feature({ district: '576' }, 111.9, 8.6, 112, 8.7),
    feature({ id: 7 }, 108, 16, 108.1, 16.1),
    feature({ id: 8 }, 108.1, 16, 108.2, 16.1),
    feature({ id: 9 }, 108.2, 16, 108.3, 16.1),
    feature({ id: 10 }, 108.3, 16, 108.4, 16.1),
  ]);
  const words = ['import', shapes, '--units', unitsFile(), '--codes', `${at('table.json')},district`, '--key', 'id', '--report', at('old.json')];
  const { status, stderr } = run(...words, '-o', at('old.bin'));
  assert.equal(status, 0, stderr);
  const report = JSON.parse(readFileSync(at('old.json'), 'utf8'));
  assert.deepEqual(report.changed, ['20100 -> 20194 Phường Một']);
  assert.deepEqual(report.split, ['20101 -> 20194, 20195']);
  assert.equal(report.shapesWithoutCode.length, 2);
  assert.deepEqual(report.codesWithoutShape, ['20195 Xã Hai', '22736 Xã Ba']);
  assert.match(run('locate', at('old.bin'), '108.15', '16.05').stdout, /commune 20194/);
  assert.equal(run('locate', at('old.bin'), '108.25', '16.05').status, 1);
  // Joined, the divided shape goes to its neighbour; and what is beside that, after it.
  assert.equal(run(...words, '--uncoded', 'join', '-o', at('old.bin')).status, 0);
  assert.match(run('locate', at('old.bin'), '108.35', '16.05').stdout, /commune 20194/);
  assert.equal(run('import', shapes, '--units', at('units.txt'), '--codes', at('table.json'), '-o', at('x')).status, 2);
});

test('a file of the mainland alone says what to do, and may be given the marks of the islands, told as schematic', () => {
  const outlines = join(assets, 'outlines.json');
  const mainland = write('mainland-alone.geojson', [feature({ code: '20194' }, 108, 16, 108.1, 16.1), feature({ code: '20195' }, 108.1, 16, 108.2, 16.1)]);
  const words = ['import', mainland, '--units', unitsFile(), '--report', at('marked.json'), '-o', at('marked.bin')];
  const refused = run(...words);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /geo\.islands: .*Hoàng Sa.*; name a file that has them beside the others, or add --mark-islands for this project's own marks/);
  const taken = run(...words, '--mark-islands', '--outlines', outlines);
  assert.equal(taken.status, 0, taken.stderr);
  assert.match(taken.stdout, /schematic, at marks of this project, not surveyed: 2\n    498 Huyện Hoàng Sa\n    576 Huyện Trường Sa\n/);
  assert.deepEqual(JSON.parse(readFileSync(at('marked.json'), 'utf8')).schematic, ['498 Huyện Hoàng Sa', '576 Huyện Trường Sa']);
  const shown = run('show', at('marked.bin')).stdout;
  assert.match(shown, /source {6}mainland-alone\.geojson; schematic mark, not surveyed: 498 Huyện Hoàng Sa; schematic mark, not surveyed: 576 Huyện Trường Sa/);
  // Each archipelago is as many islets as its mark says, around it.
  run('export', at('marked.bin'), '--level', 'district', '-o', at('marked.geojson'));
  const { features } = JSON.parse(readFileSync(at('marked.geojson'), 'utf8'));
  const marks = JSON.parse(readFileSync(outlines, 'utf8')).islands;
  for (const code of ['498', '576']) {
    const mark = marks.find((each) => each.code === code);
    const { geometry } = features.find((each) => Object.values(each.properties).includes(code));
    assert.equal(geometry.coordinates.length, mark.islets);
    for (const [[lng, lat]] of geometry.coordinates.map(([outer]) => outer)) {
      const km = Math.hypot((lng - mark.point[0]) * 111.2 * Math.cos((lat * Math.PI) / 180), (lat - mark.point[1]) * 111.2);
      assert.ok(km < 1.6 * mark.radiusKm, `${code}: ${km} km`);
    }
  }
  // What a file has is not marked over.
  const own = write('one-island.geojson', [feature({ code: '20194' }, 108, 16, 108.1, 16.1), islands[0]]);
  const mixed = run('import', own, '--units', unitsFile(), '--mark-islands', '--outlines', outlines, '-o', at('mixed.bin'));
  assert.match(mixed.stdout, /not surveyed: 1\n    576 Huyện Trường Sa\n/, mixed.stderr);
  assert.match(run('locate', at('mixed.bin'), '112.05', '16.55').stdout, /district 498/);
});

test('a wrong file is named with its rule, and nothing is left behind', () => {
  const rows = [
    ['no.geojson', '{', /json\.syntax/],
    ['point.geojson', JSON.stringify({ type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] } }), /geo\.features: .*point\.geojson: feature 0: .*Polygon/],
    ['metres.geojson', JSON.stringify({ type: 'FeatureCollection', features: [feature({ code: '498' }, 5e5, 2e6, 6e5, 3e6)] }), /geo\.features: .*degrees/],
    ['foreign.geojson', JSON.stringify({ type: 'FeatureCollection', features: [feature({ code: '1' }, 1, 2, 3, 4)] }), /geo\.shapes/],
    ['mainland.geojson', JSON.stringify({ type: 'FeatureCollection', features: [feature({ code: '20194' }, 108, 16, 108.1, 16.1)] }), /geo\.islands: .*Hoàng Sa/],
  ];
  for (const [name, text, message] of rows) {
    writeFileSync(at(name), text);
    const { status, stderr } = run('import', at(name), '--units', unitsFile(), '-o', at('never.bin'));
    assert.equal(status, 1, name);
    assert.match(stderr, message);
  }
  assert.equal(existsSync(at('never.bin')), false);
  assert.deepEqual(readdirSync(folder).filter((name) => /never|\.tmp|~$/.test(name)), []);
  assert.equal(run('import', at('missing.geojson'), '--units', unitsFile(), '-o', at('never.bin')).status, 1);
  writeFileSync(at('text.bin'), 'LCGB, but a text');
  for (const words of [['show', at('text.bin')], ['locate', at('text.bin'), '1', '2'], ['export', at('text.bin'), '-o', at('x')]]) {
    const { status, stderr } = run(...words);
    assert.equal(status, 1);
    assert.match(stderr, /geo\.version: .*text\.bin/);
  }
});

test('the build has a map of all units, made anew to the same bytes', () => {
  const words = ['--outlines', join(assets, 'outlines.json'), '--units', join(assets, 'units.txt')];
  const begin = Date.now();
  const made = run('schematic', ...words, '-o', at('country.bin'));
  assert.equal(made.status, 0, made.stderr);
  assert.ok(Date.now() - begin < 60_000);
  assert.match(made.stdout, /^63 provinces, 705 districts, 10604 leaves/);
  assert.deepEqual(readFileSync(at('country.bin')), readFileSync(join(assets, 'country.bin')));
  assert.match(run('show', at('country.bin')).stdout, /kind {8}schematic: cells of our own, not surveyed\nseed {8}20210701\n/);
  assert.match(run('locate', at('country.bin'), '107.73', '20.13').stdout, /^province 31\ndistrict 318\n$/);
  assert.equal(run('schematic', ...words, '--seed', '2', '-o', at('other.bin')).status, 0);
  assert.notDeepEqual(readFileSync(at('other.bin')), readFileSync(at('country.bin')));
  assert.equal(run('schematic', ...words, '--day', '2021-02-30', '-o', at('other.bin')).status, 2);
});
