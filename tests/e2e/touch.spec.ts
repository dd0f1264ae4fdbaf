/** The detailed map under fingers and on dense screens; and its names, which lie on nobody else's. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from '@playwright/test';
import { assets, expect, lookAt, test, type App } from './support/app';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const DAY = '2021-12-20';

interface Name {
  text: string;
  x: number;
  y: number;
  half: number;
}

/** The names of the last drawing. */
const names = (page: Page): Promise<Name[]> => page.evaluate(() => (window as unknown as { names?: Name[] }).names ?? []);

/** How often the map is drawn while a button is pressed. */
const drawingsOf = (page: Page, name: string): Promise<number> =>
  page.getByRole('button', { name }).evaluate((button: HTMLButtonElement) => {
    const page = window as unknown as { drawings: number };
    const before = page.drawings;
    button.click();
    return page.drawings - before;
  });

async function open(app: App, address: string, size: { width: number; height: number; dense?: number }): Promise<Page> {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ webgl: true, ...size });
  await page.addInitScript(() => {
    const page = window as unknown as { names: Name[]; drawings: number };
    [page.names, page.drawings] = [[], 0];
    // A canvas that is given a width is cleared: what follows is another drawing.
    const width = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, 'width') as PropertyDescriptor;
    Object.defineProperty(HTMLCanvasElement.prototype, 'width', {
      ...width,
      set(this: HTMLCanvasElement, value: number) {
        if (this.matches('.units-names')) [page.names, page.drawings] = [[], page.drawings + 1];
        width.set?.call(this, value);
      },
    });
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function written(text, x, y, ...rest) {
      if (this.canvas.matches('.units-names')) page.names.push({ text, x, y, half: this.measureText(text).width / 2 });
      fillText.call(this, text, x, y, ...rest);
    };
  });
  await page.emulateMedia({ reducedMotion: 'reduce' }); // a map that is thrown flies on
  await page.goto(`/ban-do-chi-tiet${address}`);
  await expect.poll(async () => (await names(page)).length, 'names are written on the map').toBeGreaterThan(0);
  return page;
}

/** Pairs of names whose letters touch; letters with their marks are 14 pixels high. */
const touching = (all: Name[]): string[] =>
  all.flatMap((one, at) =>
    all.slice(at + 1).flatMap((other) => (Math.abs(one.x - other.x) < one.half + other.half && Math.abs(one.y - other.y) < 14 ? [`${one.text} / ${other.text}`] : [])),
  );

test('no name lies on another one, from the country to the wards of a city, at any zoom', async ({ app }) => {
  const page = await open(app, `#day=${DAY}`, { width: 1440, height: 1000 });
  for (const address of [`#day=${DAY}`, `#unit=01&day=${DAY}`, `#unit=643&day=${DAY}`]) {
    const before = JSON.stringify(await names(page));
    await page.goto(`/ban-do-chi-tiet${address}`);
    if (address.includes('unit')) await expect.poll(async () => JSON.stringify(await names(page))).not.toBe(before);
    for (const press of ['', 'Phóng to', 'Phóng to', 'Thu nhỏ', 'Thu nhỏ', 'Thu nhỏ']) {
      if (press) {
        const seen = JSON.stringify(await names(page));
        expect(await drawingsOf(page, press), `${address} ${press} is drawn at once, and once`).toBe(1);
        await expect.poll(async () => JSON.stringify(await names(page)), press).not.toBe(seen);
      }
      const written = await names(page);
      expect(touching(written), `${address} ${press}: ${written.length} names`).toEqual([]);
    }
  }
  await lookAt(page, 'map-names');
});

/** Two fingers that go apart from `from` to `to` pixels, around a point. */
async function pinch(session: CDPSession, middle: { x: number; y: number }, from: number, to: number): Promise<void> {
  const fingers = (apart: number) => [-1, 1].map((side, id) => ({ x: middle.x + (side * apart) / 2, y: middle.y, id }));
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(from) });
  for (let step = 1; step <= 8; step += 1) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(from + ((to - from) * step) / 8) });
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

test('on a phone with a dense screen the map is sharp, a tap chooses, one finger drags and two zoom', async ({ app }) => {
  const page = await open(app, `#unit=66&day=${DAY}`, { width: 360, height: 740, dense: 3 });
  const map = page.locator('.units-map');
  await map.scrollIntoViewIfNeeded();
  const sizes = await page.locator('canvas.units-shapes').evaluate((canvas: HTMLCanvasElement) => [canvas.width / canvas.clientWidth, devicePixelRatio]);
  expect(sizes[1]).toBe(3);
  expect(sizes[0], 'two pixels of the canvas for one of the page: more would only cost').toBeCloseTo(2, 1);

  await map.tap();
  await expect(page.locator('.units-list .chosen')).toHaveCount(1);
  const box = await map.boundingBox();
  if (!box) throw new Error('the map is not there');
  const middle = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  const session = await page.context().newCDPSession(page);

  // A finger drags the map along with its names.
  const before = await names(page);
  const kept = before[0];
  if (!kept) throw new Error('no name is written');
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [middle] });
  for (let step = 1; step <= 6; step += 1) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: middle.x + 8 * step, y: middle.y }] });
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  const movedBy = async (): Promise<number> => ((await names(page)).find(({ text }) => text === kept.text)?.x ?? NaN) - kept.x;
  await expect.poll(movedBy).toBeGreaterThan(30);

  // Two fingers that go apart bring what lies between two names farther apart as well.
  const spread = async (): Promise<number> => {
    const [one, other] = (await names(page)).filter(({ text }) => pair.includes(text)).sort((a, b) => a.text.localeCompare(b.text));
    return one && other ? Math.hypot(one.x - other.x, one.y - other.y) : NaN;
  };
  const near = (await names(page)).filter(({ x, y }) => Math.hypot(x - box.width / 2, y - box.height / 2) < box.width / 4);
  const pair = near.slice(0, 2).map(({ text }) => text);
  expect(pair, 'two names lie around the middle').toHaveLength(2);
  const apart = await spread();
  await pinch(session, middle, 80, 130);
  await expect.poll(spread).toBeGreaterThan(apart * 1.25);
  await lookAt(page, 'map-phone-dense');
});
