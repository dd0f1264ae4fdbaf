/** Officials on a shared device: their own unit, also without a network, and nothing of it left behind. */

import type { Page } from '@playwright/test';
import { expect, filesOf, official, offlineReady, openCoreIn, submit, test, UNIT } from './support/app';

interface Worklist {
  items: { id: string }[];
}

const open = async (page: Page): Promise<void> => {
  await page.goto('/');
  await offlineReady(page);
  await openCoreIn(page);
  await page.evaluate(() => window.core.ready);
};

const signIn = (page: Page, who: { user: string; password: string }) =>
  page.evaluate(({ user, password }) => window.core.session.signIn(user, password), who);

const list = (page: Page) =>
  page.evaluate((unit) => window.core.askFrom<{ items: { id: string }[] }>('declaration.worklist', { unit }), UNIT);

const failure = (page: Page) =>
  page.evaluate(
    (unit) =>
      window.core.ask('declaration.worklist', { unit }).then(
        () => null,
        (error: { code: string; rule: string }) => ({ code: error.code, rule: error.rule }),
      ),
    UNIT,
  );

test('the list of the own unit comes from the server, and offline from what was pulled', async ({ app }) => {
  const citizen = await app.browser();
  await open(citizen.page);
  const ids = [await submit(citizen.page, 'first house'), await submit(citizen.page, 'second house')].sort();
  await citizen.page.evaluate(() => window.core.outbox.flush());

  const desk = await app.browser();
  await open(desk.page);
  expect(await failure(desk.page)).toMatchObject({ code: expect.stringMatching(/unauthorized|forbidden/) });
  const me = await signIn(desk.page, official(app, 'tram.bennghe'));
  expect(me).toMatchObject({ user: 'tram.bennghe', grants: [{ role: 'commune_health', unit: UNIT }] });
  const online: { answer: Worklist; from: string } = await list(desk.page);
  expect(online.from).toBe('server');
  expect(online.answer.items.map(({ id }) => id).sort()).toEqual(ids);

  // Signing in begins a pull of each priority class; what was not pulled cannot be there offline.
  const pulled = () => app.proxy.seen.filter(({ path, status }) => path.startsWith('/v1/feed') && status === 200);
  await expect.poll(() => pulled().length).toBeGreaterThanOrEqual(4);
  app.proxy.offline(true);
  await expect.poll(async () => (await list(desk.page)).answer.items.map(({ id }) => id).sort()).toEqual(ids);
  expect((await list(desk.page)).from).toBe('device');
  // The browser is closed and opened again without a network: the list is still there.
  await desk.context.close();
  const later = await app.browser({ profile: desk.profile });
  await later.page.goto('/');
  await openCoreIn(later.page);
  await later.page.evaluate(() => window.core.ready);
  expect((await list(later.page)).answer.items.map(({ id }) => id).sort()).toEqual(ids);
});

test('another unit is refused by the server and by the core of the device', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  await signIn(page, official(app, 'tram.dakao', 'commune_health', '26737'));
  expect(await failure(page)).toMatchObject({ code: 'forbidden', rule: 'access.jurisdiction' });
  app.proxy.offline(true);
  expect(await failure(page)).toMatchObject({ code: 'forbidden', rule: 'access.jurisdiction' });
});

test('accounts on one device do not see each other, keep both queues, and leave nothing when they go', async ({
  app,
}) => {
  const citizen = await app.browser();
  await open(citizen.page);
  await submit(citizen.page, 'somebody else');
  await citizen.page.evaluate(() => window.core.outbox.flush());

  const { page } = await app.browser();
  await open(page);
  app.proxy.loseRequest('/v1/records', 1);
  const own = await submit(page, 'my own');
  const mine = () => page.evaluate(async () => (await window.core.mine()).map(({ id }) => id));
  expect(await mine()).toEqual([own]);
  await signIn(page, official(app, 'tram.moi'));
  expect(await mine()).toEqual([]);
  await expect.poll(async () => (await list(page)).answer.items.length).toBeGreaterThan(0);
  await page.evaluate(() => window.core.session.signOut());
  expect(await mine()).toEqual([own]);
  await expect.poll(() => page.evaluate(async () => (await window.core.outbox.state()).waiting)).toBe(0);
  expect((await filesOf(page)).filter((text) => text.startsWith('/account'))).toEqual([]);
  expect(await failure(page)).toMatchObject({ code: expect.stringMatching(/unauthorized|forbidden/) });
});
