/** What is acknowledged on the phone reaches the server once, whatever the network and the tabs do. */

import type { Page } from '@playwright/test';
import {
  expect,
  idsSent,
  offlineReady,
  openCoreIn,
  submit,
  test,
  declaration,
  UNIT,
  VERSION,
  type App,
  type Browser,
} from './support/app';

async function visit(app: App, options: { profile?: string } = {}): Promise<Browser> {
  const browser = await app.browser(options);
  await browser.page.goto('/');
  await offlineReady(browser.page);
  await openCoreIn(browser.page);
  return browser;
}

async function newTab({ context }: Browser): Promise<Page> {
  const page = await context.newPage();
  await page.goto('/');
  await openCoreIn(page);
  return page;
}

const state = (page: Page) => page.evaluate(() => window.core.outbox.state());
const flush = (page: Page) => page.evaluate(() => window.core.outbox.flush());
const mine = (page: Page) => page.evaluate(() => window.core.mine());

async function allReceived(page: Page, count: number): Promise<void> {
  await expect
    .poll(async () => {
      const { waiting, received, rejected } = await state(page);
      return { waiting, received, rejected };
    })
    .toEqual({ waiting: 0, received: count, rejected: 0 });
}

test('a declaration is kept on disk, delivered, and its receipt proven', async ({ app }) => {
  const { page } = await visit(app);
  const id = await submit(page, 'one');
  await allReceived(page, 1);
  const [record] = await mine(page);
  expect(record?.id).toBe(id);
  expect(record?.outcome).toBe('accepted');
  expect(await page.evaluate((receipt) => window.core.verifyReceipt(receipt), record?.receipt)).toMatchObject({
    ok: true,
    rule: '',
  });
  const forged = JSON.parse(JSON.stringify(record?.receipt)) as { body: { receivedAt: number }; signature: string };
  forged.body.receivedAt += 1;
  expect(await page.evaluate((receipt) => window.core.verifyReceipt(receipt), forged)).toMatchObject({
    ok: false,
    rule: 'receipt.path',
  });
  forged.body.receivedAt -= 1;
  forged.signature = `${forged.signature.startsWith('A') ? 'B' : 'A'}${forged.signature.slice(1)}`;
  expect(await page.evaluate((receipt) => window.core.verifyReceipt(receipt), forged)).toMatchObject({
    ok: false,
    rule: 'receipt.signature',
  });
  expect((await state(page)).storage).toBe('opfs');
});

test('made offline, the browser killed, opened again: delivered exactly once', async ({ app }) => {
  const first = await visit(app);
  await first.page.evaluate(() => window.core.ready);
  app.proxy.offline(true);
  const id = await submit(first.page, 'offline');
  await first.page.evaluate(() => window.core.drafts.save('half', { fullName: 'Lê' }));
  expect(await state(first.page)).toMatchObject({ waiting: 1, received: 0 });
  await first.context.close();

  app.proxy.offline(false);
  const again = await visit(app, { profile: first.profile });
  await allReceived(again.page, 1);
  expect((await mine(again.page)).map((record) => record.id)).toEqual([id]);
  expect(await again.page.evaluate(() => window.core.drafts.load('half'))).toEqual({ fullName: 'Lê' });
  expect(idsSent(app.proxy)).toEqual([id]);
});

test('a tab killed right after the button was pressed leaves either the draft or the record, never both or none', async ({
  app,
}) => {
  const browser = await visit(app);
  await browser.page.evaluate(() => window.core.ready);
  app.proxy.offline(true);
  for (let i = 0; i < 6; ++i) {
    const page = await newTab(browser);
    await page.evaluate(
      async ([body, unit, version, pause]) => {
        await window.core.ready;
        await window.core.drafts.save('form', body);
        void window.core.submit('declaration', 'population', version, body, { unit, draft: 'form' });
        await new Promise((resolve) => setTimeout(resolve, pause));
      },
      [declaration(`killed ${i}`), UNIT, VERSION, i * 4] as const,
    );
    await page.close();
    const left = await browser.page.evaluate(() => window.core.drafts.load<{ address: string }>('form'));
    const made = (await mine(browser.page)).filter((record) => record.body['address'] === `killed ${i}`).length;
    expect({ draft: left?.address === `killed ${i}`, made }).toEqual({ draft: made === 0, made: made === 0 ? 0 : 1 });
  }
  const total = (await mine(browser.page)).length;
  app.proxy.offline(false);
  await flush(browser.page);
  await allReceived(browser.page, total);
});

test('an answer lost after the server committed: sent again, told as a duplicate, received once', async ({ app }) => {
  const { page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  app.proxy.loseAnswer('/v1/records');
  const id = await submit(page, 'lost answer');
  await allReceived(page, 1);
  const [record] = await mine(page);
  expect(record).toMatchObject({ id, outcome: 'duplicate', state: 'received' });
  expect(await page.evaluate((receipt) => window.core.verifyReceipt(receipt), record?.receipt)).toMatchObject({
    ok: true,
  });
  expect(idsSent(app.proxy)).toEqual([id, id]);
  const sent = app.proxy.seen.filter(({ path }) => path === '/v1/records');
  expect(sent.map(({ status, answered }) => [status, answered])).toEqual([
    [200, false],
    [200, true],
  ]);
});

test('a request that the network sends twice is taken once', async ({ app }) => {
  const { page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  app.proxy.sendTwice('/v1/records');
  const id = await submit(page, 'twice');
  await allReceived(page, 1);
  expect(await mine(page)).toMatchObject([{ id, outcome: 'duplicate' }]);
});

test('the leading tab is closed: another one takes over, and what was being asked is answered', async ({ app }) => {
  const browser = await visit(app);
  const leader = browser.page;
  await leader.evaluate(() => window.core.ready);
  const follower = await newTab(browser);
  expect(await follower.evaluate(() => window.core.storage())).toBe('opfs');
  app.proxy.offline(true);
  const first = await submit(follower, 'through the leader');
  // Pressed in the follower in the very moment in which the leader goes.
  const pending = follower.evaluate(
    async ([body, unit, version]) =>
      (
        await Promise.all(
          [0, 1, 2, 3, 4].map((n) =>
            window.core.submit('declaration', 'population', version, { ...body, address: `while ${n}` }, { unit }),
          ),
        )
      ).map(({ id }) => id),
    [declaration(''), UNIT, VERSION] as const,
  );
  await leader.close();
  const ids = await pending;
  expect(new Set(ids).size).toBe(5);
  const records = await mine(follower);
  expect(records.map(({ id }) => id).sort()).toEqual([first, ...ids].sort());
  app.proxy.offline(false);
  await flush(follower);
  await allReceived(follower, 6);
  expect(idsSent(app.proxy).sort()).toEqual([first, ...ids].sort());
});

test('every tab checks forms and sees the same queue', async ({ app }) => {
  const browser = await visit(app);
  const other = await newTab(browser);
  await submit(other, 'from the second tab');
  await allReceived(browser.page, 1);
  await allReceived(other, 1);
  const body = { ...declaration('x'), phone: '12' };
  const check = (page: Page) =>
    page.evaluate(([given, version]) => window.core.check('declaration', 'population', version, given), [
      body,
      VERSION,
    ] as const);
  const here = await check(browser.page);
  expect(here.map(({ field }) => field)).toContain('phone');
  expect(await check(other)).toEqual(here);
});

/** A phone whose clock is wrong, in the page and in its worker. */
async function ahead(app: App, shift: number): Promise<Page> {
  const { context, page } = await app.browser();
  await context.addInitScript((by) => {
    const real = Date.now;
    Date.now = () => real.call(Date) + by;
  }, shift);
  await context.route('**/static/worker-*.js', async (route) => {
    const response = await route.fetch();
    const clock = `{const real=Date.now;Date.now=()=>real.call(Date)+${shift};}\n`;
    await route.fulfill({ response, body: clock + (await response.text()) });
  });
  await page.goto('/');
  await openCoreIn(page);
  return page;
}

test('a record the server refuses is kept, and its rule is told', async ({ app }) => {
  // The clock of this phone is three days ahead: the core makes the record, the server may not take it.
  const shift = 3 * 86_400_000;
  const page = await ahead(app, shift);
  const id = await submit(page, 'from the future');
  await expect.poll(async () => (await state(page)).rejected).toBe(1);
  const [record] = await mine(page);
  expect(record).toMatchObject({ id, state: 'rejected', rule: 'record.made_at' });
  expect(await state(page)).toMatchObject({ waiting: 0 });
  expect(Math.abs((await state(page)).skewMs ?? 0)).toBeGreaterThan(shift - 60_000);
});

test('a clock that is two hours ahead is told to whoever holds the phone, and one minute is not', async ({ app }) => {
  const page = await ahead(app, 2 * 3_600_000);
  await submit(page, 'a little early');
  await allReceived(page, 1);
  await expect(page.locator('.site-state')).toContainText('Đồng hồ máy này lệch 120 phút');
  const other = await ahead(app, 60_000);
  await submit(other, 'nearly on time');
  await allReceived(other, 1);
  await expect(other.locator('.site-state')).toContainText('Mọi tờ khai đã được gửi');
});

test('too many requests: the queue waits as long as the server says', async ({ app }) => {
  const { page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  app.proxy.answer(
    '/v1/records',
    429,
    { 'retry-after': '2', 'content-type': 'application/json' },
    '{"error":{"code":"unavailable","rule":"rate","detail":""}}',
  );
  await submit(page, 'patient');
  await expect.poll(async () => (await state(page)).trouble).toBe('tooMany');
  expect(await state(page)).toMatchObject({ waiting: 1 });
  await allReceived(page, 1);
  const sent = app.proxy.seen.filter(({ path }) => path === '/v1/records');
  expect(sent.map(({ status, answered }) => [status, answered])).toEqual([
    [0, true],
    [200, true],
  ]);
});

test('an acceptance without a true receipt is not believed', async ({ app }) => {
  const { page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  const body = JSON.stringify({ now: Date.now(), answers: [] });
  app.proxy.answer('/v1/records', 200, { 'content-type': 'application/json' }, body);
  await submit(page, 'believe me');
  await expect.poll(async () => app.proxy.seen.filter(({ path }) => path === '/v1/records').length).toBeGreaterThan(0);
  expect(await state(page)).toMatchObject({ waiting: 1, received: 0 });
  await flush(page);
  await allReceived(page, 1);
});

test('the server is killed in the middle and comes back: everything arrives once', async ({ app }) => {
  const { page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  app.proxy.offline(true);
  const ids: string[] = [];
  for (let i = 0; i < 30; ++i) ids.push(await submit(page, `batch ${i}`));
  app.proxy.offline(false);
  const going = flush(page);
  await app.stop('SIGKILL');
  await going;
  await app.start();
  await flush(page);
  await allReceived(page, 30);
  expect((await mine(page)).map(({ id }) => id).sort()).toEqual(ids.sort());
});

test('a full storage is told, and nothing is half written', async ({ app }) => {
  const { context, page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  app.proxy.offline(true);
  const kept = await submit(page, 'before');
  const cdp = await context.newCDPSession(page);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: app.url, quotaSize: 1 });
  const refused = await page.evaluate(
    async ([body, unit, version]) => {
      for (let i = 0; i < 400; ++i) {
        try {
          await window.core.submit(
            'declaration',
            'population',
            version,
            { ...body, address: `full ${i}`, signNote: 'x'.repeat(500) },
            { unit },
          );
        } catch (error) {
          const { code, rule } = error as { code: string; rule: string };
          return { code, rule, made: i };
        }
      }
      return null;
    },
    [declaration(''), UNIT, VERSION] as const,
  );
  expect(refused).toMatchObject({ code: 'unavailable', rule: 'storage.full' });
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: app.url });
  const count = 1 + (refused?.made ?? 0);
  expect((await mine(page)).length).toBe(Math.min(count, 200));
  expect((await state(page)).waiting).toBe(count);
  const after = await submit(page, 'after');
  app.proxy.offline(false);
  await flush(page);
  await allReceived(page, count + 1);
  expect(idsSent(app.proxy)).toEqual(expect.arrayContaining([kept, after]));
});

test('the queue can be taken along as a file', async ({ app }) => {
  const { page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  app.proxy.offline(true);
  const id = await submit(page, 'file');
  const text = await page.evaluate(async () => (await window.core.outbox.export()).text());
  const file = JSON.parse(text) as {
    device: { publicKey: string };
    records: { record: { id: string }; signature: string }[];
  };
  expect(file.records.map(({ record }) => record.id)).toEqual([id]);
  expect(file.records[0]?.signature).toMatch(/^[\w-]{86}$/);
  expect(file.device.publicKey).toMatch(/^[\w-]{100,}$/);
});

test('a device that has sent a lot does the work that the server asks for', async ({ app }) => {
  test.setTimeout(150_000);
  const { page } = await visit(app);
  await page.evaluate(() => window.core.ready);
  app.proxy.offline(true);
  await page.evaluate(
    async ([body, unit, version]) => {
      for (let i = 0; i < 130; ++i)
        await window.core.submit('declaration', 'population', version, { ...body, address: `house ${i}` }, { unit });
    },
    [declaration(''), UNIT, VERSION] as const,
  );
  app.proxy.offline(false);
  await flush(page);
  await allReceived(page, 130);
  await submit(page, 'one more');
  await allReceived(page, 131);
  const posts = app.proxy.seen.filter(({ path, answered }) => path === '/v1/records' && answered);
  expect(posts.at(-2)?.status).toBe(429);
  expect(posts.at(-1)?.status).toBe(200);
  const { work } = JSON.parse(posts.at(-1)?.body ?? '{}') as { work?: { nonce: string } };
  expect(work?.nonce).toMatch(/^\d+$/);
});

test('without a disk to write to, records are kept in memory and the page knows it', async ({ app }) => {
  const { context, page } = await app.browser();
  await context.route('**/static/worker-*.js', async (route) => {
    const response = await route.fetch();
    const none = `StorageManager.prototype.getDirectory=()=>Promise.reject(new DOMException('no','SecurityError'));\n`;
    await route.fulfill({ response, body: none + (await response.text()) });
  });
  await page.goto('/');
  await openCoreIn(page);
  const id = await submit(page, 'only in memory');
  await allReceived(page, 1);
  expect((await mine(page)).map((record) => record.id)).toEqual([id]);
  expect((await state(page)).storage).toBe('memory');
});
