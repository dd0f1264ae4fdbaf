/** The work list is worked off by hand: a declaration is opened, read, followed up and closed, with the keyboard alone too. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { axe, enter, expect, fits, idsSent, lookAt, official, offlineReady, test, type App } from './support/app';
import { declare, send } from './support/form';

const FILLED = { name: 'Trần Thị Thử', address: '12 Lê Lợi', cough: true };

async function signedIn(app: App, page: Page): Promise<void> {
  const who = official(app, 'tram.bennghe');
  await page.goto('/can-bo');
  await page.locator('#user').fill(who.user);
  await page.locator('#password').fill(who.password);
  await page.keyboard.press('Enter');
}

/** Somebody coughs, corrects the declaration, and the commune's official looks at the list. */
async function desk(app: App, size: { width: number; height: number }): Promise<Page> {
  const citizen = await app.browser({ width: 360, height: 740 });
  await declare(citizen.page, FILLED);
  await expect.poll(() => idsSent(app.proxy).length).toBe(1);
  await citizen.page.locator('.correct-part button.second').first().click();
  await expect(citizen.page).toHaveURL(/khai-bao/);
  await citizen.page.goto('/khai-bao#contact');
  await citizen.page.locator('#q-address').fill('14 Lê Lợi');
  await citizen.page.goto('/khai-bao#consent');
  await send(citizen.page);
  await expect.poll(() => idsSent(app.proxy).length).toBe(2);
  await citizen.context.close();
  const { page } = await app.browser(size);
  await signedIn(app, page);
  await expect(page.getByRole('link', { name: FILLED.name })).toHaveCount(1); // the corrected version alone is work
  return page;
}

for (const size of [{ width: 360, height: 740 }, { width: 1440, height: 900 }]) {
  test(`a declaration is followed up and closed, step by step, at ${size.width} px`, async ({ app }) => {
    const page = await desk(app, size);
    await page.getByRole('link', { name: FILLED.name }).click();
    await expect(page.getByRole('heading', { name: FILLED.name, level: 1 })).toBeFocused();
    await expect(page.locator('.case')).toContainText('VÀNG');
    await expect(page.locator('.case')).toContainText('14 Lê Lợi');
    await expect(page.locator('.case details.more'), 'both versions can be read').toHaveCount(2);
    await page.locator('.case details.more').first().locator('summary').click();
    await expect(page.locator('.case details.more').first()).toContainText('12 Lê Lợi');
    await expect(page.locator('.case a[href^="tel:"]')).toBeVisible();
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await lookAt(page, `case-${size.width}`);

    const follow = page.locator('.case-side form').first();
    await follow.getByRole('button', { name: 'Ghi lại' }).click();
    await expect(page.locator('#action-error'), 'nothing was chosen').toContainText('Hãy chọn một mục');
    await page.locator('input[name="action"][value="call"]').check();
    await page.locator('#follow-note').fill('đã gọi, đang ở nhà');
    await follow.getByRole('button', { name: 'Ghi lại' }).click();
    await expect(page.locator('.saved')).toContainText('Gọi điện');
    await expect(page.locator('.history')).toContainText('Theo dõi: Gọi điện');
    await expect(page.locator('.history')).toContainText('đã gọi, đang ở nhà');
    await expect(page.locator('.history')).toContainText('tram.bennghe');

    await page.locator('.closing summary').click();
    await page.locator('input[name="outcome"][value="recovered"]').check();
    await page.locator('.closing').getByRole('button', { name: 'Kết thúc', exact: true }).click();
    await expect(page.locator('.closing .sure'), 'asked once more').toBeFocused();
    await page.locator('.closing').getByRole('button', { name: 'Đúng, kết thúc' }).click();
    await expect(page.locator('.history')).toContainText('Kết thúc: Đã khỏe');
    await expect(page.locator('.closing'), 'nothing is left to be done').toHaveCount(0);
    await page.locator('a.back').click();
    await expect(page.getByRole('link', { name: FILLED.name }), 'the list is worked off').toHaveCount(0);
  });
}

test('a declaration is worked off with the keyboard alone', async ({ app }) => {
  const page = await desk(app, { width: 1440, height: 900 });
  await enter(page.getByRole('link', { name: FILLED.name }));
  await expect(page.getByRole('heading', { name: FILLED.name, level: 1 })).toBeFocused();
  await page.locator('input[name="action"][value="call"]').press('Space');
  await enter(page.locator('.case-side').getByRole('button', { name: 'Ghi lại' }));
  await expect(page.locator('.saved')).toBeFocused();
  await enter(page.locator('.closing summary'));
  await page.locator('input[name="outcome"][value="noRisk"]').press('Space');
  await enter(page.locator('.closing').getByRole('button', { name: 'Kết thúc', exact: true }));
  await enter(page.locator('.closing').getByRole('button', { name: 'Đúng, kết thúc' }));
  await expect(page.locator('.history')).toContainText('Kết thúc: Không có nguy cơ');
});

test('work done without a network is kept and goes out when the network is back', async ({ app }) => {
  const page = await desk(app, { width: 1440, height: 900 });
  await page.getByRole('link', { name: FILLED.name }).click();
  const before = idsSent(app.proxy).length;
  app.proxy.offline(true);
  await page.locator('input[name="action"][value="visit"]').check();
  await page.locator('.case-side').getByRole('button', { name: 'Ghi lại' }).click();
  await expect(page.locator('.saved')).toContainText('Đến nhà');
  expect(idsSent(app.proxy).length).toBe(before);
  app.proxy.offline(false);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect.poll(() => idsSent(app.proxy).length).toBe(before + 1);
});

test('declarations of a phone without a network are sent from its file, once', async ({ app }) => {
  const phone = await app.browser({ width: 360, height: 740 });
  await phone.page.goto('/');
  await offlineReady(phone.page);
  app.proxy.offline(true);
  await declare(phone.page, FILLED);
  await phone.page.goto('/to-khai');
  const [download] = await Promise.all([
    phone.page.waitForEvent('download'),
    phone.page.getByRole('button', { name: 'Lưu các tờ khai chưa gửi thành tệp' }).click(),
  ]);
  const file = join(app.folder, 'queue.json');
  await download.saveAs(file);
  await phone.context.close();

  app.proxy.offline(false);
  const { page } = await app.browser({ width: 360, height: 740 });
  await signedIn(app, page);
  const box = page.locator('.forward');
  await enter(box.locator('summary'));
  const other = join(app.folder, 'other.json');
  writeFileSync(other, '{"device": 1}');
  await page.setInputFiles('#forward-file', other);
  await expect(box).toContainText('không phải tệp tờ khai chờ gửi');
  await page.setInputFiles('#forward-file', file);
  await expect(box).toContainText('Trong tệp có 1 bản ghi.');
  expect(await axe(page, '.forward')).toEqual([]);
  expect(await fits(page)).toBe(true);
  app.proxy.loseAnswer('/v1/records', 1000); // a browser may send a lost request once more by itself
  await box.getByRole('button', { name: 'Gửi hộ 1 bản ghi' }).click();
  await expect(box.locator('.forward-said'), 'the answer was lost on the way').toContainText('Chưa gửi hết');
  app.proxy.clear();
  await box.getByRole('button', { name: 'Gửi hộ 1 bản ghi' }).click();
  await expect(box.locator('.forward-said')).toContainText('Đã nhận 0, đã có từ trước 1, không được nhận 0.');
  await expect(page.getByRole('link', { name: FILLED.name }), 'and it is work now').toHaveCount(1);
  await lookAt(page, 'forward-360');

  // Somebody changed a word in the file: the signature does not fit any more.
  writeFileSync(other, readFileSync(file, 'utf8').replace('12 Lê Lợi', '13 Lê Lợi'));
  await page.setInputFiles('#forward-file', other);
  await box.getByRole('button', { name: 'Gửi hộ 1 bản ghi' }).click();
  await expect(box.locator('.forward-said')).toContainText('không được nhận 1');
  await expect(box.locator('.forward-said')).toContainText(FILLED.name);

  // The phone comes back to the network, and hears that its declaration has arrived.
  const later = await app.browser({ profile: phone.profile, width: 360, height: 740 });
  await later.page.goto('/to-khai');
  await expect(later.page.locator('.record-list')).toContainText('Đã nhận');
});
