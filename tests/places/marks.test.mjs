// The parts of the page of zones and places that are pure: reading answers, corners, the timeline, what is shown without a network.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let model;
let mercator;
let texts;

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  model = await server.ssrLoadModule('/src/riskmap/marks-model.ts');
  mercator = await server.ssrLoadModule('/src/map/mercator.ts');
  texts = {
    vi: (await server.ssrLoadModule('/src/text/vi/marks.ts')).text,
    en: (await server.ssrLoadModule('/src/text/en/marks.ts')).text,
  };
});
after(() => server.close());

const zone = (rest = {}) => ({
  record: 'r1', unit: '26740', unitName: 'Phường Bến Nghé', type: 'lockdown', name: 'Hẻm 15', level: 4,
  shape: '106700000,10775000 106702000,10775000 106702000,10777000', from: '2021-07-20', documentNumber: '1/QĐ', reason: 'Ổ dịch', ...rest,
});
const place = (rest = {}) => ({
  record: 'p1', unit: '26740', unitName: 'Phường Bến Nghé', type: 'exposure', name: 'Chợ', position: '106698000,10772500',
  from: '2021-07-25', fromTime: '08:30', until: '2021-07-25', ...rest,
});

test('corners are the same as text and as degrees', () => {
  const text = '106700000,10775000 106702001,10775000 -106702000,-10777000';
  assert.equal(model.writeCorners(model.readCorners(text)), text);
  for (const wrong of ['', '1', '1,2 ', '1.5,2', 'a,b']) assert.equal(model.readCorners(wrong), null, wrong);
});

test('degrees are read as people type them', () => {
  assert.equal(model.readDegrees(' 106,7001 '), 106.7001);
  assert.equal(model.readDegrees('10.775'), 10.775);
  for (const wrong of ['', 'x', '1.', '1,2,3', '1e3', '1234']) assert.equal(model.readDegrees(wrong), null, wrong);
});

test('what the page does not know is left out, not drawn as something else', () => {
  const answer = { marks: [zone(), zone({ type: 'castle' }), zone({ level: 5 }), zone({ shape: '1,2' }), zone({ name: '' }), 7] };
  const zones = model.readZones(answer);
  assert.equal(zones.length, 1);
  assert.deepEqual([zones[0].ring.length, zones[0].until, zones[0].mayChange], [3, null, false]);
  assert.equal(model.readPlaces({ marks: [place(), place({ type: 'x' }), place({ position: '' })] }).length, 1);
  assert.throws(() => model.readZones({}));
});

test('visits stand in the order in which they happened', () => {
  const places = model.readPlaces({
    marks: [place({ record: 'c', from: '2021-07-26' }), place({ record: 'b', fromTime: '14:00' }), place({ record: 'a' }), place({ record: 't', type: 'test' })],
  });
  assert.deepEqual(model.timeline(places).map(({ record }) => record), ['a', 'b', 'c']);
  assert.deepEqual([model.isOn(places[0], '2021-07-25'), model.isOn(places[0], '2021-07-26')], [false, false]);
  assert.equal(model.isOn(places[1], '2021-07-25'), true);
});

test('without a network what was kept comes together with what this device recorded', () => {
  const [kept, own] = [model.readZones({ marks: [zone()] }), model.readZones({ marks: [zone(), zone({ record: 'r2' })] })];
  assert.deepEqual(model.together(kept, own).map(({ record }) => record), ['r1', 'r2']);
});

test('a place in the world is where the map has it', () => {
  const { x, y } = mercator.worldAt({ longitude: 105.85, latitude: 21.03 });
  assert.ok(Math.abs(x - 0.794028) < 1e-6 && Math.abs(y - 0.440138) < 1e-4, `${x} ${y}`);
  for (const latitude of [-90, 90]) assert.ok(Math.abs(mercator.worldAt({ longitude: 0, latitude }).y - (latitude < 0 ? 1 : 0)) < 1e-9, 'a pole stands at the edge');
  const heat = model.heatOf([{ at: { x: 0.5, y: 0.25 }, weight: 3 }, { at: { x: 2, y: -1 }, weight: 1 }]);
  assert.deepEqual([...heat.places], [2 ** 31, 2 ** 30, 2 ** 32 - 1, 0]);
  assert.deepEqual([...heat.weights], [3, 1]);
});

test('every text is used by the screen, in both languages', () => {
  const folder = join(root, 'src', 'riskmap');
  const source = readdirSync(folder).filter((name) => /^mark.*\.ts$/.test(name)).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  assert.deepEqual(Object.keys(texts.vi), Object.keys(texts.en));
  for (const key of Object.keys(texts.vi)) {
    const family = key.slice(0, key.indexOf('.') + 1);
    assert.ok(source.includes(`'${key}'`) || source.includes(`\`${family}\${`), key);
  }
});
