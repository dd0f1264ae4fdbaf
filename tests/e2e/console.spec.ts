/** The console in Dear ImGui over the map: for officials, fetched when it is opened, drawing only when something happens. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, comesToRest, expect, lookAt, official, offlineReady, openCoreIn, test, WITH_PICTURES, type App } from './support/app';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const DAY = '2021-12-20';

/** Counts what is made, freed and drawn in contexts of the console's canvas. */
const COUNTER = (): void => {
  const counts: Record<string, number> = {};
  Object.defineProperty(window, 'glCounts', { value: counts });
  const kept = WebGL2RenderingContext.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ['drawElements', 'createBuffer', 'deleteBuffer', 'createTexture', 'deleteTexture', 'createProgram', 'deleteProgram', 'createVertexArray', 'deleteVertexArray']) {
    const original = kept[name];
    kept[name] = function counted(this: WebGL2RenderingContext, ...args: unknown[]) {
      const isOurs = (this.canvas as HTMLCanvasElement).classList.contains('console-canvas');
      if (isOurs && (!name.startsWith('delete') || args[0])) counts[name] = (counts[name] ?? 0) + 1;
      return original?.apply(this, args);
    };
  }
};
const counts = (page: Page): Promise<Record<string, number>> => page.evaluate(() => ({ ...(window as unknown as { glCounts: Record<string, number> }).glCounts }));

async function open(app: App, { signedIn = true, address = `#day=${DAY}`, ...size }: { signedIn?: boolean; address?: string; width?: number; height?: number } = {}): Promise<Page> {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  await page.addInitScript(COUNTER);
  if (signedIn) {
    await page.goto('/');
    await offlineReady(page);
    await openCoreIn(page);
    await page.evaluate(({ user, password }) => window.core.session.signIn(user, password), official(app, 'tram.bando'));
  }
  await page.goto(`/ban-do-chi-tiet${address}`);
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await expect(page.locator('.units-list li')).toHaveCount(63);
  return page;
}

const button = (page: Page) => page.locator('.console-button');
const canvas = (page: Page) => page.locator('.console-canvas');

/** Nothing has been drawn for a while. */
const atRest = (page: Page, forMs?: number): Promise<void> => comesToRest(async () => (await counts(page))['drawElements'] ?? 0, forMs);

async function openConsole(page: Page): Promise<{ width: number; height: number }> {
  await button(page).click();
  await expect(button(page)).toHaveAttribute('aria-expanded', 'true');
  await expect(canvas(page)).toBeFocused();
  await atRest(page);
  const box = await canvas(page).boundingBox();
  if (!box) throw new Error('the canvas has no place');
  return box;
}

// Sizes of theme.cpp at one device pixel to a CSS pixel; a line is 20 pixels.
const LINE = 20;
const FRAME = LINE + 2 * 6;
const GAP = 12;
const layerRow = (at: number): { x: number; y: number } => ({ x: GAP + 12 + FRAME / 2, y: GAP + FRAME + 10 + (FRAME + 7) + FRAME / 2 + at * (FRAME + 7) });
/** The tabs of the first window: layers, limits. */
const TABS_Y = GAP + FRAME + 10 + FRAME / 2;
function daySlider({ width, height }: { width: number; height: number }): { y: number; left: number; right: number } {
  const below = Math.min(13.5 * LINE, 0.4 * height);
  return { y: height - below - GAP + FRAME + 10 + FRAME / 2, left: GAP + 12 + 3 * FRAME + 13 + 3 * 8 + 12, right: width - GAP - 12 - 12 };
}

/** Pixels of a part of the canvas, in CSS pixels of it: how many there are of each colour. */
function pixels(page: Page, [x, y, width, height]: readonly [number, number, number, number]): Promise<Record<string, number>> {
  return page.evaluate(
    ([left, top, wide, high]) => {
      const host = document.querySelector<HTMLCanvasElement>('.console-canvas');
      const gl = host?.getContext('webgl2');
      if (!host || !gl) return {};
      const data = new Uint8Array(4 * wide * high);
      gl.readPixels(left, host.height - top - high, wide, high, gl.RGBA, gl.UNSIGNED_BYTE, data);
      const found: Record<string, number> = {};
      for (let at = 0; at < data.length; at += 4) {
        const colour = [...data.subarray(at, at + 4)].join();
        found[colour] = (found[colour] ?? 0) + 1;
      }
      return found;
    },
    [x, y, width, height] as const,
  );
}

test('an official opens it over the map; nobody else has the button, and nothing of it is fetched before', async ({ app }) => {
  const asked: string[] = [];
  const page = await open(app, { signedIn: false });
  page.on('request', (request) => asked.push(request.url()));
  await expect(button(page)).toHaveCount(0);
  await page.keyboard.press('F2');
  await page.waitForTimeout(300);
  await expect(canvas(page)).toHaveCount(0);
  expect(asked.filter((url) => url.includes('console'))).toEqual([]);
});

test('a press on a layer, a drag of the days and a row of the table change what the page shows', async ({ app }) => {
  const page = await open(app);
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => /console-.*\.wasm/.test(name)).length);
  expect(loaded, 'the module comes with the first opening').toBe(0);
  const box = await openConsole(page);
  const at = canvas(page);

  const layers = await page.locator('input[name="map-layer"]').count();
  expect(layers).toBeGreaterThan(1);
  await at.click({ position: layerRow(1) });
  const second = await page.locator('input[name="map-layer"]').nth(1).getAttribute('value');
  await expect(page).toHaveURL(new RegExp(`layer=${second}`));

  const { y, left, right } = daySlider(box);
  const place = await placeOf(page);
  await page.mouse.move(place.x + right - 60, place.y + y);
  await page.mouse.down();
  await page.mouse.move(place.x + (left + right) / 2, place.y + y, { steps: 6 });
  await page.mouse.up();
  await expect(page).not.toHaveURL(new RegExp(`day=${DAY}`));
  const day = new URL(page.url()).hash.match(/day=(\d{4}-\d{2}-\d{2})/)?.[1] ?? '';
  expect(day < DAY && day > '2021-01-01', day).toBe(true);
  await expect(page.locator('.units-day input[type=date]')).toHaveValue(day);

  // The middle of the first row of the ranking, under its head.
  const wide = Math.min(26 * LINE, box.width * 0.42);
  await at.click({ position: { x: box.width - GAP - wide + 60, y: GAP + FRAME + 10 + (LINE + 8) + 14 } });
  await expect(page.locator('.units-list .chosen')).toHaveCount(1);
});

test('nothing is drawn while nothing happens, and the map between the windows is the map', async ({ app }) => {
  const page = await open(app);
  const box = await openConsole(page);
  expect((await counts(page))['drawElements']).toBeGreaterThan(0);
  await atRest(page, 2000);
  const under = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.className, await middle(page));
  expect(under).not.toContain('console-canvas');
  const over = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.className, await pointOf(page, layerRow(0)));
  expect(over).toContain('console-canvas');
  expect(box.width).toBeGreaterThan(900);

  // It follows what somebody chooses for the page, not only the device.
  const title = async (): Promise<string | undefined> => Object.entries(await pixels(page, [GAP + 20, GAP + 4, 200, FRAME - 8])).sort(([, a], [, b]) => b - a)[0]?.[0];
  expect(await title()).toBe('220,236,236,255');
  await page.getByLabel('Nền sáng hoặc tối').selectOption('dark');
  await expect.poll(title).toBe('30,58,65,255');
  await atRest(page, 2000);
});

/** Where the canvas is, once its lower end is in view. */
async function placeOf(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  await canvas(page).evaluate((each) => each.scrollIntoView({ block: 'end', behavior: 'instant' }));
  const place = await canvas(page).boundingBox();
  if (!place) throw new Error('the canvas has no place');
  return place;
}
async function pointOf(page: Page, { x, y }: { x: number; y: number }): Promise<{ x: number; y: number }> {
  const place = await placeOf(page);
  return { x: place.x + x, y: place.y + y };
}
async function middle(page: Page): Promise<{ x: number; y: number }> {
  const { width } = await placeOf(page);
  return pointOf(page, { x: width / 2 - 40, y: 200 });
}

test('the keyboard opens, steers and leaves it; what the card held is given back', async ({ app }) => {
  const page = await open(app);
  await page.locator('h1').focus();
  await page.keyboard.press('F2');
  await expect(canvas(page)).toBeFocused();
  await atRest(page);
  // The first window has the keyboard: down through the layers, of which Space chooses one.
  for (let times = 0; times < 5 && !page.url().includes('layer='); times += 1) {
    for (const key of ['ArrowDown', 'Space']) {
      await page.keyboard.press(key, { delay: 80 });
      await page.waitForTimeout(150);
    }
  }
  await expect(page).toHaveURL(/layer=/);
  for (let times = 0; times < 2; times += 1) {
    await page.keyboard.press('Escape');
    await expect(canvas(page)).toHaveCount(0);
    await expect(button(page)).toBeFocused();
    const { createBuffer, deleteBuffer, createTexture, deleteTexture, createProgram, deleteProgram, createVertexArray, deleteVertexArray } = await counts(page);
    expect(createBuffer).toBeGreaterThan(0);
    expect([deleteBuffer, deleteTexture, deleteProgram, deleteVertexArray]).toEqual([createBuffer, createTexture, createProgram, createVertexArray]);
    if (times === 0) await openConsole(page);
  }
});

test('moved limits recolour the map, say what they change, and are no levels', async ({ app }) => {
  const page = await open(app, { address: `#day=${DAY}` });
  await openConsole(page);
  const trial = page.locator('.console-trial');
  await expect(trial).toHaveText('');
  await canvas(page).click({ position: { x: GAP + 110, y: TABS_Y } });
  await atRest(page);
  // The basis of the rule takes some lines, then come the sliders: one is hit on the way down.
  const place = await canvas(page).boundingBox();
  for (let y = layerRow(0).y; y < (place?.height ?? 0) * 0.6 && (await trial.textContent()) === ''; y += 14) {
    await canvas(page).click({ position: { x: 58, y } }); // a little above the law, and below the next limit
    await page.waitForTimeout(200);
  }
  await expect(trial).toContainText('Đang thử ngưỡng, không phải cấp độ');
  await expect(trial).toContainText(/đơn vị đổi cấp|Không đơn vị nào/);
  await page.keyboard.press('Escape');
  await expect(trial).toHaveText('');
});

test('what the browser took away is drawn again', async ({ app }) => {
  const page = await open(app);
  await openConsole(page);
  const part = [GAP, GAP, 200, 200] as const;
  const before = await pixels(page, part);
  expect(Object.keys(before).length).toBeGreaterThan(20);
  const lose = await page.evaluateHandle(() => document.querySelector<HTMLCanvasElement>('.console-canvas')?.getContext('webgl2')?.getExtension('WEBGL_lose_context') ?? null);
  await lose.evaluate((extension) => extension?.loseContext());
  await page.waitForTimeout(200);
  await canvas(page).press('ArrowDown'); // draws nothing, and breaks nothing
  await lose.evaluate((extension) => extension?.restoreContext());
  await expect.poll(async () => Object.keys(await pixels(page, part)).length).toBeGreaterThan(20);
});

test('its text is the page\'s own font with all marks of Vietnamese', async ({ app }) => {
  const page = await open(app);
  await openConsole(page);
  const share = await page.evaluate(
    async ([left, top, line, near]) => {
      const host = document.querySelector<HTMLCanvasElement>('.console-canvas');
      const gl = host?.getContext('webgl2');
      if (!host || !gl) return 0;
      // The title of the first window, drawn character by character as the browser does.
      const text = 'Lớp và quy tắc';
      const pen = new OffscreenCanvas(200, line).getContext('2d');
      if (!pen) return 0;
      await document.fonts.load('400 15px "Be Vietnam Pro"', text);
      pen.font = '400 15px "Be Vietnam Pro"';
      let x = 0;
      const baseline = Math.round((line + pen.measureText('H').actualBoundingBoxAscent) / 2);
      for (const letter of text) {
        pen.fillText(letter, x, baseline);
        x += Math.round(pen.measureText(letter).width);
      }
      const wanted = pen.getImageData(0, 0, x, line).data;
      const [r, g, b] = [16, 41, 47];
      // Where a pixel more or less lies is not the question: some around it are read, and the best place counts.
      const [wide, high] = [x + 2 * near, line + 2 * near];
      const seen = new Uint8Array(4 * wide * high);
      gl.readPixels(left - near, host.height - top - line - near, wide, high, gl.RGBA, gl.UNSIGNED_BYTE, seen);
      const isInk = (column: number, row: number): boolean => {
        const at = 4 * ((high - 1 - row) * wide + column);
        return Math.abs((seen[at] ?? 0) - r) + Math.abs((seen[at + 1] ?? 0) - g) + Math.abs((seen[at + 2] ?? 0) - b) < 250;
      };
      const shareAt = (right: number, down: number): number => {
        let common = 0;
        let all = 0;
        for (let row = 0; row < line; row += 1) {
          for (let column = 0; column < x; column += 1) {
            const isThere = isInk(column + right, row + down);
            const isWanted = (wanted[4 * (row * x + column) + 3] ?? 0) > 110;
            if (isThere || isWanted) all += 1;
            if (isThere && isWanted) common += 1;
          }
        }
        return common / all;
      };
      const places = Array.from({ length: 2 * near + 1 }, (_, at) => at);
      return Math.max(...places.flatMap((right) => places.map((down) => shareAt(right, down))));
    },
    [GAP + 8, GAP + 6, LINE, 3] as const,
  );
  expect(share).toBeGreaterThan(0.8);
});

test('a screen reader hears where the same content is, and a phone has the panels alone', async ({ app }) => {
  const page = await open(app);
  await openConsole(page);
  await expect(canvas(page)).toHaveAttribute('role', 'application');
  await expect(canvas(page)).toHaveAttribute('aria-label', /cùng nội dung ở danh sách và các bảng cạnh bản đồ/);
  expect(await axe(page, '.units')).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(button(page)).toBeHidden();
  await expect(canvas(page)).toHaveCount(0);
});

test('once it was opened it opens without a network', async ({ app }) => {
  const page = await open(app);
  await openConsole(page);
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await button(page).click();
  await expect(canvas(page)).toBeFocused();
});

const pictures = WITH_PICTURES ? ([[1440, 1000, 'light'], [768, 1024, 'light'], [1440, 1000, 'dark']] as const) : [];
for (const [width, height, scheme] of pictures) {
  test(`picture at ${width} pixels, ${scheme}`, async ({ app }) => {
    const page = await open(app, { width, height });
    await page.emulateMedia({ colorScheme: scheme });
    await openConsole(page);
    await expect(page.locator('.layers-charts figure')).toBeVisible({ timeout: 45_000 });
    await page.locator('.console-bar').evaluate((bar) => bar.scrollIntoView());
    await atRest(page);
    await lookAt(page, `console-${width}-${scheme}`);
  });
}
