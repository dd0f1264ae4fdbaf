/** The workshop of thresholds: a number is turned, the map and the table say what that would do, nothing is kept unless asked. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, enter, expect, fits, offlineReady, test, type App } from './support/app';
import { expectNoAxe } from './support/certificates';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY = '2021-12-20';
const COLOURS = { 1: '15,165,127', 2: '241,186,21', 3: '242,142,18', 4: '218,71,17' } as const;

async function open(app: App, { width = 1440, height = 1000, address = `#day=${DAY}` } = {}): Promise<Page> {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ width, height, webgl: true });
  await page.goto(`/ban-do-chi-tiet${address}`);
  await expectMap(page);
  await openWorkshop(page);
  return page;
}
const expectMap = (page: Page): Promise<void> => expect(page.getByText('không phải ranh giới thật').first()).toBeVisible();
async function openWorkshop(page: Page): Promise<void> {
  await enter(page.locator('#workshop > summary'));
  await expect(page.locator('.ws-state')).toHaveText('0 trên 63 đơn vị đổi cấp');
}

/** Pixels of a colour on one of the two maps. */
function pixels(page: Page, side: 'before' | 'after', colour: string): Promise<number> {
  return page.evaluate(
    ([where, wanted]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`.ws-map.${where} canvas.units-shapes`);
      const gl = canvas?.getContext('webgl2');
      if (!canvas || !gl) return 0;
      const bytes = new Uint8Array(4 * canvas.width * canvas.height);
      gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
      let found = 0;
      for (let at = 0; at < bytes.length; at += 4) if (bytes[at + 3] === 255 && `${bytes[at]},${bytes[at + 1]},${bytes[at + 2]}` === wanted) found += 1;
      return found;
    },
    [side, colour] as const,
  );
}
/** The maps are open: a question for the canvas's context before would make it, with other properties than the overlay's. */
const mapsOpen = (page: Page): Promise<void> => expect(page.locator('.ws-result').getByText('không phải ranh giới thật')).toHaveCount(2);

const field = (page: Page, path: string) => page.locator(`.ws-field input[data-path="${path}"]`);
const changes = (page: Page) => page.locator('.ws-changes li');
const state = (page: Page) => page.locator('.ws-state');

/** How many units the table moves from one level to another. */
async function moved(page: Page): Promise<number> {
  const texts = await page.locator('.ws-table td.moved').allInnerTexts();
  return texts.reduce((sum, text) => sum + Number(text), 0);
}

test('a threshold that is turned recolours the country, the table says from which level to which, and undo takes it back', async ({ app }) => {
  const page = await open(app);
  await mapsOpen(page);
  await expect(page.locator('.ws-banner')).toContainText('Thử nghiệm, không phải cấp độ chính thức');
  await expect(page.locator('.ws-rows .risk-tag').first()).toHaveText('chờ xác nhận');
  await expect.poll(() => pixels(page, 'after', COLOURS[2])).toBeGreaterThan(500);
  const before = await pixels(page, 'before', COLOURS[3]);
  // Not to the pixel: the words over one map may be longer, and its middle lies elsewhere.
  await expect.poll(async () => Math.abs((await pixels(page, 'after', COLOURS[3])) - before)).toBeLessThan(before / 5);

  await field(page, 'bands[2].from').fill('21');
  await expect(page.locator('.ws-turned')).toHaveText(/Mức 3 bắt đầu từ: 50 → 21/);
  await expect(state(page)).toHaveText(/^[1-9]\d* trên 63 đơn vị đổi cấp$/);
  const n = Number((await state(page).innerText()).split(' ')[0]);
  expect(await moved(page), 'the table counts what the line says').toBe(n);
  await expect(changes(page)).toHaveCount(n);
  await expect(changes(page).first()).toContainText(/Cấp \d.+→.+Cấp \d/s);
  await expect.poll(() => pixels(page, 'after', COLOURS[3]), 'the canvas is recoloured').toBeGreaterThan(2 * before);
  expect(await pixels(page, 'before', COLOURS[3]), 'what it is compared with stays').toBe(before);

  await page.locator('[data-do="undo"]').click();
  await expect(state(page)).toHaveText('0 trên 63 đơn vị đổi cấp');
  await expect(field(page, 'bands[2].from')).toHaveValue('50');
  await page.locator('[data-do="redo"]').click();
  await expect(changes(page)).toHaveCount(n);
  await page.locator('[data-do="reset"]').click();
  await expect(state(page)).toHaveText('0 trên 63 đơn vị đổi cấp');
  await expect(page.locator('[data-do="reset"]')).toBeDisabled();
});

test('a number that is none is told beside its field, and one that breaks the rules by the core, with field and rule', async ({ app }) => {
  const page = await open(app);
  await field(page, 'windowDays').fill('0');
  await expect(page.locator('.ws-field').filter({ has: page.locator('input[data-path="windowDays"]') })).toContainText('Số nguyên từ 1 đến 60');
  await expect(field(page, 'windowDays')).toHaveAttribute('aria-invalid', 'true');
  await field(page, 'windowDays').fill('14');
  await expect(page.locator('.ws-turned')).toContainText('7 → 14');
  // The third band may not begin below the second.
  await field(page, 'bands[2].from').fill('3');
  await expect(page.locator('.ws-fault')).toContainText(/bands\[\d\]\.(from|below).*riskmap\.pack/s);
  await expect(page.locator('.ws-field input[aria-invalid="true"]').first()).toBeVisible();
  await page.locator('[data-do="undo"]').click();
  await expect(page.locator('.ws-fault')).toHaveCount(0);
});

test('typing stays fluid: one computation for a number, however many keys it takes', async ({ app }) => {
  const page = await open(app);
  await field(page, 'bands[3].from').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('12345', { delay: 20 });
  await expect(field(page, 'bands[3].from')).toHaveValue('12345');
  await expect(page.locator('.ws-turned')).toContainText('150 → 12.345');
  await page.locator('[data-do="undo"]').click();
  await expect(page.locator('.ws-turned'), 'one step, not five').toHaveCount(0);
});

test('a draft is saved only when asked, outlives a reload, is compared, carried as a file, deleted and brought back', async ({ app }) => {
  const page = await open(app);
  await field(page, 'bands[2].from').fill('21');
  await page.reload();
  await expectMap(page);
  await openWorkshop(page); // nothing was kept
  await field(page, 'bands[2].from').fill('21');
  await page.getByLabel('Tên bản nháp').fill('Chặt hơn');
  await page.getByRole('button', { name: 'Lưu bản nháp' }).click();
  await expect(page.locator('.ws-list li')).toContainText('Chặt hơn');
  await page.reload();
  await expectMap(page);
  await openWorkshop(page);
  await expect(page.locator('.ws-list li')).toContainText('Chặt hơn');
  await page.locator('[data-choose="after"]').selectOption('draft Chặt hơn');
  await expect(field(page, 'bands[2].from')).toHaveValue('21');
  await expect(state(page)).toHaveText(/^[1-9]\d* trên 63 đơn vị đổi cấp$/);
  const n = await changes(page).count();

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Tải tệp: Chặt hơn' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^lachan-goi-nhap-chat-hon-\d{4}-\d\d-\d\d\.json$/);
  const file = await download.path();
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { pack: { id: string; bands: { from: number }[] } };
  expect([kept.pack.id, kept.pack.bands[2]?.from]).toEqual(['risk-2-draft', 21]);

  await page.getByRole('button', { name: 'Xóa: Chặt hơn' }).click();
  await expect(page.locator('.ws-list li')).toHaveCount(0);
  await page.locator('[data-do="restore"]').click();
  await expect(page.locator('.ws-list li')).toContainText('Chặt hơn');
  await page.getByRole('button', { name: 'Xóa: Chặt hơn' }).click();
  await expect(page.locator('.ws-list li')).toHaveCount(0);

  const pick = page.locator('.ws-file input');
  kept.pack.bands[1] = { ...kept.pack.bands[1], from: 7 };
  const bad = join(app.folder, 'bad.json');
  writeFileSync(bad, JSON.stringify(kept));
  await pick.setInputFiles(bad);
  await expect(page.locator('.ws-drafts [role="status"]')).toContainText('bands[1].from: bands begin at 0 and meet');
  await expect(page.locator('.ws-list li')).toHaveCount(0);
  await pick.setInputFiles(file);
  await expect(page.locator('.ws-list li')).toContainText('Chặt hơn');
  await expect(changes(page)).toHaveCount(n);
});

test('two packs are compared on two maps that move together, or on one with an edge', async ({ app }) => {
  const page = await open(app);
  await mapsOpen(page);
  await page.locator('[data-choose="after"]').selectOption('law risk-who-ct');
  await expect(page.locator('.ws-map.after figcaption')).toContainText('risk-who-ct');
  await expect(state(page)).toHaveText(/^\d+ trên 63 đơn vị đổi cấp$/);
  await expect(page.locator('.ws-map')).toHaveCount(2);
  const [one, other] = [await page.locator('.ws-map.before .units-map').boundingBox(), await page.locator('.ws-map.after .units-map').boundingBox()];
  expect((one?.x ?? 0) + (one?.width ?? 0), 'side by side').toBeLessThanOrEqual((other?.x ?? 0) + 1);
  const area = (side: 'before' | 'after'): Promise<number> => pixels(page, side, COLOURS[3]);
  const before = await area('after');
  await page.locator('.ws-map.before').getByRole('button', { name: 'Phóng to' }).click();
  await expect.poll(() => area('after'), 'the other map zooms too').not.toBe(before);
  await page.locator('input[name="ws-mode"][value="swipe"]').check({ force: true });
  const [left, right] = [await page.locator('.ws-map.before .units-map').boundingBox(), await page.locator('.ws-map.after .units-map').boundingBox()];
  expect(left).toEqual(right);
  const edge = page.getByLabel('Ranh giữa hai bản đồ');
  await edge.focus();
  await page.keyboard.press('Home');
  await expect(page.locator('.ws-stage')).toHaveAttribute('style', /--cut: 0%/);
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.ws-stage')).toHaveAttribute('style', /--cut: 1%/);
});

test('it goes on without a network, and prints as what it is', async ({ app }) => {
  const page = await open(app);
  await mapsOpen(page);
  await offlineReady(page);
  await page.context().setOffline(true);
  await field(page, 'bands[2].from').fill('21');
  await expect(state(page)).toHaveText(/^[1-9]\d* trên 63 đơn vị đổi cấp$/);
  const n = await changes(page).count();
  await page.reload();
  await enter(page.locator('#workshop > summary'));
  await expect(state(page)).toHaveText('0 trên 63 đơn vị đổi cấp');
  await field(page, 'bands[2].from').fill('21');
  await expect(changes(page), 'from the counts of provinces that were kept').toHaveCount(n);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.ws-banner')).toBeVisible();
  await expect(page.locator('.ws-turned')).toBeVisible();
  await expect(page.locator('.ws-map.after figcaption')).toContainText('không phải cấp độ chính thức');
  await expect(page.locator('.ws-form')).toBeHidden();
  await expect(page.locator('.ws-drafts')).toBeHidden();
});

test('by keyboard alone a number is reached, turned, and taken back', async ({ app }) => {
  const page = await open(app);
  const at = (): Promise<string> =>
    page.evaluate(() => {
      const { dataset } = document.activeElement as HTMLElement;
      return dataset['path'] ?? dataset['do'] ?? '';
    });
  const walk = async (key: string, to: string): Promise<void> => {
    for (let step = 0; step < 40 && (await at()) !== to; step += 1) await page.keyboard.press(key);
    expect(await at()).toBe(to);
  };
  await page.locator('#workshop > summary').focus();
  await walk('Tab', 'bands[2].from');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('21');
  await expect(state(page)).toHaveText(/^[1-9]\d* trên 63 đơn vị đổi cấp$/);
  await walk('Shift+Tab', 'undo');
  await page.keyboard.press('Enter');
  await expect(state(page)).toHaveText('0 trên 63 đơn vị đổi cấp');
});

test('below a province the figures are for its officials, and it says so', async ({ app }) => {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true });
  await page.goto(`/ban-do-chi-tiet#unit=79&day=${DAY}`);
  await expectMap(page);
  await enter(page.locator('#workshop > summary'));
  await expect(page.locator('.ws-result')).toContainText('chỉ dành cho cán bộ');
  await expect(page.locator('.ws-table')).toHaveCount(0);
});

for (const width of [320, 360, 1440]) {
  test(`nothing is out of reach at ${width} px`, async ({ app }) => {
    const page = await open(app, { width, height: 800 });
    await mapsOpen(page);
    await field(page, 'bands[2].from').fill('21');
    await expect(changes(page).first()).toBeVisible();
    await enter(page.locator('.ws-form details > summary').first());
    expect(await fits(page)).toBe(true);
    await expectNoAxe(page, `workshop at ${width}`);
  });
}
