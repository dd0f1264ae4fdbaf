/** What a declaring person does besides filling the form: a card instead of typing, a household, the telephone, paper, second thoughts. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, enter, expect, idsSent, lookAt, offlineReady, test } from './support/app';
import { code, picture } from './support/certificates';
import { declare, fillContact, fillHealth, fillPerson, send } from './support/form';

const FILLED = { name: 'Trần Thị Thử', address: '12 Lê Lợi' };
const CARD = '001099000000||Nguyễn Văn Thử|20051999|Nam|12 phố Ví Dụ|01072021';

test('the code of an identity card fills the form, with no network and no typing', async ({ app }) => {
  const { context, page } = await app.browser({ width: 360, height: 740 });
  const picture = join(app.folder, 'card.png');
  execFileSync('qrencode', ['-o', picture, '-s', '8', '-m', '4', '-8', CARD]);
  const poster = join(app.folder, 'poster.png');
  execFileSync('qrencode', ['-o', poster, '-s', '8', '-m', '4', 'https://example.org/poster']);
  await page.goto('/khai-bao');
  await offlineReady(page);
  await page.locator('.scan-offer button').click();
  await expect(page.locator('.scan-drop input')).toBeAttached();
  app.proxy.offline(true);
  await context.setOffline(true);
  await page.setInputFiles('.scan-drop input', poster);
  await expect(page.locator('.scan-offer')).toContainText('Mã này không phải của CCCD, thẻ BHYT hay thẻ cá nhân.');
  await page.setInputFiles('.scan-drop input', picture);
  await expect(page.getByText('Đã điền từ thẻ. Hãy kiểm tra lại.')).toBeVisible();
  await expect(page.locator('#q-fullName')).toHaveValue('Nguyễn Văn Thử');
  await expect(page.locator('input[name="q-idType"][value="cccd"]')).toBeChecked();
  await expect(page.locator('#q-idNumber')).toHaveValue('001099000000');
  await expect(page.locator('#q-birthDate-2')).toHaveValue('1999');
  await expect(page.locator('input[name="q-sex"][value="male"]')).toBeChecked();
  expect(idsSent(app.proxy)).toEqual([]);
});

test('our own card fills the form once its signature was judged, and one that is not genuine fills nothing', async ({ app }) => {
  const spoilt = join(app.folder, 'spoilt.png');
  execFileSync('qrencode', ['-o', spoilt, '-s', '6', '-m', '4', code('own-card').replace(/.{8}$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1))]);
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.goto('/khai-bao');
  await page.locator('.scan-offer button').click();
  await expect(page.locator('.scan-drop input')).toBeAttached();
  for (const file of [spoilt, picture('own-result-negative'), picture('own-release')]) {
    await page.setInputFiles('.scan-drop input', file);
    await expect(page.locator('.scan-offer')).toContainText('Chưa điền gì.');
    await expect(page.locator('#q-fullName')).toHaveValue('');
  }
  await page.setInputFiles('.scan-drop input', picture('own-card'));
  await expect(page.getByText('Đã điền từ thẻ. Hãy kiểm tra lại.')).toBeVisible();
  await expect(page.locator('#q-fullName')).toHaveValue('Phạm Ngọc Ánh');
  await expect(page.locator('#q-birthDate-2')).toHaveValue('1992');
  await expect(page.locator('input[name="q-sex"][value="female"]')).toBeChecked();
  await expect(page.locator('input[name="q-idType"]:checked'), 'a document that is partly hidden fills nothing').toHaveCount(0);
});

test('a household declares together: one record and one code for each, under one address', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.goto('/khai-bao');
  await fillPerson(page, FILLED);
  await fillContact(page, FILLED);
  await fillHealth(page, FILLED);
  await page.getByRole('button', { name: 'Thêm người trong nhà' }).click();
  await fillPerson(page, { ...FILLED, name: 'Lê Văn Mẫu' });
  await expect(page.locator('#q-address'), 'where they live is copied').toHaveValue(FILLED.address);
  await page.locator('main form button[type=submit]').click();
  await expect(page).toHaveURL(/#travel$/);
  await expect(page.locator('input[name="q-travelled"]:checked'), 'no answer that a colour is decided by is filled in').toHaveCount(0);
  await page.getByRole('button', { name: 'Cũng không đi đâu, như người khai đầu' }).click();
  await expect(page.locator('input[name="q-travelled"][value="false"]'), 'but one touch is enough').toBeChecked();
  await expect(page.locator('.same-travel')).toHaveCount(0);
  await page.locator('main form button[type=submit]').click();
  await expect(page).toHaveURL(/#signs$/);
  await expect(page.locator('input[name="q-signFever"]:checked'), 'how they feel is not').toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(/#travel$/);
  await fillHealth(page, { ...FILLED, cough: true });
  await page.locator('#q-dataConsent').check();
  await page.locator('#q-legalAccepted').check();
  await page.getByRole('button', { name: 'Đồng ý và gửi 2 tờ khai' }).click();
  await expect(page).not.toHaveURL(/khai-bao/);
  await expect.poll(() => idsSent(app.proxy).length).toBe(2);
  const bodies = app.proxy.seen
    .filter(({ method, path }) => method === 'POST' && path === '/v1/records')
    .flatMap(({ body }) => (JSON.parse(body) as { records: { record: { body: Record<string, unknown> } }[] }).records)
    .map(({ record }) => record.body);
  expect(bodies.map((body) => body['fullName']).sort()).toEqual(['Lê Văn Mẫu', 'Trần Thị Thử']);
  expect(new Set(bodies.map((body) => body['householdId'])).size).toBe(1);
  expect(bodies[0]?.['householdId']).toBeTruthy();
  await page.goto('/to-khai');
  await expect(page.locator('.record-list li')).toHaveCount(2);

  // Who is corrected stays in the household.
  await page.locator('.record-list a').first().click();
  await expect(page.locator('.mate')).toHaveCount(1);
  await page.locator('.correct-part button.second').first().click();
  await expect(page).toHaveURL(/khai-bao#consent$/);
  await send(page);
  await expect.poll(() => idsSent(app.proxy).length).toBe(3);
  await expect(page.locator('.mate')).toHaveCount(1);
});

test('somebody taken out of a household by mistake comes back with all answers', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.goto('/khai-bao');
  await fillPerson(page, FILLED);
  await fillContact(page, FILLED);
  await fillHealth(page, FILLED);
  await page.getByRole('button', { name: 'Thêm người trong nhà' }).click();
  await page.locator('#q-fullName').fill('Lê Văn Mẫu');
  await page.goto('/khai-bao#consent');
  await page.getByRole('button', { name: 'Xem và sửa' }).click(); // of the first: the other one may be taken out
  await page.getByRole('button', { name: 'Bỏ Lê Văn Mẫu' }).click();
  await expect(page.locator('.household')).toHaveCount(0);
  await expect(page.getByText('Đã bỏ Lê Văn Mẫu.')).toBeVisible();
  await enter(page.locator('.household-undo:focus'));
  await expect(page.locator('.household')).toContainText('Lê Văn Mẫu');
  await page.reload();
  await expect(page.locator('.household'), 'and it is kept').toContainText('Lê Văn Mẫu');
});

test('"none of these" answers the signs as long as it stands, and no longer', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.goto('/khai-bao#signs');
  const none = page.locator('#q-signsNone');
  const chosen = page.locator('input[type=radio][name^="q-sign"]:checked');
  const no = page.locator('input[type=radio][name^="q-sign"][value="false"]:checked');
  await none.check();
  const all = await no.count();
  expect(all).toBeGreaterThan(5);
  await none.uncheck();
  await expect(chosen, 'what was answered by that act alone is not answered without it').toHaveCount(0);
  await none.check();
  await page.locator('input[name="q-signCough"][value="true"]').check();
  await expect(none).not.toBeChecked();
  await expect(chosen, 'one sign was answered, and only that one').toHaveCount(1);
  await page.locator('main form button[type=submit]').click();
  await expect(page.locator('.summary')).toBeVisible();
  await expect(page).toHaveURL(/#signs$/);
});

test('the form is filled in in one tab at a time, and goes on in another with every answer', async ({ app }) => {
  const { context, page: first } = await app.browser({ width: 360, height: 740 });
  await first.goto('/khai-bao');
  await fillPerson(first, FILLED);
  await fillContact(first, FILLED);
  const waits = await context.newPage();
  await waits.goto('/khai-bao');
  await expect(waits.getByRole('heading', { name: 'Tờ khai đang mở ở thẻ khác' })).toBeFocused();
  const second = await context.newPage();
  await second.goto('/khai-bao');
  await expect(second.getByRole('heading', { name: 'Tờ khai đang mở ở thẻ khác' })).toBeVisible();
  expect(await axe(second)).toEqual([]);
  await lookAt(second, 'other-tab-360');
  await first.locator('input[name="q-travelled"][value="false"]').check(); // not kept yet when the other one asks
  await second.getByRole('button', { name: 'Khai tiếp ở đây' }).click();
  await expect(second.locator('.progress'), 'the one that asked, before the one that waited').toBeVisible();
  await expect(waits.locator('.progress')).toHaveCount(0);
  await waits.close();
  await second.goto('/khai-bao#travel');
  await expect(second.locator('input[name="q-travelled"][value="false"]')).toBeChecked();
  await expect(first.getByRole('heading', { name: 'Tờ khai đang mở ở thẻ khác' })).toBeVisible();
  await fillHealth(second, FILLED);
  await send(second);
  await expect.poll(() => idsSent(app.proxy).length).toBe(1);
  // The other one goes on by itself, with an empty form: what was sent is not there to be sent again.
  await expect(first.locator('.progress')).toBeVisible();
  await first.goto('/khai-bao#person');
  await expect(first.locator('#q-fullName')).toHaveValue('');
  await second.close();
  await first.reload();
  await expect(first.locator('.progress'), 'a reload finds the form free').toBeVisible();
  await first.waitForTimeout(600); // longer than a tab waits that is not alone
  await expect(first.locator('.progress')).toBeVisible();
});

test('the personal code is saved as a picture that can be read, and printed', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await declare(page, FILLED);
  await expect(page.locator('.qr-card svg.qr')).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Lưu thành ảnh' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^la-chan-.+\.png$/);
  const file = join(app.folder, 'personal.png');
  await download.saveAs(file);
  expect(readFileSync(file).subarray(1, 4).toString()).toBe('PNG');
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', 'yes');
  });
  await page.getByRole('button', { name: 'In mã' }).click();
  await expect(page.locator('body')).toHaveAttribute('data-printed', 'yes');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.qr-card svg.qr')).toBeVisible();
  await expect(page.locator('.qr-card')).toContainText(FILLED.name);
  await expect(page.locator('.receipt')).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  // A reader of codes sees one in the picture: it is no certificate, and says so.
  await page.goto('/xac-minh');
  await page.setInputFiles('.scan-drop input', file);
  await expect(page.locator('.verify-banner')).toContainText('không bắt đầu như một chứng nhận y tế');
});

test('after delivery: the telephone is proven by a code, the receipt is proven and goes on paper', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await declare(page, { ...FILLED, cough: true });
  await expect(page.locator('.receipt .proof.good')).toBeVisible();
  await page.getByRole('button', { name: 'Gửi mã cho tôi' }).click();
  const code = /\d{6}/.exec((await page.locator('.phone-part .hint', { hasText: 'mã là' }).textContent()) ?? '')?.[0] ?? '';
  await page.locator('#phone-code').fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: 'Xác nhận', exact: true }).click();
  await expect(page.locator('#phone-error')).toBeVisible();
  await page.locator('#phone-code').fill(code);
  await page.getByRole('button', { name: 'Xác nhận', exact: true }).click();
  await expect(page.locator('.phone-done')).toBeVisible();

  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', 'yes');
  });
  await page.getByRole('button', { name: /In biên nhận/ }).click();
  await expect(page.locator('body')).toHaveAttribute('data-printed', 'yes');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.receipt h2')).toBeVisible();
  await expect(page.locator('.receipt')).toContainText(FILLED.name);
  await expect(page.locator('.site-state')).toBeHidden();
});

test('a correction supersedes, a withdrawal says why, and the old version stays in the list', async ({ app }) => {
  const { page } = await app.browser({ width: 1440, height: 900 });
  await declare(page, FILLED);
  await expect(page.locator('.receipt .proof.good')).toBeVisible();
  await page.locator('.correct-part button.second').first().click();
  await expect(page).toHaveURL(/khai-bao/);
  await page.goto('/khai-bao#signs');
  await page.locator('input[name="q-signCough"][value="true"]').check();
  await page.goto('/khai-bao#consent');
  await send(page);
  await expect.poll(() => idsSent(app.proxy).length).toBe(2);
  await expect(page.locator('.verdict')).toContainText('VÀNG');
  await page.locator('.correct-part button.danger').click();
  await page.locator('#withdraw-reason').fill('Khai nhầm');
  await page.locator('.correct-part form button.danger').click();
  await expect.poll(() => idsSent(app.proxy).length).toBe(3);
  await page.goto('/to-khai');
  await expect(page.locator('.record-list')).toContainText('Đã rút');
  await expect(page.locator('.record-list li')).toHaveCount(2);
});
