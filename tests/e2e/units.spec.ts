/** The map down to communes: drawn by the overlay, listed beside it, from the country to a district and back. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, comesToRest, enter, expect, offlineReady, test, type App } from './support/app';
import { colours, countDraws, draws, gaps, settled } from './support/canvas';

const root = join(dirname(), '..', '..');
function dirname(): string {
  return fileURLToPath(new URL('.', import.meta.url));
}
const DAY = '2021-12-20';
const COLOURS: Record<string, string> = { 'Cấp 1': '15,165,127', 'Cấp 2': '241,186,21', 'Cấp 3': '242,142,18', 'Cấp 4': '218,71,17' };

async function open(app: App, address = `#day=${DAY}`, size: { width?: number; height?: number } = {}): Promise<Page> {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  await page.goto(`/ban-do-chi-tiet${address}`);
  await expectMap(page);
  return page;
}

/** The overlay is open. A test that asked for the canvas's context before would make it, with other properties than the overlay's. */
async function expectMap(page: Page): Promise<void> {
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
}

const units = (page: Page) => page.locator('.units-list li');

test('the provinces are drawn in the colours of the list, and nothing is drawn while nothing changes', async ({ app }) => {
  const page = await open(app);
  await page.addInitScript(countDraws);
  await page.reload();
  await expectMap(page);
  await expect(units(page)).toHaveCount(63);
  const levels = new Set(await units(page).locator('.risk-chip').allInnerTexts());
  const expected = Object.entries(COLOURS).filter(([level]) => [...levels].some((text) => text.startsWith(level)));
  expect(expected.length, 'the synthetic counts give several levels').toBeGreaterThan(1);
  await expect
    .poll(async () => {
      const found = await colours(page);
      return Object.entries(COLOURS).filter(([, colour]) => (found[colour] ?? 0) > 20);
    })
    .toEqual(expected);
  expect(await draws(page)).toBeGreaterThan(0);
  await comesToRest(() => draws(page));
});

test('a button of the map says when it leads no further, whatever brought the map there', async ({ app }) => {
  const page = await open(app);
  const [nearer, farther] = [page.getByRole('button', { name: 'Phóng to' }), page.getByRole('button', { name: 'Thu nhỏ' })];
  const ends = async (): Promise<(string | null)[]> => Promise.all([nearer.getAttribute('aria-disabled'), farther.getAttribute('aria-disabled')]);
  await expect.poll(ends).toEqual(['false', 'false']);
  const press = async (key: string): Promise<void> => {
    await page.locator('.leaflet-container').focus();
    for (let times = 0; times < 14; times += 1) await page.keyboard.press(key);
  };
  await press('-');
  await expect.poll(ends).toEqual(['false', 'true']);
  await press('+');
  await expect.poll(ends).toEqual(['true', 'false']);
  await nearer.focus();
  await page.keyboard.press('Enter');
  await expect(nearer).toBeFocused();
  await expect.poll(ends).toEqual(['true', 'false']);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter'); // the button beside
  await expect.poll(ends).toEqual(['false', 'false']);
});

test('a province opens into its districts, a press on the map chooses one, and the way back is a key away', async ({ app }) => {
  const page = await open(app);
  await units(page).filter({ hasText: 'Tỉnh Đắk Lắk' }).locator('.deeper').click();
  await expect(units(page)).toHaveCount(15);
  await expect(page).toHaveURL(/unit=66/);
  await expect.poll(async () => (await colours(page))['241,244,243'] ?? 0, 'what lies around is pale').toBeGreaterThan(100);
  await page.locator('.units-map').click();
  await expect(page.locator('.units-list .chosen')).toHaveCount(1);
  const chosen = await page.locator('.units-list .chosen .name').innerText();
  await expect(page.locator('.units-why h2')).toContainText(chosen);
  await expect(page.locator('.units-why')).toContainText('sau khi đăng nhập');
  await enter(page.locator('.units-list .chosen .deeper'));
  await expect(page.locator('.units-crumbs li')).toHaveCount(3);
  await expect(page).toHaveURL(/unit=\d{3}&/);
  await expect(units(page).first().locator('.name')).toHaveText(/^\s*(Xã|Phường|Thị trấn) /);
  await page.goBack();
  await expect(units(page)).toHaveCount(15);
  await enter(page.locator('.units-crumbs button').first());
  await expect(units(page)).toHaveCount(63);
});

test('the archipelagos are named wherever the map is', async ({ app }) => {
  const page = await open(app, `#unit=66&day=${DAY}`);
  const far = page.locator('.units-far button');
  await expect(far).toHaveText(['Quần đảo Hoàng Sa (Đà Nẵng)', 'Quần đảo Trường Sa (Khánh Hòa)']);
  await far.first().click();
  await expect(far).toHaveCount(1); // the other one; this one is written on the map now
});

/** What the canvas has of the map, in parts of its width and height: 0 and 1 are its edges. */
function drawn(page: Page): Promise<{ left: number; right: number; top: number; bottom: number }> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.units-shapes');
    const gl = canvas?.getContext('webgl2');
    if (!canvas || !gl) throw new Error('there is no map');
    const { width, height } = canvas;
    const pixels = new Uint8Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    let [left, right, low, high] = [width, -1, height, -1];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if (pixels[4 * (y * width + x) + 3] === 0) continue;
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [low, high] = [Math.min(low, y), Math.max(high, y)];
      }
    }
    return { left: left / width, right: (right + 1) / width, top: 1 - (high + 1) / height, bottom: 1 - low / height };
  });
}

test('a map that nobody has moved fits itself into a window that changes or is turned', async ({ app }) => {
  const page = await open(app);
  const fits = async (): Promise<boolean> => {
    const { left, right, top, bottom } = await drawn(page);
    const isWhole = left > 0.005 && top > 0.005 && right < 0.995 && bottom < 0.995;
    return isWhole && (right - left > 0.6 || bottom - top > 0.6);
  };
  await expect.poll(fits, 'at a desk').toBe(true);
  const before = await page.locator('.units-map').boundingBox();
  for (const [width, height] of [[360, 740], [740, 360], [1440, 1000]] as const) {
    await page.setViewportSize({ width, height });
    if (width === 360) await expect.poll(async () => (await page.locator('.units-map').boundingBox())?.width).toBeLessThan((before?.width ?? 0) - 100);
    await expect.poll(fits, `${width} × ${height}`).toBe(true);
  }
});

test('who has moved the map keeps its middle and its zoom when the window changes', async ({ app }) => {
  const page = await open(app, `#unit=66&day=${DAY}`);
  await expect(units(page)).toHaveCount(15);
  for (let press = 0; press < 3; press += 1) await page.getByRole('button', { name: 'Phóng to' }).click();
  const chosen = page.locator('.units-list .chosen .name');
  const middle = async (): Promise<string> => {
    await page.locator('.units-map').click();
    await expect(chosen).toHaveCount(1);
    return chosen.innerText();
  };
  const name = await middle();
  await units(page).first().locator('.name').click();
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(async () => (await page.locator('.units-map').boundingBox())?.width).toBeLessThan(360);
  await expect.poll(async () => (await drawn(page)).right).toBe(1);
  const { left, right } = await drawn(page);
  expect([left, right], 'as near as before: it reaches beyond the window').toEqual([0, 1]);
  expect(await middle()).toBe(name);
  // The way back to the whole unit is a fit again.
  await page.getByRole('button', { name: 'Xem lại toàn bộ' }).click();
  const isWhole = async (): Promise<boolean> => {
    const box = page.locator('.units-map');
    await box.evaluate((each) => each.scrollIntoView());
    return (await colours(page))['241,244,243'] !== undefined;
  };
  await expect.poll(isWhole, 'neighbours are around it').toBe(true);
});

test('levels that nobody has approved have an edge of dashes, and days that are played upload classes alone', async ({ app }) => {
  const page = await open(app);
  const DARK = '16,41,47';
  const legend = page.locator('.risk-legend-open li');
  await expect(legend).toHaveText([/Viền liền.*0 đơn vị/s, /Viền đứt.*63 đơn vị/s]);
  await expect(page.locator('.units-list .risk-open')).toHaveCount(63);
  await expect.poll(() => gaps(page), 'gaps of dashes').toBeGreaterThan(300);
  expect((await colours(page))[DARK] ?? 0).toBeGreaterThan(300);
  // Rates are no levels: nobody approves them.
  await expect(page.locator('.layers-charts figure')).toBeVisible({ timeout: 45_000 });
  await page.locator('.layers-pick summary').click();
  await page.locator('input[name="map-layer"][value="incidence"]').check();
  await expect(legend).toHaveCount(0);
  await expect.poll(() => gaps(page)).toBe(0);
  await page.locator('input[name="map-layer"][value="level"]').check();
  await expect.poll(() => gaps(page)).toBeGreaterThan(300);
  await expect(page.locator('.layers-status progress')).toHaveCount(0, { timeout: 45_000 });

  await page.locator('.units-day input').fill('2021-12-24');
  await expect(legend.last()).toContainText('63 đơn vị');
  await expect(page.locator('.layers-status progress')).toHaveCount(0, { timeout: 45_000 });
  await settled(page);
  await page.evaluate(() => {
    const { bufferData, texImage2D } = WebGL2RenderingContext.prototype;
    const { dataset } = document.documentElement;
    const count = (name: string): void => void (dataset[name] = String(Number(dataset[name] ?? 0) + 1));
    WebGL2RenderingContext.prototype.bufferData = function counted(...args: unknown[]) {
      count('buffers');
      return Reflect.apply(bufferData, this, args);
    };
    WebGL2RenderingContext.prototype.texImage2D = function counted(...args: unknown[]) {
      count('textures');
      return Reflect.apply(texImage2D, this, args);
    };
  });
  const play = page.locator('.layers-time button');
  await play.click();
  await expect(play).toContainText('Dừng');
  await expect(legend, 'of days that play nobody says what was approved').toHaveCount(0);
  await expect(play).toContainText('Chạy', { timeout: 60_000 });
  await expect(page).toHaveURL(/day=2021-12-29/);
  await expect(legend.last()).toContainText('63 đơn vị');
  await expect.poll(() => gaps(page)).toBeGreaterThan(300);
  const { buffers = '0', textures = '0' } = await page.evaluate(() => ({ ...document.documentElement.dataset }));
  expect(Number(buffers), 'edges and shapes are there already').toBe(0);
  expect(Number(textures)).toBeGreaterThan(4);
});

/** To be run before the page loads: what waits until nothing else is to be done waits for `letRest`. Of what is given back textures are counted. */
function neverRests(ratio: number): void {
  const held: IdleRequestCallback[] = [];
  const whenIdle = window.requestIdleCallback.bind(window);
  window.requestIdleCallback = (run) => held.push(run);
  Object.assign(window, {
    letRest: (): void => {
      window.requestIdleCallback = whenIdle;
      for (const run of held.splice(0)) whenIdle(run);
    },
  });
  Object.defineProperty(window, 'devicePixelRatio', { get: () => ratio });
  const { deleteTexture } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.deleteTexture = function counted(texture) {
    const { dataset } = document.documentElement;
    dataset['givenBack'] = String(Number(dataset['givenBack'] ?? 0) + 1);
    deleteTexture.call(this, texture);
  };
}
const givenBack = (page: Page): Promise<number> => page.evaluate(() => Number(document.documentElement.dataset['givenBack'] ?? 0));
const isSettled = (page: Page): Promise<boolean> => page.evaluate(() => document.querySelector('canvas.units-shapes[data-settled]') !== null);

/** Draws the same once more, and keeps what the canvas shows, or says how it differs from what was kept: the part of all pixels that show something. */
function compare(page: Page, does: 'keep' | 'compare'): Promise<{ shown: number; differ: number; sizes: number[][] }> {
  return page.evaluate(async (does) => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.units-shapes');
    const gl = canvas?.getContext('webgl2');
    if (!canvas || !gl) throw new Error('there is no map');
    canvas.dispatchEvent(new Event('webglcontextrestored'));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const pixels = new Uint8Array(4 * canvas.width * canvas.height);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const keeper = window as unknown as { kept?: Uint8Array };
    if (does === 'keep') keeper.kept = pixels;
    const { kept = pixels } = keeper;
    let [shown, differ] = [0, 0];
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at + 3] === 0 && kept[at + 3] === 0) continue;
      shown += 1;
      // Rounding is a step of a colour's 255.
      if ([0, 1, 2, 3].some((part) => Math.abs((pixels[at + part] ?? 0) - (kept[at + part] ?? 0)) > 2)) differ += 1;
    }
    return { shown, differ: differ / shown, sizes: [[0, 0, canvas.width, canvas.height], [...(gl.getParameter(gl.VIEWPORT) as Int32Array)]] };
  }, does);
}

/** A map on a page that does not rest, on a screen with so many pixels for one of the page. */
async function openRestless(app: App, ratio: number, colorScheme: 'light' | 'dark'): Promise<Page> {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ width: 1440, height: 1300, webgl: true });
  await page.emulateMedia({ colorScheme });
  await page.addInitScript(neverRests, ratio);
  await page.goto(`/ban-do-chi-tiet#day=${DAY}`);
  await expectMap(page);
  await expect(units(page)).toHaveCount(63);
  await expect
    .poll(async () => {
      const found = await colours(page);
      return Object.values(COLOURS).filter((colour) => (found[colour] ?? 0) > 20).length;
    })
    .toBeGreaterThan(1);
  await expect(page.locator('.layers-charts figure')).toBeVisible({ timeout: 45_000 });
  await expect(page.locator('.layers-status progress')).toHaveCount(0, { timeout: 45_000 });
  return page;
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a frame that is drawn before the page rests is the one that is drawn after, ${colorScheme}`, async ({ app }) => {
    const page = await openRestless(app, 0.8999999761581421, colorScheme); // as a browser says that shows pages at 90 %
    const before = await compare(page, 'keep');
    expect(before.shown).toBeGreaterThan(20_000);
    expect(before.sizes[1], 'all pixels of the canvas').toEqual(before.sizes[0]);
    expect(await isSettled(page), 'it was a picture').toBe(false);
    const had = await givenBack(page);
    await page.evaluate(() => (window as unknown as { letRest(): void }).letRest());
    await settled(page);
    expect(await givenBack(page), 'of pictures nothing is kept').toBeGreaterThan(had);
    const { shown, differ } = await compare(page, 'compare');
    expect(differ, `of ${shown} pixels`).toBeLessThan(0.01);
    expect(differ, 'triangles are no picture').toBeGreaterThan(0);
  });
}

for (const [ratio, isOften] of [[1, true], [2, false]] as const) {
  test(`a map that is dragged before its page rests is a picture ${isOften ? 'each time' : 'twice, where a picture is large'}: ${ratio} pixels for one`, async ({ app }) => {
    const page = await openRestless(app, ratio, 'light');
    await page.getByRole('button', { name: 'Phóng to' }).click(); // the shapes reach beyond all sides
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowLeft']) {
      await page.locator('.leaflet-container').press(key);
      await compare(page, 'keep');
    }
    expect(await isSettled(page)).toBe(!isOften);
  });
}

test('a map that the browser took away is drawn again', async ({ app }) => {
  const page = await open(app);
  const levels = async (): Promise<string[]> => {
    const found = await colours(page);
    return Object.values(COLOURS).filter((colour) => (found[colour] ?? 0) > 20);
  };
  await expect.poll(async () => (await levels()).length).toBeGreaterThan(1);
  const before = await levels();
  const lose = await page.evaluateHandle(() => {
    const gl = document.querySelector<HTMLCanvasElement>('canvas.units-shapes')?.getContext('webgl2');
    return gl?.getExtension('WEBGL_lose_context') ?? null;
  });
  await lose.evaluate((extension) => extension?.loseContext());
  await page.waitForTimeout(200);
  expect(await colours(page)).toEqual({});
  await page.getByRole('button', { name: 'Phóng to' }).click(); // draws nothing, and breaks nothing
  await page.getByRole('button', { name: 'Xem lại toàn bộ' }).click();
  await lose.evaluate((extension) => extension?.restoreContext());
  await expect.poll(levels).toEqual(before);
});

test('without WebGL the list has it all, and says why there is no map', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(`/ban-do-chi-tiet#unit=01&day=${DAY}`);
  await expect(page.getByText('không vẽ được bản đồ')).toBeVisible();
  await expect(units(page)).toHaveCount(30);
});

test('after a visit it draws without a network, with levels computed from the counts it kept', async ({ app }) => {
  const page = await open(app);
  await expect(units(page)).toHaveCount(63);
  await expect(page.locator('.layers-charts figure')).toBeVisible({ timeout: 45_000 });
  const levels = await units(page).locator('.risk-chip').allInnerTexts();
  // What everybody may know of the districts of one province.
  await page.goto(`/ban-do-chi-tiet#unit=79&day=${DAY}`);
  await expect(units(page).first()).toBeVisible();
  const districts = await units(page).allInnerTexts();
  await page.goto(`/ban-do-chi-tiet#day=${DAY}`);
  await expect(units(page)).toHaveCount(63);
  await offlineReady(page);
  await page.context().setOffline(true);
  await page.reload();
  await expectMap(page);
  await expect(units(page)).toHaveCount(63);
  expect(await units(page).locator('.risk-chip').allInnerTexts()).toEqual(levels);
  await expect(page.locator('.layers-kept')).toContainText('Không có mạng');
  await page.goto(`/ban-do-chi-tiet#unit=79&day=${DAY}`);
  await expect(units(page)).toHaveCount(districts.length);
  expect(await units(page).allInnerTexts()).toEqual(districts);
  await expect(page.locator('.units-given')).toContainText(/Không có mạng: cấp độ do máy chủ gửi lúc \d/);
  // Of a province that nobody looked at nothing is kept: no level is made up, and the page says so.
  await page.goto(`/ban-do-chi-tiet#unit=66&day=${DAY}`);
  await expect.poll(async () => (await colours(page))['241,244,243'] ?? 0).toBeGreaterThan(1000);
  await expect(page.getByRole('alert')).toContainText('Chưa tải được cấp độ');
  await expect(units(page)).toHaveCount(0);
});
