/** The citizen's way through the page, with and without a network, with and without a mouse. */

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from '../../web/src/text/vi/shell';
import { expect, idsSent, offlineReady, test, web } from './support/app';
import { declare, fillContact, fillHealth, fillPerson, send } from './support/form';

const FILLED = { name: 'Trần Thị Thử', address: '12 Lê Lợi' };

test('fills the form offline, the browser is killed, goes on, sends, and it arrives once when the network is back', async ({
  app,
}) => {
  const first = await app.browser({ width: 360, height: 740 });
  await first.page.goto('/');
  await offlineReady(first.page);
  app.proxy.offline(true);
  await first.context.setOffline(true);
  await first.page.goto('/khai-bao');
  await fillPerson(first.page, FILLED);
  await fillContact(first.page, FILLED);
  await expect(first.page.locator('.kept')).not.toBeEmpty();
  await first.page.waitForTimeout(700); // longer than the pause after which a draft is saved
  await first.context.close();

  const second = await app.browser({ width: 360, height: 740, profile: first.profile });
  await second.context.setOffline(true);
  await second.page.goto('/khai-bao');
  await expect(second.page).toHaveURL(/#travel$/);
  await fillHealth(second.page, { ...FILLED, cough: true });
  await send(second.page);
  await expect(second.page.locator('main')).toContainText(FILLED.name);
  await expect(second.page.locator('.site-state')).toContainText('1');
  await second.context.close();
  expect(idsSent(app.proxy)).toEqual([]);

  app.proxy.offline(false);
  const third = await app.browser({ width: 360, height: 740, profile: first.profile });
  await third.page.goto('/to-khai');
  await expect(third.page.locator('main')).toContainText(FILLED.name);
  await expect.poll(() => idsSent(app.proxy).length).toBe(1);
  await expect(third.page.locator('.site-state')).toContainText(text['state.allSent']);
  await third.page.reload();
  await expect(third.page.locator('.site-state')).toContainText(text['state.allSent']);
  await third.page.waitForTimeout(1500);
  expect(idsSent(app.proxy).length).toBe(1);
});

test('all three jobs open with no network after the first load', async ({ app }) => {
  const { context, page } = await app.browser();
  await page.goto('/');
  await offlineReady(page);
  app.proxy.offline(true);
  await context.setOffline(true);
  for (const [path, sign] of [
    ['/khai-bao', '#q-fullName'],
    ['/xac-minh', 'main h1'],
    ['/can-bo', 'main h1'],
    ['/ban-do', 'main h1'],
    ['/to-khai', 'main h1'],
  ] as const) {
    await page.goto(path);
    await expect(page.locator(sign), path).toBeVisible();
  }
});

test('a new version of the page leaves queued records and drafts alone', async ({ app }) => {
  const copy = join(app.folder, 'web');
  cpSync(web, copy, { recursive: true });
  await app.stop();
  await app.start(copy);
  const { page } = await app.browser();
  await page.goto('/');
  await offlineReady(page);
  app.proxy.loseRequest('/v1/records', 1000);
  await declare(page, FILLED);
  await page.goto('/khai-bao');
  await fillPerson(page, { ...FILLED, name: 'Người Thứ Hai' });
  await page.waitForTimeout(700);

  const worker = readFileSync(join(copy, 'sw.js'), 'utf8');
  const version = /"([0-9a-f]{16})"/.exec(worker)?.[1] ?? '';
  expect(version).not.toBe('');
  for (const end of ['br', 'gz']) rmSync(join(copy, `sw.js.${end}`), { force: true });
  writeFileSync(join(copy, 'sw.js'), worker.replaceAll(version, 'feedfeedfeedfeed'));
  await app.stop();
  await app.start(copy);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready).update());
  const news = page.locator('.site-news');
  await expect(news).toBeVisible();
  const reloaded = page.waitForEvent('load'); // under the new version; what goes elsewhere before that is overtaken by it
  await news.locator('.button').click();
  await reloaded;
  await expect.poll(() => page.evaluate(() => caches.keys()).catch(() => [])).toContain('page-feedfeedfeedfeed');
  await page.goto('/to-khai');
  await expect(page.locator('main')).toContainText(FILLED.name);
  await expect(page.locator('.site-state')).toContainText('1');
  await page.goto('/khai-bao');
  await expect(page.locator('main')).toContainText(/./);
  await page.goto('/khai-bao#person');
  await expect(page.locator('#q-fullName')).toHaveValue('Người Thứ Hai');
});

test('from an address that does not exist the store of the device opens too, there and at home', async ({ app }) => {
  const { page } = await app.browser();
  await page.goto('/');
  await offlineReady(page);
  await page.goto('/khong-co-trang-nay'); // answered by the worker from the page it keeps
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Không tìm thấy trang này');
  await expect(page.locator('.site-state')).toContainText('Chưa có tờ khai');
  await page.locator('.site-main a[href="/"]').click();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.locator('.site-state')).toContainText('Chưa có tờ khai');
});

test('a declaration can be made with the keyboard alone', async ({ app }) => {
  const { page } = await app.browser();
  await page.goto('/khai-bao');
  await expect(page.locator('#q-fullName')).toBeVisible();

  /** Tab until the element with this id, or of this group, has the focus: whatever cannot be reached fails here. */
  const reach = async (selector: string): Promise<void> => {
    for (let i = 0; i < 80; ++i) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${selector} cannot be reached with the Tab key`);
  };
  const answer = async (field: string, place: number): Promise<void> => {
    await reach(`input[name="q-${field}"]`);
    await page.keyboard.press('Space');
    for (let i = 0; i < place; ++i) await page.keyboard.press('ArrowDown');
    await expect(page.locator(`input[name="q-${field}"]`).nth(place)).toBeChecked();
  };
  const type = async (field: string, text: string): Promise<void> => {
    await reach(`#q-${field}`);
    await page.keyboard.type(text);
  };
  const pick = async (field: string, words: string, choice: string): Promise<void> => {
    await type(field, words);
    await expect(page.locator('main').getByRole('option', { selected: true })).toContainText(choice);
    await page.keyboard.press('Enter');
    await expect(page.locator(`#q-${field}`)).toHaveValue(new RegExp(choice));
  };
  const next = async (step: string): Promise<void> => {
    await reach('main form button[type=submit]');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`#${step}$`));
  };

  await answer('onBehalf', 0);
  await type('fullName', 'Lê Văn Phím');
  await answer('idType', 3);
  await type('birthDate', '2');
  await type('birthDate-1', '9');
  await type('birthDate-2', '1985');
  await answer('sex', 0);
  await pick('nationality', 'viet nam', 'Việt Nam');
  await answer('hasInsurance', 1);
  await next('contact');
  await pick('province', 'ho chi minh', 'Hồ Chí Minh');
  await pick('district', 'quan 1', 'Quận 1');
  await pick('ward', 'ben nghe', 'Bến Nghé');
  await type('address', '1 Lê Duẩn');
  await type('phone', '0900000000');
  await next('travel');
  await answer('travelled', 1);
  await next('signs');
  for (const sign of [
    'signFever',
    'signCough',
    'signDyspnoea',
    'signPneumonia',
    'signSoreThroat',
    'signFatigue',
    'signLossOfTasteSmell',
  ]) {
    await answer(sign, 1);
  }
  await next('contacts');
  for (const contact of ['contactCase', 'contactAffectedCountry', 'contactSymptomatic']) await answer(contact, 1);
  await next('conditions');
  await next('consent');
  for (const consent of ['dataConsent', 'legalAccepted']) {
    await reach(`#q-${consent}`);
    await page.keyboard.press('Space');
  }
  await reach('main form button[type=submit]');
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/khai-bao/);
  await expect(page.locator('main')).toContainText('Lê Văn Phím');
});

test('the language changes and no answer is lost', async ({ app }) => {
  const { page } = await app.browser();
  await page.goto('/khai-bao');
  await page.locator('#q-fullName').fill('Phạm Thị Song');
  await page.locator('input[name="q-sex"][value="female"]').check();
  await page.locator('.tongue').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('#q-fullName')).toHaveValue('Phạm Thị Song');
  await expect(page.locator('input[name="q-sex"][value="female"]')).toBeChecked();
  await page.locator('.tongue').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'vi');
  await expect(page.locator('#q-fullName')).toHaveValue('Phạm Thị Song');
});
