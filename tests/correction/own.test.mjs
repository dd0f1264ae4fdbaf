// The requests of a device: what is told of one that the server has erased, and how often the server is asked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let own;
let model;
let openMine;

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  own = await server.ssrLoadModule('/src/correction/own.ts');
  model = await server.ssrLoadModule('/src/correction/model.ts');
  ({ openMine } = await server.ssrLoadModule('/src/correction/mine.ts'));
});
after(() => server.close());

const record = (id, state = 'received') => ({
  id, code: id, system: 'correction', kind: 'request', madeAt: 1, state, rule: '', violations: [], body: { certificate: `URN:UVCI:${id}`, wrong: 'lot', shouldBe: 'x' },
});
const told = (id, state) => ({ id, unit: '26734', madeAt: 1, dueAt: 2, overdue: false, state, wrong: 'lot' });

/** A core with these records, whose server answers what `answers` holds, one after the other. */
function stage(records, answers) {
  const drafts = new Map();
  const core = {
    asked: 0,
    mine: async () => records,
    mineThere: async () => {
      const requests = answers[Math.min(core.asked++, answers.length - 1)];
      return requests ? { correction: { requests } } : Promise.reject(new Error('no network'));
    },
    drafts: { load: async (key) => structuredClone(drafts.get(key) ?? null), save: async (key, value) => void drafts.set(key, structuredClone(value)) },
    verify: async () => null,
  };
  return core;
}

const states = async (core) => Object.fromEntries((await own.ownRequests(core)).map(({ id, state }) => [id, state]));

test('what the server has erased is over and may be asked again; an end that was told stays the end', async () => {
  const records = [record('open'), record('issued'), record('silent'), record('waits', 'queued')];
  const core = stage(records, [[told('open', 'taken'), told('issued', 'issued')], null, []]);
  await own.askServer(core);
  assert.deepEqual(await states(core), { open: 'taken', issued: 'issued', silent: 'forgotten', waits: 'queued' });
  assert.equal(await own.askServer(core), false);
  assert.equal((await states(core)).open, 'taken', 'without an answer nothing is known anew');
  await own.askServer(core);
  assert.deepEqual(await states(core), { open: 'forgotten', issued: 'issued', silent: 'forgotten', waits: 'queued' });
  const all = await own.ownRequests(core);
  assert.equal(model.openFor(all, 'URN:UVCI:open'), undefined);
  assert.equal(model.isReplaced(all, 'URN:UVCI:issued'), true);
});

test('a full answer says nothing of what is missing in it, and what comes back is there again', async () => {
  const many = Array.from({ length: 200 }, (_, at) => told(`r${at}`, 'received'));
  const core = stage([record('one')], [many, [], [told('one', 'taken')]]);
  await own.askServer(core);
  assert.equal((await states(core)).one, 'received');
  await own.askServer(core);
  assert.equal((await states(core)).one, 'forgotten');
  await own.askServer(core);
  assert.equal((await states(core)).one, 'taken');
});

test('the server is asked once about what was sent, however often the outbox speaks', async () => {
  const core = stage([record('one')], [null]);
  const mine = openMine(core, () => undefined);
  for (let i = 0; i < 5; ++i) await mine.changed();
  assert.equal(core.asked, 1);
});
