// Announced levels on the page: reading answers, the body of a record, and the desk with a core and a server that the test plays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let model;
let DeclaredDesk;
let StateStore;
let texts;
const sought = [];

before(async () => {
  globalThis.window ??= globalThis;
  globalThis.requestAnimationFrame ??= (act) => setTimeout(act, 0);
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  model = await server.ssrLoadModule('/src/riskmap/declared-model.ts');
  ({ DeclaredDesk } = await server.ssrLoadModule('/src/riskmap/declared-desk.ts'));
  ({ StateStore } = await server.ssrLoadModule('/src/riskmap/state.ts'));
  await (await server.ssrLoadModule('/src/riskmap/text.ts')).t.load();
  texts = {
    vi: (await server.ssrLoadModule('/src/text/vi/declared.ts')).text,
    en: (await server.ssrLoadModule('/src/text/en/declared.ts')).text,
  };
  globalThis.document ??= { querySelector: (selector) => (sought.push(selector), null) }; // after lit, which does without one when there is none
});
after(() => server.close());

const settled = () => new Promise((done) => setTimeout(done, 20));
const one = (record, rest = {}) => ({ record, level: 3, from: '2021-12-01', until: null, documentNumber: '12/QĐ', reason: 'Ổ dịch', ...rest });
const answer = (rest = {}) => ({ unit: '643', day: '2021-12-20', inForce: null, declarations: [], mayDeclare: true, recordUnit: '643', ...rest });

/** A context whose core answers with `said.answer`, and keeps what was sent. */
function stage(said = {}) {
  const sent = [];
  const records = [];
  const outbox = [];
  const session = [];
  let reloads = 0;
  const core = {
    check: async () => said.violations ?? [],
    submit: async (...args) => {
      sent.push(args);
      const id = `r${sent.length}`;
      records.push({ id, kind: 'declared_level', state: said.becomes ?? 'received', rule: said.rule ?? '' });
      return { id };
    },
    mine: async () => records,
    unit: async () => ({ name: 'Buôn Ma Thuột' }),
    askFrom: async (_query, args) => {
      const value = typeof said.answer === 'function' ? await said.answer(args) : (said.answer ?? answer());
      return { answer: value, from: said.from ?? 'server' };
    },
    outbox: { flush: async () => ({}), subscribe: (listener) => (outbox.push(listener), () => undefined) },
    session: { subscribe: (listener) => (session.push(listener), () => undefined) },
  };
  const state = new StateStore({ unit: '66', day: '2021-12-20', selected: '643' });
  const context = { core, state, rows: () => null, redraw: () => undefined, reload: () => (reloads += 1) };
  return { context, state, sent, records, reloads: () => reloads, outboxMoved: () => outbox.forEach((each) => each()), signedOut: () => session.forEach((each) => each()) };
}

async function deskOf(said) {
  const scene = stage(said);
  const desk = new DeclaredDesk(scene.context);
  await settled();
  return { ...scene, desk };
}
const event = { preventDefault: () => undefined };
async function send(form, values = {}) {
  Object.assign(form.values, values);
  await form.review(event);
  await form.send();
  await settled();
}

test('an answer is read with what stands, and says as an official of which unit one may announce', () => {
  const read = model.readDeclaredAnswer(answer({ inForce: one('a'), declarations: [one('b', { until: '2021-12-31' }), one('a'), { record: 'no level' }] }));
  assert.deepEqual(read.inForce, { record: 'a', level: 3, document: '12/QĐ', from: '2021-12-01', until: null, reason: 'Ổ dịch' });
  assert.deepEqual(read.standing.map(({ record, until }) => [record, until]), [['b', '2021-12-31'], ['a', null]]);
  assert.equal(read.recordUnit, '643');
  assert.equal(model.readDeclaredAnswer(answer({ mayDeclare: false, recordUnit: null })).recordUnit, null);
  assert.throws(() => model.readDeclaredAnswer({ error: 'x' }), /no day/);
});

test('fields that were left empty are left out of the body', () => {
  const typed = { level: '4', from: '2021-12-20', until: '', documentNumber: '1', reason: 'x' };
  assert.deepEqual(model.bodyOf('643', typed), { unit: '643', level: 4, from: '2021-12-20', documentNumber: '1', reason: 'x' });
  assert.deepEqual(model.bodyOf('643', { ...typed, level: '', from: '' }), { unit: '643', documentNumber: '1', reason: 'x' });
  assert.deepEqual(model.bodyOf('643', model.typedOf(model.readDeclaredAnswer(answer({ inForce: one('a', { until: '2021-12-31' }) })).inForce)), {
    unit: '643', level: 3, from: '2021-12-01', until: '2021-12-31', documentNumber: '12/QĐ', reason: 'Ổ dịch',
  });
});

test('a new one begins on the day of the map, is read over, and goes under the unit that answers', async () => {
  const { desk, sent, reloads } = await deskOf({ answer: answer({ recordUnit: '66' }) });
  desk.open({ is: 'new', old: null });
  const { form } = desk;
  assert.equal(form.values.from, '2021-12-20');
  Object.assign(form.values, { level: '4', documentNumber: ' 1 ', reason: 'x' });
  await form.review(event);
  assert.deepEqual([form.isAsking, sent.length], [true, 0]);
  form.back();
  assert.equal(form.isAsking, false);
  await send(form);
  assert.deepEqual(sent, [['riskmap', 'declared_level', 1, { unit: '643', level: 4, from: '2021-12-20', documentNumber: '1', reason: 'x' }, { unit: '66' }]]);
  assert.deepEqual([desk.form, reloads(), desk.wrong], [null, 1, '']);
  assert.match(desk.said, /said\.new|Đã công bố/);
  desk.dispose();
});

test('a correction names what it corrects; an end needs its last day and leaves the rest as it was', async () => {
  const { desk, sent } = await deskOf({ answer: answer({ declarations: [one('a', { from: '2021-12-25' })] }) });
  const [old] = desk.answer.standing;
  desk.open({ is: 'correct', old });
  await send(desk.form, { level: '2' });
  assert.deepEqual(sent[0].slice(3), [{ unit: '643', level: 2, from: '2021-12-25', documentNumber: '12/QĐ', reason: 'Ổ dịch' }, { unit: '643', supersedes: 'a' }]);
  desk.open({ is: 'end', old });
  assert.equal(desk.form.values.until, '2021-12-25', 'not before it began');
  await send(desk.form, { until: '2021-12-28' });
  assert.deepEqual(sent[1][3], { unit: '643', level: 3, from: '2021-12-25', until: '2021-12-28', documentNumber: '12/QĐ', reason: 'Ổ dịch' });
  desk.open({ is: 'end', old });
  desk.form.values.until = '';
  await desk.form.review(event);
  assert.deepEqual([desk.form.isAsking, desk.form.violations], [false, [{ field: 'until', rule: 'field.required' }]]);
  desk.dispose();
});

test('what waits is told as waiting, and later what became of it', async () => {
  const { desk, records, reloads, outboxMoved } = await deskOf({ becomes: 'queued' });
  desk.open({ is: 'new', old: null });
  await send(desk.form, { level: '4', documentNumber: '1', reason: 'x' });
  assert.match(desk.said, /chờ gửi|said\.queued/);
  assert.equal(reloads(), 0, 'the map keeps what it shows');
  outboxMoved();
  await settled();
  assert.equal(desk.waiting.size, 1);
  Object.assign(records[0], { state: 'rejected', rule: 'access.jurisdiction' });
  outboxMoved();
  await settled();
  assert.deepEqual([desk.waiting.size, reloads()], [0, 1]);
  assert.match(desk.wrong, /access\.jurisdiction|địa bàn/);
  desk.dispose();
});

test('a refusal leaves the form as it was', async () => {
  const { desk, reloads } = await deskOf({ becomes: 'rejected', rule: 'access.role' });
  desk.open({ is: 'new', old: null });
  await send(desk.form, { level: '4', documentNumber: '1', reason: 'x' });
  assert.equal(desk.form.values.documentNumber, '1');
  assert.match(desk.form.trouble, /failed|Chưa ghi được/);
  assert.deepEqual([desk.form.isSending, desk.form.isAsking, reloads()], [false, false, 0]);
  desk.dispose();
});

test('an answer about another unit is not shown of this one, and what was typed stays with its unit', async () => {
  const waiting = new Map();
  const { desk, state } = await deskOf({ answer: ({ unit }) => new Promise((done) => waiting.set(unit, () => done(answer({ unit, recordUnit: unit })))) });
  waiting.get('643')();
  await settled();
  desk.open({ is: 'new', old: null });
  const { form } = desk;
  state.setSelected('644');
  assert.deepEqual([desk.answer, desk.form], [null, null]);
  state.setSelected('643');
  waiting.get('644')();
  await settled();
  assert.equal(desk.answer, null, 'it came too late');
  waiting.get('643')();
  await settled();
  assert.equal(desk.form, form);
  desk.dispose();
});

test('what an account typed and saw goes with it', async () => {
  const said = {};
  const { desk, sent, signedOut } = await deskOf(said);
  desk.open({ is: 'new', old: null });
  const { form } = desk;
  said.answer = answer({ mayDeclare: false, recordUnit: null });
  signedOut();
  assert.equal(desk.answer, null);
  await settled();
  assert.deepEqual([desk.form, desk.place, form.gone, sent.length], [null, null, true, 0]);
  desk.dispose();
});

test('both languages say the same with the same holes', () => {
  for (const [key, words] of Object.entries(texts.vi)) {
    const holes = (said) => [...said.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();
    assert.deepEqual(holes(texts.en[key]), holes(words), key);
  }
});
