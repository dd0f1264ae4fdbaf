/** Zones and places on the detailed map: drawn by hand and typed, recorded by officials of their unit alone, seen by everybody at once. */

import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assets, axe, enter, expect, fits, lookAt, official, offlineReady, test, type App } from './support/app';

const DAY = '2021-08-01';
const DISTRICT = '760';

async function open(app: App, who: { user: string; password: string } | null, size: { width?: number; height?: number } = {}): Promise<Page> {
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  if (who) {
    await page.goto('/can-bo');
    await page.locator('#user').fill(who.user);
    await page.locator('input[type=password]').fill(who.password);
    await enter(page.locator('input[type=password]'));
    await expect(page.locator('.filters')).toBeVisible();
  }
  await page.goto(`/ban-do-chi-tiet#unit=${DISTRICT}&day=${DAY}`);
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await expect(page.locator('.units-list li').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Vùng đang hiệu lực' })).toBeVisible();
  return page;
}

async function fill(page: Page, name: string, unit = '26740'): Promise<void> {
  await page.locator('#mark-unit').selectOption(unit);
  await page.locator('#mark-name').fill(name);
  await page.locator('#mark-documentNumber').fill('15/QĐ-UBND');
  await page.locator('#mark-reason').fill('Chuỗi lây chưa rõ nguồn');
}

/** Types a square of about 200 metres around a place of the district. */
async function typeSquare(page: Page): Promise<void> {
  const corners = [['10,7750', '106,7000'], ['10,7750', '106,7020'], ['10,7770', '106,7020'], ['10,7770', '106,7000']];
  for (const [at, [latitude, longitude]] of corners.entries()) {
    await enter(page.getByRole('button', { name: 'Thêm góc' }));
    await expect(page.locator(`[data-corner="${at}-latitude"]`)).toBeFocused();
    await page.keyboard.type(latitude ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.type(longitude ?? '');
    await page.keyboard.press('Tab');
  }
}

/** How many pixels of the map have nearly this colour. */
function pixels(page: Page, [red, green, blue]: readonly [number, number, number], reach = 6): Promise<number> {
  return page.evaluate(
    ([r, g, b, near]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas.units-shapes');
      const gl = canvas?.getContext('webgl2');
      if (!canvas || !gl) return -1;
      const data = new Uint8Array(4 * canvas.width * canvas.height);
      gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, data);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const off = Math.max(Math.abs((data[at] ?? 0) - r), Math.abs((data[at + 1] ?? 0) - g), Math.abs((data[at + 2] ?? 0) - b));
        if (off <= near) count += 1;
      }
      return count;
    },
    [red, green, blue, reach] as const,
  );
}
const RED_LINE = [140, 22, 8] as const; // a zone of level 4
const VISIT = [122, 31, 162] as const;

const zones = (page: Page) => page.locator('.marks-columns > div:first-child .marks-list li');

test('a zone is drawn by hand, dragged, undone, sent, and everybody sees it at once', async ({ app }) => {
  const page = await open(app, official(app, 'tram.bennghe', 'commune_health', '26740'));
  await expect(page.getByText('Không có vùng nào trong ngày này.')).toBeVisible();
  await page.getByRole('button', { name: 'Vẽ vùng mới' }).click();
  await expect(page.locator('#mark-form-title')).toBeFocused();
  const map = page.locator('.units-map.drawing');
  await map.scrollIntoViewIfNeeded();
  const box = (await map.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const at: [number, number][] = [[-60, -50], [60, -50], [60, 50], [-60, 50]];
  for (const [dx, dy] of at) await page.mouse.click(x + dx, y + dy);
  await expect(page.locator('.zone-corner')).toHaveCount(4);
  await expect(page.locator('.mark-corners li')).toHaveCount(4);

  // A corner that is dragged over the opposite side makes a bow tie; the core says so, and a step back mends it.
  await page.mouse.move(x - 60, y - 50);
  await page.mouse.down();
  await page.mouse.move(x + 20, y - 20, { steps: 4 });
  await page.mouse.move(x + 120, y + 20, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByText('Đường bao tự cắt hoặc tự chạm')).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByText('Đường bao tự cắt hoặc tự chạm')).toHaveCount(0);

  await fill(page, 'Hẻm 15 đường A');
  await page.getByRole('button', { name: 'Ghi và gửi' }).click();
  await expect(page.locator('.marks-said')).toContainText('Đã ghi “Hẻm 15 đường A”');
  await expect(zones(page)).toHaveCount(1);
  await expect(zones(page)).toContainText('Phường Bến Nghé');
  await expect(page.locator('.zone-corner')).toHaveCount(0);
  await expect.poll(() => pixels(page, RED_LINE)).toBeGreaterThan(100);

  const citizen = await open(app, null);
  await expect(zones(citizen)).toContainText('Hẻm 15 đường A');
  await expect(citizen.getByRole('button', { name: 'Vẽ vùng mới' })).toHaveCount(0);
  await expect(citizen.getByRole('button', { name: /Thu hồi/ })).toHaveCount(0);
  await expect.poll(() => pixels(citizen, RED_LINE)).toBeGreaterThan(100);
  // The layer can be put away, and drawn again after the browser took the map.
  await citizen.getByLabel('Vùng phong tỏa, khu dân cư').uncheck();
  await expect.poll(() => pixels(citizen, RED_LINE)).toBe(0);
  await citizen.getByLabel('Vùng phong tỏa, khu dân cư').check();
  await expect.poll(() => pixels(citizen, RED_LINE)).toBeGreaterThan(100);
  const lose = await citizen.evaluateHandle(() => document.querySelector<HTMLCanvasElement>('canvas.units-shapes')?.getContext('webgl2')?.getExtension('WEBGL_lose_context') ?? null);
  await lose.evaluate((extension) => extension?.loseContext());
  await citizen.waitForTimeout(200);
  await lose.evaluate((extension) => extension?.restoreContext());
  await expect.poll(() => pixels(citizen, RED_LINE)).toBeGreaterThan(100);
});

test('by keys alone a zone is typed, corrected and withdrawn', async ({ app }) => {
  const page = await open(app, official(app, 'quan1', 'district_tracer', DISTRICT));
  await enter(page.getByRole('button', { name: 'Vẽ vùng mới' }));
  await expect(page.locator('#mark-form-title')).toBeFocused();
  await typeSquare(page);
  await expect(page.locator('.zone-corner')).toHaveCount(4);
  await enter(page.getByRole('button', { name: 'Ghi và gửi' }));
  await expect(page.locator('.mark-trouble')).toContainText('Còn');
  await expect(page.locator('.mark-trouble')).toBeFocused();
  await fill(page, 'Tổ 6, gọi 0901234567');
  await expect(page.getByText('Có số điện thoại hoặc số giấy tờ')).toBeVisible();
  await page.locator('#mark-name').fill('Tổ 6');
  await expect(page.getByText('Có số điện thoại hoặc số giấy tờ')).toHaveCount(0);
  await enter(page.getByRole('button', { name: 'Ghi và gửi' }));
  await expect(zones(page)).toHaveCount(1);
  await expect(page.locator('.marks-said')).toBeFocused();

  // Whoever leaves a form, or keeps a mark, stands where they came from.
  await enter(page.getByRole('button', { name: 'Sửa: Tổ 6' }));
  await expect(page.locator('.mark-corners li')).toHaveCount(4);
  await enter(page.getByRole('button', { name: 'Bỏ, không ghi' }));
  await expect(page.getByRole('button', { name: 'Sửa: Tổ 6' })).toBeFocused();
  await enter(page.getByRole('button', { name: 'Thu hồi: Tổ 6' }));
  await enter(page.getByRole('button', { name: 'Giữ lại' }));
  await expect(page.getByRole('button', { name: 'Thu hồi: Tổ 6' })).toBeFocused();
  await enter(page.getByRole('button', { name: 'Sửa: Tổ 6' }));
  await expect(page.locator('.mark-corners li')).toHaveCount(4);
  await page.locator('#mark-level').selectOption('3');
  await page.locator('#mark-name').fill('Tổ 6 và tổ 7');
  await enter(page.getByRole('button', { name: 'Ghi và gửi' }));
  await expect(zones(page)).toHaveCount(1);
  await expect(zones(page)).toContainText('Tổ 6 và tổ 7');
  await expect(zones(page)).toContainText('Cấp 3');

  await enter(page.getByRole('button', { name: 'Thu hồi: Tổ 6 và tổ 7' }));
  await page.locator('#withdraw-reason').fill('Hết ổ dịch');
  await enter(page.locator('#withdraw-reason'));
  await expect(page.locator('.marks-said')).toContainText('Đã thu hồi');
  await expect(zones(page)).toHaveCount(0);
  await expect.poll(() => pixels(page, RED_LINE)).toBe(0);
});

test("another unit's official is refused", async ({ app }) => {
  const page = await open(app, official(app, 'tram.dakao', 'commune_health', '26737'));
  await page.getByRole('button', { name: 'Vẽ vùng mới' }).click();
  await typeSquare(page);
  await fill(page, 'Vùng của phường khác');
  await page.getByRole('button', { name: 'Ghi và gửi' }).click();
  await expect(page.locator('.mark-trouble')).toContainText('Ngoài địa bàn của bạn');
  await page.getByRole('button', { name: 'Bỏ, không ghi' }).click();
  await expect(zones(page)).toHaveCount(0);
  const citizen = await open(app, null);
  await expect(citizen.getByText('Không có vùng nào trong ngày này.')).toBeVisible();
});

test('places come from a file, stand on the timeline and the map, make heat, and stay without a network', async ({ app }) => {
  const file = join(app.folder, 'places.csv');
  writeFileSync(
    file,
    'type,unit,name,longitude,latitude,from,until,fromTime,untilTime,note\n' +
      `exposure,26740,Chợ hai buổi,106.7010,10.7760,2021-07-30,2021-07-30,14:00,15:00,\n` +
      `exposure,26740,Quán phở,106.7015,10.7765,${DAY},${DAY},07:15,08:00,Bàn ngoài sân\n` +
      `test,26740,Điểm lấy mẫu số 2,106.6995,10.7755,2021-07-01,,,,\n` +
      `exposure,26740,Đã lâu,106.7010,10.7760,2021-07-01,2021-07-02,,,\n`,
  );
  app.admin('import-places', file, '--assets', assets);
  const page = await open(app, null);
  const visits = page.locator('.marks-timeline li');
  await expect(visits).toHaveCount(2);
  await expect(visits.nth(0)).toContainText('Chợ hai buổi');
  await expect(visits.nth(1)).toContainText('07:15–08:00');
  await expect(page.locator('.mark-legend')).toContainText('Điểm xét nghiệm');
  await page.getByRole('button', { name: 'Tìm trên bản đồ: Quán phở' }).click();
  await expect.poll(() => pixels(page, VISIT)).toBeGreaterThan(50);
  // A press on its sign, which stands in the middle now, lets it go and takes it again.
  await expect(page.locator('.marks-timeline .chosen')).toHaveCount(1);
  await page.locator('.units-map').click();
  await expect(page.locator('.marks-timeline .chosen')).toHaveCount(0);
  await page.locator('.units-map').click();
  await expect(page.locator('.marks-timeline .chosen')).toContainText('Quán phở');
  await page.getByLabel(/Chỉ mốc có người bệnh trong ngày/).check();
  await expect(visits).toHaveCount(1);

  const before = await pixels(page, VISIT, 0);
  await page.getByLabel('Bản đồ nhiệt').check();
  await expect(page.locator('.mark-heat')).toContainText('2 mốc dịch tễ');
  await expect(page.locator('.mark-heat')).toContainText('chỉ cán bộ');
  await page.getByRole('checkbox', { name: /^Địa điểm/ }).uncheck();
  const hot = (): Promise<number> => pixels(page, [252, 230, 130], 40);
  await expect.poll(hot).toBeGreaterThan(20);
  await page.getByLabel('Bản đồ nhiệt').uncheck();
  await expect.poll(hot).toBeLessThan(20);
  await page.getByRole('checkbox', { name: /^Địa điểm/ }).check();
  await expect.poll(() => pixels(page, VISIT, 0)).toBe(before);

  await offlineReady(page);
  await page.context().setOffline(true);
  await page.reload();
  await expect(visits.first()).toBeVisible();
  await expect(page.getByText('Không có mạng: danh sách lưu lúc')).toBeVisible();
});

for (const width of [320, 1440]) {
  test(`axe finds nothing on lists and form at ${width} px, and nothing runs out of the screen`, async ({ app }) => {
    const page = await open(app, official(app, 'tram.bennghe', 'commune_health', '26740'), { width, height: 900 });
    await page.getByRole('button', { name: 'Vẽ vùng mới' }).click();
    await typeSquare(page);
    await fill(page, 'Một tên rất dài của khu dân cư nằm dọc theo con hẻm không có số');
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await page.getByRole('button', { name: 'Ghi và gửi' }).click();
    await expect(zones(page)).toHaveCount(1);
    await page.getByRole('button', { name: /^Thu hồi:/ }).click();
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await lookAt(page, `zones-${width}`);
  });
}
