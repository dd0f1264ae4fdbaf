/** Layers, days and charts of the map: computed by the models in a worker, played, and computed again without a network. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, comesToRest, expect, fits, official, offlineReady, openCoreIn, test, web, type App } from './support/app';
import { colours, countDraws, draws, settled } from './support/canvas';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const DAY = '2021-12-20';
/** Of the row of colours of rates, light to dark. */
const RATES = ['201,224,221', '143,193,200', '71,149,163', '20,104,122', '11,55,64'];

async function open(app: App, address = `#day=${DAY}`, size: { width?: number; height?: number } = {}): Promise<Page> {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  await page.goto(`/ban-do-chi-tiet${address}`);
  // A test that asked for the canvas's context before the overlay would make it, with other properties.
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  return page;
}

/** Everything was computed that is shown. */
async function computed(page: Page): Promise<void> {
  await expect(page.locator('.layers-charts figure')).toBeVisible({ timeout: 45_000 });
  await expect(page.locator('.layers-status progress')).toHaveCount(0, { timeout: 45_000 });
}

async function choose(page: Page, layer: string): Promise<void> {
  const pick = page.locator('.layers-pick');
  if (!(await pick.evaluate((each) => each.hasAttribute('open')))) await pick.locator('summary').click();
  await page.locator(`input[name="map-layer"][value="${layer}"]`).check();
  await expect(page.locator('.layers-status progress')).toHaveCount(0, { timeout: 45_000 });
}

/** Which of these colours the drawn map has. */
async function found(page: Page, wanted: readonly string[]): Promise<string[]> {
  const counts = await colours(page);
  return wanted.filter((colour) => (counts[colour] ?? 0) > 60);
}

test('a layer that is chosen colours the map, and says of a unit its number, interval and window', async ({ app }) => {
  const page = await open(app);
  await computed(page);
  expect(await found(page, RATES)).toEqual([]);
  await choose(page, 'incidence');
  await expect(page).toHaveURL(/layer=incidence/);
  await expect.poll(async () => (await found(page, RATES)).length).toBeGreaterThan(1);
  await page.locator('.units-list .name').filter({ hasText: 'Thành phố Hà Nội' }).click();
  await expect(page.locator('.layers-value')).toContainText(/Hà Nội: \d[\d.]* ca trong 7 ngày đến 20\/12\/2021: [\d,.]+ trên 100\.000 dân \(khoảng 95 %: [\d,.]+ đến [\d,.]+\)/);
  for (const [layer, says] of [
    ['smooth-global', /sau khi làm trơn.*tỷ lệ gốc/],
    ['smooth-local', /sau khi làm trơn.*tỷ lệ gốc/],
    ['trend', /mỗi ngày thay đổi -?[\d,]+ ca \(khoảng 95 %/],
    ['rt', /Rt = [\d,]+ \(khoảng 95 %: [\d,]+ đến [\d,]+\)/],
    ['hotspots', /Gi\* = -?[\d,]+, p = [\d,]+/],
    ['ears', /ca ngày 20\/12\/2021, ngưỡng [\d,.]+/],
  ] as const) {
    await choose(page, layer);
    await expect(page.locator('.layers-value'), layer).toContainText(says);
  }
  // Nobody told tests, doses, beds, reports or checkpoints: what has no facts is not offered.
  for (const layer of ['positivity', 'coverage', 'beds', 'feedback', 'checkpoints-alive', 'farrington']) await expect(page.locator(`input[value="${layer}"]`)).toHaveCount(0);
  await page.locator('.layers-table summary').click();
  await expect(page.locator('.layers-table tbody tr')).toHaveCount(63);
});

test('reports of citizens and checkpoints alive are layers where such facts were told, with legend and values, and without a network', async ({ app }) => {
  const days = Array.from({ length: 7 }, (_, day) => `2021-12-${14 + day}`);
  const facts = join(app.folder, 'facts.csv');
  const people = join(app.folder, 'people.csv');
  const rows = [
    ...days.map((date) => `79,feedback,hotline,${date},900`),
    ...days.map((date) => `48,feedback,hotline,${date},20`),
    ...days.slice(1).map((date) => `01,feedback,hotline,${date},50`),
    '79,checkpoints,register,2021-12-01,1000',
    '79,checkpointsAlive,register,2021-12-20,120',
    '48,checkpoints,register,2021-12-01,1000',
    '48,checkpointsAlive,register,2021-12-18,30',
    '01,checkpoints,register,2021-12-01,100',
    '01,checkpointsAlive,register,2021-12-20,101',
  ];
  writeFileSync(facts, `code,measure,source,date,value\n${rows.join('\n')}\n`);
  writeFileSync(people, 'code,population\n01,8000000\n48,1000000\n79,9000000\n');
  app.admin('import-cases', facts, '--assets', assets);
  app.admin('import-cases', people, '--source', 'census', '--assets', assets);
  const page = await open(app);
  await computed(page);
  await page.locator('.layers-pick summary').click();
  await expect(page.locator('.layers-pick .risk-choice', { hasText: 'Phản ánh của người dân' })).toHaveCount(1);
  await expect(page.locator('.layers-pick .risk-choice', { hasText: 'Điểm kiểm dịch đang hoạt động' })).toHaveCount(1);

  const legend = (words: string): ReturnType<Page['locator']> => page.locator('.risk-legend li').filter({ hasText: words });
  const select = (name: string): Promise<void> => page.locator('.units-list .name').filter({ hasText: name }).click();
  const value = page.locator('.layers-value');

  await choose(page, 'feedback');
  await expect(legend('50 đến dưới 150')).toContainText('1 đơn vị');
  await expect(legend('10 đến dưới 50')).toContainText('1 đơn vị');
  await expect(legend('Không có số liệu')).toContainText('61 đơn vị');
  await expect.poll(async () => (await found(page, RATES)).length).toBeGreaterThan(1);
  await select('Thành phố Hồ Chí Minh');
  await expect(value).toHaveText(/Hồ Chí Minh: 6\.300 phản ánh trong 7 ngày đến 20\/12\/2021: 70,0 trên 100\.000 dân \(khoảng 95 %: 68,3 đến 71,8\)\./);
  await select('Thành phố Đà Nẵng');
  await expect(value).toContainText('140 phản ánh trong 7 ngày đến 20/12/2021: 14,0 trên 100.000 dân');
  await select('Thành phố Hà Nội');
  await expect(value).toContainText('Thiếu số phản ánh của ít nhất một trong các ngày đến 20/12/2021.');
  await page.locator('.layers-table summary').click();
  await expect(page.locator('.layers-table tbody tr')).toHaveCount(63);
  await expect(page.locator('.layers-table tbody tr').first()).toContainText('Hồ Chí Minh');

  await choose(page, 'checkpoints-alive');
  await expect(legend('10 đến dưới 25 %')).toContainText('1 đơn vị');
  await expect(legend('dưới 5 %')).toContainText('1 đơn vị');
  await expect(legend('Không có số liệu')).toContainText('61 đơn vị');
  await expect(value).toContainText('101 điểm kiểm dịch có lượt quét ngày 20/12/2021 nhiều hơn 100 điểm đã đăng ký');
  await select('Thành phố Đà Nẵng');
  await expect(value).toContainText('3,0 % điểm kiểm dịch hoạt động: 30 trong 1.000 điểm có lượt quét ngày 18/12/2021.');
  await select('Thành phố Hồ Chí Minh');
  const alive = 'Hồ Chí Minh: 12,0 % điểm kiểm dịch hoạt động: 120 trong 1.000 điểm có lượt quét ngày 20/12/2021.';
  await expect(value).toContainText(alive);
  await expect(page.locator('.layers-table tbody tr').first()).toContainText('Hồ Chí Minh');

  await offlineReady(page);
  await page.context().setOffline(true);
  await page.goto(`/ban-do-chi-tiet#day=${DAY}`);
  await page.reload();
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await computed(page);
  await expect(page.locator('.layers-kept')).toContainText('Không có mạng');
  await choose(page, 'checkpoints-alive');
  await select('Thành phố Hồ Chí Minh');
  await expect(value).toContainText(alive);
  await choose(page, 'feedback');
  await expect(value).toContainText('6.300 phản ánh trong 7 ngày đến 20/12/2021: 70,0');
});

test('clusters are found by the scan, listed with members, risk and p, and outlined', async ({ app }) => {
  const page = await open(app);
  await computed(page);
  for (const layer of ['clusters', 'clusters-time']) {
    await choose(page, layer);
    const first = page.locator('.layers-clusters li').first();
    await expect(first).toContainText(/p = 0,\d+/, { timeout: 60_000 });
    await expect(first).toContainText('Gồm: ');
    await expect.poll(async () => (await found(page, ['168,50,11', '224,138,60'])).length, layer).toBeGreaterThan(0);
  }
  await expect(page.locator('.layers-time button')).toBeDisabled();
});

test('days play by themselves with one draw for each, and rest at the last', async ({ app }) => {
  const page = await open(app, '#day=2021-10-20&layer=incidence');
  await computed(page);
  await settled(page); // what is counted and timed is what days cost that follow each other, not what the page makes beside
  await page.evaluate(countDraws);
  await page.evaluate(() => {
    const days = new Set<string>();
    let last = 0;
    const between: number[] = [];
    const root = document.documentElement;
    for (const name of ['drawElements', 'drawArrays'] as const) {
      const draw = WebGL2RenderingContext.prototype[name];
      WebGL2RenderingContext.prototype[name] = function dated(...args: unknown[]) {
        const day = document.querySelector('.layers-day')?.textContent ?? '';
        if (!days.has(day)) {
          const now = performance.now();
          if (last > 0) between.push(now - last);
          last = now;
          root.dataset['median'] = String([...between].sort((a, b) => a - b)[between.length >> 1] ?? 0);
        }
        days.add(day);
        root.dataset['days'] = String(days.size);
        return Reflect.apply(draw, this, args);
      };
    }
  });
  await page.locator('.layers-time select').selectOption('20');
  const play = page.locator('.layers-time button');
  await play.click();
  await expect(play).toContainText('Dừng');
  const day = page.locator('.layers-day');
  const before = await day.innerText();
  await expect.poll(() => day.innerText()).not.toBe(before);
  expect(await page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('day')), 'the address rests').toBe('2021-10-20');
  await expect(play).toContainText('Chạy', { timeout: 60_000 });
  await expect(page).toHaveURL(/day=2021-12-29/);
  const { days, median } = await page.evaluate(() => ({ ...document.documentElement.dataset }));
  expect(Number(days), 'each day was drawn').toBeGreaterThan(50);
  console.log(`played ${days} days, ${Math.round(Number(median))} ms from one to the next (median)`);
  await comesToRest(() => draws(page));
});

test('by keyboard alone: a layer, the days, and playing them', async ({ app }) => {
  const page = await open(app);
  await computed(page);
  await page.locator('.layers-pick summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/layer=incidence/);
  const slider = page.locator('.layers-time input[type=range]');
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/day=2021-12-19/);
  await computed(page);
  await slider.focus();
  await page.keyboard.press('Space');
  await expect(page.locator('.layers-time button')).toContainText('Dừng');
  await page.keyboard.press('Space');
  await expect(page.locator('.layers-time button')).toContainText('Chạy');
});

test('without a network levels and layers are computed anew from the counts that were kept, and the page says so', async ({ app }) => {
  const page = await open(app);
  await computed(page);
  const levels = await page.locator('.units-list .risk-chip').allInnerTexts();
  await choose(page, 'incidence');
  await page.locator('.units-list .name').filter({ hasText: 'Thành phố Hà Nội' }).click();
  const number = await page.locator('.layers-value').innerText();
  await offlineReady(page);
  await page.context().setOffline(true);
  // Another day than any that was asked for: nothing of it was kept but the counts.
  await page.goto('/ban-do-chi-tiet#day=2021-12-05');
  await page.reload();
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await computed(page);
  await expect(page.locator('.layers-kept')).toContainText('Không có mạng');
  await expect(page.locator('.units-list li')).toHaveCount(63);
  const other = await page.locator('.units-list .risk-chip').allInnerTexts();
  expect(new Set(other).size, 'levels were computed').toBeGreaterThan(1);
  await page.locator('.units-day input').fill(DAY);
  await expect.poll(() => page.locator('.units-list .risk-chip').allInnerTexts()).toEqual(levels);
  await choose(page, 'incidence');
  await page.locator('.units-list .name').filter({ hasText: 'Thành phố Hà Nội' }).click();
  await expect(page.locator('.layers-value')).toHaveText(number);
});

/** The address of a built file. */
function built(name: RegExp): string {
  const found = readdirSync(join(web, 'static')).find((file) => name.test(file));
  if (!found) throw new Error(`no ${name} in ${web}/static: build the page first`);
  return `/static/${found}`;
}

test('models whose download broke off are told of, and fetched again when somebody says so', async ({ app }) => {
  app.proxy.loseRequest(built(/^analysis-.*\.wasm$/), 1000);
  const page = await open(app, `#day=${DAY}&layer=incidence`);
  const charts = page.locator('.layers-charts');
  await expect(charts).toContainText('Chưa vẽ được biểu đồ');
  await expect(page.locator('.layers-status')).toContainText('Chưa tính được lớp này');
  app.proxy.clear();
  await charts.getByRole('button', { name: 'Tính lại' }).click();
  await expect(charts.locator('figure')).toBeVisible();
  await page.locator('.layers-status').getByRole('button', { name: 'Tính lại' }).click();
  await computed(page);
  await expect.poll(async () => (await found(page, RATES)).length).toBeGreaterThan(1);
});

test('a part of the page that could not be fetched is told of, and comes when somebody says so', async ({ app }) => {
  app.proxy.loseRequest(built(/^charts-panel-.*\.js$/), 1000);
  const page = await open(app);
  const missing = page.locator('.units-missing');
  await expect(missing).toContainText('Một số phần của trang chưa tải được');
  await expect(page.locator('.layers-pick'), 'the others are there').toBeVisible();
  app.proxy.clear();
  await missing.getByRole('button', { name: 'Thử lại' }).click();
  await expect(missing).toHaveCount(0);
  await computed(page);
});

test('below a province the public has levels and no counts', async ({ app }) => {
  const page = await open(app, `#unit=66&day=${DAY}`);
  await expect(page.locator('.layers-status')).toContainText('chỉ hiện cho cán bộ', { timeout: 45_000 });
  await page.locator('.layers-pick summary').click();
  await expect(page.locator('input[name="map-layer"]')).toHaveCount(1);
  await expect(page.locator('.layers-charts')).toHaveCount(0);
  // Days are played from what is published.
  await page.locator('.layers-time button').click();
  await expect(page.locator('.layers-time button')).toContainText('Dừng', { timeout: 60_000 });
  await expect(page.locator('.layers-time button')).toContainText('Chạy', { timeout: 60_000 });
  await expect(page).toHaveURL(/day=2021-12-29/);
  await expect(page.locator('.layers-charts')).toHaveCount(0);
});

test('who works with cases of a district has layers of its communes, without a network too, and no longer than the account', async ({ app }) => {
  const communes = readFileSync(join(assets, 'units.txt'), 'utf8')
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([, level, parent]) => level === '3' && parent === '760')
    .map(([code = '', , , name = '']) => ({ code, name }));
  expect(communes.length).toBeGreaterThan(7);
  const days = Array.from({ length: 30 }, (_, day) => `2021-10-${String(day + 1).padStart(2, '0')}`);
  const cases = join(app.folder, 'communes.csv');
  const people = join(app.folder, 'people.csv');
  const rows = communes.flatMap(({ name }, at) => days.map((date, day) => `TP. Hồ Chí Minh,Quận 1,${name},${date},${(at * 3 + day * (at % 3)) % 17}`));
  writeFileSync(cases, `province,district,commune,date,cases\n${rows.join('\n')}\n`);
  writeFileSync(people, `code,population\n${communes.map(({ code }, at) => `${code},${9000 + 700 * at}`).join('\n')}\n`);
  app.admin('import-cases', cases, '--source', 'ward', '--assets', assets);
  app.admin('import-cases', people, '--source', 'census', '--format', 'people', '--assets', assets);
  const who = official(app, 'cdc.thu', 'provincial_cdc', '79');
  const page = await open(app, '#unit=760&day=2021-10-25');
  await openCoreIn(page);
  await page.evaluate(({ user, password }) => window.core.session.signIn(user, password), who);
  await page.reload();
  await computed(page);
  await choose(page, 'incidence');
  await page.locator('.units-list .name').first().click();
  await expect(page.locator('.layers-value')).toContainText(/ca trong 7 ngày đến 25\/10\/2021: [\d,.]+ trên 100\.000 dân/);
  await choose(page, 'clusters');
  await expect(page.locator('.layers-clusters li, .layers-clusters + p').first()).toBeVisible();
  // Small numbers lie in the drawer of the account and nowhere else.
  const smallIn = (): Promise<string[]> =>
    page.evaluate(async () => {
      const found: string[] = [];
      for (const name of await caches.keys()) {
        for (const { url } of await (await caches.open(name)).keys()) if (/riskmap\.counts|riskmap\/counts\/(?!province\/)/.test(url)) found.push(name);
      }
      return [...new Set(found)];
    });
  expect(await smallIn()).toEqual(['answers-account-cdc.thu']);

  // Without a network another day, which nobody looked at, is computed anew from what was kept.
  await offlineReady(page);
  await page.context().setOffline(true);
  await page.goto('/ban-do-chi-tiet#unit=760&day=2021-10-20');
  await page.reload();
  await expect(page.locator('.units-list li')).toHaveCount(communes.length, { timeout: 45_000 });
  await expect(page.locator('.units-list .risk-chip').first()).toContainText(/Cấp \d/);
  await computed(page);
  await choose(page, 'incidence');
  await page.locator('.units-list .name').first().click();
  await expect(page.locator('.layers-value')).toContainText(/ca trong 7 ngày đến 20\/10\/2021: [\d,.]+ trên 100\.000 dân/);
  await expect(page.locator('.layers-kept')).toContainText('Không có mạng');
  await page.context().setOffline(false);
  await page.goto('/ban-do-chi-tiet#unit=760&day=2021-10-25');
  await page.reload();
  await computed(page);
  await openCoreIn(page);
  await page.evaluate(() => window.core.session.signOut());
  await expect(page.locator('.layers-status')).toContainText('chỉ hiện cho cán bộ', { timeout: 45_000 });
  await expect(page.locator('.layers-charts')).toHaveCount(0);
  expect(await smallIn(), 'and go with whoever signed in').toEqual([]);
});

for (const width of [320, 360, 1440]) {
  test(`layers, days and charts at ${width} px pass axe and fit`, async ({ app }) => {
    const page = await open(app, `#day=${DAY}&layer=rt`, { width, height: 800 });
    await computed(page);
    await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
  });
}
