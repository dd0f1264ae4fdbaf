/** What the models add to the curve of a unit, as it stands on the screen: the days to come, Rt by cohort, and alarms over years. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, expect, fits, lookAt, test, type App } from './support/app';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const DAY = '2021-12-20';

async function open(app: App, address = `#day=${DAY}`, size: { width?: number; height?: number } = {}, cases = join(root, 'assets', 'cases', 'synthetic.csv')): Promise<Page> {
  app.admin('import-cases', cases, '--source', 'synthetic', '--assets', assets);
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  await page.goto(`/ban-do-chi-tiet${address}`);
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await expect(page.locator('.layers-charts figure')).toBeVisible({ timeout: 45_000 });
  await expect(page.locator('.layers-status progress')).toHaveCount(0, { timeout: 45_000 });
  return page;
}

async function pick(page: Page, name: string): Promise<void> {
  await page.locator('.units-list .name').filter({ hasText: name }).click();
  await expect(page.locator('.layers-charts h2')).toContainText(name, { timeout: 45_000 });
}

test('the next seven days stand right of the last one, as words, a band and a table that say they are no counts', async ({ app }) => {
  const page = await open(app);
  await pick(page, 'Thành phố Hà Nội');
  const forecast = page.locator('.layers-forecast');
  await expect(forecast).toContainText('Dự báo, không phải số đã báo');
  await expect(forecast).toContainText(/từ 30\/12\/2021 đến 05\/01\/2022 có khoảng [\d.]+ ca cả tuần \(khoảng 90 %: [\d.]+ đến [\d.]+\)/);
  await expect(forecast.locator('svg')).toHaveAccessibleName(/^Dự báo, không phải số đã báo\. /);
  const bars = await forecast.locator('svg .bars').boundingBox();
  const band = await forecast.locator('svg .outer').boundingBox();
  expect(band?.x, 'right of what was told').toBeGreaterThanOrEqual((bars?.x ?? 0) + (bars?.width ?? Infinity) - 1);
  expect(band?.width).toBeGreaterThan(150);
  await forecast.locator('summary').click();
  await expect(forecast.locator('tbody tr')).toHaveCount(8);
  const cells = await forecast.locator('tbody tr').last().locator('th, td').allInnerTexts();
  const sentence = (await forecast.locator('p').innerText()).replace(/\s+/g, ' ');
  expect(cells[0]).toBe('Cả 7 ngày');
  expect(sentence, 'the table and the sentence are one').toContain(`khoảng ${cells[1]} ca cả tuần (khoảng 90 %: ${cells[3]?.replace(' – ', ' đến ')})`);
  await expect(forecast.locator('caption')).toHaveText('Dự báo, không phải số đã báo');
});

test('a unit with too few cases, and one whose last days nobody told, have words and no band', async ({ app }) => {
  const days = Array.from({ length: 30 }, (_, day) => `2021-11-${String(day + 1).padStart(2, '0')}`);
  const rows = days.flatMap((day, at) => [`01,${day},${20 + (at % 5)}`, `79,${day},${at % 11 === 0 ? 1 : 0}`, ...(at === 24 ? [] : [`48,${day},30`])]);
  const file = join(app.folder, 'few.csv');
  writeFileSync(file, `province,date,cases\n${rows.join('\n')}\n`);
  const page = await open(app, '#day=2021-11-30', {}, file);
  const forecast = page.locator('.layers-forecast');
  await pick(page, 'Thành phố Hồ Chí Minh');
  await expect(forecast).toContainText('Không dự báo: quá ít ca trong 7 ngày đến 30/11/2021');
  await expect(forecast.locator('svg')).toHaveCount(0);
  await pick(page, 'Thành phố Đà Nẵng');
  await expect(forecast).toContainText('Không dự báo được: thiếu số ca của những ngày gần đây.');
  await pick(page, 'Thành phố Hà Nội');
  await expect(forecast.locator('svg .outer')).toBeVisible();
});

test('Rt by cohort is a choice beside the instantaneous one, and says that its last days are not complete', async ({ app }) => {
  const page = await open(app, '#day=2021-12-05');
  await pick(page, 'Thành phố Hà Nội');
  const curve = page.locator('.layers-curve');
  await expect(curve).toContainText(/Rt là [\d,]+ \([\d,]+ đến [\d,]+\)/);
  await curve.getByRole('radio', { name: 'Rt tức thời (Cori)' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(curve.getByRole('radio', { name: 'Rt theo nhóm ca (Wallinga–Teunis)' })).toBeFocused();
  await expect(curve).toContainText(/Mỗi ca của 7 ngày đến 05\/12\/2021 lây cho [\d,]+ người\./);
  await expect(curve).toContainText('14 ngày cuối (nét đứt) chưa đủ');
  const points = async (path: string): Promise<string[]> => ((await curve.locator(path).getAttribute('d')) ?? '').split(/[ML]/).slice(1);
  const [whole, unfinished] = [await points('.middle:not(.open)'), await points('.middle.open')];
  expect(unfinished, 'the last days are a line of their own').toHaveLength(15);
  expect(unfinished[0], 'from where the other ends').toBe(whole.at(-1));
  await page.locator('.units-day input').fill('2021-12-28');
  await expect(curve).toContainText(/Mỗi ca của 7 ngày đến 28\/12\/2021 đến nay lây cho [\d,]+ người: chưa đủ ngày, còn tăng/);
  await page.locator('.layers-curve + details summary').click();
  const table = page.locator('.layers-curve + details');
  await expect(table.locator('thead')).toContainText('Rt theo nhóm ca');
  await expect(table.locator('td').filter({ hasText: /^[\d,]+ \(chưa đủ ngày\)$/ })).toHaveCount(14);
});

test('alarms over years say what history they lack', async ({ app }) => {
  const page = await open(app, `#day=${DAY}&layer=farrington-flexible`);
  await pick(page, 'Thành phố Hà Nội');
  await expect(page.locator('.layers-value')).toContainText('Chưa đủ lịch sử để so sánh tuần trước 20/12/2021: cần ít nhất 3 năm liền có số ca; số liệu ở đây có từ ');
  await expect(page.locator('.risk-legend li').filter({ hasText: 'Chưa tính được ngưỡng' })).toContainText('63 đơn vị');
});

test('alarms over years are raised where there are three of them', async ({ app }) => {
  const first = Date.UTC(2019, 11, 2); // nobody counted before
  const days = Array.from({ length: 7 * 168 }, (_, at) => ({ at, day: new Date(first + at * 86_400_000).toISOString().slice(0, 10) }));
  const count = (at: number, times: number): number => Math.round((14 + 8 * Math.cos((2 * Math.PI * at) / 364) + (at % 5)) * times);
  const last = days.length - 7;
  const rows = days.flatMap(({ at, day }) => [`01,${day},${count(at, at >= last ? 4 : 1)}`, `79,${day},${count(at, 1)}`, `48,${day},${at % 60 === 0 ? 1 : 0}`]);
  const file = join(app.folder, 'years.csv');
  writeFileSync(file, `province,date,cases\n${rows.join('\n')}\n`);
  const page = await open(app, `#day=${days.at(-1)?.day}&layer=farrington-flexible`, {}, file);
  for (const [name, says] of [
    ['Thành phố Hà Nội', /Vượt ngưỡng: [\d.]+ ca trong tuần trước/],
    ['Thành phố Hồ Chí Minh', /Không vượt ngưỡng: \d+ ca trong tuần trước/],
    ['Thành phố Đà Nẵng', /Quá ít ca để cảnh báo: \d ca trong tuần trước .* chưa đến 5 ca trong 4 tuần/],
  ] as const) {
    await pick(page, name);
    await expect(page.locator('.layers-value'), name).toContainText(says);
  }
});

for (const width of [360, 1440]) {
  test(`what the models add fits and passes axe at ${width} px`, async ({ app }) => {
    const page = await open(app, `#day=${DAY}`, { width, height: 900 });
    await pick(page, 'Tỉnh Phú Thọ');
    await page.getByRole('radio', { name: 'Rt theo nhóm ca (Wallinga–Teunis)' }).check();
    await page.evaluate(() => document.querySelectorAll('.layers-charts details').forEach((each) => ((each as HTMLDetailsElement).open = true)));
    await lookAt(page, `models-${width}`);
    expect(await axe(page, '.layers-charts')).toEqual([]);
    expect(await fits(page)).toBe(true);
  });
}
