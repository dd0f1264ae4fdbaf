/** The risk map: what it shows is there for eyes, hands, keyboards, screen readers and paper; and it says why. */

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { assets, axe, expect, fits, lookAt, offlineReady, test, type App } from './support/app';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const rows = (path: string): string[][] =>
  read(path)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

const people = new Map(
  rows('assets/population/province-2020.csv').map(([code = '', , n]) => [code, Math.round(Number(n) * 1000)]),
);
const counts = new Map(
  rows('assets/cases/synthetic.csv').map(([code, day, cases]) => [`${code} ${day}`, Number(cases)]),
);
const pack = JSON.parse(read('assets/packs/risk-2.json')) as {
  bands: { level: number; from: number; below: number | null }[];
};
const LAST = '2021-12-29';

const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);

function casesOf(unit: string, day: string): number | null {
  let sum = 0;
  for (let back = 0; back < 7; back += 1) {
    const one = counts.get(`${unit} ${dayBefore(day, back)}`);
    if (one === undefined) return null;
    sum += one;
  }
  return sum;
}

/** An answer as the server gives it, from the synthetic series. Hồ Chí Minh has an announced level that differs. */
function levels(day: string): object {
  const provinces = [...people].map(([unit, population]) => {
    const cases7 = casesOf(unit, day);
    const fits = (from: number, below: number | null): boolean =>
      cases7 !== null &&
      cases7 * 100_000 >= from * population &&
      (below === null || cases7 * 100_000 < below * population);
    const band = pack.bands.find(({ from, below }) => fits(from, below));
    const computed = band?.level ?? null;
    const declared = {
      declared: { level: 4, from: '2021-10-12', until: null, documentNumber: '12/TB-UBND', reason: 'Thử', record: 'x' },
    };
    return {
      unit,
      level: unit === '79' ? 4 : computed,
      computed,
      band: computed,
      cases7,
      population,
      per100kX10: cases7 === null ? null : Math.floor((cases7 * 1_000_000) / population),
      why: {
        rule: 'riskmap.rate',
        missing: cases7 === null ? ['cases'] : [],
        arithmetic: '20 × 1 = 20 ≤ 2',
        mark: 'toConfirm',
      },
      sources: cases7 === null ? [] : [{ source: 'synthetic', cases7, days: 7 }],
      difference: 0,
      declarations: { green: 12, yellow: null, red: 0 },
      symptomatic: null,
      ...(unit === '79' ? declared : {}),
    };
  });
  const days = { first: '2021-10-01', last: LAST };
  const edges = { cases: [0, 5, 20, 50, 150, 500], symptoms: [0, 1, 10, 50, 200, 1000] };
  return { answer: { day, pack, packMark: 'toConfirm', edges, provinces, days, dataTime: 1_640_761_200_000 } };
}

function answer(app: App, path: string, body: object, times = 1): void {
  app.proxy.answer(path, 200, { 'content-type': 'application/json' }, JSON.stringify(body), times);
}

function answerSeries(app: App, unit: string): void {
  const days = [...counts]
    .filter(([key]) => key.startsWith(`${unit} `))
    .map(([key, cases]) => ({ day: key.slice(3), cases }));
  answer(
    app,
    '/v1/query/riskmap.series',
    { answer: { unit, days, total: days.reduce((sum, each) => sum + each.cases, 0) } },
    20,
  );
}

async function open(app: App, address = '', size: { width?: number; height?: number } = {}): Promise<Page> {
  const { page } = await app.browser({ width: 1440, height: 1000, ...size });
  await page.goto(`/ban-do${address}`);
  await expect(page.locator('path[data-code]')).toHaveCount(63);
  await expect(page.locator('.risk-table tbody tr')).toHaveCount(63);
  return page;
}

const province = (page: Page, code: string) => page.locator(`path[data-code="${code}"]`);
const facts = (page: Page) => page.locator('.risk-facts strong');

test('63 provinces say their level in colour, pattern, digit and words, and the table says the same', async ({
  app,
}) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  const page = await open(app);
  const words = await page
    .locator('path[data-code]')
    .evaluateAll((paths) => paths.map((path) => path.getAttribute('aria-label') ?? ''));
  for (const word of words) expect(word).toMatch(/^.+: (Cấp [1-4] – nguy cơ .+|Chưa tính được) \(.+\)$/);
  await expect(province(page, '79')).toHaveAttribute('fill', 'url(#risk-pattern-4) #DA4711');
  await expect(page.locator('.risk-digit b', { hasText: '4*' })).toHaveCount(1);
  await expect(page.locator('#risk-pattern-4 rect')).toHaveAttribute('fill', '#DA4711');
  for (const code of ['01', '24', '79', '96']) {
    const level =
      /Cấp \d – [^(]+/.exec((await province(page, code).getAttribute('aria-label')) ?? '')?.[0]?.trim() ??
      'Chưa tính được';
    await expect(page.locator(`tr[data-unit="${code}"] td`).first()).toHaveText(level);
  }
  await page.locator('input[name="risk-palette"]').nth(1).check({ force: true });
  await expect(page.locator('#risk-pattern-4 rect')).not.toHaveAttribute('fill', '#DA4711');
  await page.locator('input[name="risk-metric"]').nth(1).check({ force: true });
  await expect(province(page, '01')).toHaveAttribute('aria-label', /^Hà Nội: [\d.,]+$/);
  await expect(page).toHaveURL(/show=cases/);
  await expect(page.locator('.risk-legend li')).toHaveText([/từ 500/, /150 đến dưới 500/, /50 đến dưới 150/, /20 đến dưới 50/, /5 đến dưới 20/, /dưới 5/, /Không có số liệu/]);
  const shown = new Set(await page.locator('path[data-code]').evaluateAll((paths) => paths.map((path) => path.getAttribute('fill'))));
  expect(shown.size, 'the counts fall into several classes').toBeGreaterThan(2);
});

test('the map asks the server before core and database come, and they come when it stands', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  const page = await open(app);
  const first = (wanted: RegExp): number => app.proxy.seen.findIndex(({ path }) => wanted.test(path));
  await expect.poll(() => first(/sqlite3-.*\.wasm$/)).toBeGreaterThan(0);
  for (const module of [/\/core-[^/]*\.wasm$/, /sqlite3-.*\.wasm$/]) {
    expect(first(module), `${module}`).toBeGreaterThan(first(/riskmap\.levels$/));
  }
  await expect(page.locator('.site-state')).not.toContainText('Đang mở');
});

test('Hoàng Sa and Trường Sa are named at every zoom, and on paper', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  const page = await open(app);
  const names = ['Quần đảo Hoàng Sa (Đà Nẵng)', 'Quần đảo Trường Sa (Khánh Hòa)'];
  const seen = async (): Promise<boolean[]> => {
    const frame = await page.locator('.risk-map').boundingBox();
    if (!frame) throw new Error('the map has no box');
    return Promise.all(
      names.map(async (name) => {
        if ((await page.locator('.risk-insets button', { hasText: name }).count()) === 1) return true;
        const box = await page.locator('.risk-island span', { hasText: name }).boundingBox();
        const across = !!box && box.x >= frame.x && box.x + box.width <= frame.x + frame.width;
        const bar = await page.locator('.leaflet-control-attribution').boundingBox();
        return across && !!bar && box.y >= frame.y && box.y + box.height <= bar.y;
      }),
    );
  };
  await expect.poll(seen).toEqual([true, true]);
  await expect(page.locator('.risk-insets button')).toHaveCount(0);
  for (let zoom = 0; zoom < 6; zoom += 1) {
    await page.getByRole('button', { name: 'Phóng to' }).click({ force: true }); // the last press leads nowhere
    await page.waitForTimeout(400); // Leaflet's own zoom animation, or longer where the machine is busy
    await expect.poll(seen, `zoom ${zoom + 1}`).toEqual([true, true]);
  }
  await expect(page.locator('.risk-insets button')).toHaveCount(2);
  await page.getByRole('button', { name: /Quần đảo Trường Sa.+Đến/ }).click();
  await page.waitForTimeout(400);
  await expect.poll(seen).toEqual([true, true]);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.waitForTimeout(300);
  await expect.poll(seen).toEqual([true, true]);
  await expect(page.locator('.leaflet-control-attribution')).toContainText('Giản lược, không phải ranh giới chính thức');
  await expect(page.locator('.risk-head .print-only')).toContainText('Ngưỡng của quy tắc này chưa được đối chiếu');
  await expect(page.locator('.risk-days-bar')).toBeHidden();
});

test('from the day of a merger on the map shows the provinces that are left, and those of before on the days before', async ({ app }) => {
  // What an operator installs who has a list of units with the reform of 2025: by default there is none.
  const { successors } = JSON.parse(read('assets/units/reform-2025.json')) as { successors: Record<string, string[]> };
  const heirOf = new Map(Object.entries(successors).flatMap(([heir, merged]) => merged.map((code) => [code, heir] as const)));
  const list = JSON.parse(readFileSync(`${assets}/provinces.json`, 'utf8')) as { code: string }[];
  const reformed = list.map((each) => (heirOf.has(each.code) ? { ...each, validTo: '2025-06-30', successors: [heirOf.get(each.code)] } : each));
  app.proxy.answer('/assets/provinces.json', 200, { 'content-type': 'application/json' }, JSON.stringify(reformed), 5);
  // The counts are those of 2021: what is asked here is whose they are.
  const on = (day: string, isLeft: (code: string) => boolean): object => {
    const { answer: all } = levels(LAST) as { answer: { provinces: { unit: string }[] } };
    return { answer: { ...all, day, days: { first: '2025-06-01', last: '2025-07-20' }, provinces: all.provinces.filter(({ unit }) => isLeft(unit)) } };
  };
  answer(app, '/v1/query/riskmap.levels', on('2025-07-01', (code) => !heirOf.has(code)));
  const { page } = await app.browser({ width: 1440, height: 1000 });
  await page.goto('/ban-do#day=2025-07-01');
  await expect(page.locator('.risk-table tbody tr')).toHaveCount(34);
  await expect(page.locator('path[data-code]')).toHaveCount(34);
  await expect(page.locator('.risk-digit')).toHaveCount(34);
  await expect(page.locator('path[data-code][tabindex="0"]')).toHaveCount(1);
  await expect(province(page, '79')).toHaveAttribute('aria-label', /^Hồ Chí Minh: Cấp 4/);
  const widthOf = async (): Promise<number> => (await province(page, '79').boundingBox())?.width ?? 0;
  const merged = await widthOf();
  await lookAt(page, 'map-merged-1440');
  expect(await axe(page)).toEqual([]);
  await province(page, '79').press('Enter'); // its middle may be another's
  await expect(province(page, '79')).toHaveAttribute('aria-pressed', 'true');

  answer(app, '/v1/query/riskmap.levels', on('2025-06-30', () => true));
  await page.getByRole('button', { name: 'Ngày trước' }).click();
  await expect(page.locator('path[data-code]')).toHaveCount(63);
  await expect(province(page, '74')).toHaveAttribute('aria-label', /^Bình Dương: /);
  await expect(province(page, '79')).toHaveAttribute('aria-pressed', 'true');
  expect(await widthOf()).toBeLessThan(merged * 0.8);
  await province(page, '74').press('Enter');
  answer(app, '/v1/query/riskmap.levels', on('2025-07-02', (code) => !heirOf.has(code)));
  await page.locator('input[type="date"]').fill('2025-07-02');
  await expect(page.locator('path[data-code]')).toHaveCount(34);
  await expect(province(page, '79'), 'which took over what was chosen').toHaveAttribute('aria-pressed', 'true');
});

test('a map of the whole country fits itself into a window that changes or is turned, and a closer look stays as near', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  const page = await open(app);
  const isWhole = async (): Promise<boolean> => {
    const frame = await page.locator('.risk-map').boundingBox();
    const boxes = await page.locator('path[data-code]').evaluateAll((paths) => paths.map((path) => path.getBoundingClientRect().toJSON() as DOMRect));
    if (!frame) return false;
    const [left, right] = [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
    const [top, bottom] = [Math.min(...boxes.map((box) => box.top)), Math.max(...boxes.map((box) => box.bottom))];
    const isInside = left >= frame.x && right <= frame.x + frame.width && top >= frame.y && bottom <= frame.y + frame.height;
    return isInside && (right - left > 0.5 * frame.width || bottom - top > 0.75 * frame.height);
  };
  await expect.poll(isWhole).toBe(true);
  for (const [width, height] of [[360, 740], [740, 360], [1440, 1000]] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(isWhole, `${width} × ${height}`).toBe(true);
  }
  for (let press = 0; press < 2; press += 1) await page.getByRole('button', { name: 'Phóng to' }).click();
  const widthOf = async (): Promise<number> => Math.round((await province(page, '66').boundingBox())?.width ?? 0);
  await expect.poll(isWhole).toBe(false);
  await page.waitForTimeout(400); // Leaflet's own zoom animation, or longer where the machine is busy
  const near = await widthOf();
  await page.setViewportSize({ width: 900, height: 800 });
  await expect.poll(widthOf).toBe(near);
});

test('a province explains its colour: numbers, sources, rule, arithmetic, announced and computed', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  answerSeries(app, '79');
  const page = await open(app);
  await page.locator('tr[data-unit="79"] th button').click();
  const panel = page.locator('.risk-why');
  await expect(panel.locator('#risk-why')).toBeFocused();
  await expect(panel).toContainText('Văn bản 12/TB-UBND, từ ngày 12/10/2021');
  await expect(panel).toContainText('Hai cấp khác nhau');
  const cases = casesOf('79', LAST) ?? 0;
  const vi = new Intl.NumberFormat('vi-VN');
  const tenths = Math.floor((cases * 1_000_000) / (people.get('79') ?? 1)) / 10;
  const rate = new Intl.NumberFormat('vi-VN', { minimumFractionDigits: 1 }).format(tenths);
  await expect(panel.locator('.sum').first()).toHaveText(
    `${vi.format(cases)} ca trong 7 ngày × 100.000 ÷ 9.227.600 dân = ${rate}`,
  );
  await expect(panel).toContainText('synthetic');
  await expect(panel).toContainText('Nghị quyết 128/NQ-CP');
  await expect(panel).toContainText('Chưa tách ca cộng đồng khỏi tổng số ca');
  await expect(panel).toContainText('12 xanh, < 5 vàng, 0 đỏ');
  await expect(panel.locator('figcaption')).toContainText('cao nhất');
  await expect(page).toHaveURL(/unit=79/);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(panel.locator('#risk-why')).toHaveText('Why Hồ Chí Minh has this colour');
  await expect(panel).toContainText('Resolution 128/NQ-CP');
  await expect(province(page, '01')).toHaveAttribute('aria-label', /^Hà Nội: Level/);
  await expect(page.locator('.risk-island.always span').first()).toHaveText('Hoàng Sa archipelago (Đà Nẵng)');
});

test('the map is worked by keyboard alone', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  answerSeries(app, '70');
  const page = await open(app, '#unit=79');
  await expect(page.locator('.risk-map path[tabindex="0"]')).toHaveCount(1);
  await province(page, '79').focus();
  await page.keyboard.press('ArrowUp');
  await expect(province(page, '74')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(province(page, '70')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#risk-why')).toHaveText('Vì sao Bình Phước có màu này');
  await expect(province(page, '70')).toHaveAttribute('aria-pressed', 'true');
  await expect(province(page, '70')).toBeFocused();
  await page.locator('#risk-pick').focus();
  await page.keyboard.press('Escape');
  await expect(province(page, '70')).toBeFocused();
});

test('days go by step and by play, are in the address, and rest when nobody asks', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels('2021-12-26'));
  answer(app, '/v1/query/riskmap.levels', levels('2021-12-27'));
  answer(app, '/v1/query/riskmap.levels', levels('2021-12-28'));
  answer(app, '/v1/query/riskmap.levels', levels('2021-12-29'));
  const page = await open(app, '#day=2021-12-26');
  await expect(facts(page)).toHaveText('Ngày 26/12/2021');
  await page.getByRole('button', { name: 'Ngày sau' }).click();
  await expect(facts(page)).toHaveText('Ngày 27/12/2021');
  await expect(page).toHaveURL(/day=2021-12-27/);
  await page.getByRole('button', { name: 'Ngày trước' }).click();
  await expect(facts(page)).toHaveText('Ngày 26/12/2021'); // from memory: there was one answer for it
  await page.getByRole('button', { name: 'Chạy' }).click();
  await expect(facts(page)).toHaveText('Ngày 29/12/2021');
  await expect(page.getByRole('button', { name: 'Chạy' })).toBeVisible(); // stopped at the end by itself
  await expect(page.getByRole('slider')).toHaveAttribute('aria-valuetext', '29/12/2021');
  const asked = app.proxy.seen.filter(({ path }) => path.endsWith('riskmap.levels')).length;
  expect(asked).toBe(4);
  const changes = await page.evaluate(async () => {
    let count = 0;
    const watch = new MutationObserver((list) => (count += list.length));
    watch.observe(document.querySelector('.risk') ?? document.body, {
      subtree: true,
      childList: true,
      attributes: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return count;
  });
  expect(changes).toBe(0);
  expect(app.proxy.seen.filter(({ path }) => path.endsWith('riskmap.levels')).length).toBe(asked);
});

test('the table sorts by each column, and says so', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  const page = await open(app);
  const most = [...people.keys()].sort((a, b) => (casesOf(b, LAST) ?? -1) - (casesOf(a, LAST) ?? -1))[0];
  const head = page.getByRole('columnheader', { name: 'Ca 7 ngày' });
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await expect(page.locator('.risk-table tbody tr').first()).toHaveAttribute('data-unit', most ?? '');
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.locator('.risk-table tbody tr').last()).toHaveAttribute('data-unit', most ?? '');
  await page.getByRole('columnheader', { name: 'Tỉnh, thành phố' }).getByRole('button').click();
  await expect(page.locator('.risk-table tbody tr').first()).toHaveAttribute('data-unit', '89'); // An Giang
});

test('without a network the days that were seen are still there, without numbers of declarations', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 1);
  const page = await open(app);
  await expect(facts(page)).toHaveText('Ngày 29/12/2021');
  await expect
    .poll(() => page.evaluate(async () => (await (await caches.open('riskmap')).keys()).length))
    .toBeGreaterThan(0);
  const kept = await page.evaluate(async () =>
    (await (await caches.open('riskmap')).match('/kept/riskmap/last'))?.text(),
  );
  expect(kept).not.toContain('"green":12');
  app.proxy.offline(true);
  await page.getByRole('link', { name: 'Xác minh' }).click();
  await page.goBack();
  await expect(page.locator('.risk-table tbody tr')).toHaveCount(63);
  await expect(facts(page)).toHaveText('Ngày 29/12/2021');
  await expect(province(page, '79')).toHaveAttribute('aria-label', /Cấp 4/);
});

test('a server without counts gives grey provinces and says what is missing', async ({ app }) => {
  const page = await open(app);
  await expect(page.getByRole('heading', { name: 'Chưa có số ca nào' })).toBeVisible();
  await expect(province(page, '79')).toHaveAttribute('aria-label', 'Hồ Chí Minh: Chưa tính được (xám)');
  expect(await axe(page)).toEqual([]);
});

test('a device that kept nothing does not say without a network that there are no counts: it says that it could not ask, and asks again', async ({ app }) => {
  const { page, context } = await app.browser();
  await page.goto('/');
  await offlineReady(page);
  app.proxy.offline(true);
  await context.setOffline(true);
  await page.goto('/ban-do');
  const said = page.getByRole('alert');
  await expect(said).toContainText('Chưa lấy được số ca');
  await expect(said).toContainText('Trang sẽ tự thử lại');
  await expect(page.getByText('Chưa có số ca nào')).toHaveCount(0);
  await expect(province(page, '79')).toHaveAttribute('aria-label', 'Hồ Chí Minh: Chưa tính được (xám)');
  expect(await axe(page)).toEqual([]);
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 3);
  app.proxy.offline(false);
  await context.setOffline(false);
  await expect(page.locator('.risk-table tbody tr')).toHaveCount(63);
  await expect(said).toHaveCount(0);
  await expect(province(page, '79')).toHaveAttribute('aria-label', /Cấp 4/);
});

test('a button of the map says when it leads no further, whatever brought the map there', async ({ app }) => {
  answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
  const page = await open(app);
  const [nearer, farther] = ['Phóng to', 'Thu nhỏ'].map((name) => page.getByRole('button', { name }));
  const ends = async (): Promise<(string | null)[]> => Promise.all([nearer?.getAttribute('aria-disabled') ?? null, farther?.getAttribute('aria-disabled') ?? null]);
  await expect.poll(ends).toEqual(['false', 'true']);
  await nearer?.click();
  await expect.poll(ends).toEqual(['false', 'false']);
  await page.keyboard.press('Enter'); // the focus is still there
  await province(page, '79').focus();
  for (let press = 0; press < 9; press += 1) {
    await page.keyboard.press('+');
    await page.waitForTimeout(300); // Leaflet's own zoom animation
  }
  await expect.poll(ends).toEqual(['true', 'false']);
  await nearer?.focus();
  await page.keyboard.press('Enter');
  await expect(nearer as NonNullable<typeof nearer>).toBeFocused();
  await expect.poll(ends).toEqual(['true', 'false']);
  expect(await axe(page)).toEqual([]);
  await page.getByRole('button', { name: 'Xem cả nước' }).click();
  await expect.poll(ends).toEqual(['false', 'true']);
});

test('an answer that fails can be asked for again', async ({ app }) => {
  app.proxy.answer(
    '/v1/query/riskmap.levels',
    403,
    { 'content-type': 'application/json' },
    '{"error":{"code":"forbidden"}}',
  );
  const { page } = await app.browser();
  await page.goto('/ban-do');
  await expect(page.getByRole('alert')).toContainText('Bạn chưa có quyền');
  answer(app, '/v1/query/riskmap.levels', levels(LAST));
  await page.getByRole('button', { name: 'Thử lại' }).click();
  await expect(page.locator('.risk-table tbody tr')).toHaveCount(63);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

for (const [name, width, height] of [
  ['a desk', 1440, 1000],
  ['a phone', 360, 780],
  ['a small phone', 320, 640],
] as const) {
  test(`axe finds nothing on ${name}, and nothing runs out of the screen`, async ({ app }) => {
    answer(app, '/v1/query/riskmap.levels', levels(LAST), 5);
    answerSeries(app, '79');
    const page = await open(app, '#unit=79', { width, height });
    await expect(page.locator('#risk-why')).toBeVisible();
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
  });
}
