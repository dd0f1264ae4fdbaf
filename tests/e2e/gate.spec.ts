/** The gate: a queue is checked by camera or hand-held reader, each answer over the whole screen, and nobody's name stays. */

import type { Page } from '@playwright/test';
import { expect, lookAt, test, type App, type Browser } from './support/app';
import { camera, code, expectNoAxe, film, PERSONAL, picture, reel, sheet, typeAsReader } from './support/certificates';

async function openGate(page: Page, settings: object = {}): Promise<void> {
  await page.goto('/xac-minh');
  await page.evaluate((value) => localStorage.setItem('lachan.verify.settings', JSON.stringify(value)), settings);
  await page.locator('.verify-gate-door').click();
  await expect(page.locator('.gate')).toBeVisible();
}

const strip = (page: Page): Promise<(string | null)[]> =>
  page.locator('.gate-strip li').evaluateAll((marks) => marks.map((each) => each.className));

async function withFilm(app: App, file: string): Promise<Browser> {
  const browser = await app.browser({ flags: camera(file) });
  await browser.context.grantPermissions(['camera']);
  return browser;
}

/** Everything this origin has kept, as text. */
function kept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error(name));
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        found.push(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result))));
      }
      database.close();
    }
    return JSON.stringify(found);
  });
}

test('a queue by hand-held reader: valid goes on by itself, anything else waits for the verifier', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await openGate(page, { holdSeconds: 1 });
  await expect(page.locator('.site-head')).toBeHidden();
  await typeAsReader(page, code('valid-vaccination-es256'));
  await expect(page.locator('.gate.valid')).toBeVisible();
  await expect(page.locator('.gate .verify-person')).toContainText('Nguyễn Thị Minh Đào');
  await expect(page.locator('.gate .verify-person')).toContainText('12/03/1988');
  await expectNoAxe(page, 'valid');
  await expect(page.locator('.gate.looking')).toBeVisible(); // by itself

  await typeAsReader(page, code('tampered'));
  await expect(page.locator('.gate.invalid')).toBeVisible();
  await expect(page.locator('.gate-aside')).toContainText('Mời bước sang bên');
  await expect(page.locator('.gate .verify-person'), 'nothing unproven at the gate').toHaveCount(0);
  await expectNoAxe(page, 'invalid');
  await page.waitForTimeout(1500);
  await expect(page.locator('.gate.invalid')).toBeVisible();
  await page.keyboard.press('Enter'); // the button for the next person has the focus
  await expect(page.locator('.gate.looking')).toBeVisible();

  // A true certificate whose name is perhaps another one than it seems waits for somebody to look.
  await typeAsReader(page, code('look-alike-name'));
  await expect(page.locator('.gate.valid')).toBeVisible();
  await expect(page.locator('.gate-why')).toContainText('hai hệ chữ');
  await expectNoAxe(page, 'a name in two alphabets');
  await lookAt(page, 'gate-look-alike-360');
  await page.waitForTimeout(1500);
  await expect(page.locator('.gate.valid')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.gate.looking')).toBeVisible();

  await typeAsReader(page, code('unknown-issuer'));
  await expect(page.locator('.gate.notTrusted')).toBeVisible();
  await expectNoAxe(page, 'issuer not known');
  await typeAsReader(page, 'HC1:NOT A CERTIFICATE'); // the next in the queue, without a key between
  await expect(page.locator('.gate.unreadable')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.gate')).toHaveCount(0);
  await expect(page.locator('.verify-counts li.valid b')).toHaveText('2');
  await expect(page.locator('.verify-counts li.unreadable b')).toHaveText('1');
  expect(await kept(page)).not.toMatch(PERSONAL);
});

test('the camera takes one after another, and the same code once', async ({ app }) => {
  const films = ['valid-recovery-es256', 'expired'].map((name) => film(app, name, picture(name)));
  const { page } = await withFilm(app, reel(app, 'queue', films));
  await openGate(page, { holdSeconds: 1, stopUnlessValid: false, repeatSeconds: 600 });
  await expect.poll(() => strip(page), { timeout: 30_000 }).toHaveLength(2);
  expect(new Set(await strip(page))).toEqual(new Set(['valid', 'invalid']));
  await expect(page.locator('.gate.looking')).toBeVisible();
  await page.waitForTimeout(3000);
  await expect(page.locator('.gate-remark')).toContainText('vừa được kiểm tra');
  expect(await strip(page), 'nobody is counted twice').toHaveLength(2);
  await page.keyboard.press('Escape');
  await expect(page.locator('.gate')).toHaveCount(0);
  expect(await kept(page)).not.toMatch(PERSONAL);
});

test('two people in one frame get an answer each, one after the other; space goes on', async ({ app }) => {
  const { page } = await withFilm(app, film(app, 'two', sheet(app, ['valid-recovery-es256', 'tampered'])));
  await openGate(page, { holdSeconds: 10, repeatSeconds: 600 });
  await expect.poll(() => strip(page), { timeout: 30_000 }).toHaveLength(2);
  const first = await page.locator('#gate-word').textContent();
  await page.getByRole('heading', { name: 'Chế độ cổng kiểm tra' }).focus();
  await page.keyboard.press('Space');
  await expect(page.locator('#gate-word')).not.toHaveText(first ?? '');
});

test('without a camera the gate says so and a reader still works; wide, with settings, in English', async ({ app }) => {
  const { page } = await app.browser({ width: 1440, height: 900 });
  await openGate(page);
  await expect(page.locator('.gate-remark')).toContainText('camera');
  await page.getByRole('button', { name: 'Cài đặt' }).click();
  await page.locator('#hold').fill('7');
  await page.getByLabel('Dừng lại khi không hợp lệ').uncheck();
  await expectNoAxe(page, 'settings');
  await page.getByRole('button', { name: 'Cài đặt' }).click();
  await page.reload();
  await expect(page.locator('.gate')).toBeVisible(); // the address says so
  await page.getByRole('button', { name: 'Cài đặt' }).click();
  await expect(page.locator('#hold')).toHaveValue('7');
  await page.getByRole('button', { name: 'Cài đặt' }).click();
  await typeAsReader(page, code('wrong-key-usage'));
  await expect(page.locator('.gate.invalid')).toBeVisible();
  await expectNoAxe(page, 'wide');
  await page.evaluate(() => localStorage.setItem('lachan.language', 'en'));
  await page.reload();
  await expect(page.locator('.gate')).toBeVisible(); // before that nobody listens for a reader
  await typeAsReader(page, code('valid-test-ps256'));
  await expect(page.locator('#gate-word')).toHaveText('Valid');
  await expect(page.locator('.gate-ages')).toContainText(/Revocation list:\s+(less than 1 hour|\d+ h) ago/);
});

test('a true card and a true place stop the queue and count as no valid certificate', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await openGate(page, { holdSeconds: 1 });
  await typeAsReader(page, code('own-card'));
  await expect(page.locator('.gate.genuineCard')).toBeVisible();
  await expect(page.locator('#gate-word')).toHaveText('Đúng thẻ');
  await expect(page.locator('.gate-why')).toContainText('không thay chứng nhận');
  await expect(page.locator('.gate-aside')).toHaveCount(0);
  await expectNoAxe(page, 'a card');
  await page.waitForTimeout(1500);
  await expect(page.locator('.gate.genuineCard'), 'it waits for the verifier').toBeVisible();
  await lookAt(page, 'gate-card-360');
  await typeAsReader(page, code('own-place'));
  await expect(page.locator('.gate.genuinePlace')).toBeVisible();
  await expect(page.locator('.gate .verify-person')).toContainText('Thành phố Đà Nẵng');
  await expectNoAxe(page, 'a place');
  await lookAt(page, 'gate-place-360');
  await typeAsReader(page, code('own-result-positive'));
  await expect(page.locator('.gate.positive')).toBeVisible();
  await expect(page.locator('.gate-aside')).toBeVisible();
  await expectNoAxe(page, 'positive');
  await typeAsReader(page, code('own-release'));
  await expect(page.locator('.gate.valid')).toBeVisible();
  await expect(page.locator('.gate .verify-person')).toContainText('Cách ly đến hết ngày');
  await expect(page.locator('.gate.looking')).toBeVisible();
  expect(await strip(page)).toEqual(['genuineCard', 'genuinePlace', 'positive', 'valid']);
  await page.keyboard.press('Escape');
  await expect(page.locator('.verify-counts li.valid b')).toHaveText('1');
  expect(await kept(page)).not.toMatch(PERSONAL);
});

test('the sign of a place in view of the camera is passed over', async ({ app }) => {
  const { page } = await withFilm(app, reel(app, 'signs', ['own-place', 'valid-recovery-es256'].map((name) => film(app, name, picture(name)))));
  await openGate(page, { holdSeconds: 1, repeatSeconds: 600 });
  await expect.poll(() => strip(page), { timeout: 30_000 }).toEqual(['valid']);
  await page.waitForTimeout(2500);
  expect(await strip(page)).toEqual(['valid']);
});
