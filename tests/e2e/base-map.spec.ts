/** What the maps say of their sources, and the background that an operator may set below them: asked for when it is wanted, in its place, and no loss when it does not come. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, expect, fits, lookAt, offlineReady, test as base, type App } from './support/app';
import { seen } from './support/canvas';
import { startTiles, type TileServer } from './support/tiles';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY = '2021-12-20';
const WHO = '© Bản đồ <b>thử</b>';
const BOTH = ['/ban-do', '/ban-do-chi-tiet'] as const;

const test = base.extend<{ tiles: TileServer }>({
  tiles: async ({}, use) => {
    const tiles = await startTiles();
    await use(tiles);
    await tiles.close();
  },
});

/** Starts the server again with a tile server. */
async function configure(app: App, { url }: TileServer, ...more: string[]): Promise<void> {
  app.options = ['--tiles', url, '--tiles-attribution', WHO, ...more];
  await app.stop();
  await app.start();
}

function fill(app: App): void {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
}

const said = (page: Page) => page.locator('.leaflet-control-attribution');
const toggle = (page: Page) => page.getByRole('checkbox', { name: 'Bản đồ nền' });
const images = (page: Page) => page.locator('img.leaflet-tile-loaded');

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(said(page)).toContainText('Natural Earth');
}

/** What of the map's buttons and of the archipelagos' names the words lie over. */
function covers(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const bar = document.querySelector('.leaflet-control-attribution')?.getBoundingClientRect();
    if (!bar) return ['there are no words'];
    return [...document.querySelectorAll('.leaflet-control-container button, .risk-island.always span')].flatMap((each) => {
      const box = each.getBoundingClientRect();
      return box.bottom > bar.top && box.top < bar.bottom && box.right > bar.left && box.left < bar.right ? [each.textContent ?? ''] : [];
    });
  });
}

for (const [width, height] of [[320, 640], [360, 740], [1440, 900]] as const) {
  test(`both maps say where their shapes come from, in two languages, at ${width} px`, async ({ app }) => {
    fill(app);
    const { page } = await app.browser({ width, height, webgl: true });
    for (const address of BOTH) {
      await open(page, address);
      const isDetailed = address !== '/ban-do';
      await expect(said(page)).toContainText(isDetailed ? 'không phải ranh giới thật' : 'không phải ranh giới chính thức');
      await expect(said(page)).not.toContainText('Leaflet');
      expect(await covers(page), address).toEqual([]);
      await expect(page.locator('.risk-insets button'), 'both archipelagos are in the first view').toHaveCount(0);
      expect(await axe(page), address).toEqual([]);
      expect(await fits(page)).toBe(true);
      expect(await said(page).evaluate((bar) => bar.scrollWidth <= bar.clientWidth && parseFloat(getComputedStyle(bar).fontSize) >= 12)).toBe(true);
      await expect(page.getByText('Natural Earth'), 'it is not said twice').toHaveCount(1);
      await expect(page.locator('.risk-background'), 'there is nothing to switch on').toHaveCount(0);
      await lookAt(page, `attribution${address.replaceAll('/', '-')}-${width}-vi`);
      await page.locator('button.tongue').click();
      await expect(said(page)).toContainText('Outlines: Natural Earth');
      await expect(said(page)).toContainText(isDetailed ? 'no real borders' : 'not official boundaries');
      expect(await covers(page), address).toEqual([]);
      expect(await axe(page), address).toEqual([]);
      await lookAt(page, `attribution${address.replaceAll('/', '-')}-${width}-en`);
      await page.locator('button.tongue').click();
    }
  });
}

test('a tile server is asked when somebody switches it on, and not before or after', async ({ app, tiles }) => {
  fill(app);
  await configure(app, tiles);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true });
  for (const address of BOTH) {
    await open(page, address);
    await expect(toggle(page)).not.toBeChecked();
    await expect(page.locator('.risk-background')).toContainText(`Hình nền tải từ ${new URL(tiles.url).host}.`);
    await page.getByRole('button', { name: 'Phóng to' }).click();
    await page.waitForTimeout(500); // a request would have gone by now
    expect(tiles.seen, address).toEqual([]);
    expect(await axe(page), address).toEqual([]);
    await toggle(page).check({ force: true });
    await expect.poll(() => images(page).count()).toBeGreaterThan(3);
    await expect(said(page)).toContainText(`Hình nền: ${WHO}`);
    await expect(said(page).locator('b'), 'the words of the operator are plain text').toHaveCount(0);
    expect(await axe(page), address).toEqual([]);
    // It is remembered for this device, and for both maps.
    await page.reload();
    await expect.poll(() => images(page).count()).toBeGreaterThan(3);
    await expect(toggle(page)).toBeChecked();
    await toggle(page).uncheck({ force: true });
    await expect(page.locator('img.leaflet-tile')).toHaveCount(0);
    await expect(said(page)).not.toContainText(WHO);
    tiles.seen.splice(0);
    await page.reload();
    await expect(toggle(page)).not.toBeChecked();
    await page.waitForTimeout(500);
    expect(tiles.seen).toEqual([]);
  }
});

test('an operator may show it from the start, and a person may say no', async ({ app, tiles }) => {
  fill(app);
  await configure(app, tiles, '--tiles-on');
  const { page } = await app.browser({ width: 1440, height: 1000 });
  await open(page, '/ban-do');
  await expect.poll(() => images(page).count()).toBeGreaterThan(3);
  await toggle(page).uncheck({ force: true });
  tiles.seen.splice(0);
  await page.reload();
  await expect(toggle(page)).not.toBeChecked();
  await expect(page.locator('path[data-code]')).toHaveCount(63);
  await page.waitForTimeout(500);
  expect(tiles.seen).toEqual([]);
});

interface Spot {
  x: number;
  y: number;
}

/** Places in the square of Web Mercator, by the formula and not by a library. */
const world = ([longitude = 0, latitude = 0]: number[]): Spot => ({
  x: longitude / 360 + 0.5,
  y: 0.5 - Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) / (2 * Math.PI),
});

function middleOf(places: Spot[]): Spot {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const half = (each: number[]): number => (each.reduce((a, b) => Math.min(a, b)) + each.reduce((a, b) => Math.max(a, b))) / 2;
  return { x: half(xs), y: half(ys) };
}

/** For each tile on the screen, where a place of the world would be by its own address and box, in CSS pixels. */
function byTiles(page: Page, { x, y }: Spot): Promise<{ x: number; y: number; zoom: number }[]> {
  return page.evaluate(
    ([wx, wy]) =>
      [...document.querySelectorAll<HTMLImageElement>('img.leaflet-tile-loaded')].map((image) => {
        const [zoom = 0, column = 0, row = 0] = /(\d+)\/(\d+)\/(\d+)\.svg$/.exec(image.src)?.slice(1).map(Number) ?? [];
        const box = image.getBoundingClientRect();
        const at = (world: number, tile: number, from: number, size: number): number => from + (world * 2 ** zoom - tile) * size;
        return { x: at(wx, column, box.left, box.width), y: at(wy, row, box.top, box.height), zoom };
      }),
    [x, y] as const,
  );
}

async function expectAt(page: Page, place: Spot, found: Spot, what: string): Promise<void> {
  const all = await byTiles(page, place);
  expect(all.length, what).toBeGreaterThan(1);
  for (const { x, y, zoom } of all) {
    expect(Math.abs(x - found.x), `${what}: across, by a tile of zoom ${zoom}`).toBeLessThanOrEqual(2);
    expect(Math.abs(y - found.y), `${what}: down, by a tile of zoom ${zoom}`).toBeLessThanOrEqual(2);
  }
}

test('tiles lie exactly below the provinces, at fractional zooms too', async ({ app, tiles }) => {
  fill(app);
  await configure(app, tiles, '--tiles-on');
  const { page } = await app.browser({ width: 1440, height: 1000 });
  await open(page, '/ban-do');
  const outline = await page.evaluate(async () => {
    const topology = (await (await fetch('/assets/outlines.json')).json()) as {
      transform: { scale: number[]; translate: number[] };
      arcs: number[][][];
      objects: { provinces: { geometries: { id: string; type: string; arcs: never }[] } };
    };
    const { scale: [sx = 0, sy = 0], translate: [tx = 0, ty = 0] } = topology.transform;
    const one = topology.objects.provinces.geometries.find(({ id }) => id === '66');
    const arcs = (one?.arcs as unknown as (number | number[])[]).flat(3) as number[];
    return arcs.flatMap((arc) => {
      let [x, y] = [0, 0];
      return (topology.arcs[arc < 0 ? ~arc : arc] ?? []).map(([dx = 0, dy = 0]) => [(x += dx) * sx + tx, (y += dy) * sy + ty]);
    });
  });
  const middle = middleOf(outline.map(world));
  const zooms = new Set<number>();
  for (let press = 0; press < 4; press += 1) {
    await page.waitForTimeout(600); // Leaflet's own movement
    await expect.poll(() => images(page).count()).toBeGreaterThan(3);
    const box = await page.locator('path[data-code="66"]').boundingBox();
    if (!box) throw new Error('the province is not drawn');
    await expectAt(page, middle, { x: box.x + box.width / 2, y: box.y + box.height / 2 }, `press ${press}`);
    zooms.add(Math.round(box.width));
    await lookAt(page, `base-map-provinces-${press}`);
    await page.getByRole('button', { name: 'Phóng to' }).click();
  }
  expect(zooms.size, 'each press shows it larger').toBe(4);
});

/** The box of what the canvas of units has in colours of levels, in CSS pixels of the window. */
function drawnMiddle(page: Page): Promise<Spot | null> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.units-shapes');
    const gl = canvas?.getContext('webgl2');
    if (!canvas || !gl) return null;
    const { width, height } = canvas;
    const pixels = new Uint8Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const levels = new Set(['15,165,127', '241,186,21', '242,142,18', '218,71,17', '211,216,217']);
    let [left, right, low, high] = [width, -1, height, -1];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = 4 * (y * width + x);
        if (!levels.has(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`)) continue;
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [low, high] = [Math.min(low, y), Math.max(high, y)];
      }
    }
    if (right < 0) return null;
    const box = canvas.getBoundingClientRect();
    return { x: box.left + (((left + right + 1) / 2) * box.width) / width, y: box.top + (1 - (low + high + 1) / 2 / height) * box.height };
  });
}

function boundaryOf(app: App, level: string, code: string): number[][] {
  const file = join(app.folder, `${level}.geojson`);
  const program = join(process.env['LACHAN_BINARY_ROOT'] ?? join(root, 'build', 'dev'), 'lachan-boundaries');
  execFileSync(program, ['export', join(assets, 'country.bin'), '--level', level, '-o', file]);
  const found = JSON.parse(execFileSync('cat', [file], { encoding: 'utf8', maxBuffer: 1 << 28 })) as {
    features: { properties: { code: string }; geometry: { coordinates: unknown[] } }[];
  };
  const flat: number[][] = [];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === 'number') flat.push(part as number[]);
    else part.forEach(walk);
  };
  walk(found.features.find(({ properties }) => properties.code === code)?.geometry.coordinates);
  return flat;
}

test('tiles lie exactly below the units that the overlay draws, at fractional zooms, and go with them', async ({ app, tiles }) => {
  fill(app);
  await configure(app, tiles, '--tiles-on');
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true });
  const province = middleOf(boundaryOf(app, 'province', '66').map(world));
  const district = middleOf(boundaryOf(app, 'district', '643').map(world));
  await open(page, `/ban-do-chi-tiet#unit=66&day=${DAY}`);
  await expect(page.locator('.units-list li')).toHaveCount(15);
  const expectThere = async (place: Spot, what: string): Promise<void> => {
    await page.locator('.units-map').evaluate((map) => map.scrollIntoView());
    await expect.poll(() => images(page).count(), what).toBeGreaterThan(3);
    await page.waitForTimeout(400);
    const found = await drawnMiddle(page);
    if (!found) throw new Error(`${what}: nothing is drawn`);
    await expectAt(page, place, found, what);
    await lookAt(page, `base-map-units-${what.replaceAll(' ', '-')}`);
  };
  await expectThere(province, 'a province');
  await page.getByRole('button', { name: 'Thu nhỏ' }).click();
  await expectThere(province, 'farther');
  // Dragged by hand.
  const box = await page.locator('.units-map').boundingBox();
  if (!box) throw new Error('there is no map');
  await page.mouse.move(box.x + 300, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 340, box.y + 227, { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(600);
  await expectThere(province, 'dragged');
  await page.setViewportSize({ width: 900, height: 800 });
  await expectThere(province, 'another window');
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto('about:blank');
  await open(page, `/ban-do-chi-tiet#unit=643&day=${DAY}`);
  await expectThere(district, 'a district');
});

test('where no tile comes the plain map stands, with a line that says so, and nothing foreign is kept', async ({ app, tiles }) => {
  fill(app);
  await configure(app, tiles, '--tiles-on');
  tiles.empty(true);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  for (const address of BOTH) {
    await open(page, address);
    await expect(page.locator('.risk-background [role=status]')).toHaveText('Chưa tải được hình nền. Bản đồ vẫn dùng được như thường.');
    await expect(images(page)).toHaveCount(0);
    const broken = page.locator('img.leaflet-tile');
    for (let at = 0; at < (await broken.count()); at += 1) await expect(broken.nth(at)).toBeHidden();
    await expect(page.getByRole('alert')).toHaveCount(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const level2 = async (): Promise<number> => (await seen(page.locator('.leaflet-container')))['241,186,21'] ?? 0;
      await expect.poll(level2, `${address} in the ${colorScheme}: levels have the colours of the legend`).toBeGreaterThan(500);
    }
    await lookAt(page, `base-map-none${address.replaceAll('/', '-')}`);
  }
  tiles.empty(false);
  await open(page, '/ban-do');
  await expect.poll(() => images(page).count()).toBeGreaterThan(3);
  await expect(page.locator('.risk-background [role=status]')).toBeEmpty();
  await offlineReady(page);
  await page.reload();
  await expect.poll(() => images(page).count()).toBeGreaterThan(3);
  const foreign = await page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) if (new URL(url).origin !== location.origin) found.push(url);
    return found;
  });
  expect(foreign, 'tiles are for the HTTP cache').toEqual([]);
  // Without any network what is known of the server still holds, and the map stands.
  app.proxy.offline(true);
  tiles.empty(true);
  await page.reload();
  await expect(page.locator('path[data-code]')).toHaveCount(63);
  await expect(toggle(page)).toBeChecked();
  expect(errors).toEqual([]);
});

test('on a phone the background, its switch and what it tells a stranger are within reach', async ({ app, tiles }) => {
  fill(app);
  await configure(app, tiles, '--tiles-on');
  const { page } = await app.browser({ width: 320, height: 640, webgl: true });
  for (const address of BOTH) {
    await open(page, address);
    await expect.poll(() => images(page).count()).toBeGreaterThan(1);
    expect(await covers(page), address).toEqual([]);
    expect(await axe(page), address).toEqual([]);
    expect(await fits(page)).toBe(true);
    await lookAt(page, `base-map-phone${address.replaceAll('/', '-')}`);
    await toggle(page).focus();
    await page.keyboard.press('Space');
    await expect(toggle(page)).not.toBeChecked();
    await page.keyboard.press('Space');
  }
});

test('a page that was kept before there was a tile server learns to show it', async ({ app, tiles }) => {
  fill(app);
  const { page } = await app.browser({ width: 1440, height: 1000 });
  await open(page, '/ban-do');
  await offlineReady(page);
  await configure(app, tiles, '--tiles-on');
  await open(page, '/ban-do');
  await expect(page.locator('.risk-background [role=status]')).toHaveText('Hãy tải lại trang này để thấy hình nền.');
  expect(tiles.seen).toEqual([]);
  await expect
    .poll(async () => {
      await page.reload();
      await expect(toggle(page)).toBeChecked();
      await page.waitForTimeout(500);
      return images(page).count();
    })
    .toBeGreaterThan(3);
  await expect(page.locator('.risk-background [role=status]')).toBeEmpty();
});
