/** The report of a unit: on the screen, on paper, as a picture and as files; and that none of them holds a number that is not for the reader. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, enter, expect, fits, official, offlineReady, openCoreIn, test, type App } from './support/app';
import { expectNoAxe } from './support/certificates';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DAY = '2021-12-20';
const FROM = '2021-12-14';
const DISTRICT = '760';
/** Numbers that nothing else on the page has by chance: cases of communes of the district on one day. */
const RARE = { 'Phường Tân Định': 3137, 'Phường Đa Kao': 2719, 'Phường Bến Nghé': 4783 };

function counts(app: App): void {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
}

/** A week of counts of communes, with a rare number on its last day. */
function smallCounts(app: App): void {
  counts(app);
  const rows = Object.entries(RARE).flatMap(([commune, n]) =>
    [14, 15, 16, 17, 18, 19, 20].map((day) => `Hồ Chí Minh,Quận 1,${commune},2021-12-${day},${day === 20 ? n : 0}`),
  );
  const file = join(app.folder, 'communes.csv');
  writeFileSync(file, `province,district,commune,date,cases\n${rows.join('\n')}\n`);
  app.admin('import-cases', file, '--source', 'desk', '--assets', assets);
}

async function open(app: App, address: string, { width = 1440, height = 1000 } = {}): Promise<Page> {
  const { page } = await app.browser({ width, height, webgl: true });
  await page.goto(`/ban-do-chi-tiet${address}`);
  await expect(page.getByText('không phải ranh giới thật').first()).toBeVisible();
  await openReport(page);
  return page;
}
async function openReport(page: Page): Promise<void> {
  await enter(page.locator('#report > summary'));
  await expect(page.locator('.report img')).toBeVisible();
}
async function saved(page: Page, what: 'png' | 'csv' | 'geojson'): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-do="${what}"]`).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

async function expectOnePage(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', 'yes');
  });
  await enter(page.locator('[data-do="print"]'));
  await expect(page.locator('html[data-printed="yes"]')).toHaveCount(1);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.report-sheet .report')).toBeVisible();
  await expect(page.locator('#app')).toBeHidden();
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type \/Page\b(?!s)/g), 'one page').toHaveLength(1);
  expect(pdf, 'A4').toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
  await expect(page.locator('.report-sheet')).toHaveCount(0);
  await expect(page.locator('#app')).toBeVisible();
}

interface Collection {
  type: string;
  schematic: boolean;
  attribution: string;
  features: { properties: Record<string, unknown>; geometry: { type: string; coordinates: [number, number][][][] } }[];
}
const areaOf = (ring: [number, number][]): number =>
  ring.slice(1).reduce((sum, [x, y], at) => sum + ((ring[at]?.[0] ?? 0) * y - x * (ring[at]?.[1] ?? 0)) / 2, 0);

test('the country: levels, numbers of provinces, a table that Excel reads, shapes that are closed and inside the country', async ({ app }) => {
  counts(app);
  const page = await open(app, `#day=${DAY}`);
  await expect(page.locator('.report h3')).toHaveText('Cấp độ dịch: Cả nước');
  await expect(page.locator('.report-parts li')).toHaveCount(63);
  await expect(page.locator('.report footer')).toContainText('không phải ranh giới thật');
  await expect(page.locator('.report footer')).toContainText('Natural Earth');
  await expect(page.locator('.report-legend li')).toHaveCount(5);
  const listed = await page.locator('.units-list li').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-unit')));

  const table = await saved(page, 'csv');
  expect(table.name).toBe(`lachan-cap-do-ca-nuoc-${DAY}.csv`);
  expect([...table.bytes.subarray(0, 3)], 'the mark that Excel looks for').toEqual([0xef, 0xbb, 0xbf]);
  const lines = table.bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
  expect(lines[0]).toContain('Mã,Tên,Cấp trên bản đồ,Cấp công bố,Cấp tính toán');
  expect(lines[0]).toContain('Số ca 14/12/2021–20/12/2021');
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(listed);
  const series = new Map<string, number>();
  for (const line of readFileSync(join(root, 'assets/cases/synthetic.csv'), 'utf8').trimEnd().split('\n').slice(1)) {
    const [code = '', day = '', n] = line.split(',');
    if (day >= FROM && day <= DAY) series.set(code, (series.get(code) ?? 0) + Number(n));
  }
  const hanoi = lines.find((line) => line.startsWith('01,'))?.split(',') ?? [];
  const column = (lines[0] ?? '').split(',').findIndex((name) => name.startsWith('Số ca'));
  expect(Number(hanoi[column])).toBe(series.get('01'));

  const shapes = await saved(page, 'geojson');
  expect(shapes.name).toBe(`lachan-cap-do-ca-nuoc-${DAY}.geojson`);
  const collection = JSON.parse(shapes.bytes.toString('utf8')) as Collection;
  expect([collection.type, collection.schematic]).toEqual(['FeatureCollection', true]);
  expect(collection.attribution).toContain('không phải ranh giới thật');
  expect(collection.features.map(({ properties }) => properties['code'])).toEqual(listed);
  // One expectation for all: there are tens of thousands of places.
  const faults: string[] = [];
  for (const { geometry, properties } of collection.features) {
    const code = String(properties['code']);
    if (geometry.type !== 'MultiPolygon') faults.push(`${code}: ${geometry.type}`);
    for (const polygon of geometry.coordinates) {
      for (const [at, ring] of polygon.entries()) {
        const [first, last] = [ring[0], ring.at(-1)];
        if (ring.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) faults.push(`${code}: a ring of ${ring.length} places that is not closed`);
        // Outer rings run counterclockwise, holes clockwise.
        if (Math.sign(areaOf(ring)) !== (at === 0 ? 1 : -1)) faults.push(`${code}: ring ${at} runs the wrong way`);
        const outside = ring.find(([longitude, latitude]) => longitude < 101.9 || longitude > 117.9 || latitude < 6.4 || latitude > 23.6);
        if (outside) faults.push(`${code}: ${outside.join(' ')} lies outside of the country`);
      }
    }
  }
  expect(faults).toEqual([]);
  const danang = collection.features.find(({ properties }) => properties['code'] === '48');
  expect(danang?.geometry.coordinates.some(([ring]) => (ring?.[0]?.[0] ?? 0) > 111), 'Hoàng Sa').toBe(true);
});

test('the picture has the map, its legend, and what a map must say', async ({ app }) => {
  counts(app);
  const page = await open(app, `#day=${DAY}`);
  const { name, bytes } = await saved(page, 'png');
  expect(name).toBe(`lachan-cap-do-ca-nuoc-${DAY}.png`);
  const seen = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0);
    const count = (top: number, bottom: number): Record<string, number> => {
      const { data } = context?.getImageData(0, top, canvas.width, bottom - top) ?? { data: [] };
      const found: Record<string, number> = {};
      for (let at = 0; at < data.length; at += 4) {
        const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
        found[colour] = (found[colour] ?? 0) + 1;
      }
      return found;
    };
    return { width: image.width, height: image.height, map: count(250, Math.round(image.height * 0.72)), legend: count(Math.round(image.height * 0.762), image.height), head: count(0, 200) };
  }, bytes.toString('base64'));
  expect(seen.width).toBe(1600);
  for (const colour of ['15,165,127', '241,186,21', '242,142,18', '218,71,17']) expect(seen.legend[colour] ?? 0, `${colour} in the legend`).toBeGreaterThan(500);
  const drawn = ['15,165,127', '241,186,21', '242,142,18', '218,71,17'].filter((colour) => (seen.map[colour] ?? 0) > 100);
  expect(drawn.length, 'the map is not blank').toBeGreaterThan(1);
  expect(seen.map['227,238,240'] ?? 0, 'the sea').toBeGreaterThan(10_000);
  expect(Object.entries(seen.head).filter(([colour, n]) => colour !== '255,255,255' && n > 50).length, 'a title').toBeGreaterThan(0);
});

test('a province says why, from which sources, and by which curve; on paper it is one page', async ({ app }) => {
  counts(app);
  const page = await open(app, `#unit=79&day=${DAY}`);
  await expect(page.locator('.report h3')).toHaveText('Cấp độ dịch: Thành phố Hồ Chí Minh');
  await expect(page.locator('.report-why')).toContainText('risk-2');
  await expect(page.locator('.report-sources')).toContainText('synthetic');
  await expect(page.locator('.report figcaption').filter({ hasText: 'cao nhất' })).toBeVisible();
  await expect(page.locator('.report-parts li')).toHaveCount(22);
  await expectOnePage(page);
});

test('the country fits on one page too', async ({ app }) => {
  counts(app);
  await expectOnePage(await open(app, `#day=${DAY}`));
});

/** Every number of the communes, as any page or file might write it. */
const written = Object.values(RARE).flatMap((n) => [String(n), n.toLocaleString('vi-VN'), n.toLocaleString('en-US')]);
/** As a number of its own: digits of a coordinate, or of a picture that is written as text, may be the same. */
const secrets = written.map((number) => new RegExp(String.raw`(?<![\w+/]|\d[.,])${number.replace(/[.]/g, '\\.')}(?![\w+/])`));

/** All that the page and the files of the report hold. The picture is looked at as the page shows it, for it is drawn from the same rows. */
async function everything(page: Page): Promise<string> {
  const files = [(await saved(page, 'csv')).bytes.toString('utf8'), (await saved(page, 'geojson')).bytes.toString('utf8'), (await saved(page, 'png')).bytes.toString('latin1')];
  const written = await page.evaluate(() => document.body.innerText);
  return [written, await page.content(), ...files].join('\n');
}

/** What is written on canvases from now on: the words of maps and pictures. */
async function watchCanvas(page: Page): Promise<() => Promise<string>> {
  await page.addInitScript(() => {
    const words: string[] = [];
    Object.assign(window, { drawnWords: words });
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function watched(text, ...rest) {
      words.push(text);
      fillText.call(this, text, ...(rest as [number, number]));
    };
  });
  return () => page.evaluate(() => (window as unknown as { drawnWords: string[] }).drawnWords.join('\n'));
}

test('somebody who is not signed in sees levels below a province and no count: not on the page, in the picture or in a file', async ({ app }) => {
  smallCounts(app);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true });
  const drawn = await watchCanvas(page);
  await page.goto(`/ban-do-chi-tiet#unit=${DISTRICT}&day=${DAY}`);
  await expect(page.getByText('không phải ranh giới thật').first()).toBeVisible();
  await openReport(page);
  await expect(page.locator('.report-closed')).toContainText('chỉ hiện cho cán bộ');
  for (const part of ['.report-why', '.report-sources', '.report .risk-chart', '.report-parts li .number']) await expect(page.locator(part)).toHaveCount(0);
  const all = await everything(page);
  const words = await drawn();
  expect(words, 'the picture was drawn under our eyes').toContain('Cấp độ dịch: Quận 1');
  for (const secret of secrets) expect(all + words).not.toMatch(secret);
  const table = (await saved(page, 'csv')).bytes.toString('utf8');
  expect(table.split('\r\n')[0]).toBe('\ufeffMã,Tên,Cấp trên bản đồ,Cấp công bố,Cấp tính toán,Ngày,Bộ quy tắc,Ngưỡng');
  const shapes = JSON.parse((await saved(page, 'geojson')).bytes.toString('utf8')) as Collection;
  expect(shapes.features).toHaveLength(10);
  for (const { properties } of shapes.features) expect(Object.keys(properties)).toEqual(['code', 'name', 'level', 'declaredLevel', 'computedLevel', 'schematic']);
});

test('an official of the district has the numbers in page and files; when they sign out, all are gone', async ({ app }) => {
  smallCounts(app);
  const page = await open(app, `#unit=${DISTRICT}&day=${DAY}`);
  await expect(page.locator('.report-closed')).toBeVisible();
  await offlineReady(page);
  await openCoreIn(page);
  await page.evaluate((who) => window.core.session.signIn(who.user, who.password).then(() => undefined), official(app, 'truy.vet', 'district_tracer', DISTRICT));
  await expect(page.locator('.report-parts li', { hasText: 'Bến Nghé' })).toContainText('4.783');
  await expect(page.locator('.report-closed')).toHaveCount(0);
  await expect(page.locator('.report img')).toBeVisible();
  expect((await saved(page, 'csv')).bytes.toString('utf8')).toContain(',4783,');
  const shapes = JSON.parse((await saved(page, 'geojson')).bytes.toString('utf8')) as Collection;
  expect(shapes.features.map(({ properties }) => properties['cases'])).toContain(4783);
  await page.evaluate(() => window.core.session.signOut().then(() => undefined));
  await expect(page.locator('.report-closed')).toBeVisible();
  await expect(page.locator('.report img')).toBeVisible();
  const all = await everything(page);
  for (const secret of secrets) expect(all).not.toMatch(secret);
});

test('it works without a network as far as this device knows', async ({ app }) => {
  counts(app);
  const page = await open(app, `#day=${DAY}`);
  await offlineReady(page);
  await page.context().setOffline(true);
  const shapes = JSON.parse((await saved(page, 'geojson')).bytes.toString('utf8')) as Collection;
  expect(shapes.features).toHaveLength(63);
  expect((await saved(page, 'csv')).bytes.length).toBeGreaterThan(1000);
  expect((await saved(page, 'png')).bytes.length).toBeGreaterThan(50_000);
});

for (const width of [320, 360, 1440]) {
  test(`nothing is out of reach at ${width} px`, async ({ app }) => {
    counts(app);
    const page = await open(app, `#unit=79&day=${DAY}`, { width, height: 800 });
    expect(await fits(page)).toBe(true);
    await expectNoAxe(page, `report at ${width}`);
  });
}
