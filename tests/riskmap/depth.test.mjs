// All units of a level on one map: which are shown, what they are called, which rows a list has, which days are had, how many workers scan.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let state;
let units;
let names;
let list;
let world;
let analysis;
let counts;

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  const load = (name) => server.ssrLoadModule(`/src/riskmap/${name}.ts`);
  [state, units, names, list, world, analysis, counts] = await Promise.all(['state', 'units-model', 'unit-names', 'deep-list', 'world', 'analysis', 'counts'].map(load));
});
after(() => server.close());

test('the depth stands in the address where it shows more than the units directly below', () => {
  const { readFragment, writeFragment } = state;
  assert.equal(readFragment('depth=commune&day=2021-11-12').depth, 'commune');
  assert.equal(readFragment('unit=79&depth=commune').depth, 'commune');
  for (const bad of ['', 'depth=', 'depth=village', 'depth=Commune', 'depth=VN']) assert.equal(readFragment(bad).depth, undefined, bad);
  const now = { unit: '', depth: null, day: '2021-11-12', layer: 'level' };
  for (const [unit, depth, written] of [
    ['', null, 'day=2021-11-12'],
    ['', 'province', 'day=2021-11-12'],
    ['', 'district', 'depth=district&day=2021-11-12'],
    ['79', 'commune', 'unit=79&depth=commune&day=2021-11-12'],
    ['79', 'district', 'unit=79&day=2021-11-12'],
    ['79', 'province', 'unit=79&day=2021-11-12'], // above the unit: as if it were not there
    ['760', 'commune', 'unit=760&day=2021-11-12'],
  ]) {
    const text = writeFragment({ ...now, unit, depth });
    assert.equal(text, written, `${unit} ${depth}`);
    assert.equal(state.shownLevel({ depth: null, ...readFragment(text) }), state.shownLevel({ unit, depth }), text);
  }
});

test('another unit leaves the depth behind, another depth the chosen unit; an address brings both', () => {
  const store = new state.StateStore({ unit: '', day: '2021-11-12', selected: '79' });
  store.setDepth('commune');
  assert.deepEqual([store.now.depth, store.now.selected], ['commune', null]);
  store.setSelected('26740');
  store.setDay('2021-11-13');
  assert.equal(store.now.selected, '26740');
  store.setUnit('79');
  assert.deepEqual([store.now.depth, store.now.selected], [null, null]);
  store.set({ unit: '', depth: 'district' });
  assert.equal(state.shownLevel(store.now), 'district');
  store.setSelected('760');
  store.setDepth('district');
  assert.equal(store.now.selected, '760', 'the same depth is no other');
});

test('all units of a level are read from signs, with names; a level that differs from the figures was announced', () => {
  const answer = { day: '2021-11-12', depth: 'commune', codes: '26734 26737 26740', levels: '3-4', computed: '2-4', pack: 'risk-2', packMark: 'official', version: 2 };
  const read = units.readDeepUnits(answer, (code) => ({ name: `Phường ${code}`, within: 'Quận 1' }));
  assert.deepEqual(
    read.units.map(({ unit, level, computed, declared, within }) => [unit, level, computed, declared, within]),
    [['26734', 3, 2, 3, 'Quận 1'], ['26737', null, null, null, 'Quận 1'], ['26740', 4, 4, null, 'Quận 1']],
  );
  assert.deepEqual([read.pack, read.version, read.packOfficial, read.own], ['risk-2', 2, true, null]);
  assert.deepEqual(units.readDeepUnits({ ...answer, codes: '', levels: '', computed: '' }, () => ({})).units, []);
  for (const bad of [null, {}, { day: '2021-11-12' }, { codes: '26734' }, { ...answer, codes: 5 }]) assert.throws(() => units.readDeepUnits(bad, () => ({ name: '', within: '' })));
});

test('units have the name and the place of the day, told apart by what is above them', () => {
  const known = new names.UnitNames(
    ['26740|3|760|Phường Bến Nghé|Phường|||', '760|2|79|Quận 1|Quận|||', '79|1||Thành phố Hồ Chí Minh|Thành phố|||', '00001|3|999|Xã Cũ|Xã||2021-06-30|00002', '00001|3|760|Xã Mới|Xã|2021-07-01||', 'x|y', ''].join('\n'),
  );
  assert.deepEqual(known.of('26740', '2021-11-12', ''), { name: 'Phường Bến Nghé', within: 'Quận 1, Hồ Chí Minh' });
  assert.deepEqual(known.of('26740', '2021-11-12', '79'), { name: 'Phường Bến Nghé', within: 'Quận 1' });
  assert.deepEqual(known.of('760', '2021-11-12', '79'), { name: 'Quận 1', within: '' });
  assert.equal(known.of('00001', '2021-06-30', '').name, 'Xã Cũ');
  assert.equal(known.of('00001', '2021-07-01', '').name, 'Xã Mới');
  assert.deepEqual(known.of('99999', '2021-07-01', ''), { name: '99999', within: '' });
  for (const bad of ['', 'no list', `${'x'.repeat(5_000_000)}`]) assert.throws(() => new names.UnitNames(bad));
});

test('a list has the first rows in the order asked for, and those with all the words', () => {
  const row = (unit, name, within, level) => ({ unit, name, within, level, computed: level, declared: null, rule: null, missing: [] });
  const rows = [
    row('00001', 'Xã Đông Hòa', 'Ba Vì, Hà Nội', 2),
    row('00002', 'Xã An Bình', 'Ba Vì, Hà Nội', null),
    row('00003', 'Phường 12', 'Quận 10, Hồ Chí Minh', 4),
    row('00004', 'Phường 2', 'Quận 10, Hồ Chí Minh', 2),
  ];
  const pick = (rest = {}) => {
    const { rows: found, found: n } = list.pickRows(rows, { order: 'high', words: '', most: 100, valueOf: ({ level }) => level ?? NaN, ...rest });
    return [found.map(({ unit }) => unit.slice(-1)).join(''), n];
  };
  assert.deepEqual(pick(), ['3142', 4]);
  assert.deepEqual(pick({ order: 'low' }), ['1432', 4], 'what is not known comes last whichever way');
  assert.deepEqual(pick({ order: 'name' }), ['4321', 4], 'numbers by their size');
  assert.deepEqual(pick({ order: 'place' }), ['1234', 4]);
  assert.deepEqual(pick({ most: 2 }), ['31', 4]);
  assert.deepEqual(pick({ words: 'dong hoa' }), ['1', 1]);
  assert.deepEqual(pick({ words: '  HO CHI  minh phuong ' }), ['34', 2]);
  assert.deepEqual(pick({ words: '00002' }), ['2', 1]);
  assert.deepEqual(pick({ words: 'nowhere' }), ['', 0]);
  assert.equal(rows[0].unit, '00001', 'what was given stays in its order');
});

test('of all communes of the country a part of the days is had, with the one that is shown and what levels rest on before it', () => {
  const days = { first: '2021-01-01', last: '2021-12-31' };
  const span = (day, unit = '', level = 'commune') => world.spanOf(unit, level, days, day);
  const length = ({ first, last }) => (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  assert.deepEqual(span('2021-06-01', '', 'district'), span('2021-06-01'), 'levels of districts rest on their communes');
  for (const [unit, level] of [['', 'province'], ['79', 'district'], ['79', 'commune'], ['760', 'commune']]) assert.deepEqual(span('2021-06-01', unit, level), { ...days, lead: 0 });
  assert.deepEqual(world.spanOf('', 'commune', { first: '2021-12-01', last: '2021-12-31' }, null), { first: '2021-12-01', last: '2021-12-31', lead: 0 });
  for (const day of [null, '2021-12-31', '2021-12-30', '2021-11-01', '2021-06-01', '2021-01-01', '2020-01-01', '2022-06-01']) {
    const found = span(day);
    assert.equal(length(found), 90, day);
    const shown = day === null ? days.last : [days.first, day, days.last].sort()[1];
    assert.ok(found.first <= shown && shown <= found.last, `${day}: ${found.first} to ${found.last}`);
    assert.ok(days.first <= found.first && found.last <= days.last, day);
  }
  const years = { first: '2020-01-01', last: '2021-12-31' };
  assert.deepEqual(world.spanOf('', 'province', years, '2020-02-01'), { ...years, lead: 0 });
  const old = world.spanOf('79', 'district', years, '2020-02-01');
  assert.deepEqual([old.first, length(old), old.lead], ['2020-01-01', 400, 0], 'below a province as many as one question has');
  assert.equal(world.spanOf('79', 'district', years, null).last, '2021-12-31');
  assert.equal(span('2021-12-31').lead, 30);
  assert.equal(span('2021-01-01').lead, 0, 'there is nothing before');
  assert.equal(span('2021-06-01').last, '2021-07-01', 'some days follow, to be played');
});

test('a scan leaves a core to the page, and takes no more memory than the device has', () => {
  const of = (units, cores, memoryGb, share = 0.25) => analysis.workersFor(units, share, { cores, memoryGb });
  assert.equal(of(63, 8, 8), 7);
  assert.equal(of(63, 2, 8), 1);
  assert.equal(of(63, 1, 8), 1);
  assert.equal(of(63, 128, 8), 16);
  assert.equal(of(10_599, 8, 8), 7);
  assert.equal(of(10_599, 8, 1), 2, 'each holds 112 million bytes');
  assert.equal(of(10_599, 8, 0.25), 1, 'one there is always');
});

test('counts that came in parts are one; what is in none stays unknown', () => {
  const part = (from, dataTime, units) => ({ from, days: 2, dataTime, units: new Map(Object.entries(units).map(([unit, line]) => [unit, Int32Array.from(line)])) });
  const whole = counts.joined([part('2021-12-01', null, { a: [1, 2] }), part('2021-12-03', 7, { b: [5, -1] }), part('2021-12-05', 6, { a: [3, 0] })]);
  assert.deepEqual([whole.from, whole.days, whole.dataTime], ['2021-12-01', 6, 7]);
  assert.deepEqual([...whole.units].map(([unit, line]) => [unit, [...line]]), [['a', [1, 2, -1, -1, 3, 0]], ['b', [-1, -1, 5, -1, -1, -1]]]);
  const one = part('2021-12-01', 1, { a: [1, 2] });
  assert.equal(counts.joined([one]), one);
  assert.equal(counts.joined([]), null);
});

const day = (at) => new Date(Date.parse('2021-12-01') + at * 86_400_000).toISOString().slice(0, 10);

test('a world that is not wanted any more asks for nothing more, whatever it is at', async () => {
  const stop = new AbortController();
  const asked = [];
  const asker = {
    async get(_unit, _level, measure, { first, last }) {
      asked.push(measure);
      const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
      const units = new Map(measure === 'cases' ? [['26740', new Int32Array(days).fill(1)]] : []);
      return { counts: { from: first, days, dataTime: 1, units }, isKept: false };
    },
  };
  let replays = 0;
  const core = {
    async riskmap(_operation, { from, until }) {
      replays += 1;
      const days = (Date.parse(until) - Date.parse(from)) / 86_400_000 + 1;
      return { days: Array.from({ length: days }, () => ({ levels: '2', mark: '', pack: 'risk-2', units: '26740', values: [[1]], version: 1 })), people: [9000] };
    },
  };
  const load = (progress, signal) => world.loadWorld(core, asker, '', 'commune', { first: day(0), last: day(11), lead: 0 }, progress, signal);
  // The days of one question are few, and a part that did not come is no day without cases.
  const spans = [];
  const noting = { get: (unit, level, measure, span) => (measure === 'cases' && spans.push([span.first, span.last]), asker.get(unit, level, measure, span)) };
  const long = await world.loadWorld(core, noting, '', 'commune', { first: day(30), last: day(89), lead: 30 }, () => undefined);
  assert.deepEqual([long.from, long.days], [day(30), 60], 'what lies before is asked for, and not shown');
  assert.equal(spans[0][0], day(0));
  assert.equal(spans.at(-1)[1], day(89));
  assert.ok(spans.length >= 5 && spans.every(([first], at) => at === 0 || Date.parse(first) === Date.parse(spans[at - 1][1]) + 86_400_000), 'they follow each other');
  const holed = { get: (unit, level, measure, span) => (measure === 'cases' && span.last === day(89) ? null : asker.get(unit, level, measure, span)) };
  await assert.rejects(world.loadWorld(core, holed, '', 'commune', { first: day(0), last: day(89), lead: 0 }, () => undefined), { code: 'offline' });
  asked.length = 0;
  replays = 0;

  const told = [];
  const made = await load((share, part) => told.push([part, share]), undefined);
  assert.deepEqual([made.days, made.codes.length, made.levels[11][0]], [12, 1, 2]);
  assert.equal(replays, 2, 'the days of many units are asked for in parts');
  assert.deepEqual(told.at(-1), ['replay', 1]);
  assert.ok(told.some(([part, share]) => part === 'counts' && share > 0 && share < 1));

  asked.length = 0;
  const during = load((_, part) => part === 'counts' && stop.abort(), stop.signal);
  await assert.rejects(during, { name: 'AbortError' });
  assert.deepEqual(asked, ['cases']);
  assert.equal(replays, 2);

  const later = new AbortController();
  await assert.rejects(load((_, part) => part === 'replay' && later.abort(), later.signal), { name: 'AbortError' });
  assert.equal(replays, 3, 'of two parts one was computed');
});
