// The form of a zone and the desk of the map, with a core and a server that the test plays: what is sent, what is asked, what is shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let MarkForm;
let MarksDesk;
let StateStore;
let CoreError;

before(async () => {
  globalThis.window ??= globalThis;
  globalThis.requestAnimationFrame ??= (act) => setTimeout(act, 0);
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  ({ MarkForm } = await server.ssrLoadModule('/src/riskmap/mark-form.ts'));
  ({ MarksDesk } = await server.ssrLoadModule('/src/riskmap/marks-desk.ts'));
  ({ StateStore } = await server.ssrLoadModule('/src/riskmap/state.ts'));
  ({ CoreError } = await server.ssrLoadModule('/src/core/wire.ts'));
  globalThis.document ??= { querySelector: () => null }; // after lit, which does without one when there is none
});
after(() => server.close());

const settled = () => new Promise((done) => setTimeout(done, 20));
const zone = (record, rest = {}) => ({
  record, unit: '26740', unitName: 'Phường Bến Nghé', type: 'lockdown', name: record, level: 4, from: '2021-07-20', documentNumber: '1', reason: 'x',
  shape: '106700000,10775000 106702000,10775000 106702000,10777000', mayChange: true, ...rest,
});

/** A context whose core answers with `answers[query]` and keeps what it was asked. */
function stage({ answers = {}, violations = [], me = { user: 'a', grants: [{ unit: '26740' }] }, refuse = null, mine = async () => [] } = {}) {
  const asked = [];
  const sent = [];
  const subscribers = [];
  const core = {
    check: async (...args) => (asked.push(['check', ...args]), violations),
    submit: async (...args) => {
      if (refuse) throw refuse;
      sent.push(args);
      return { id: `r${sent.length}` };
    },
    mine,
    unit: async (code) => ({ name: `tên ${code}` }),
    ask: async (query, args) => (asked.push([query, args]), answers[query] ?? Promise.reject(new Error('forbidden'))),
    askFrom: async (query, args) => {
      asked.push([query, args]);
      const answer = answers[query];
      if (answer === 'device') return { from: 'device', answer: { marks: [], more: false } };
      return { from: 'server', answer: typeof answer === 'function' ? await answer(args) : (answer ?? { marks: [], more: false }) };
    },
    outbox: { flush: async () => ({}) },
    session: { me: async () => (typeof me === 'function' ? me() : me), subscribe: (listener) => (subscribers.push(listener), () => undefined) },
  };
  let draws = 0;
  const state = new StateStore({ unit: '760', day: '2021-08-01' });
  const rows = { units: [{ unit: '26734', name: 'Tân Định' }, { unit: '26740', name: 'Bến Nghé' }] };
  return { core, state, asked, sent, subscribers, draws: () => draws, rows: () => rows, map: () => null, redraw: () => (draws += 1), show: () => undefined };
}

/** Types as the fields do. */
function type(form, values, corners) {
  Object.assign(form.values, values);
  form.setCorners(corners.map(([latitude, longitude]) => ({ latitude, longitude })));
}
/** What the form tells the desk. */
const ends = (rest = {}) => ({ done: () => undefined, failedAway: (why) => assert.fail(why), ...rest });
const send = (form) => form.send({ preventDefault: () => undefined });
const SQUARE = [['10,7750', '106,7000'], ['10.775', '106.702'], ['10,777', '106,702']];

test('what was typed is sent as whole millionths, without empty fields, in the unit that was chosen', async () => {
  const context = stage();
  let said = null;
  const form = new MarkForm(context, 'zone', null, '26740', ends({ done: (saved) => (said = saved) }));
  type(form, { name: ' Hẻm 15 ', documentNumber: '1/QĐ', reason: 'Ổ dịch' }, SQUARE);
  await send(form);
  assert.deepEqual(context.sent, [[
    'places', 'risk_zone', 1,
    { unit: '26740', type: 'lockdown', name: 'Hẻm 15', from: '2021-08-01', level: 4, documentNumber: '1/QĐ', reason: 'Ổ dịch', shape: '106700000,10775000 106702000,10775000 106702000,10777000' },
    { unit: '26740' },
  ]]);
  assert.notEqual(said, null);
  form.dispose();
});

test('a correction names what it corrects, and a field of visits is sent for visits alone', async () => {
  const context = stage();
  const old = { record: 'old', unit: '26740', unitName: '', name: 'Chợ', from: '2021-07-25', until: '2021-07-25', mayChange: true, type: 'exposure', at: { longitude: 106.7, latitude: 10.775 }, fromTime: '08:30', untilTime: '', note: '' };
  const form = new MarkForm(context, 'place', old, '', ends());
  await send(form);
  assert.deepEqual(context.sent[0][3], { unit: '26740', type: 'exposure', name: 'Chợ', from: '2021-07-25', until: '2021-07-25', fromTime: '08:30', position: '106700000,10775000' });
  assert.deepEqual(context.sent[0][4], { unit: '26740', supersedes: 'old' });
  form.values.type = 'test';
  form.isSending = false;
  await send(form);
  assert.equal('fromTime' in context.sent[1][3], false);
  form.dispose();
});

test('nothing is sent while the core objects, and its refusal is told', async () => {
  const objecting = stage({ violations: [{ field: 'name', rule: 'field.required' }] });
  const form = new MarkForm(objecting, 'zone', null, '', ends({ done: () => assert.fail('was sent') }));
  await send(form);
  assert.equal(objecting.sent.length, 0);
  assert.match(form.trouble, /edit\.wrong|Còn 1/);
  form.dispose();
  const refusing = stage({ refuse: new Error('no') });
  const refused = new MarkForm(refusing, 'zone', null, '', ends({ done: () => assert.fail('was sent') }));
  await send(refused);
  assert.match(refused.trouble, /edit\.failed|Chưa ghi được/);
  assert.equal(refused.isSending, false);
  refused.dispose();
});

test('a step back is how the corners were before, and a corner that is no number is not sent as one', async () => {
  const context = stage();
  const form = new MarkForm(context, 'zone', null, '26740', ends());
  type(form, {}, SQUARE);
  type(form, {}, [...SQUARE, ['10,7', 'một trăm']]);
  await form.check();
  assert.equal(context.asked.at(-1)[4].shape, '?');
  form.undo();
  assert.equal(form.corners.length, 3);
  form.undo();
  assert.equal(form.corners.length, 0);
  form.dispose();
});

test('the desk reads all pages, and offers the unit that one works for', async () => {
  const pages = { '': { marks: [zone('a'), zone('b', { level: 2 })], more: true, after: '26740/b' }, '26740/b': { marks: [zone('c')], more: false } };
  const context = stage({ answers: { 'places.zones': ({ after = '' }) => pages[after] } });
  const desk = new MarksDesk(context);
  await settled();
  assert.deepEqual(desk.zones.map(({ record }) => record), ['a', 'c', 'b'], 'the highest level first');
  assert.deepEqual([desk.state, desk.isCut, desk.isOfficial], ['ready', false, true]);
  assert.deepEqual(desk.unitsHere.map(({ code }) => code), ['760', '26734', '26740']);
  desk.open('zone', null);
  assert.equal(desk.form.values.unit, '26740');
  context.state.setSelected('26734');
  desk.open('zone', null);
  assert.equal(desk.form.values.unit, '26734');
  desk.dispose();
});

test('a withdrawal is sent with its reason, and what was withdrawn is gone', async () => {
  const context = stage({ answers: { 'places.zones': () => ({ marks: context.sent.length === 0 ? [zone('a')] : [], more: false }) } });
  const desk = new MarksDesk(context);
  await settled();
  await desk.withdraw(desk.zones[0], 'Nhầm', 'đã thu hồi', () => 'không');
  assert.deepEqual(context.sent, [['places', 'withdrawal', 1, { unit: '26740', record: 'a', reason: 'Nhầm' }, { unit: '26740' }]]);
  assert.deepEqual([desk.zones.length, desk.said], [0, 'đã thu hồi']);
  desk.dispose();
});

test('another day asks anew, and an answer that comes late is not shown', async () => {
  const waiting = [];
  const context = stage({ answers: { 'places.zones': ({ day }) => new Promise((done) => waiting.push([day, done])) } });
  const desk = new MarksDesk(context);
  await settled();
  context.state.setDay('2021-08-02');
  await settled();
  assert.deepEqual(waiting.map(([day]) => day), ['2021-08-01', '2021-08-02']);
  waiting[1][1]({ marks: [zone('new')], more: false });
  await settled();
  waiting[0][1]({ marks: [zone('old')], more: false });
  await settled();
  assert.deepEqual(desk.zones.map(({ record }) => record), ['new']);
  desk.dispose();
});

test('marks of another unit or day are not listed as those of this one, and what was kept has a place of its own', async () => {
  const caches = new Map();
  globalThis.caches = {
    open: async (name) => {
      const kept = caches.get(name) ?? caches.set(name, new Map()).get(name);
      return {
        put: async (address, response) => void kept.set(address, await response.text()),
        match: async (address) => (kept.has(address) ? new Response(kept.get(address)) : undefined),
        keys: async () => [...kept.keys()],
        delete: async (address) => kept.delete(address),
      };
    },
  };
  const waiting = [];
  const answers = { 'places.zones': ({ day }) => new Promise((done) => waiting.push([day, done])) };
  const context = stage({ answers });
  const desk = new MarksDesk(context);
  await settled();
  waiting[0][1]({ marks: [zone('first')], more: false });
  await settled();
  assert.deepEqual([desk.state, desk.zones.length], ['ready', 1]);
  const kept = [...caches].filter(([, entries]) => entries.size > 0).map(([name, entries]) => [name, [...entries.keys()]]);
  assert.deepEqual(kept, [['riskmap-marks', ['/kept/riskmap/marks/760/2021-08-01']]]);
  context.state.setDay('2021-08-02');
  await settled();
  assert.deepEqual([desk.state, desk.zones.length], ['loading', 0]);
  // Without a network: the day before has a list that was kept, this one has none. Its answer comes too late to say so.
  answers['places.zones'] = answers['places.marks'] = 'device';
  context.state.setDay('2021-08-01');
  await settled();
  assert.deepEqual([desk.state, desk.zones.map(({ record }) => record), desk.keptAt > 0], ['ready', ['first'], true]);
  const { keptAt } = desk;
  waiting[1][1]({ marks: [zone('late')], more: false });
  await settled();
  assert.deepEqual([desk.zones.map(({ record }) => record), desk.keptAt], [['first'], keptAt]);
  desk.dispose();
  delete globalThis.caches;
});

test('who is signed in now is who was asked for last', async () => {
  const waiting = [];
  const context = stage({ me: () => new Promise((done) => waiting.push(done)) });
  const desk = new MarksDesk(context);
  for (const listener of context.subscribers) listener();
  await settled();
  assert.equal(waiting.length, 2);
  waiting[1](null);
  await settled();
  waiting[0]({ user: 'a', grants: [{ unit: '26740' }] });
  await settled();
  assert.deepEqual([desk.isOfficial, desk.ownUnits], [false, []]);
  desk.dispose();
});

test('a form that is no longer shown closes no other, and what became of it is told by the desk', async () => {
  let refused = [];
  const context = stage({ answers: { 'places.zones': { marks: [zone('a')], more: false } }, mine: async () => refused });
  const desk = new MarksDesk(context);
  await settled();
  const { core } = context;
  let release = null;
  core.outbox.flush = () => new Promise((done) => (release = done));
  const sendAway = async () => {
    desk.open('zone', null);
    const first = desk.form;
    type(first, { name: 'Hẻm 15' }, SQUARE);
    void send(first);
    await settled();
    desk.open('zone', desk.zones[0]);
    assert.notEqual(desk.form, first);
    release();
    await settled();
    return desk.form;
  };
  assert.equal((await sendAway()).old.record, 'a', 'the form that was opened since stays');
  assert.match(desk.said, /edit\.saved|Hẻm 15/);
  refused = [{ id: 'r2', state: 'rejected', rule: 'places.scope' }];
  assert.equal((await sendAway()).old.record, 'a');
  assert.match(desk.wrong, /edit\.failed|Chưa ghi được/);
  assert.equal(desk.said, '');
  desk.dispose();
});

test('a form that went before it was checked sends nothing, and a late failure of the check takes no violation away', async () => {
  const context = stage();
  let told = '';
  const form = new MarkForm(context, 'zone', null, '26740', ends({ done: () => assert.fail('was sent'), failedAway: (why) => (told = why) }));
  type(form, { name: 'Hẻm 15' }, SQUARE);
  const checks = [];
  context.core.check = () => new Promise((resolve, reject) => checks.push({ resolve, reject }));
  void form.check();
  void form.check();
  checks[1].resolve([{ field: 'name', rule: 'field.required' }]);
  await settled();
  checks[0].reject(new Error('too late'));
  await settled();
  assert.equal(form.violations.length, 1);
  const sending = send(form);
  assert.equal(form.isSending, true);
  form.dispose();
  checks.at(-1).resolve([]);
  await sending;
  assert.deepEqual([context.sent.length, /edit\.notSent|Hẻm 15/.test(told)], [0, true]);
});

test('of the cases of communes the heat says whether they are not for this account, not at hand, or could not be had', async () => {
  const context = stage();
  const overlay = Object.fromEntries(['setMarkColours', 'setZones', 'setPoints', 'showHeat', 'selectMark', 'setHeat'].map((name) => [name, () => undefined]));
  context.map = () => ({ drawn: { ...overlay, unitOf: () => 3, insideOf: () => ({ x: 0.5, y: 0.5 }) }, refresh: () => undefined });
  const counted = { counts: { from: '2021-08-01', days: 1, dataTime: null, units: new Map([['26740', Int32Array.from([4])]]) }, isKept: false };
  const desk = new MarksDesk(context);
  await settled();
  desk.shown.heat = true;
  desk.atlas.learn = async () => ({ heatDays: 14 });
  for (const [get, communes] of [
    [async () => counted, 1],
    [async () => null, 'offline'],
    [() => Promise.reject(new CoreError({ code: 'forbidden', rule: '', detail: '' })), 'forbidden'],
    [() => Promise.reject(new CoreError({ code: 'unavailable', rule: '', detail: '' })), 'failed'],
    [() => Promise.reject(new TypeError('no days')), 'failed'],
  ]) {
    context.counts = { get };
    await desk.loadHeat();
    assert.deepEqual(desk.heat, { visits: 0, communes, days: 14 });
  }
  desk.dispose();
});

test('whoever keeps a mark or leaves a form stands where they came from', async () => {
  const context = stage({ answers: { 'places.zones': { marks: [zone('a')], more: false } } });
  const sought = [];
  const before = globalThis.document;
  globalThis.document = { querySelector: (selector) => (sought.push(selector), null) };
  const desk = new MarksDesk(context);
  await settled();
  desk.askWithdrawal('a');
  desk.askWithdrawal(null);
  await settled();
  assert.deepEqual(sought.splice(0), ['#withdraw-reason', '[data-mark="a"] [data-do="withdraw"]']);
  for (const [of, old, opener] of [['zone', desk.zones[0], '[data-mark="a"] [data-do="edit"]'], ['zone', null, '[data-do="new-zone"]'], ['place', null, '[data-do="new-place"]']]) {
    desk.open(of, old);
    await settled();
    desk.form.ends.done('');
    await settled();
    assert.deepEqual([sought.splice(0), desk.form], [['#mark-form-title', opener], null]);
  }
  desk.dispose();
  globalThis.document = before;
});
