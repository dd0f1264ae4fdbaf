// The first command of README, as somebody runs it who has just come: the release is built, a demo is made, and it can be used.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const serve = join(root, 'serve.sh');
const folder = mkdtempSync(join(tmpdir(), 'lachan-serve-'));
const database = `sqlite:${join(folder, 'demo.db')}`;
after(() => rmSync(folder, { recursive: true, force: true }));

const MINUTES = 60_000;
// The release has just been built by the stage of this test; what is left is the demo.
const PATIENCE = { timeout: 10 * MINUTES };

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts the command on a free port, and waits until the server listens. */
async function start(t) {
  const port = await freePort();
  const child = spawn(serve, [], { cwd: folder, env: { ...process.env, PORT: String(port), DATABASE: database }, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  const ended = new Promise((resolve) => child.on('exit', (status, signal) => resolve({ status, signal })));
  await new Promise((resolve, reject) => {
    const listen = (part) => {
      said += part;
      if (said.includes('\nlistening on ')) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void ended.then((how) => reject(new Error(`serve.sh ended with ${JSON.stringify(how)}: ${said.slice(-3000)}`)));
  });
  const stop = async () => {
    child.kill('SIGINT');
    return ended;
  };
  return { url: `http://127.0.0.1:${port}`, said: () => said, stop };
}

const signIn = (url, user, password) =>
  fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify({ user, password }),
  });

test('serve.sh makes a demo that officials can sign in to, serves the page, and keeps the demo for the next start', PATIENCE, async (t) => {
  const first = await start(t);
  assert.match(first.said(), new RegExp(`^\\[serve\\] http://localhost:${new URL(first.url).port} `, 'm'));
  const officials = [...first.said().matchAll(/^ {2}(demo-[a-z]+) +(\S+) /gm)].map(([, user, password]) => ({ user, password }));
  assert.equal(officials.length, 5, first.said().slice(-2000));
  for (const { user, password } of officials) assert.equal((await signIn(first.url, user, password)).status, 201, user);
  assert.equal((await signIn(first.url, officials[0].user, 'wrong')).status, 401);

  for (const path of ['/healthz', '/readyz', '/v1/time']) assert.equal((await fetch(first.url + path)).status, 200, path);
  const page = await fetch(first.url);
  assert.match(await page.text(), /<title>Lá Chắn/);
  assert.match(page.headers.get('Content-Security-Policy') ?? '', /default-src/);
  assert.deepEqual(await first.stop(), { status: 0, signal: null });

  const second = await start(t);
  assert.doesNotMatch(second.said(), /demo-quocgia/, 'a database that is not new is left as it is');
  assert.equal((await signIn(second.url, officials[0].user, officials[0].password)).status, 201);
  await second.stop();
});

test('what serve.sh cannot use is named before anything is done', () => {
  const run = (args, env = {}) => spawnSync(serve, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  for (const [result, words] of [
    [run(['--wrong']), /unknown argument '--wrong'/],
    [run([], { PORT: '70000' }), /PORT is '70000'/],
    [run([], { PORT: 'x' }), /PORT is 'x'/],
    [run([], { DATABASE: 'mysql:x' }), /DATABASE is neither sqlite:PATH nor postgresql/],
  ]) {
    assert.equal(result.status, 2);
    assert.match(result.stderr, words);
    assert.equal(result.stdout, '');
  }
});
