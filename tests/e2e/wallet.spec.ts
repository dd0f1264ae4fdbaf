/** The wallet: certificates are kept, shown, printed, saved and taken back on this device alone, with and without a network. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, lookAt, offlineReady, test } from './support/app';
import { code, expectNoAxe, giveOldBundle, pdfOf, picture } from './support/certificates';

async function openWallet(page: Page): Promise<void> {
  await page.goto('/vi-chung-nhan');
  await expect(page.locator('.wallet .scan-open')).toBeVisible();
}

async function paste(page: Page, text: string): Promise<void> {
  await page.fill('#wallet-code', text);
  await page.getByRole('button', { name: 'Thêm vào ví' }).click();
}

const cards = (page: Page) => page.locator('.wallet-card');

test('certificates come by picture, PDF and text, stand by person, and outlive the page offline', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  await openWallet(page);
  await expect(page.locator('.wallet-empty')).toBeVisible();
  await expectNoAxe(page, 'an empty wallet');
  await page.setInputFiles('.scan-drop input', [picture('valid-vaccination-es256'), picture('valid-test-ps256')]);
  await expect(page.locator('.wallet-said')).toContainText('Đã thêm 2 chứng nhận.');
  await page.setInputFiles('.scan-drop input', pdfOf(app, 'unknown-issuer'));
  await expect(cards(page)).toHaveCount(3, { timeout: 40_000 });
  await paste(page, code('expired'));
  await expect(cards(page)).toHaveCount(4);
  await expect(page.locator('.wallet-card.invalid')).toContainText('Đã hết hạn từ');
  await expect(page.locator('.wallet-card.valid').first()).toContainText('dùng được đến');
  await expect(page.locator('.wallet-person', { hasText: 'Chưa được chứng thực' })).toContainText('Không rõ đơn vị cấp');
  await expect(page.locator('.wallet-person h2', { hasText: 'Nguyễn Thị Minh Đào' })).toHaveCount(1);
  await paste(page, code('expired'));
  await expect(page.locator('.wallet-said')).toContainText('đã có trong ví');
  await paste(page, 'https://example.org/');
  await expect(page.locator('.wallet-said')).toContainText('không phải chứng nhận');
  await expect(cards(page)).toHaveCount(4);
  await expectNoAxe(page, 'a full wallet');
  expect(sent.filter((each) => each.includes('HC1')), 'no certificate leaves the device').toEqual([]);

  await offlineReady(page);
  await app.stop();
  app.proxy.target(1); // nobody listens there
  await page.reload();
  await expect(cards(page)).toHaveCount(4);
  await expect(page.locator('.wallet-card.valid')).toHaveCount(2);
  await page.locator('.wallet-show').first().click();
  await expect(page.locator('.show .qr')).toBeVisible();
});

test('a certificate fills the screen, arrows lead on, and what is shown is the code that was kept', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await openWallet(page);
  await page.setInputFiles('.scan-drop input', [picture('valid-vaccination-es256'), picture('valid-test-ps256')]);
  await expect(cards(page)).toHaveCount(2);
  await page.locator('.wallet-show').first().focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.show .qr')).toBeVisible();
  await expect(page.locator('.show h1')).toBeFocused();
  await expect(page.locator('.site-head')).toBeHidden();
  await expectNoAxe(page, 'shown');
  const shot = join(app.folder, 'shown.png');
  await page.screenshot({ path: shot });
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.show-move')).toContainText('2 trên 2');
  await page.keyboard.press('ArrowRight'); // there is no third
  await expect(page.locator('.show-move')).toContainText('2 trên 2');
  await page.keyboard.press('Escape');
  await expect(page.locator('.show')).toHaveCount(0);
  await expect(page.locator('.wallet-show').first()).toBeFocused();
  // A verifier reads the screen.
  await page.goto('/xac-minh');
  await page.setInputFiles('.scan-drop input', shot);
  await expect(page.locator('.verify-banner.valid')).toBeVisible();
  await expect(page.locator('.verify-person')).toContainText('Nguyễn Thị Minh Đào');
});

test('what is removed can be taken back, and is gone for good after that', async ({ app }) => {
  const { page } = await app.browser();
  await openWallet(page);
  await page.setInputFiles('.scan-drop input', [picture('valid-vaccination-es256'), picture('valid-test-ps256')]);
  await expect(cards(page)).toHaveCount(2);
  await page.locator('.wallet-remove').first().click();
  await expect(cards(page)).toHaveCount(1);
  await expect(page.locator('.undo-button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cards(page)).toHaveCount(2);
  await page.locator('.wallet-remove').first().click();
  await expect(cards(page)).toHaveCount(1); // told only when it is written down
  await page.reload();
  await expect(cards(page)).toHaveCount(1);
  await expect(page.locator('.undo-button')).toHaveCount(0);
  await page.reload();
  await expect(cards(page)).toHaveCount(1);
});

test('the wallet goes to another browser as a file; a foreign or damaged file changes nothing', async ({ app }) => {
  const first = await app.browser();
  await openWallet(first.page);
  await paste(first.page, code('valid-recovery-es256'));
  await expect(cards(first.page)).toHaveCount(1);
  await paste(first.page, code('expired'));
  await expect(cards(first.page)).toHaveCount(2);
  const download = first.page.waitForEvent('download');
  await first.page.getByRole('button', { name: 'Tải tệp sao lưu' }).click();
  const file = join(app.folder, 'wallet.json');
  await (await download).saveAs(file);

  const { page } = await app.browser();
  await openWallet(page);
  const take = (path: string): Promise<void> => page.setInputFiles('.wallet-import input', path);
  const spoilt = join(app.folder, 'spoilt.json');
  const whole = readFileSync(file, 'utf8');
  const foreign = { type: 'lachan.wallet', version: 1, certificates: [{ codes: [], addedAt: 0 }] };
  for (const text of [whole.slice(0, -9), '{}', '[]', JSON.stringify(foreign)]) {
    writeFileSync(spoilt, text);
    await take(spoilt);
    await expect(page.locator('.wallet-said')).toContainText('không phải tệp sao lưu');
    await expect(cards(page)).toHaveCount(0);
  }
  await take(file);
  await expect(page.locator('.wallet-said')).toContainText('Đã nhập 2 chứng nhận');
  await expect(cards(page)).toHaveCount(2);
  await take(file); // once is enough
  await expect(page.locator('.wallet-said')).toContainText('Đã nhập 0');
  await expect(cards(page)).toHaveCount(2);
  await page.reload();
  await expect(cards(page)).toHaveCount(2);
});

test('paper has the code large enough, on a folded sheet and on a card', async ({ app }) => {
  const { page } = await app.browser();
  await openWallet(page);
  await page.setInputFiles('.scan-drop input', picture('valid-vaccination-es256'));
  await expect(cards(page)).toHaveCount(1);
  await page.evaluate(() => {
    window.print = () => undefined;
  });
  for (const [button, width] of [['In khổ A4', 88], ['In thẻ nhỏ', 50]] as const) {
    await page.getByRole('button', { name: button }).click();
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('.wallet-paper .qr')).toBeVisible();
    await expect(page.locator('.wallet-add')).toBeHidden();
    if (width === 88) {
      // As lachan-issue prints them: Decision 5772, without the nationality, which is not in the code.
      await expect(page.locator('.paper-front th')).toHaveText([
        'Họ và tên', 'Ngày, tháng, năm sinh', 'Bệnh hoặc tác nhân bị nhắm tới', 'Số mũi tiêm đã nhận', 'Ngày tiêm', 'Liều số', 'Vắc xin',
        'Sản phẩm vắc xin', 'Nhà cung cấp hoặc sản xuất', 'Mã số của chứng nhận', 'Nước', 'Nơi cấp',
      ]);
      const front = page.locator('.paper-front');
      expect(await front.evaluate((each) => each.scrollHeight - each.clientHeight), 'all of it fits its quarter').toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 794, height: 1123 });
      await lookAt(page, 'wallet-paper');
    }
    const mm = await page.locator('.wallet-paper .qr').evaluate((each) => (each.getBoundingClientRect().width / 96) * 25.4);
    expect(Math.round(mm)).toBe(width);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g), 'one sheet').toHaveLength(1);
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await expect(page.locator('.wallet-add')).toBeVisible();
  }
});

test('a list that is too old leaves nothing valid in the wallet', async ({ app }) => {
  const { page } = await app.browser({ width: 1440, height: 900 });
  await openWallet(page);
  await paste(page, code('valid-recovery-es256'));
  await expect(page.locator('.wallet-card.valid')).toHaveCount(1);
  await expectNoAxe(page, 'wide');
  await offlineReady(page);
  giveOldBundle(app);
  const second = await app.browser();
  await openWallet(second.page);
  await paste(second.page, code('valid-recovery-es256'));
  await expect(second.page.locator('.wallet-card.notChecked')).toContainText('Chưa kiểm tra được');
  await expect(second.page.locator('.wallet-card.valid')).toHaveCount(0);
});

for (const width of [360, 1440]) {
  test(`our own codes are kept and shown as what they are, and no sign of a place, at ${width} px`, async ({ app }) => {
    const { page } = await app.browser({ width, height: 800 });
    await openWallet(page);
    await page.setInputFiles('.scan-drop input', [picture('valid-vaccination-es256'), picture('own-card'), picture('own-release')]);
    await expect(cards(page)).toHaveCount(3);
    await expect(page.locator('.wallet-person')).toHaveCount(2);
    await expect(page.locator('.wallet-card.genuineCard')).toContainText('không phải chứng nhận y tế');
    const release = page.locator('.wallet-card', { hasText: 'Hoàn thành cách ly' });
    await expect(release.locator('.wallet-days')).toContainText('Theo dõi tại nhà đến ngày');
    await paste(page, code('own-place'));
    await expect(page.locator('.wallet-said')).toContainText('mã của một địa điểm');
    await paste(page, code('own-result-positive'));
    await expect(page.locator('.wallet-card.positive')).toContainText('không dùng để qua cửa');
    await expect(cards(page)).toHaveCount(4);
    await expectNoAxe(page, 'own codes');
    await lookAt(page, `wallet-own-${width}`);
    await release.locator('.wallet-show').click();
    await expect(page.locator('.show .qr')).toBeVisible();
    await expect(page.locator('.show .wallet-days dd')).toHaveCount(2);
    await expectNoAxe(page, 'a release shown');
    await lookAt(page, `show-release-${width}`);
    await page.keyboard.press('Escape');
    await page.reload();
    await expect(cards(page)).toHaveCount(4);
    await page.evaluate(() => {
      window.print = () => undefined;
    });
    await page.locator('.wallet-card.genuineCard').getByRole('button', { name: 'In khổ A4' }).click();
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('.paper-front b')).toHaveText('Thẻ cá nhân');
    await expect(page.locator('.paper-front th')).toHaveText(['Họ và tên', 'Ngày, tháng, năm sinh', 'Giới tính', 'Số giấy tờ (che bớt)', 'Mã số cá nhân', 'Mã số của chứng nhận', 'Nước']);
  });
}
