/** The verifier's page: camera, picture and text, online and off; what it says of the demonstration certificates is what they are. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/app';

const assets = process.env['LACHAN_ASSETS'] ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'assets');
const demo = join(assets, 'demo-certificates');
const picture = (name: string): string => join(demo, `${name}.png`);
const code = (name: string): string => readFileSync(join(demo, `${name}.txt`), 'utf8');

interface Example {
  name: string;
  expect: string;
}
const { certificates } = JSON.parse(readFileSync(join(demo, 'index.json'), 'utf8')) as { certificates: Example[] };

async function open(page: Page): Promise<void> {
  await page.goto('/xac-minh');
  await expect(page.locator('.scan-open')).toBeVisible();
  await expect(page.getByText('Số 1, 3 khóa, lập hôm nay')).toBeVisible();
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

test('pictures and texts of all demonstration certificates get the answer they are shown for', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await open(page);
  expect(certificates.length).toBeGreaterThanOrEqual(8);
  for (const { name, expect: summary } of certificates) {
    for (const bring of [() => show(page, name), () => paste(page, code(name))]) {
      await bring();
      await expect(page.locator(`.verify-banner.${summary}`), name).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: 'Quét mã tiếp theo' }).click();
    }
  }
  await expect(page.locator('.verify-counts li.valid b')).toHaveText('6');
  await expect(page.locator('.verify-counts li.invalid b')).toHaveText('6');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept, 'no person is kept').not.toMatch(/Nguy|NGUYEN|HC1|1988|URN/);
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
  expect(await state(page, 'Thu hồi')).toBe('notChecked');
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
  const film = (name: string, file: string): string => {
    const out = join(app.folder, `${name}.y4m`);
    const scale = 'scale=560:560:flags=neighbor,pad=1280:720:(ow-iw)/2:(oh-ih)/2:gray,format=yuv420p';
    execFileSync('ffmpeg', ['-y', '-loglevel', 'error', '-loop', '1', '-i', file, '-vf', scale, '-t', '1', '-r', '10', out]);
    return out;
  };
  const camera = (file: string): string[] => [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ];
  const first = await app.browser({ flags: camera(film('valid', picture('valid-recovery-es256'))) });
  await first.context.grantPermissions(['camera']);
  await open(first.page);
  await first.page.locator('.scan-open').click();
  await expect(first.page.locator('.verify-banner.valid')).toBeVisible();
  await first.page.locator('.verify-next').click(); // the camera opens again by itself
  await expect(first.page.locator('.verify-banner.valid')).toBeVisible();
  await first.context.close();

  const poster = join(app.folder, 'poster.png');
  writeFileSync(poster, execFileSync('qrencode', ['-s', '8', '-o', '-', 'https://example.org/']));
  const second = await app.browser({ flags: camera(film('poster', poster)) });
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
  const both = join(app.folder, 'both.png');
  const pictures = ['valid-recovery-es256', 'tampered'].flatMap((name) => ['-i', picture(name)]);
  const same = '[0]scale=700:700:flags=neighbor[a];[1]scale=700:700:flags=neighbor[b];[a][b]hstack';
  execFileSync('ffmpeg', ['-y', '-loglevel', 'error', ...pictures, '-filter_complex', same, '-frames:v', '1', both]);
  await page.setInputFiles('.scan-drop input', both);
  const choices = page.locator('.verify-several button');
  await expect(choices).toHaveCount(2);
  const words = new Set<string | null>();
  for (const choice of await choices.all()) {
    await choice.click();
    words.add(await page.locator('#answer-word').textContent());
  }
  expect(words).toEqual(new Set(['Hợp lệ', 'Không hợp lệ']));
});

test('axe finds nothing, whatever the answer', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await open(page);
  const check = async (what: string): Promise<void> => {
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${what}: ${id} ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  };
  await check('start');
  for (const name of ['valid-vaccination-es256', 'tampered', 'unknown-issuer', 'other-family']) {
    await show(page, name);
    for (const fold of await page.locator('.verify-content summary').all()) await fold.click();
    await check(name);
    await page.locator('.verify-next').click();
  }
  await paste(page, 'HC1:');
  await check('unreadable');
});
