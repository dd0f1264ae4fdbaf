/** What an official's device keeps, how long, and what of it is left when they have gone, of themselves or by the clock. */

import type { Page } from '@playwright/test';
import { expect, filesOf, idsSent, official, offlineReady, openCoreIn, submit, test, UNIT, type App } from './support/app';

const DAY_MS = 86_400_000;

const open = async (page: Page): Promise<void> => {
  await page.goto('/');
  await offlineReady(page);
  await openCoreIn(page);
  await page.evaluate(() => window.core.ready);
};

const signIn = (page: Page, who: { user: string; password: string }) =>
  page.evaluate(({ user, password }) => window.core.session.signIn(user, password), who);

const accounts = async (page: Page): Promise<string[]> =>
  (await filesOf(page)).flatMap((text) => /^\/account-[^\0]+\.db(?=\0)/.exec(text)?.[0] ?? []);

/** One declaration, sent by a citizen's device of their own. */
async function declared(app: App, address: string): Promise<string> {
  const { context, page } = await app.browser();
  await open(page);
  const id = await submit(page, address);
  await expect.poll(() => page.evaluate(async () => (await window.core.outbox.state()).waiting)).toBe(0);
  await context.close();
  return id;
}

/** Signs in, pulls, and waits until the records lie on this device. */
async function work(page: Page, who: { user: string; password: string }, address: string): Promise<void> {
  await open(page);
  await signIn(page, who);
  await expect.poll(async () => (await filesOf(page)).some((text) => text.includes(address))).toBe(true);
}

/** The workers that start from now on in this profile believe it is `days` later. Their script is what the service worker keeps. */
async function later({ page }: { page: Page }, days: number): Promise<void> {
  await page.goto('/icon.svg'); // of the same origin, and starts nothing
  const changed = await page.evaluate(async (ahead) => {
    const clock = `{const real=Date.now;Date.now=()=>real.call(Date)+${ahead}}\n`;
    let scripts = 0;
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const found = /\/worker-[^/]*\.js$/.test(request.url) ? await cache.match(request) : undefined;
        if (!found) continue;
        await cache.put(request, new Response(clock + (await found.text()), { headers: { 'content-type': 'text/javascript' } }));
        scripts += 1;
      }
    }
    return scripts;
  }, days * DAY_MS);
  expect(changed, 'scripts of workers that the service worker keeps').toBe(1);
}

test('what an official pulled is erased from the device after its time, down to the bytes', async ({ app }) => {
  await declared(app, 'Ngõ Rất Kín 42');
  const who = official(app, 'tram.giu');
  const desk = await app.browser();
  await work(desk.page, who, 'Ngõ Rất Kín 42');
  // The session outlives the month: what is looked at here is retention alone.
  const me = { user: who.user, grants: [{ role: 'commune_health', unit: UNIT, unitName: '' }], expiresAt: Date.now() + 90 * DAY_MS };
  app.proxy.answer('/v1/sessions/me', 200, { 'content-type': 'application/json' }, JSON.stringify(me), 1000);
  await desk.page.evaluate(() => window.core.session.me());
  await desk.context.close();

  const before = await app.browser({ profile: desk.profile });
  await later(before, 20);
  await open(before.page);
  await before.page.waitForTimeout(6000); // housekeeping comes three seconds after the start
  expect((await filesOf(before.page)).some((text) => text.includes('Ngõ Rất Kín 42')), 'within the 28 days').toBe(true);
  await before.context.close();

  const after = await app.browser({ profile: desk.profile });
  await later(after, 20);
  await open(after.page);
  await expect
    .poll(async () => (await filesOf(after.page)).some((text) => text.includes('Ngõ Rất Kín 42')))
    .toBe(false);
  expect(await accounts(after.page)).toEqual(['/account-tram.giu.db']);
});

test('a session that ends on the server takes what was pulled with it', async ({ app }) => {
  await declared(app, 'Ngõ Rất Kín 43');
  const { page } = await app.browser();
  await work(page, official(app, 'tram.het'), 'Ngõ Rất Kín 43');
  expect(await accounts(page)).toEqual(['/account-tram.het.db']);
  app.admin('users', 'disable', 'tram.het');
  expect(await page.evaluate(() => window.core.session.me())).toBeNull();
  await expect.poll(() => accounts(page)).toEqual([]);
  expect(await page.evaluate(() => window.core.session.left())).toEqual([]);
});

test('a session that ran out while the page was closed leaves nothing either', async ({ app }) => {
  await declared(app, 'Ngõ Rất Kín 44');
  const desk = await app.browser();
  await work(desk.page, official(app, 'tram.quen'), 'Ngõ Rất Kín 44');
  await desk.context.close();
  app.proxy.loseRequest('/v1/sessions/me', 1000); // the clock alone, not the server's word
  const next = await app.browser({ profile: desk.profile });
  await later(next, 2);
  await open(next.page);
  await expect.poll(() => accounts(next.page)).toEqual([]);
});

test('work that was not sent outlives the session, is told, and goes out when its author is back', async ({ app }) => {
  const id = await declared(app, 'Ngõ Rất Kín 45');
  const who = official(app, 'tram.cho');
  const { page } = await app.browser();
  await work(page, who, 'Ngõ Rất Kín 45');
  app.proxy.loseRequest('/v1/records', 1000);
  const made = await page.evaluate(
    ([declaration, unit]) => window.core.submit('declaration', 'follow_up', 1, { declaration, action: 'call' }, { unit }),
    [id, UNIT] as const,
  );
  app.admin('users', 'disable', 'tram.cho');
  expect(await page.evaluate(() => window.core.session.me())).toBeNull();
  expect(await page.evaluate(() => window.core.session.left())).toEqual([{ user: 'tram.cho', waiting: 1 }]);
  expect(await accounts(page)).toEqual(['/account-tram.cho.db']);
  await page.goto('/can-bo');
  await expect(page.locator('.notice')).toContainText('tram.cho còn 1 bản ghi chưa gửi');

  app.admin('users', 'enable', 'tram.cho');
  app.proxy.clear();
  await page.locator('#user').fill(who.user);
  await page.locator('#password').fill(who.password);
  await page.keyboard.press('Enter');
  await expect.poll(() => idsSent(app.proxy)).toContain(made.id);
  await page.getByRole('button', { name: 'Đăng xuất' }).click();
  await expect(page.locator('#user')).toBeVisible();
  await expect.poll(() => accounts(page)).toEqual([]);
  await expect(page.locator('.notice')).toHaveCount(0);
});

test('what a citizen has queued is sent while an official is signed in on the same device', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  app.proxy.loseRequest('/v1/records', 1000); // a browser may send a lost request once more by itself
  const own = await submit(page, 'mine alone');
  await expect.poll(() => page.evaluate(async () => (await window.core.outbox.state()).waiting)).toBe(1);
  expect(idsSent(app.proxy)).toEqual([]);
  await signIn(page, official(app, 'tram.chung'));
  app.proxy.clear();
  await expect.poll(() => idsSent(app.proxy)).toEqual([own]);
  expect((await page.evaluate(() => window.core.session.me()))?.user).toBe('tram.chung');
  expect(await page.evaluate(async () => (await window.core.mine()).length), 'and does not show it to them').toBe(0);
  await page.evaluate(() => window.core.session.signOut());
  const mine = await page.evaluate(() => window.core.mine());
  expect(mine.map(({ id, state }) => [id, state])).toEqual([[own, 'received']]);
});
