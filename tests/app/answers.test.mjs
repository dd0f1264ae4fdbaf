// Answers of the server that are kept for days without a network: whose they are, how long, how much.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2021, 7, 20);
let server;
let answers;

/** The cache storage of a browser, as far as it is used here. */
const drawers = new Map();
const cachesHere = {
  async open(name) {
    const entries = drawers.get(name) ?? new Map();
    drawers.set(name, entries);
    const keyOf = (request) => (typeof request === 'string' ? request : request.url);
    return {
      // As the standard says: what is put takes the place of the old and lies last.
      put: async (request, response) => {
        const text = await response.text();
        entries.delete(keyOf(request));
        entries.set(keyOf(request), { text, headers: response.headers });
      },
      match: async (request) => {
        const found = entries.get(keyOf(request));
        return found && new Response(found.text, { headers: found.headers });
      },
      keys: async () => [...entries.keys()].map((url) => ({ url })),
      delete: async (request) => entries.delete(keyOf(request)),
    };
  },
  keys: async () => [...drawers.keys()],
  delete: async (name) => drawers.delete(name),
};

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  answers = await server.ssrLoadModule('/src/core/answers.ts');
  globalThis.caches = cachesHere;
});
beforeEach(() => drawers.clear());
after(() => {
  delete globalThis.caches;
  return server.close();
});

const keep = (account, key, answer, now = NOW) => answers.keepAnswer(account, 'riskmap.units', key, answer, now);
const recall = (account, key, now = NOW) => answers.recallAnswer(account, 'riskmap.units', key, now);

test('an answer comes back to whom it was given, with its time, and to nobody else', async () => {
  await keep('', 'a', { n: 1 });
  await keep('tram.a', 'a', { n: 2 });
  await keep('tram.a', 'a', { n: 3 }, NOW + 5);
  assert.deepEqual(await recall('', 'a'), { answer: { n: 1 }, at: NOW });
  assert.deepEqual(await recall('tram.a', 'a'), { answer: { n: 3 }, at: NOW + 5 });
  assert.equal(await recall('tram.b', 'a'), null);
  assert.equal(await recall('tram.a', 'b'), null);
  assert.equal(await answers.recallAnswer('tram.a', 'riskmap.why', 'a', NOW), null, 'another question');
});

test('what was told an account goes when another one, or nobody, is there; what is public stays', async () => {
  await keep('', 'a', 1);
  await keep('tram/a', 'a', 2);
  await keep('tram.b', 'a', 3);
  await answers.dropAnswers('tram.b', NOW);
  assert.equal(await recall('tram/a', 'a'), null);
  assert.deepEqual((await recall('tram.b', 'a'))?.answer, 3);
  await answers.dropAnswers('', NOW);
  assert.equal(await recall('tram.b', 'a'), null);
  assert.deepEqual((await recall('', 'a'))?.answer, 1);
  assert.deepEqual([...drawers.keys()].filter((name) => name.includes('account') && drawers.get(name).size > 0), []);
});

test('whose answer may lie here, and whose drawer is opened', () => {
  const here = { user: 'tram.a', grants: [], expiresAt: NOW };
  for (const [account, who, may] of [
    ['', '', true], // told to anybody, nobody here
    ['', here, true], // the server no longer knows them: it said no more than to anybody
    ['tram.a', here, true],
    ['tram.a', '', false], // the session is the server's alone: a device that has forgotten it keeps nothing of it, least of all for everybody
    ['tram.a', { ...here, user: 'tram.b' }, false],
    ['tram.a', null, false],
    ['', null, false],
  ]) assert.equal(answers.mayKeep(account, who), may, `${account} ${who?.user ?? who}`);
  assert.equal(answers.drawerOf('', NOW), '');
  assert.equal(answers.drawerOf(null, NOW), null);
  assert.equal(answers.drawerOf(here, NOW + 11 * 3_600_000), 'tram.a', 'offline for a shift, as long as the database is there');
  assert.equal(answers.drawerOf(here, NOW + 12 * 3_600_000), null);
});

test('after two weeks nothing is told any more, and it is taken out', async () => {
  await keep('tram.a', 'old', 1, NOW - 14 * DAY_MS);
  await keep('tram.a', 'good', 2, NOW - 14 * DAY_MS + 1);
  assert.equal(await recall('tram.a', 'old'), null);
  assert.equal((await recall('tram.a', 'good')).answer, 2);
  await answers.dropAnswers('tram.a', NOW);
  assert.equal(drawers.get('answers-account-tram.a').size, 1);
});

test('a drawer has a size: the oldest go first, and what is kept again is the newest', async () => {
  const quarter = 'x'.repeat(8 * 2 ** 20 - 2);
  for (const key of ['1', '2', '3', '4']) await keep('', key, quarter);
  await keep('', '1', quarter);
  await keep('', '5', quarter);
  await answers.dropAnswers('', NOW);
  const left = [];
  for (const key of ['1', '2', '3', '4', '5']) if (await recall('', key)) left.push(key);
  assert.deepEqual(left, ['1', '3', '4', '5']);
});

test('a browser without caches keeps nothing, and says nothing', async () => {
  globalThis.caches = undefined;
  await keep('', 'a', 1);
  assert.equal(await recall('', 'a'), null);
  await answers.dropAnswers('', NOW);
  globalThis.caches = cachesHere;
});
