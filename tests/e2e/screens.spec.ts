/** Every screen, narrow and wide: axe finds nothing at WCAG 2.2 AA, nothing runs off the side; pictures for the
 * README. */

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, expect, test, WITH_PICTURES } from './support/app';
import { declare } from './support/form';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const pictures = join(root, 'docs', 'pictures');
/** The README must load fast, too. */
const PICTURE_BYTES = 150 * 1024;

const SCREENS = [
  { path: '/', name: 'home', sign: '.doors' },
  { path: '/khai-bao', name: 'declare', sign: '#q-fullName' },
  { path: '/khai-bao#contact', name: 'contact', sign: '#q-province' },
  { path: '/khai-bao#travel', name: 'travel', sign: 'input[name="q-travelled"]' },
  { path: '/khai-bao#signs', name: 'signs', sign: 'input[name="q-signFever"]' },
  { path: '/khai-bao#contacts', name: 'contacts', sign: 'input[name="q-contactCase"]' },
  { path: '/khai-bao#conditions', name: 'conditions', sign: 'input[name="q-liver"]' },
  { path: '/khai-bao#consent', name: 'consent', sign: '#q-dataConsent' },
  { path: '/to-khai', name: 'mine', sign: 'main h1' },
  { path: '/xac-minh', name: 'verify', sign: 'main h1' },
  { path: '/xac-minh#cong', name: 'gate', sign: '.gate h1' },
  { path: '/vi-chung-nhan', name: 'wallet', sign: 'main h1' },
  { path: '/sua-chung-nhan', name: 'corrections', sign: 'main h1' },
  { path: '/thu-quy-dinh', name: 'simulator', sign: '.sim-rule' },
  { path: '/can-bo', name: 'officials', sign: 'main h1' },
  { path: '/ban-do', name: 'map', sign: 'main h1' },
  { path: '/ban-do-chi-tiet', name: 'units', sign: '.units-list li' },
] as const;

/** For the README: written when LACHAN_PICTURES is set. */
const PICTURES = new Set([
  'home-360',
  'declare-360',
  'consent-360',
  'sent-360',
  'verify-360',
  'home-1440',
  'mine-1440',
  'map-1440',
  'units-1440',
  'worklist-1440',
]);

const SIZES = [
  { width: 360, height: 740 },
  { width: 1440, height: 900 },
] as const;

async function shoot(page: Page, name: string): Promise<void> {
  if (!WITH_PICTURES || !PICTURES.has(name)) return;
  mkdirSync(pictures, { recursive: true });
  const file = join(pictures, `${name}.jpg`);
  await page.screenshot({ path: file, type: 'jpeg', quality: 72 });
  expect(statSync(file).size, file).toBeLessThan(PICTURE_BYTES);
}

for (const { width, height } of SIZES) {
  test(`every screen at ${width} px passes axe and fits`, async ({ app }) => {
    test.setTimeout(240_000);
    const { page } = await app.browser({ width, height });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) errors.push(message.text());
    });
    app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
    await declare(page, { name: 'Trần Thị Thử', address: '12 Lê Lợi', cough: true });
    await expect(page.locator('main h1')).toBeVisible();
    expect.soft(await axe(page), 'after sending').toEqual([]);
    await shoot(page, `sent-${width}`);
    for (const { path, name, sign } of SCREENS) {
      await page.goto('about:blank');
      await page.goto(path);
      await expect(page.locator(sign).first(), path).toBeVisible();
      await page.waitForTimeout(400);
      // The counts that the command read are the colours on the map.
      if (name === 'map') await expect(page.locator('main table').getByText('Cấp 3').first()).toBeVisible();
      expect.soft(await axe(page), `${path} at ${width}`).toEqual([]);
      const tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect.soft(tooWide, `${path} runs off the side at ${width}`).toBeLessThanOrEqual(0);
      await shoot(page, `${name}-${width}`);
    }
    const printed = app.admin('users', 'add', 'tram.yte', '--role', 'commune_health', '--unit', '26740', '--keep', '--assets', assets);
    await page.goto('/can-bo');
    await page.locator('#user').fill('tram.yte');
    await page.locator('input[type=password]').fill(/^tram\.yte\s+(\S+)/m.exec(printed)?.[1] ?? '');
    await page.keyboard.press('Enter');
    await expect(page.locator('main').getByText('Trần Thị Thử').first()).toBeVisible();
    expect.soft(await axe(page), 'the work list').toEqual([]);
    await shoot(page, `worklist-${width}`);
    // A form that was sent too early says at the top and at each question what is missing.
    await page.goto('/khai-bao');
    await page.locator('main form button[type=submit]').click();
    await expect(page.locator('.summary')).toBeVisible();
    expect.soft(await axe(page), 'with errors').toEqual([]);
    await shoot(page, `errors-${width}`);
    expect(errors).toEqual([]);
  });
}

test('every screen at 320 px fits in its width, in both languages', async ({ app }) => {
  const { page } = await app.browser({ width: 320, height: 640 });
  for (const language of ['vi', 'en']) {
    await page.goto('/');
    await page.evaluate((value) => localStorage.setItem('lachan.language', value), language);
    for (const { path, sign } of SCREENS) {
      await page.goto('about:blank');
      await page.goto(path);
      await expect(page.locator(sign).first(), path).toBeVisible();
      const tooWide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect.soft(tooWide, `${path} in ${language}`).toBeLessThanOrEqual(0);
    }
  }
});
