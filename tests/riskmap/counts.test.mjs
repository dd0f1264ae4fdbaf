// Counts of the map page: read, asked for once by whichever part comes first, summed, written as lines of figures, kept for days without a network.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
const DAY_MS = 86_400_000;
const dayAfter = (day, days) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
const daysOf = ({ from, until }) => (Date.parse(until) - Date.parse(from)) / DAY_MS + 1;
let server;
let counts;
let wire;

/** The cache storage of a browser, as far as it is used here. */
const stored = new Map();
const cachesHere = {
  async open(name) {
    const entries = stored.get(name) ?? new Map();
    stored.set(name, entries);
    return {
      put: async (key, response) => void entries.set(key, await response.text()),
      match: async (key) => (entries.has(key) ? new Response(entries.get(key)) : undefined),
      keys: async () => [...entries.keys()],
      delete: async (key) => entries.delete(key),
    };
  },
};
const keptKeys = () => [...(stored.get('riskmap-counts')?.keys() ?? [])].sort();
// What is kept is kept beside the answer: long enough for a machine that does much else.
const settled = () => new Promise((resolve) => setTimeout(resolve, 150));

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  counts = await server.ssrLoadModule('/src/riskmap/counts.ts');
  wire = await server.ssrLoadModule('/src/core/wire.ts');
  globalThis.caches = cachesHere;
});
beforeEach(() => stored.clear());
after(() => {
  delete globalThis.caches;
  return server.close();
});

const refusal = (code) => new wire.CoreError({ code, rule: '', detail: '' });
const given = (rest) => ({ level: 'province', measure: 'cases', from: '2021-12-01', until: '2021-12-10', dataTime: 5, units: [], ...rest });

/** A core that writes down what it is asked; `reply` gives units, or throws. */
function coreThat(reply) {
  const asked = [];
  const keepings = [];
  const listeners = new Set();
  return {
    asked,
    signIn: () => listeners.forEach((listener) => listener()),
    session: { subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)) },
    keepings,
    async askFrom(query, args, keeping) {
      assert.equal(query, 'riskmap.counts');
      asked.push(args);
      keepings.push(keeping);
      const { units = [], from = 'server' } = (await reply(args, asked.length)) ?? {};
      return { answer: given({ ...args, units }), from };
    },
  };
}
/** A unit that tells `value` on every day asked for. */
const always = (unit, value) => (args) => ({ units: [{ unit, reported: [[0, daysOf(args) - 1]], counts: Array.from({ length: daysOf(args) }, (_, day) => [day, value]).flat() }] });

// ---- reading, summing, writing

test('counts are read by day, with what nobody said apart from none', () => {
  const read = counts.readCounts(
    given({
      until: '2021-12-06', dataTime: 7,
      units: [
        { unit: '79', reported: [[0, 1], [3, 9]], counts: [1, 5, 4, 12, 8, 3] },
        { unit: '01', reported: [], counts: [] },
        { unit: '4|8', reported: [[0, 1]], counts: [0, 1] },
        { unit: '31', reported: [[0, 1]], counts: ['x', 7, 1, -2, 0, 4] },
        { unit: 1, reported: [[0, 1]], counts: [0, 1] },
        null,
      ],
    }),
  );
  assert.deepEqual([read.days, read.dataTime], [6, 7]);
  assert.deepEqual([...read.units].map(([unit, line]) => [unit, [...line]]), [['79', [0, 5, -1, 0, 12, 0]], ['31', [4, 0, -1, -1, -1, -1]]]);
  const wrong = [null, {}, { from: '2021-12-01' }, { from: 'x', measure: 'cases' }, { from: '2021-12-01', until: '2021-12-06' }, given({ until: '2021-11-30' }), given({ until: '9999-12-31' })];
  for (const each of wrong) assert.throws(() => counts.readCounts(each), /riskmap\.counts: the answer has no days/);
});

test('counts become the lines that the core reads: zero where reported, nothing where nothing was said', () => {
  const read = counts.readCounts(given({ units: [{ unit: '79', reported: [[1, 3], [6, 7]], counts: [2, 5, 7, 1] }, { unit: '01', reported: [], counts: [] }] }));
  assert.deepEqual(counts.figureLines('cases', read), ['79|cases|counts|2021-12-02|0,5,0,,,0,1']);
  const people = counts.readCounts(given({ measure: 'population', units: [{ unit: '79', reported: [[0, 0], [4, 4]], counts: [0, 100, 4, 120] }] }));
  assert.deepEqual(counts.figureLines('population', people, 'last'), ['79|population|counts|2021-12-05|120']);
  assert.deepEqual(counts.figureLines('population', people), ['79|population|counts|2021-12-01|100,,,,120']);
});

test('a sum is of days that were all told, and where only some need be, of those', () => {
  const read = counts.readCounts(given({ units: [{ unit: '79', reported: [[1, 3], [6, 7]], counts: [2, 5, 7, 1] }, { unit: '31', reported: [[0, 9]], counts: [] }] }));
  assert.deepEqual([...counts.sumsOf(read, '2021-12-04', 3, 'whole')], [['79', 5], ['31', 0]]);
  assert.deepEqual([...counts.sumsOf(read, '2021-12-05', 3, 'whole')], [['31', 0]], 'a day without a report makes no sum');
  assert.deepEqual([...counts.sumsOf(read, '2021-12-10', 10, 'told')], [['79', 6]], 'what was told, above zero');
  assert.deepEqual([...counts.sumsOf(read, '2021-12-05', 3, 'told')], [['79', 5]]);
  const line = Int32Array.of(1, 2, -1, 4);
  assert.deepEqual([1, 3, 9, 0].map((day) => counts.sum(line, day, 2)), [3, null, null, null], 'nothing outside of the days');
  assert.equal(counts.sum(undefined, 1, 1), null);
});

// ---- asking

test('counts are asked for once, again after a failure, and people further back until somebody counted', async () => {
  const core = coreThat((args, turn) => {
    if (turn === 1) throw new Error('offline');
    return args.measure === 'population' && args.until > '2020-01-01' ? {} : { units: [{ unit: '760', reported: [[0, 0]], counts: [0, 9] }] };
  });
  const { asked } = core;
  const store = new counts.AskedCounts(core, () => null);
  const days = { first: '2021-10-11', last: '2021-12-10' };
  const get = (measure) => store.get('79', 'district', measure, days);
  await assert.rejects(get('cases'), /offline/);
  await Promise.all([get('cases'), get('cases')]);
  await get('cases');
  assert.equal(asked.length, 2);
  assert.deepEqual(asked[1], { unit: '79', level: 'district', measure: 'cases', from: '2021-10-11', until: '2021-12-10' });
  const people = await get('population');
  assert.equal(people.counts.units.get('760')[0], 9);
  const spans = asked.slice(2);
  assert.ok(spans.length >= 2 && spans.every((span) => daysOf(span) === 400), 'no span is too long for the core');
  spans.slice(1).forEach(({ until }, at) => assert.equal(dayAfter(until, 1), spans[at].from, 'no day between them'));
  const before = asked.length;
  store.forget();
  await get('cases');
  assert.equal(asked.length, before + 1);
  assert.equal(asked.at(-1).measure, 'cases');
});

test('people that nobody counted are looked for as long as a number of people is good, and no longer', async () => {
  const core = coreThat(() => ({}));
  const store = new counts.AskedCounts(core, () => null);
  const found = await store.get('79', 'commune', 'population', { first: '2021-12-01', last: '2021-12-10' });
  assert.equal(found.counts.units.size, 0);
  const first = core.asked.at(-1).from;
  assert.ok(first <= dayAfter('2021-12-10', -3659) && first > dayAfter('2021-12-10', -3660 - 400), first);
});

test('what the layers asked for, the workshop, the report and the heat have without a question, each for its own days', async () => {
  const core = coreThat(always('760', 2));
  const data = { first: '2021-10-01', last: '2021-12-20' };
  const store = new counts.AskedCounts(core, () => data);
  const whole = await store.get('79', 'district', 'cases', data);
  await store.get('79', 'district', 'population', data);
  await store.get('79', 'commune', 'cases', data);
  assert.deepEqual([whole.counts.from, whole.counts.days], ['2021-10-01', 81], 'no day that was not asked for');
  assert.equal(core.asked.length, 3);
  const workshop = await store.get('79', 'district', 'cases', { first: '2021-10-06', last: '2021-12-05' });
  assert.deepEqual([workshop.counts.from, workshop.counts.days, workshop.counts.units.get('760').length], ['2021-10-06', 61, 61]);
  await store.get('79', 'district', 'cases', { first: dayAfter('2021-10-03', -60), last: '2021-10-03' }); // windows that begin before the data
  await store.get('79', 'district', 'population', { first: '2021-10-21', last: '2021-12-20' });
  const heat = await store.get('79', 'commune', 'cases', { first: '2021-11-22', last: '2021-12-05' });
  assert.deepEqual([...counts.sumsOf(heat.counts, '2021-12-05', 14, 'whole')], [['760', 28]]);
  assert.equal(core.asked.length, 3, 'nothing is asked twice');
  await store.get('01', 'district', 'cases', data);
  assert.equal(core.asked.length, 4, 'another unit is another question');
});

test('people of provinces are one question, whatever day is shown', async () => {
  const core = coreThat(always('79', 9));
  const store = new counts.AskedCounts(core, () => ({ first: '2021-10-01', last: '2021-12-20' }));
  for (const last of ['2021-12-20', '2021-12-05', '2021-10-01']) {
    const { counts: people } = await store.get('', 'province', 'population', { first: '2021-10-01', last });
    assert.equal(dayAfter(people.from, people.days - 1), last, 'no later day');
    assert.ok(people.days >= 3660);
  }
  assert.equal(core.asked.length, 1);
  assert.ok(daysOf(core.asked[0]) <= 4000);
  assert.ok(!('unit' in core.asked[0]));
});

test('few days of all communes are not made many', async () => {
  const core = coreThat(always('26740', 1));
  const store = new counts.AskedCounts(core, () => ({ first: '2021-01-01', last: '2021-12-20' }));
  await store.get('', 'commune', 'cases', { first: '2021-12-07', last: '2021-12-20' });
  assert.equal(daysOf(core.asked[0]), 14);
  await store.get('79', 'district', 'cases', { first: '2019-01-01', last: '2021-12-20' });
  assert.equal(daysOf(core.asked[1]), 400, 'no more than the core answers at once');
});

test('who signs in or out has nothing of who was there before, also of what is still under way', async () => {
  let open;
  const gate = new Promise((resolve) => (open = resolve));
  const core = coreThat(async (args, turn) => {
    if (turn === 1) await gate;
    if (turn === 2) throw refusal('forbidden');
    return always('760', turn)(args);
  });
  const store = new counts.AskedCounts(core, () => null);
  const days = { first: '2021-12-01', last: '2021-12-10' };
  const under = store.get('79', 'district', 'cases', days);
  core.signIn();
  await assert.rejects(store.get('79', 'district', 'cases', days), ({ code }) => code === 'forbidden');
  open();
  assert.equal((await under).counts.units.get('760')[0], 1, 'the answer goes to who asked');
  const next = await store.get('79', 'district', 'cases', days);
  assert.equal(next.counts.units.get('760')[0], 3, 'and to nobody else');
  store.dispose();
  core.signIn();
  assert.equal(core.asked.length, 3);
});

test('an answer grows old: that of a server after minutes, what was had without one after seconds', async () => {
  let now = 0;
  let from = 'server';
  const core = coreThat((args) => ({ ...always('760', 1)(args), from }));
  const store = new counts.AskedCounts(core, () => null, () => now);
  const get = () => store.get('79', 'district', 'cases', { first: '2021-12-01', last: '2021-12-10' });
  const askedAt = async (at) => {
    now = at;
    await get();
    return core.asked.length;
  };
  assert.deepEqual([await askedAt(0), await askedAt(9 * 60_000), await askedAt(11 * 60_000)], [1, 1, 2]);
  store.forget();
  from = 'device';
  assert.deepEqual([await askedAt(0), await askedAt(10_000), await askedAt(20_000)], [3, 3, 4]);
});

test('answers that take much memory push out the oldest, few large ones as many small ones', async () => {
  const codes = Array.from({ length: 10_000 }, (_, at) => String(10_000 + at));
  const all = (args) => ({ units: codes.map((unit) => ({ unit, reported: [[0, daysOf(args) - 1]], counts: [] })) }); // 4.2 MB of 65 days
  const askedAgain = async (reply, answers) => {
    const core = coreThat(reply);
    const store = new counts.AskedCounts(core, () => null);
    const get = (at) => store.get('', 'commune', 'cases', { first: dayAfter('2021-01-01', 70 * at), last: dayAfter('2021-01-01', 70 * at + 64) });
    for (let at = 0; at < answers; at += 1) await get(at);
    const before = core.asked.length;
    await get(answers - 1);
    await get(answers - 5);
    assert.equal(core.asked.length, before, 'the last ones are there');
    await get(0);
    return core.asked.length - before;
  };
  assert.equal(await askedAgain(all, 20), 1, '84 MB are too much: the first was forgotten');
  assert.equal(await askedAgain(all, 8), 0, '34 MB are not');
  assert.equal(await askedAgain(always('26740', 1), 20), 0, 'nor are as many small ones');
});

// ---- for packs

test('a pack gets the lines of its measures and of people, level by level, and no level that is not for the asker', async () => {
  const { packFigures } = await server.ssrLoadModule('/src/riskmap/pack-figures.ts');
  const deepPack = { inputs: { rate: { sum: 'cases', over: 'tests' }, many: { units: 3 } } };
  const flatPack = { measure: 'cases' };
  const day = { unit: '79', day: '2021-12-10' };
  const figures = (reply, packs) => {
    const core = coreThat(reply);
    const told = [];
    const found = packFigures(new counts.AskedCounts(core, () => null), packs, day, ['district'], ['commune'], (done, total) => told.push(`${done}/${total}`));
    return found.then((each) => ({ ...each, told, levels: [...new Set(core.asked.map(({ level }) => level))] }));
  };
  const tells = (args) => ({ units: [{ unit: args.level === 'district' ? '760' : '26740', reported: [[0, 1]], counts: [0, 5, 1, 6] }] });
  const flat = await figures(tells, [flatPack]);
  assert.deepEqual([flat.isShallow, flat.levels, flat.told], [false, ['district'], ['0/2', '1/2', '2/2']]);
  assert.deepEqual(flat.text.split('\n'), ['760|cases|counts|2021-10-11|5,6', `760|population|counts|${dayAfter('2021-12-10', -398)}|6`]);
  const deep = await figures(tells, [flatPack, deepPack]);
  assert.deepEqual([deep.isShallow, deep.levels], [false, ['district', 'commune']]);
  assert.deepEqual(deep.text.split('\n').map((line) => line.split('|').slice(0, 2).join(' ')), ['760 cases', '760 tests', '760 population', '26740 cases', '26740 tests', '26740 population']);
  const refuses = (which, code) => (args) => {
    if (args.level === which) throw refusal(code);
    return tells(args);
  };
  const shallow = await figures(refuses('commune', 'forbidden'), [deepPack]);
  assert.equal(shallow.isShallow, true);
  assert.doesNotMatch(shallow.text, /26740/);
  await assert.rejects(figures(refuses('district', 'forbidden'), [deepPack]), ({ code }) => code === 'forbidden');
  await assert.rejects(figures(refuses('commune', 'unavailable'), [deepPack]), ({ code }) => code === 'unavailable', 'a fault is no refusal');
});

// ---- without a network

test('provinces are kept whole under one key a measure, smaller places never, and nothing is pushed out', async () => {
  const core = coreThat((args) => always(args.unit ? '760' : '79', 3)(args));
  const data = { first: '2021-10-01', last: '2021-12-20' };
  const store = new counts.AskedCounts(core, () => data);
  for (const measure of [...counts.MEASURES, 'spreadShare', 'sourceUnknown']) {
    await store.get('', 'province', measure, data);
    for (let day = 0; day < 5; day += 1) await store.get('', 'province', measure, { first: dayAfter(data.last, -60 - day), last: dayAfter(data.last, -day) });
    await store.get('79', 'district', measure, data);
    await store.get('', 'commune', measure, { first: data.last, last: data.last });
  }
  await settled();
  const measures = [...counts.MEASURES, 'spreadShare', 'sourceUnknown'];
  assert.deepEqual(keptKeys(), measures.map((measure) => `/kept/riskmap/counts/province/${measure}`).sort());
  for (const text of stored.get('riskmap-counts').values()) assert.doesNotMatch(text, /"760"/);
});

test('counts below a province are kept for the account: whole where days are known, parts of days of the country apart', async () => {
  const core = coreThat((args) => always(args.unit ? '760' : '79', 3)(args));
  let data = { first: '2021-10-01', last: '2021-12-20' };
  const store = new counts.AskedCounts(core, () => data);
  await store.get('', 'province', 'cases', data);
  await store.get('79', 'district', 'cases', data);
  await store.get('', 'commune', 'cases', { first: '2021-12-01', last: '2021-12-20' });
  data = null;
  await store.get('66', 'district', 'cases', { first: '2021-12-01', last: '2021-12-20' });
  assert.deepEqual(core.keepings, [
    undefined, // public: kept by the map itself
    { keeps: true, as: '79|district|cases' },
    { keeps: true, as: 'commune|cases|2021-12-01|2021-12-20' },
    { keeps: false, as: '66|district|cases' },
  ]);
});

test('what was kept of counts below a province says so', async () => {
  const core = coreThat((args) => ({ ...always('760', 3)(args), from: 'kept' }));
  const data = { first: '2021-10-01', last: '2021-12-20' };
  const found = await new counts.AskedCounts(core, () => data).get('79', 'district', 'cases', data);
  assert.equal(found.isKept, true);
  assert.equal(found.counts.units.get('760').at(-1), 3);
});

test('few days do not take the place of all that are kept', async () => {
  const core = coreThat(always('79', 3));
  let data = { first: '2021-10-01', last: '2021-12-20' };
  await new counts.AskedCounts(core, () => data).get('', 'province', 'cases', data);
  await settled();
  const kept = await counts.keptDays();
  data = null;
  await new counts.AskedCounts(core, () => data).get('', 'province', 'cases', { first: '2021-11-01', last: '2021-11-07' });
  await settled();
  assert.deepEqual(await counts.keptDays(), kept);
  assert.equal(kept.last, '2021-12-20');
});

test('without a network what was kept of provinces is given, as far as it reaches, and it says so', async () => {
  const data = { first: '2021-10-01', last: '2021-12-20' };
  const online = coreThat((args) => {
    const first = (Date.parse(data.first) - Date.parse(args.from)) / DAY_MS;
    return { units: [{ unit: '79', reported: [[first, first + 80]], counts: [first + 80, 7] }] };
  });
  await new counts.AskedCounts(online, () => data).get('', 'province', 'cases', data);
  await settled();
  assert.deepEqual(await counts.keptDays(), data, 'the days of which something is told');
  for (const reply of [() => ({ from: 'device' }), () => { throw refusal('offline'); }, () => { throw refusal('unavailable'); }]) {
    const store = new counts.AskedCounts(coreThat(reply), () => null);
    const found = await store.get('', 'province', 'cases', { first: '2021-12-14', last: '2021-12-25' });
    assert.equal(found.isKept, true);
    assert.deepEqual([found.counts.from, [...found.counts.units.get('79')]], ['2021-12-14', [0, 0, 0, 0, 0, 0, 7]]);
  }
  const none = new counts.AskedCounts(coreThat(() => ({ from: 'device' })), () => null);
  assert.equal(await none.get('', 'province', 'deaths', data), null, 'nothing was kept of it');
  assert.equal(await none.get('79', 'district', 'cases', data), null, 'nothing is kept of smaller places');
  const own = new counts.AskedCounts(coreThat((args) => ({ ...always('760', 4)(args), from: 'device' })), () => null);
  assert.equal((await own.get('79', 'district', 'cases', data)).isKept, false, 'records of this device');
  const closed = new counts.AskedCounts(coreThat(() => { throw refusal('forbidden'); }), () => null);
  await assert.rejects(closed.get('', 'province', 'cases', data), ({ code }) => code === 'forbidden');
  const broken = new counts.AskedCounts(coreThat(() => { throw refusal('offline'); }), () => null);
  await assert.rejects(broken.get('', 'province', 'deaths', data), ({ code }) => code === 'offline');
});
