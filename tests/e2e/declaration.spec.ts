/** What a declaring person does besides filling the form: a card instead of typing, a household, the telephone, paper, second thoughts. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, idsSent, offlineReady, test } from './support/app';
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
  await expect(page.locator('.scan-offer')).toContainText('Mã này không phải của CCCD hay thẻ BHYT.');
  await page.setInputFiles('.scan-drop input', picture);
  await expect(page.getByText('Đã điền từ thẻ. Hãy kiểm tra lại.')).toBeVisible();
  await expect(page.locator('#q-fullName')).toHaveValue('Nguyễn Văn Thử');
  await expect(page.locator('input[name="q-idType"][value="cccd"]')).toBeChecked();
  await expect(page.locator('#q-idNumber')).toHaveValue('001099000000');
  await expect(page.locator('#q-birthDate-2')).toHaveValue('1999');
  await expect(page.locator('input[name="q-sex"][value="male"]')).toBeChecked();
  expect(idsSent(app.proxy)).toEqual([]);
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
  await page.locator('input[name="q-travelled"][value="false"]').check();
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
