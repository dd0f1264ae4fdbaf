/** All districts or all communes of the country on one map: for who may see counts below, with layers, scans, days, list and the way back. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { assets, axe, comesToRest, enter, expect, fits, lookAt, official, openCoreIn, test, type App } from './support/app';
import { colours } from './support/canvas';

const FIRST = '2021-12-01';
const DAYS = 12;
const DAY = '2021-12-12';
const WAIT = { timeout: 120_000 };
/** Two provinces that share a border: many cases in both. */
const HOT = new Set(['79', '74']);

/** Levels 1 and 4; what is clearly in a cluster; the row of colours of rates, light to dark. */
const LEVELS = ['15,165,127', '218,71,17'];
const HOTTEST = '168,50,11';
const RATES = ['201,224,221', '143,193,200', '71,149,163', '20,104,122', '11,55,64'];

interface Line {
  code: string;
  level: string;
  parent: string;
}

/** The units of mid 2021. */
function units(): Line[] {
  return readFileSync(join(assets, 'units.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([code, , , , , , until]) => code && !until)
    .map(([code = '', level = '', parent = '']) => ({ code, level, parent }));
}

/** Invented counts and people of every commune, and the sums of the provinces. */
function country(app: App): void {
  const all = units();
  const parents = new Map(all.map(({ code, parent }) => [code, parent]));
  const days = Array.from({ length: DAYS }, (_, at) => new Date(Date.parse(FIRST) + at * 86_400_000).toISOString().slice(0, 10));
  const sums = new Map<string, number[]>();
  const rows: string[] = [];
  const people: string[] = [];
  for (const { code, level } of all) {
    if (level !== '3') continue;
    const province = parents.get(parents.get(code) ?? '') ?? '';
    const number = Number(code);
    people.push(`${code},${5000 + (number % 7) * 1000}`);
    days.forEach((day, at) => {
      const cases = HOT.has(province) ? 3 + ((number + at) % 5) : (number + at) % 11 === 0 ? 1 : 0;
      rows.push(`${code},cases,test,${day},${cases}`);
      const sum = sums.get(province) ?? days.map(() => 0);
      sum[at] = (sum[at] ?? 0) + cases;
      sums.set(province, sum);
    });
  }
  for (const [province, sum] of sums) days.forEach((day, at) => rows.push(`${province},cases,test,${day},${sum[at]}`));
  const [facts, census] = [join(app.folder, 'facts.csv'), join(app.folder, 'people.csv')];
  writeFileSync(facts, `code,measure,source,date,value\n${rows.join('\n')}\n`);
  writeFileSync(census, `code,population\n${people.join('\n')}\n`);
  app.admin('import-cases', facts, '--assets', assets);
  app.admin('import-cases', census, '--source', 'census', '--format', 'people', '--assets', assets);
}

const mapOpen = (page: Page): Promise<void> => expect(page.getByText('không phải ranh giới thật')).toBeVisible();
const list = (page: Page) => page.locator('.units-list li');
const heading = (page: Page) => page.locator('#units-list');
const depth = (page: Page, level: string) => page.locator(`input[name="map-depth"][value="${level}"]`);
const rested = (page: Page): Promise<void> => expect(page.locator('.layers-status progress')).toHaveCount(0, WAIT);
const map = (page: Page) => page.locator('.units-grid > .card > .units-map');

/** Which of these colours the drawn map has. */
async function found(page: Page, wanted: readonly string[]): Promise<string[]> {
  const counts = await colours(page);
  return wanted.filter((colour) => (counts[colour] ?? 0) > 60);
}

/** The page as somebody of the national centre has it. */
async function open(app: App, address = `#day=${DAY}`, size: { width?: number; height?: number } = {}): Promise<Page> {
  country(app);
  const who = official(app, 'tw.dich', 'national_centre', 'VN');
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  await page.goto('/ban-do-chi-tiet');
  await mapOpen(page);
  await openCoreIn(page);
  await page.evaluate(({ user, password }) => window.core.session.signIn(user, password), who);
  await page.goto(`/ban-do-chi-tiet${address}`);
  await page.reload();
  await mapOpen(page);
  return page;
}

async function choose(page: Page, layer: string): Promise<void> {
  const pick = page.locator('.layers-pick');
  if (!(await pick.evaluate((each) => each.hasAttribute('open')))) await pick.locator('summary').click();
  await page.locator(`input[name="map-layer"][value="${layer}"]`).check();
}

test.setTimeout(600_000);

test('all districts and all communes of the country are one choice away, in the address, and back is a key away', async ({ app }) => {
  const page = await open(app);
  await expect(list(page)).toHaveCount(63);
  await depth(page, 'district').check();
  await expect(heading(page)).toHaveText('705 đơn vị', WAIT);
  await expect(page).toHaveURL(/depth=district/);
  await depth(page, 'commune').check();
  await expect(heading(page)).toHaveText('10.599 đơn vị', WAIT);
  await expect(page).toHaveURL(/depth=commune/);
  await rested(page);
  await expect(list(page), 'never ten thousand rows').toHaveCount(100);
  await expect(page.locator('.units-find + p')).toContainText('Hiện 100 trong 10.599 đơn vị');
  await expect.poll(() => found(page, LEVELS), WAIT).toEqual(LEVELS);
  await expect(page.locator('.risk-legend li').filter({ hasText: 'Cấp 4' })).toContainText(/[1-9]\d\d đơn vị/);
  await lookAt(page, 'depth-commune');
  await page.goBack();
  await expect(heading(page)).toHaveText('705 đơn vị', WAIT);
  await expect(depth(page, 'district')).toBeChecked();
  await page.goBack();
  await expect(list(page)).toHaveCount(63);
  await page.goForward();
  await expect(heading(page)).toHaveText('705 đơn vị', WAIT);
  // Into a district, below which there is nothing to choose.
  await list(page).first().locator('.deeper').click();
  await expect(page).toHaveURL(/unit=\d{3}&/);
  await expect(page.locator('.units-depth')).toHaveCount(0);
  await page.goBack();
  await expect(heading(page)).toHaveText('705 đơn vị', WAIT);
});

test('layers and scans are of all units at once: a cluster crosses the border of two provinces, and a long scan can be stopped', async ({ app }) => {
  const page = await open(app, `#depth=district&day=${DAY}`);
  await expect(heading(page)).toHaveText('705 đơn vị', WAIT);
  await choose(page, 'clusters');
  const first = page.locator('.layers-clusters li').first();
  await expect(first).toContainText(/p = 0,001/, WAIT);
  await expect(first).toContainText('Hồ Chí Minh');
  await expect(first).toContainText('Bình Dương');
  for (const [layer, says] of [
    ['incidence', /trên 100\.000 dân \(khoảng 95 %/],
    ['hotspots', /Gi\* = -?[\d,]+, p = [\d,]+/],
    ['ears', /ca ngày 12\/12\/2021, ngưỡng [\d,.]+/],
  ] as const) {
    await choose(page, layer);
    await rested(page);
    await list(page).first().locator('.name').click();
    await expect(page.locator('.layers-value'), layer).toContainText(says);
  }
  await depth(page, 'commune').check();
  await expect(heading(page)).toHaveText('10.599 đơn vị', WAIT);
  await choose(page, 'smooth-local');
  await rested(page);
  await page.locator('.units-list .name').first().click();
  await expect(page.locator('.layers-value')).toContainText(/sau khi làm trơn.*tỷ lệ gốc/);
  // What cannot be had of ten thousand units is said, with the reason.
  await expect(page.locator('.layers-lacking')).toContainText('Cụm theo nơi và ngày: quá nhiều đơn vị');
  await expect(page.locator('.layers-lacking')).toContainText('Tờ khai có triệu chứng: chỉ tổng hợp theo tỉnh');

  await choose(page, 'clusters');
  await expect(page.locator('.layers-status')).toContainText('Đang quét cụm ca bệnh', WAIT);
  await expect.poll(() => page.locator('.layers-status progress').getAttribute('value'), WAIT).not.toBeNull();
  await page.getByRole('button', { name: 'Dừng tính' }).click();
  await expect(page.locator('.layers-status')).toContainText('Đã dừng tính');
  await expect(page.locator('.layers-clusters')).toHaveCount(0);
  await page.getByRole('button', { name: 'Tính lại' }).click();
  await expect(first).toContainText(/p = 0,001/, { timeout: 240_000 });
  await expect(first).toContainText(/và [\d.]+ đơn vị khác/);
  await expect.poll(() => found(page, [HOTTEST]), WAIT).toEqual([HOTTEST]);
  await expect(list(page), 'members of the clearest cluster come first').toHaveCount(101); // the one that was chosen stands there too
  await lookAt(page, 'depth-clusters');
});

test('the days of all communes play, and the slider has them', async ({ app }) => {
  const page = await open(app, `#depth=commune&day=2021-12-08&layer=incidence`);
  await expect(heading(page)).toHaveText('10.599 đơn vị', WAIT);
  await rested(page);
  await expect.poll(async () => (await found(page, RATES)).length, WAIT).toBeGreaterThan(1);
  const play = page.locator('.layers-time button');
  await play.click();
  await expect(play).toContainText('Dừng', WAIT);
  await expect(play).toContainText('Chạy', WAIT);
  await expect(page).toHaveURL(/day=2021-12-12/);
  await page.locator('.layers-time input[type=range]').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/day=2021-12-11/);
  await rested(page);
  await expect.poll(async () => (await found(page, RATES)).length, WAIT).toBeGreaterThan(1);
});

test('a unit is chosen on the map, found by name and by keyboard, and says why', async ({ app }) => {
  const page = await open(app, `#depth=commune&day=${DAY}`);
  await expect(heading(page)).toHaveText('10.599 đơn vị', WAIT);
  await rested(page);
  await page.getByLabel('Tìm theo tên').fill('ben nghe quan 1');
  await expect(list(page)).toHaveCount(1);
  await expect(list(page)).toContainText('Phường Bến Nghé');
  await expect(list(page)).toContainText('Quận 1, Hồ Chí Minh');
  await enter(list(page).locator('.name'));
  await expect(page.locator('.units-why h2')).toContainText('Phường Bến Nghé, Quận 1');
  await expect(page.locator('.units-why .sum').first()).toBeVisible(WAIT);
  await page.getByLabel('Tìm theo tên').fill('khong co noi nay');
  await expect(page.locator('.units-find + p')).toContainText('Không có đơn vị nào tên như vậy');
  await expect(page.locator('.units-list .chosen'), 'the one that was chosen stays').toHaveCount(1);
  await page.getByLabel('Tìm theo tên').fill('');
  await page.getByLabel('Xếp theo').selectOption('place');
  await expect(list(page).nth(1)).toContainText('Phường Phúc Xá');
  await page.getByLabel('Xếp theo').selectOption('low');
  await expect(list(page).nth(1)).toContainText('Cấp 1');
  const before = await page.locator('.units-why h2').innerText();
  // The middle of the country's map lies in the sea; the south does not.
  const box = await map(page).boundingBox();
  await map(page).click({ position: { x: 0.366 * (box?.width ?? 0), y: 0.76 * (box?.height ?? 0) } });
  await expect(page.locator('.units-why h2')).not.toHaveText(before);
  const [chosen = ''] = await page.locator('.units-list .chosen .name').allInnerTexts();
  await expect(page.locator('.units-why h2')).toContainText(chosen.trim());
  // By keyboard alone: from the chooser to districts and to provinces.
  await depth(page, 'commune').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(heading(page)).toHaveText('705 đơn vị', WAIT);
  await expect(page.locator('.units-list .chosen'), 'another depth has other units').toHaveCount(0);
  await page.keyboard.press('ArrowLeft');
  await expect(list(page)).toHaveCount(63);
});

test('citizens are told why it is not there, also from an address', async ({ app }) => {
  country(app);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true });
  await page.goto(`/ban-do-chi-tiet#depth=commune&day=${DAY}`);
  await mapOpen(page);
  await expect(list(page)).toHaveCount(63);
  await expect(page).not.toHaveURL(/depth/);
  await expect(page.locator('.units-depth')).toContainText('chỉ dành cho cán bộ được xem số ca của cả vùng này');
  for (const level of ['district', 'commune']) await expect(depth(page, level)).toBeDisabled();
  await expect(depth(page, 'province')).toBeChecked();
  // The core was asked, and said no; levels of all communes were not asked for.
  const queries = app.proxy.seen.filter(({ path }) => path.startsWith('/v1/query/riskmap.'));
  const about = (query: string, word: string) => queries.filter(({ path, body }) => path.includes(query) && `${path} ${body}`.includes(word));
  expect(about('riskmap.units', DAY).length).toBeGreaterThan(0);
  expect(about('riskmap.units', 'depth')).toEqual([]);
  expect(about('riskmap.counts', 'district').map(({ status }) => status)).toEqual([401]);
});

test('what is loaded says so, can be stopped, and stops when somebody goes elsewhere', async ({ app }) => {
  const page = await open(app);
  await rested(page);
  const asked = (): number => app.proxy.seen.filter(({ path, body }) => path.includes('riskmap.counts') && `${path} ${body}`.includes('commune')).length;
  app.proxy.slow(1_500);
  await depth(page, 'commune').check();
  const status = page.locator('.layers-status');
  await expect(status).toContainText('Đang lấy số liệu của các đơn vị', WAIT);
  await page.getByRole('button', { name: 'Dừng tính' }).click();
  await expect(status).toContainText('Đã dừng tính');
  await expect(heading(page), 'levels are there all the same').toHaveText('10.599 đơn vị', WAIT);
  await page.getByRole('button', { name: 'Tính lại' }).click();
  await expect(status).toContainText('Đang lấy số liệu của các đơn vị', WAIT);
  await page.locator('.back').click();
  await expect(page.locator('.units-grid')).toHaveCount(0, WAIT);
  await comesToRest(async () => asked(), 4_000);
  expect(asked(), 'not all fifteen measures were asked for').toBeLessThan(15);
  app.proxy.slow(0);
  await page.goBack();
  await expect(heading(page)).toHaveText('10.599 đơn vị', WAIT);
  await rested(page);
  await expect(page.locator('.layers-table'), 'and it is there who comes back').toHaveCount(1, WAIT);
});

test('an official of a province has all communes of it, not of the country, and no longer than signed in', async ({ app }) => {
  country(app);
  const who = official(app, 'cdc.thu', 'provincial_cdc', '79');
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true });
  await page.goto('/ban-do-chi-tiet');
  await mapOpen(page);
  await openCoreIn(page);
  await page.evaluate(({ user, password }) => window.core.session.signIn(user, password), who);
  await page.goto(`/ban-do-chi-tiet#unit=79&depth=commune&day=${DAY}`);
  await page.reload();
  await mapOpen(page);
  await expect(page.locator('.units-find + p')).toContainText(/Hiện 100 trong \d{3} đơn vị/, WAIT);
  await rested(page);
  await choose(page, 'clusters-time');
  await expect(page.locator('.layers-clusters li, .layers-clusters + p, h3 + p').first()).toBeVisible(WAIT);
  await rested(page);
  await enter(page.locator('.units-crumbs button').first());
  await expect(list(page)).toHaveCount(63);
  await expect(page.locator('.units-depth')).toContainText('chỉ dành cho cán bộ', WAIT);
  await page.goBack();
  await expect(page.locator('.units-find + p')).toContainText(/Hiện 100 trong \d{3} đơn vị/, WAIT);
  await openCoreIn(page);
  await page.evaluate(() => window.core.session.signOut());
  await expect(page.locator('.units-find')).toHaveCount(0, WAIT);
  await expect(page).not.toHaveURL(/depth/);
});

for (const width of [360, 1440]) {
  test(`all communes at ${width} px pass axe, fit and print`, async ({ app }) => {
    const page = await open(app, `#depth=commune&day=${DAY}&layer=incidence`, { width, height: 800 });
    await expect(heading(page)).toHaveText('10.599 đơn vị', WAIT);
    await expect(page.locator('.layers-charts figure').first()).toBeVisible(WAIT);
    await rested(page);
    await list(page).first().locator('.name').click();
    await expect(page.locator('.units-why .sum').first()).toBeVisible(WAIT);
    await lookAt(page, `depth-${width}`);
    await page.evaluate(() => document.querySelectorAll('.layers-pick, .layers-table, .layers-charts details').forEach((each) => ((each as HTMLDetailsElement).open = true)));
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    expect(await page.locator('*').count(), 'the page holds no list of ten thousand').toBeLessThan(8_000);
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('.units-find')).toBeHidden();
    await expect(page.locator('.units-depth')).toBeHidden();
    await expect(page.locator('.risk-legend').first()).toBeVisible();
  });
}
