/** The verifier's page: camera, picture and text, online and off; what it says of the demonstration certificates is what they are. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { divocCredential } from '../support/divoc.mjs';
import { assets, expect, fits, lookAt, offlineReady, test, web } from './support/app';
import {
  camera, certificates, code, expectNoAxe, film, giveBundle, giveOldBundle, pdfOf, PERSONAL, picture, sheet, typeAsReader,
} from './support/certificates';

const { number } = JSON.parse(readFileSync(join(assets, '..', 'trust', 'latest.json'), 'utf8')) as { number: number };

async function open(page: Page): Promise<void> {
  await page.goto('/xac-minh');
  await expect(page.locator('.scan-open')).toBeVisible();
  await expect(page.getByText(`Số ${number}, 4 khóa, lập`)).toBeVisible();
}

async function show(page: Page, name: string): Promise<void> {
  await page.setInputFiles('.scan-drop input', picture(name));
  await expect(page.locator('.verify-banner')).toBeVisible();
}

async function paste(page: Page, text: string): Promise<void> {
  await page.fill('#code', text);
  await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
  await expect(page.locator('.verify-banner')).toBeVisible();
}

const state = (page: Page, axis: string): Promise<string | null> =>
  page.locator('.verify-axes li', { hasText: axis }).getAttribute('class');

/** What is genuine and no pass has a face of its own. */
const FACES: Record<string, string> = { 'own-card': 'genuineCard', 'own-place': 'genuinePlace', 'own-result-positive': 'positive' };

test('pictures and texts of all demonstration certificates get the answer they are shown for', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await open(page);
  expect(certificates.length).toBeGreaterThanOrEqual(14);
  for (const { name, expect: summary } of certificates) {
    for (const bring of [() => show(page, name), () => paste(page, code(name))]) {
      await bring();
      await expect(page.locator(`.verify-banner.${FACES[name] ?? summary}`), name).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: 'Quét mã tiếp theo' }).click();
    }
  }
  await expect(page.locator('.verify-counts li.valid b')).toHaveText('12');
  await expect(page.locator('.verify-counts li.invalid b')).toHaveText('8');
  await expect(page.locator('.verify-counts li.genuineCard b')).toHaveText('2');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept, 'no person is kept').not.toMatch(PERSONAL);
});

test('numbers that were cleared can be had back, beside what was counted since', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await open(page);
  const valid = page.locator('.verify-counts li.valid b');
  const countOne = async (): Promise<void> => {
    await paste(page, code('valid-vaccination-es256'));
    await page.getByRole('button', { name: 'Quét mã tiếp theo' }).click();
  };
  const kept = async (): Promise<number> =>
    page.evaluate(() => {
      const { days } = JSON.parse(localStorage.getItem('lachan.verify.counts') ?? '{"days":{}}') as { days: Record<string, { valid?: number }> };
      return Object.values(days).reduce((sum, day) => sum + (day.valid ?? 0), 0);
    });
  await page.evaluate(() => localStorage.setItem('lachan.verify.counts', JSON.stringify({ days: { [new Date(Date.now() - 5 * 864e5).toISOString().slice(0, 10)]: { valid: 40 } } })));
  await page.reload();
  await countOne();
  await countOne();
  await page.getByRole('button', { name: 'Xóa số đếm' }).click();
  await expect(page.locator('.undo-button')).toBeFocused();
  await expect(page.locator('.undo')).toHaveText(/Đã xóa số đếm của mọi ngày\.\s*Lấy lại/);
  await expect(valid).toHaveCount(0);
  expect(await kept(), 'what is seen to be gone is gone').toBe(0);
  await countOne();
  await page.getByRole('button', { name: 'Lấy lại' }).click();
  await expect(valid).toHaveText('3');
  await expect(page.getByRole('button', { name: 'Xóa số đếm' })).toBeFocused();
  await expect(page.locator('.undo')).toHaveCount(0);
  expect(await kept()).toBe(43);
  await expectNoAxe(page, 'counts');
});

test('a person is shown as proven only under a signature that holds', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  await show(page, 'valid-vaccination-es256');
  const person = page.locator('.verify-person');
  await expect(person).toContainText('Nguyễn Thị Minh Đào');
  await expect(person).toContainText('12/03/1988');
  await expect(person).toBeVisible();
  await expect(page.locator('.verify-content.claim')).toHaveCount(0);
  expect(await state(page, 'Chữ ký số')).toBe('pass');
  expect(await state(page, 'Thu hồi')).toBe('pass');
  await page.getByRole('button', { name: 'Quét mã tiếp theo' }).click();

  await show(page, 'revoked');
  await expect(page.locator('.verify-banner.invalid')).toBeVisible();
  expect(await state(page, 'Chữ ký số'), 'it is no forgery').toBe('pass');
  expect(await state(page, 'Thu hồi')).toBe('fail');
  await expect(page.locator('.verify-why')).toContainText('thu hồi');
  await lookAt(page, 'revoked-1280');
  await page.getByRole('button', { name: 'Quét mã tiếp theo' }).click();

  await show(page, 'tampered');
  await expect(page.locator('.verify-why')).toContainText('đã bị sửa hoặc làm giả');
  await expect(page.locator('.verify-content.claim')).toBeVisible();
  await expect(person).toBeHidden();
  expect(await state(page, 'Chữ ký số')).toBe('fail');
  await page.getByRole('button', { name: 'Quét mã tiếp theo' }).click();

  await show(page, 'unknown-issuer');
  await expect(page.getByText('Không phải giả, cũng chưa phải thật')).toBeVisible();
  await expect(person).toBeHidden();
  expect(await state(page, 'Chữ ký số')).toBe('notChecked');
});

test('everything works without network after the first visit, by keyboard alone, in both languages', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await open(page);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker?.controller !== null), { timeout: 30_000 }).toBe(true);
  await app.stop();
  app.proxy.target(1); // nobody listens there
  await page.reload();
  await open(page);
  await show(page, 'valid-test-ps256'); // the reader was never used before: it must have been kept
  await expect(page.locator('.verify-banner.valid')).toBeVisible();
  await expect(page.getByText('Âm tính')).toBeVisible();

  await page.locator('.verify-next').focus();
  await page.keyboard.press('Enter');
  await page.locator('#code').focus();
  await page.keyboard.insertText(code('expired'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('.verify-banner.invalid')).toBeVisible();
  await expect(page.locator('#answer')).toBeFocused();
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Not valid' })).toBeVisible();
  await expect(page.locator('.verify-why')).toContainText('The certificate has expired');
});

test('the camera takes one code after another and says when a code is no certificate', async ({ app }) => {
  const first = await app.browser({ flags: camera(film(app, 'valid', picture('valid-recovery-es256'))) });
  await first.context.grantPermissions(['camera']);
  await open(first.page);
  await first.page.locator('.scan-open').click();
  await expect(first.page.locator('.verify-banner.valid')).toBeVisible();
  await first.page.locator('.verify-next').click(); // the camera opens again by itself
  await expect(first.page.locator('.verify-banner.valid')).toBeVisible();
  await first.context.close();

  const poster = join(app.folder, 'poster.png');
  writeFileSync(poster, execFileSync('qrencode', ['-s', '8', '-o', '-', 'https://example.org/']));
  const second = await app.browser({ flags: camera(film(app, 'poster', poster)) });
  await second.context.grantPermissions(['camera']);
  await open(second.page);
  await second.page.locator('.scan-open').click();
  await expect(second.page.getByText('không phải chứng nhận y tế')).toBeVisible();
  await expect(second.page.locator('.verify-banner')).toHaveCount(0);
  await second.page.keyboard.press('Escape');
  await expect(second.page.locator('.scan-open')).toBeVisible();
});

test('what cannot be read is said in words: no camera, no picture, no code, no text', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  const said = page.locator('.scan-said');
  await page.locator('.scan-open').click();
  await expect(said).toContainText(/camera/);
  await page.setInputFiles('.scan-drop input', { name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await expect(said).toContainText('không phải là ảnh');
  await page.setInputFiles('.scan-drop input', { name: 'x.png', mimeType: 'image/png', buffer: Buffer.alloc(9 * 1024 * 1024) });
  await expect(said).toContainText('lớn hơn 8 MB');
  const blank = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 50 } });
  await page.setInputFiles('.scan-drop input', { name: 'x.png', mimeType: 'image/png', buffer: blank });
  await expect(said).toContainText('Không thấy mã QR');
  await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
  await expect(page.getByText('Chưa có nội dung nào để kiểm tra.')).toBeVisible();
  await paste(page, 'HC1:NOT A CERTIFICATE');
  await expect(page.locator('.verify-banner.unreadable')).toBeVisible();
});

test('two codes on one page get an answer each', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  await page.setInputFiles('.scan-drop input', sheet(app, ['valid-recovery-es256', 'tampered']));
  const choices = page.locator('.verify-several button');
  await expect(choices).toHaveCount(2);
  const words = new Set<string | null>();
  for (const choice of await choices.all()) {
    await choice.click();
    words.add(await page.locator('#answer-word').textContent());
    await expect(choice).toContainText((await page.locator('#answer-word').textContent()) ?? '?');
  }
  expect(words).toEqual(new Set(['Hợp lệ', 'Không hợp lệ']));
});

for (const width of [360, 1440]) {
  test(`axe finds nothing at ${width} px, whatever the answer`, async ({ app }) => {
    const { page } = await app.browser({ width, height: 800 });
    await open(page);
    await page.locator('.verify-settings > summary').click();
    await expectNoAxe(page, 'start');
    for (const name of ['valid-vaccination-es256', 'tampered', 'unknown-issuer', 'other-family']) {
      await show(page, name);
      for (const fold of await page.locator('.verify-content summary').all()) await fold.click();
      await expectNoAxe(page, name);
      await page.locator('.verify-next').click();
    }
    await paste(page, 'HC1:');
    await expectNoAxe(page, 'unreadable');
    await page.locator('.verify-next').click();
    await page.locator('.verify-history').scrollIntoViewIfNeeded().catch(() => undefined);
    await page.getByText('Xem từng ngày').click();
    await expectNoAxe(page, 'history');
  });
}

test('several pictures, a PDF and a picture from the clipboard are read; the PDF reader is fetched for the PDF only', async ({
  app,
}) => {
  const { page } = await app.browser();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await open(page);
  const blank = await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 50 } });
  const blankFile = join(app.folder, 'blank.png');
  writeFileSync(blankFile, blank);
  await page.setInputFiles('.scan-drop input', [picture('valid-test-ps256'), blankFile, picture('expired')]);
  await expect(page.locator('.verify-several button')).toHaveCount(2);
  await page.locator('.verify-next').click();
  await expect(page.locator('.scan-said')).toContainText('1 tệp không có mã nào');
  expect(asked.filter((path) => /pdf/.test(path))).toEqual([]);

  await page.setInputFiles('.scan-drop input', pdfOf(app, 'valid-vaccination-es256'));
  await expect(page.locator('.verify-banner.valid')).toBeVisible({ timeout: 40_000 });
  await page.locator('.verify-next').click();
  await page.setInputFiles('.scan-drop input', { name: 'x.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') });
  await expect(page.locator('.scan-said')).toContainText('PDF này không mở được');

  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'code.png', { type: 'image/png' }));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, readFileSync(picture('tampered')).toString('base64'));
  await expect(page.locator('.verify-banner.invalid')).toBeVisible();
});

test('a hand-held reader is heard wherever the focus is, and no hand is taken for one', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  await typeAsReader(page, code('valid-test-ps256'));
  await expect(page.locator('.verify-banner.valid')).toBeVisible();
  await page.locator('.verify-next').focus();
  await typeAsReader(page, code('expired'), '.verify-next'); // spaces and Enter press no button
  await expect(page.locator('.verify-banner.invalid')).toBeVisible();
  await page.locator('.verify-next').click();

  // A field keeps what a hand types; a reader in the field of the page is taken out of it.
  const field = page.locator('#code');
  await field.pressSequentially('HC1:AB C', { delay: 130 });
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('HC1:AB C\n');
  await expect(page.locator('.verify-banner')).toHaveCount(0);
  await typeAsReader(page, code('valid-recovery-es256'), '#code');
  await expect(page.locator('.verify-banner.valid')).toBeVisible();
  await expect(field).toHaveValue('');
  await page.locator('.verify-next').click();
  await page.locator('h1').focus();
  for (const key of 'HC1:TYPED BY HAND') await page.keyboard.press(key === ' ' ? 'Space' : key, { delay: 60 });
  await page.keyboard.press('Enter');
  await expect(page.locator('.verify-banner')).toHaveCount(0);

  // A Vietnamese input method turns letters into others: said, not judged.
  await typeAsReader(page, 'HC1:NCFĐXƠ50T9WTWGVLK-49NJ3B');
  await expect(page.locator('.verify-trouble')).toContainText('tắt bộ gõ tiếng Việt');
});

test('parts of a health card are collected in any order, and what is missing is shown', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  await page.fill('#code', 'shc:/3/3/5555');
  await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
  const parts = page.locator('.verify-parts');
  await expect(parts).toContainText('đã có 1 trên 3. Còn thiếu mã số 1, 2.');
  await typeAsReader(page, 'shc:/1/3/567629');
  await expect(parts).toContainText('đã có 2 trên 3. Còn thiếu mã số 2.');
  await typeAsReader(page, 'shc:/1/3/567629'); // shown twice
  await expect(parts).toContainText('đã có 2 trên 3.');
  await expectNoAxe(page, 'parts');
  await typeAsReader(page, 'shc:/2/3/4444');
  await expect(page.locator('.verify-banner')).toBeVisible(); // whole, though it is no true card
  await expect(parts).toHaveCount(0);
});

test('a list that is too old is said in words and shows no green', async ({ app }) => {
  giveOldBundle(app);
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.goto('/xac-minh');
  await expect(page.locator('.verify-alarm')).toContainText('DỮ LIỆU QUÁ CŨ');
  await expect(page.locator('.verify-ages .stale')).toContainText('QUÁ HẠN từ');
  await expectNoAxe(page, 'an old list');
  for (const { name } of certificates) {
    await show(page, name);
    await expect(page.locator('.verify-banner'), name).not.toHaveClass(/\bvalid\b/);
    expect(await state(page, 'Đơn vị cấp'), name).not.toBe('pass');
    await page.locator('.verify-next').click();
  }
});

for (const width of [360, 1440]) {
  test(`a credential of DIVOC shows what was signed alone, offline too, at ${width} px`, async ({ app }) => {
    const { key, source, credential } = divocCredential();
    const file = join(app.folder, 'moh.pem');
    writeFileSync(file, key);
    giveBundle(app, [`${file}${source}`]);
    const { page } = await app.browser({ width, height: 900 });
    await page.goto('/xac-minh');
    await paste(page, credential);
    await expect(page.locator('.verify-banner.valid')).toBeVisible();
    await expect(page.locator('.verify-person')).toContainText('Trần Thị Bưởi');
    await expect(page.locator('main')).not.toContainText('1988');
    await page.locator('.verify-content summary').press('Enter');
    await expect(page.locator('.verify-content')).toContainText('credentialSubject.dob');
    await expect(page.locator('main')).toContainText('không phân biệt vắc xin');
    await expectNoAxe(page, 'a credential of DIVOC');
    expect(await fits(page)).toBe(true);
    await lookAt(page, `divoc-${width}`);
    await page.locator('.verify-next').click();

    await offlineReady(page);
    app.proxy.offline(true);
    // The graph is the same, and so the signature holds: what cannot be told apart is not called proven.
    await paste(page, credential.replace('"dose":1,"totalDoses":2', '"dose":2,"totalDoses":1'));
    await expect(page.locator('.verify-banner.notChecked')).toBeVisible();
    await expect(page.locator('.verify-person')).toHaveCount(0);
    await expect(page.locator('.verify-content.claim')).toHaveCount(1);
    await lookAt(page, `divoc-swapped-${width}`);
    await page.locator('.verify-next').click();
    await paste(page, credential.replace('Bưởi', 'Bười'));
    await expect(page.locator('.verify-banner.invalid')).toBeVisible();
  });
}

test('a verifier that did not come is asked for again by the next certificate, and nothing else is hurt', async ({ app }) => {
  const file = readdirSync(join(web, 'static')).find((name) => /^verifier-.*\.wasm$/.test(name));
  expect(file).toBeDefined();
  const path = `/static/${file}`;
  app.proxy.answer(path, 503, {}, '', 2); // asked for once, and once more where it cannot be compiled while it comes
  const { page } = await app.browser();
  await page.goto('/xac-minh');
  await expect.poll(() => app.proxy.seen.filter((each) => each.path === path).length).toBeGreaterThan(1);
  await paste(page, code('valid-vaccination-es256'));
  await expect(page.locator('.verify-banner.valid')).toBeVisible();
  await expect(page.locator('.site-state')).toContainText('Chưa có tờ khai');
});

test('the counts are kept by day, leave as a table without anybody in it, and can be cleared', async ({ app }) => {
  const { page } = await app.browser();
  await open(page);
  await page.evaluate(() => {
    const days = { '2020-01-01': { valid: 5 }, '': { valid: 1 }, '2999-01-01': { valid: 'x' } };
    localStorage.setItem('lachan.verify.counts', JSON.stringify({ days }));
  });
  await page.reload();
  await open(page);
  await expect(page.getByText('Chưa kiểm tra mã nào.')).toBeVisible(); // too old, or no counts at all
  for (const name of ['valid-test-ps256', 'tampered', 'unknown-issuer']) {
    await show(page, name);
    await page.locator('.verify-next').click();
  }
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải số liệu' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
  expect(csv).toBe(`day,valid,invalid,notTrusted,notChecked,unreadable,genuineCard,genuinePlace,positive\r\n${today},1,1,1,0,0,0,0,0\r\n`);
  await page.getByRole('button', { name: 'Xóa số đếm' }).click();
  await expect(page.getByText('Chưa kiểm tra mã nào.')).toBeVisible();
});

test('chosen rules are asked besides: they pass, refuse with their words, and stay chosen', async ({ app }) => {
  const { context, page } = await app.browser({ width: 360, height: 740 });
  // A sample of yesterday is five days old for the worker, which is where the core judges.
  await context.route('**/static/worker-*.js', async (route) => {
    const response = await route.fetch();
    const clock = `{const real=Date.now;Date.now=()=>real.call(Date)+${4 * 86_400_000}}\n`;
    await route.fulfill({ response, body: clock + (await response.text()) });
  });
  await open(page);
  await show(page, 'valid-test-ps256');
  await expect(page.locator('.verify-banner')).toHaveClass(/\bvalid\b/);
  expect(await state(page, 'Quy định')).toBe('notChecked');
  await page.locator('.verify-next').click();
  await page.getByLabel('Bộ quy định áp dụng').selectOption({ label: 'Nhập cảnh' });
  await expect(page.locator('#rules-help')).toContainText('chưa được đối chiếu');
  await expect(page.locator('.verify-ages')).toContainText('Nhập cảnh.');
  await expectNoAxe(page, 'rules chosen');
  await show(page, 'valid-test-ps256');
  await expect(page.locator('.verify-banner')).toHaveClass(/\binvalid\b/);
  await expect(page.locator('.verify-banner')).toContainText('TR-VN-0102');
  await expect(page.locator('.verify-banner')).toContainText('không quá 72 giờ');
  expect(await state(page, 'Quy định')).toBe('fail');
  await page.locator('.verify-next').click();
  await show(page, 'valid-vaccination-es256');
  await expect(page.locator('.verify-banner')).toHaveClass(/\bvalid\b/);
  expect(await state(page, 'Quy định')).toBe('pass');
  await page.reload();
  await expect(page.getByLabel('Bộ quy định áp dụng')).toHaveValue('vn-entry');
});

for (const width of [360, 1440]) {
  test(`our own codes are what they are, and only a certificate is a pass, at ${width} px`, async ({ app }) => {
    const { page } = await app.browser({ width, height: 900 });
    await open(page);
    const banner = page.locator('.verify-banner');
    const green = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--valid').trim());
    const [red, greenPart, blue] = [1, 3, 5].map((at) => Number.parseInt(green.slice(at, at + 2), 16));
    const isGreen = { 'background-color': `rgb(${red}, ${greenPart}, ${blue})` };
    const see = async (name: string, word: string, ...parts: string[]): Promise<void> => {
      await show(page, name);
      await expect(page.locator('#answer-word')).toHaveText(word);
      for (const part of parts) await expect(banner).toContainText(part);
      await expectNoAxe(page, name);
      expect(await fits(page), name).toBe(true);
      await lookAt(page, `${name}-${width}`);
    };
    const next = (): Promise<void> => page.locator('.verify-next').click();

    await see('own-card', 'Đúng thẻ', 'Phạm Ngọc Ánh', '******', 'Nữ', 'không thay chứng nhận');
    await expect(banner).not.toHaveCSS('background-color', isGreen['background-color']);
    await next();
    await see('own-place', 'Đúng địa điểm', 'Chốt kiểm dịch', 'Thành phố Đà Nẵng', 'demo.example.vn');
    await expect(banner).not.toHaveCSS('background-color', isGreen['background-color']);
    await expect(page.locator('.verify-person')).not.toContainText('Họ và tên');
    await next();
    await see('own-result-positive', 'Dương tính', 'Phạm Ngọc Ánh');
    await expect(banner).not.toHaveCSS('background-color', isGreen['background-color']);
    await next();
    await see('own-result-negative', 'Hợp lệ');
    await expect(banner).toHaveCSS('background-color', isGreen['background-color']);
    await expect(page.locator('.verify-content')).toContainText('Âm tính');
    await next();
    await see('own-release', 'Hợp lệ', 'Cách ly đến hết ngày', 'Theo dõi tại nhà đến ngày');
    await expect(page.locator('.verify-content')).toContainText('Phường Tân Định, Quận 1, Thành phố Hồ Chí Minh');
    await expect(page.locator('.verify-content')).toContainText('Cơ sở cách ly tập trung');
    await page.getByRole('button', { name: 'English' }).click();
    await expect(banner).toContainText('Quarantined to the end of');
    await next();

    // A hand-held reader is heard in the field too, and the field is emptied.
    await typeAsReader(page, code('own-card'), '#code');
    await expect(page.locator('.verify-banner.genuineCard')).toBeVisible();
    await expect(page.locator('#code')).toHaveValue('');
    await next();

    // One digit of its text is another's: nothing of the person stands as proven.
    const spoilt = code('own-card').replace(/.{8}$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1));
    await page.fill('#code', spoilt);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await expect(banner).toBeVisible();
    await expect(banner).not.toHaveClass(/genuine|\bvalid\b/);
    await expect(page.locator('.verify-person')).toHaveCount(0);
    await next();
    const counts = page.locator('.verify-counts');
    await expect(counts.locator('.genuineCard b')).toHaveText('2');
    await expect(counts.locator('.genuinePlace b')).toHaveText('1');
    await expect(counts.locator('.positive b')).toHaveText('1');
    await expect(counts.locator('.valid b')).toHaveText('2');
  });
}
