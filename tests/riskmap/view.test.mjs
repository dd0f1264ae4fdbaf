// The parts of the risk map's screen that are pure: reading the answer, classes and colours, order, outlines, what is kept.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { buildOutlines, contains } from '../../tools/make_outlines.mjs';
import { buildUnits, provincesOf } from '../../tools/make_units.mjs';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let model;
let outlines;
let kept;
let state;
let texts;

before(async () => {
  const options = {
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'silent',
    optimizeDeps: { noDiscovery: true },
  };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  model = await server.ssrLoadModule('/src/riskmap/model.ts');
  outlines = await server.ssrLoadModule('/src/riskmap/outlines.ts');
  kept = await server.ssrLoadModule('/src/riskmap/kept.ts');
  state = await server.ssrLoadModule('/src/riskmap/state.ts');
  texts = {
    vi: (await server.ssrLoadModule('/src/text/vi/riskmap.ts')).text,
    en: (await server.ssrLoadModule('/src/text/en/riskmap.ts')).text,
  };
});
after(() => server.close());

const province = (unit, rest = {}) => ({
  unit,
  level: 2,
  computed: 2,
  band: 2,
  cases7: 100,
  population: 400_000,
  per100kX10: 250,
  why: { rule: 'riskmap.rate', missing: [], arithmetic: '20 × 400000 ≤ 100 × 100000', mark: 'toConfirm' },
  sources: [{ source: 'synthetic', cases7: 100, days: 7 }],
  declarations: { green: 9, yellow: null, red: 0 },
  symptomatic: 7,
  ...rest,
});
const answer = (rest = {}) => ({
  day: '2021-11-12',
  pack: {
    id: 'risk-2',
    version: 1,
    basis: { vi: 'Nghị quyết', en: 'Resolution' },
    leftOut: [{ vi: 'Tiêm chủng', en: 'Vaccination' }],
    per: 100_000,
    windowDays: 7,
    bands: [
      { level: 1, from: 0, below: 20, mark: 'official' },
      { level: 2, from: 20, below: null, mark: 'toConfirm' },
    ],
  },
  packMark: 'toConfirm',
  edges: { cases: [0, 5, 20, 50, 150, 500], symptoms: [0, 1, 10] },
  provinces: [province('01'), province('79')],
  days: { first: '2021-10-01', last: '2021-12-29' },
  dataTime: 1_640_761_200_000,
  ...rest,
});

test('the answer of the core is read whole', () => {
  const levels = model.readLevels(
    answer({
      provinces: [
        province('79', { declared: { level: 3, documentNumber: '1/TB', from: '2021-11-01', until: null, reason: '' } }),
      ],
    }),
  );
  const [place] = levels.provinces;
  assert.deepEqual([place.level, place.computed, place.declared.level, place.declared.document], [2, 2, 3, '1/TB']);
  assert.deepEqual(place.declarations, { green: 9, yellow: null, red: 0 });
  assert.deepEqual([levels.packOfficial, levels.pack.bands.map((band) => band.official)], [false, [true, false]]);
  assert.deepEqual([levels.first, levels.last], ['2021-10-01', '2021-12-29']);
  assert.equal(model.isSynthetic(levels), true);
});

test('what is missing stays missing, and what is no answer is refused', () => {
  const bare = model.readLevels({
    day: '2026-11-24',
    pack: null,
    packMark: null,
    provinces: [{ unit: '01' }],
    days: {},
    dataTime: null,
  });
  const [place] = bare.provinces;
  assert.deepEqual([bare.pack, bare.first, place.level, place.cases7, place.declared], [null, null, null, null, null]);
  assert.equal(model.classOf(place, 'level', bare.edges), 0);
  assert.equal(model.classOf(place, 'cases', bare.edges), 0);
  assert.deepEqual(bare.edges, { cases: [], symptoms: [] });
  assert.deepEqual(model.classesOf('cases', bare.edges), [0], 'without edges no number has a class');
  for (const wrong of [null, 7, 'x', [], { error: {} }]) assert.throws(() => model.readLevels(wrong), /no day/);
  assert.equal(model.readLevels(answer({ provinces: [province('01', { level: 7 })] })).provinces[0].level, null);
});

test('a rate at an edge falls into the class above it', () => {
  const { provinces, edges } = model.readLevels(answer());
  const at = (tenths) => model.classOf({ ...provinces[0], per100kX10: tenths }, 'cases', edges);
  edges.cases.forEach((edge, i) => {
    assert.equal(at(edge * 10), i + 1, `at ${edge}`);
    if (edge > 0) assert.equal(at(edge * 10 - 1), i, `below ${edge}`);
  });
});

test('levels differ by more than colour, in both palettes', () => {
  for (const palette of ['official', 'safe']) {
    const shades = [0, 1, 2, 3, 4].map((kind) => model.shadeOf(kind, 'level', palette));
    assert.equal(new Set(shades.map(({ colour }) => colour)).size, 5);
    assert.equal(new Set(shades.map(({ pattern }) => pattern)).size, 5);
  }
  assert.deepEqual(
    [1, 2, 3, 4].map((kind) => model.shadeOf(kind, 'level', 'official').colour),
    ['#0FA57F', '#F1BA15', '#F28E12', '#DA4711'],
  );
  const lightness = (hex) =>
    [1, 3, 5]
      .map((i) => Number.parseInt(hex.slice(i, i + 2), 16))
      .reduce((sum, part, i) => sum + part * [0.299, 0.587, 0.114][i], 0);
  const safe = [1, 2, 3, 4].map((kind) => lightness(model.shadeOf(kind, 'level', 'safe').colour));
  safe
    .slice(1)
    .forEach((value, i) => assert.ok(safe[i] - value > 35, `level ${i + 2} is clearly darker than ${i + 1}`));
});

test('the table sorts either way, the order of names decides between equals, and what has no value comes last', () => {
  const rows = model.readLevels(
    answer({
      provinces: [
        province('01', { cases7: 5 }),
        province('30', { cases7: null }),
        province('79', { cases7: 9 }),
        province('31', { cases7: 5 }),
      ],
    }),
  ).provinces;
  const places = ['01', '30', '31', '79']; // Hà Nội, Hải Dương, Hải Phòng, Hồ Chí Minh
  const by = (order) => model.sorted(rows, order, (unit) => places.indexOf(unit)).map(({ unit }) => unit);
  assert.deepEqual(by({ column: 'cases7', falling: true }), ['79', '01', '31', '30']);
  assert.deepEqual(by({ column: 'cases7', falling: false }), ['01', '31', '79', '30']);
  assert.deepEqual(by({ column: 'name', falling: false }), ['01', '30', '31', '79']);
  assert.deepEqual(by({ column: 'name', falling: true }), ['79', '31', '30', '01']);
  assert.deepEqual(by({ column: 'declared', falling: true }), ['01', '30', '31', '79']);
});

test('the outlines are decoded as they were written, and every label lies inside its province', () => {
  const country = outlines.decode(buildOutlines());
  assert.equal(country.outlines.length, 63);
  for (const { code, polygons, inside } of country.outlines) {
    for (const rings of polygons) for (const ring of rings) assert.deepEqual(ring[0], ring.at(-1), code);
    const rings = polygons.flat().map((ring) => ring.map(([lat, lng]) => [lng, lat]));
    assert.ok(contains(rings, [inside[1], inside[0]]), code);
  }
  assert.deepEqual(
    country.islands.filter(({ always }) => always).map(({ code, at }) => [code, at]),
    [
      ['498', [16.5, 112]],
      ['576', [8.65, 111.92]],
    ],
  );
});

test('an outline of 2021 answers with the province that took it over', () => {
  const list = provincesOf(buildUnits());
  assert.equal(outlines.answering('74', '2025-06-30', list), '74');
  assert.equal(outlines.answering('74', '2025-07-01', list), '79');
  assert.equal(outlines.answering('79', '2025-07-01', list), '79');
  assert.equal(outlines.answering('99', '2025-07-01', list), '99');
  const after2025 = new Set(list.map(({ code }) => outlines.answering(code, '2026-01-01', list)));
  assert.equal(after2025.size, 34);
});

test('provinces that were merged have one outline from that day on: as large as theirs together, with no line within, and the old one before', () => {
  const list = provincesOf(buildUnits());
  const country = outlines.decode(buildOutlines());
  assert.equal(outlines.dividedOn('2025-06-30', country, list), country);
  const after = outlines.dividedOn('2025-07-01', country, list);
  assert.equal(after.outlines.length, 34);
  const area = (rings) => rings.reduce((sum, ring) => sum + ring.slice(1).reduce((part, [y, x], at) => part + ring[at][1] * y - x * ring[at][0], 0), 0);
  const areaOf = ({ polygons }) => area(polygons.flat());
  for (const one of after.outlines) {
    const members = country.outlines.filter(({ code }) => outlines.answering(code, '2025-07-01', list) === one.code);
    assert.ok(members.some(({ code }) => code === one.code), one.code);
    const together = members.reduce((sum, each) => sum + areaOf(each), 0);
    assert.ok(Math.abs(areaOf(one) - together) < 1e-9 * Math.abs(together), `${one.code}: ${areaOf(one)} of ${together}`);
    const rings = one.polygons.flat();
    for (const ring of rings) assert.deepEqual(ring[0], ring.at(-1), one.code);
    assert.ok(contains(rings.map((ring) => ring.map(([lat, lng]) => [lng, lat])), [one.inside[1], one.inside[0]]), one.code);
    const sides = rings.flatMap((ring) => ring.slice(1).map((point, at) => [String(ring[at]), String(point)].sort().join()));
    assert.equal(new Set(sides).size, sides.length, `${one.code}: a line is there twice`);
  }
  assert.deepEqual(after.islands, country.islands);
});

test('a kept answer holds no numbers of declarations', () => {
  const levels = model.readLevels(answer());
  const text = JSON.stringify(kept.publicPart(levels));
  for (const place of JSON.parse(text).provinces) {
    assert.equal(place.symptomatic, null);
    assert.deepEqual(place.declarations, { green: null, yellow: null, red: null });
    assert.equal(place.cases7, 100);
  }
});

test('what an older page kept has no edges: its counts find no class', async () => {
  const old = { ...model.readLevels(answer()), edges: undefined };
  globalThis.caches = { open: async () => ({ match: async () => new Response(JSON.stringify(old)) }) };
  const found = await kept.recall('2021-11-12');
  delete globalThis.caches;
  assert.deepEqual(found.edges, model.NO_EDGES);
  assert.equal(model.classOf(found.provinces[0], 'cases', found.edges), 0);
});

test('days go to numbers and back', () => {
  for (const day of ['2021-10-01', '2024-02-29', '1999-12-31']) assert.equal(model.dayText(model.dayNumber(day)), day);
  assert.equal(model.dayNumber('2021-10-02') - model.dayNumber('2021-10-01'), 1);
});

test('both languages have the same places to fill', () => {
  const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  assert.deepEqual(Object.keys(texts.en), Object.keys(texts.vi));
  for (const key of Object.keys(texts.vi)) assert.deepEqual(holes(texts.en[key]), holes(texts.vi[key]), key);
});

test('every text of the layers is used, and both languages have the same places to fill', async () => {
  const [vi, en] = await Promise.all(['vi', 'en'].map(async (name) => (await server.ssrLoadModule(`/src/text/${name}/layers.ts`)).text));
  const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  assert.deepEqual(Object.keys(en), Object.keys(vi));
  const sources = ['layers', 'layers-panel', 'time-panel', 'charts-panel', 'chart-parts', 'curve', 'atlas']
    .map((name) => readFileSync(`${root}/src/riskmap/${name}.ts`, 'utf8'))
    .join('\n');
  const families = ['alarm.', 'method.', 'cohort.', 'layer.smooth-', 'about.smooth-', 'layer.', 'about.', 'say.', 'level.', 'busy.', 'trouble.', 'palette.', 'lack.'];
  for (const key of Object.keys(vi)) {
    assert.deepEqual(holes(en[key]), holes(vi[key]), key);
    const isUsed = sources.includes(`'${key}'`) || families.some((family) => key.startsWith(family) && sources.includes(`\`${family}\${`));
    assert.ok(isUsed, key);
  }
});

test('every text is used by the screen', () => {
  const sources = ['view', 'why', 'table', 'chart', 'open-legend', 'units-view', 'depth', 'deep-list', 'map-texts', 'doors', 'workshop', 'report', 'tiles', 'console/panel']
    .map((name) => readFileSync(`${root}/src/riskmap/${name}.ts`, 'utf8'))
    .join('\n');
  const families = ['level.', 'colour.', 'metric.', 'palette.', 'depth.', 'base.'];
  for (const key of Object.keys(texts.vi)) {
    const used =
      sources.includes(`'${key}'`) ||
      families.some((family) => key.startsWith(family) && sources.includes(`\`${family}\${`));
    assert.ok(used, key);
  }
});

test('the address of the map is read back as it was written, and what is no unit, day or layer is left out', () => {
  const whole = { unit: '79', day: '2021-11-12', layer: 'rt' };
  const store = new state.StateStore(whole);
  assert.deepEqual(state.readFragment(state.writeFragment(store.now)), whole);
  assert.equal(state.writeFragment(new state.StateStore({ day: '2021-11-12' }).now), 'day=2021-11-12');
  for (const wrong of ['unit=7', 'unit=26734', 'day=2021-11-32', 'day=x', 'layer=R;t', ''])
    assert.deepEqual(state.readFragment(wrong), { unit: '' }, wrong);
});

test('who listens to the map hears of each change once, and of nothing that was so already', () => {
  const store = new state.StateStore();
  const heard = [];
  const end = store.subscribe((now, before) => heard.push([before.unit, now.unit, now.selected]));
  store.setSelected('01');
  store.set({ unit: '79', day: '2021-11-12' });
  store.set({ unit: '79' });
  store.setDay('2021-11-31');
  assert.deepEqual(heard, [
    ['', '', '01'],
    ['', '79', null],
  ]);
  store.setDays({ first: '2021-10-01', last: '2021-12-29' });
  store.setDays({ first: '2021-10-01', last: '2021-12-29' });
  assert.equal(heard.length, 3);
  end();
  store.setPlaying(true);
  assert.equal(heard.length, 3);
});
