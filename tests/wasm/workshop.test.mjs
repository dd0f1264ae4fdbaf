// The workshop of the map page and the core it asks, and shapes as the overlay's module gives them: the same binaries as in the browser.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer } from 'vite';
import { loadModule, openWorkshop, root } from './load.mjs';

const assets = process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets');
const pack = (id) => JSON.parse(readFileSync(join(root, 'assets', 'packs', `${id}.json`), 'utf8'));
let server;
let call;
let edit;
let drafts;
let counts;

before(async () => {
  const options = { root: join(root, 'web'), configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  edit = await server.ssrLoadModule('/src/riskmap/pack-edit.ts');
  drafts = await server.ssrLoadModule('/src/riskmap/pack-drafts.ts');
  counts = await server.ssrLoadModule('/src/riskmap/counts.ts');
  const core = await openWorkshop();
  call = (operation, request) => {
    const [status, text] = core(operation, JSON.stringify(request));
    const reply = JSON.parse(text);
    if (status !== 0) throw Object.assign(new Error(`${operation}: ${text}`), reply.error);
    return reply;
  };
  call('units.load', { text: readFileSync(join(assets, 'units.txt'), 'utf8') });
});
after(() => server.close());

/** The synthetic counts of provinces as riskmap.counts would answer them. */
function synthetic() {
  const from = '2021-10-21';
  const start = Date.parse(from);
  const units = new Map();
  for (const line of readFileSync(join(root, 'assets/cases/synthetic.csv'), 'utf8').trimEnd().split('\n').slice(1)) {
    const [unit, day, cases] = line.split(',');
    const at = (Date.parse(day) - start) / 86_400_000;
    if (at < 0 || day > '2021-12-20') continue;
    const one = units.get(unit) ?? { unit, reported: [[at, at]], counts: [] };
    one.reported[0][1] = at;
    if (Number(cases) > 0) one.counts.push(at, Number(cases));
    units.set(unit, one);
  }
  return counts.figureLines('cases', counts.readCounts({ from, until: '2021-12-20', units: [...units.values()] })).join('\n');
}

test('a threshold that is turned changes levels, and the levels of both packs tell the same as the list of changes', () => {
  const law = pack('risk-2');
  const tried = edit.turned(law, law, ['bands', 2, 'from'], 21);
  const request = { day: '2021-12-20', figures: synthetic() };
  const seen = call('riskmap.evaluate', { ...request, packs: [law, tried] });
  const compared = call('riskmap.compare', { ...request, pack: law, after: { pack: tried } });
  const codes = seen.units.split(' ');
  const [one, other] = seen.answers.map(({ levels }) => levels);
  const moved = codes.filter((_, at) => one[at] !== other[at] && /^\d\d$/.test(codes[at]));
  assert.ok(moved.length > 3, moved.join());
  assert.deepEqual(compared.changes.map(({ unit }) => unit).filter((unit) => /^\d\d$/.test(unit)), moved);
  for (const { before: was, after: is } of compared.changes) assert.deepEqual([was.level, is.level], [2, 3]);
  assert.deepEqual(call('riskmap.evaluate', { ...request, packs: ['risk-2'] }).answers[0].levels, one, 'the pack that is carried and its JSON are one');
});

test('figures that would be others change the same levels as when all were told at once, with the same pack and with another', () => {
  const request = { day: '2021-12-20', figures: synthetic() };
  const more = ['79', '01', '92'].flatMap((unit, at) => [`${unit}|cases|another|2021-12-14|${Array(7).fill(40_000 * (at + 1)).join(',')}`, `${unit}|population|census|2021-12-01|${90_000 * (at + 1)}`]);
  const figures = [more[0], more[2], ...more].join('\n'); // of one unit twice
  for (const other of ['risk-2', 'risk-1']) {
    const [before] = call('riskmap.evaluate', { ...request, packs: ['risk-2'] }).answers;
    const told = call('riskmap.evaluate', { day: request.day, figures: `${request.figures}\n${figures}`, packs: [other] });
    const codes = told.units.split(' ');
    const moved = codes.filter((_, at) => told.answers[0].levels[at] !== before.levels[at]);
    const compared = call('riskmap.compare', { ...request, pack: 'risk-2', after: { figures, ...(other === 'risk-2' ? {} : { pack: other }) } });
    assert.deepEqual(compared.changes.map(({ unit }) => unit), moved);
    assert.ok(moved.length > 0, other);
  }
});

test('every number of every pack may be turned by one and read again, or the core names the field', () => {
  for (const name of readdirSync(join(root, 'assets/packs')).filter((each) => each.endsWith('.json'))) {
    const law = pack(name.slice(0, -5));
    for (const path of edit.knobsOf(law)) {
      const value = edit.numberAt(law, path);
      const [, most] = edit.boundsOf(law, path);
      const tried = drafts.asDraft(edit.turned(law, law, path, value === most ? value - 1 : value + 1));
      try {
        call('riskmap.packs', { pack: tried });
      } catch (error) {
        assert.equal(error.rule, 'riskmap.pack', `${name} ${edit.pathText(path)}: ${error.message}`);
        assert.match(error.detail, /^[a-zA-Z]+[\w.[\]]*: /, `${name} ${edit.pathText(path)}`);
      }
    }
    assert.equal(call('riskmap.packs', { pack: drafts.asDraft(law) }).packs[0].pack.use, 'choice');
  }
});

test('a file of a draft whose bands do not meet is refused with the field and the rule of the core', async () => {
  const port = { load: async () => null, save: async () => assert.fail('kept'), remove: async () => undefined, list: async () => [] };
  const store = new drafts.PackDrafts(port, async (given) => call('riskmap.packs', { pack: given }));
  const bad = pack('risk-2');
  bad.bands[1].from = 7;
  await assert.rejects(store.read(JSON.stringify({ form: 'lachan.riskmap.draft', version: 1, name: 'x', base: 'risk-2', pack: bad })), (error) => {
    assert.deepEqual([error.field, error.rule], ['pack', 'pack']);
    assert.match(error.detail, /bands\[1\]\.from: bands begin at 0 and meet/);
    return true;
  });
  await assert.rejects(store.save('x', 'risk-2', bad), /bands\[1\]\.from/);
});

test('shapes come without a canvas: every unit has one, outer rings counterclockwise, holes clockwise, inside the country', async () => {
  const module = await loadModule('overlay');
  const bytes = readFileSync(join(assets, 'country.bin'));
  const pointer = module._malloc(bytes.length);
  module.HEAPU8.set(bytes, pointer);
  assert.equal(module._overlay_load(pointer, bytes.length), 1);
  module._free(pointer);
  const faults = [];
  for (const level of [0, 1, 2]) {
    const count = module._overlay_units(level, 0, 0);
    assert.ok(count >= 63);
    for (let unit = 0; unit < count; unit += level === 2 ? 25 : 1) {
      const size = module._overlay_shape(level, unit);
      const numbers = module.HEAPF64.subarray(module._overlay_shape_data() / 8, module._overlay_shape_data() / 8 + size);
      if (size === 0) faults.push(`${level} ${unit}: no shape`);
      let at = 0;
      while (at < size) {
        const rings = numbers[at++];
        for (let ring = 0; ring < rings; ring += 1) {
          const places = numbers[at++];
          let area = 0;
          for (let i = 0; i < places; i += 1) {
            const [x, y] = numbers.subarray(at + 2 * i, at + 2 * i + 2);
            const next = at + 2 * ((i + 1) % places);
            area += x * numbers[next + 1] - numbers[next] * y;
            if (x < 101.9 || x > 117.9 || y < 6.4 || y > 23.6) faults.push(`${level} ${unit}: ${x} ${y}`);
          }
          if (area > 0 !== (ring === 0)) faults.push(`${level} ${unit}: ring ${ring} runs the wrong way`);
          at += 2 * places;
        }
      }
    }
  }
  assert.deepEqual(faults, []);
  assert.equal(module._overlay_shape(1, 100_000), 0);
  assert.equal(module._overlay_shape(7, 0), 0);
});
