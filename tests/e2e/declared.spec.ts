/** Announced levels: an official of the unit announces, corrects and ends one on the detailed map; everybody reads it with its document. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, enter, expect, fits, lookAt, official, offlineReady, test, type App } from './support/app';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const DAY = '2021-12-20';
const PROVINCE = '66';
const DISTRICT = '643';
const NAME = 'Thành phố Buôn Ma Thuột';

type Official = { user: string; password: string };
type Size = { width?: number; height?: number };

/** An official of the district: of the CDC, to whom the matrix gives the risk map. */
const ofDistrict = (app: App): Official => official(app, 'cdc.bmt', 'provincial_cdc', DISTRICT);

async function signIn(page: Page, who: Official): Promise<void> {
  await page.goto('/can-bo');
  await page.locator('#user').fill(who.user);
  await page.locator('input[type=password]').fill(who.password);
  await enter(page.locator('input[type=password]'));
  await expect(page.getByRole('button', { name: 'Đăng xuất' })).toBeVisible();
  // A page that is opened while the service worker takes its turn is not kept by it, nor would be the parts it fetches.
  await offlineReady(page);
}

async function open(app: App, who: Official | null, unit = PROVINCE, size: Size = {}): Promise<Page> {
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  if (who) await signIn(page, who);
  await page.goto(`/ban-do-chi-tiet#${unit ? `unit=${unit}&` : ''}day=${DAY}`);
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await expect(row(page).first()).toBeVisible();
  // The last parts of the page have come: what is not there now is not for this account.
  await expect(page.locator('#workshop')).toBeVisible();
  return page;
}

const row = (page: Page, unit = '') => page.locator(unit ? `.units-list li[data-unit="${unit}"]` : '.units-list li');
const panel = (page: Page) => page.locator('#declared');
const said = (page: Page) => page.locator('.declared-said');
const items = (page: Page) => page.locator('.declared-list > li');
const why = (page: Page) => page.locator('.units-why');

async function choose(page: Page, unit = DISTRICT): Promise<void> {
  await enter(row(page, unit).locator('.name'));
  await expect(row(page, unit)).toHaveClass(/chosen/);
}

async function fill(page: Page, level: string, number = '12/QĐ-UBND', reason = 'Ba ổ dịch chưa rõ nguồn'): Promise<void> {
  await page.locator('#declared-level').selectOption(level);
  await page.locator('#declared-documentNumber').fill(number);
  await page.locator('#declared-reason').fill(reason);
}

/** Reads over what is in the form, and confirms it. */
async function confirm(page: Page): Promise<void> {
  await enter(page.locator('.declared-form [type="submit"]'));
  await expect(page.locator('#declared-confirm-title')).toBeFocused();
  await enter(panel(page).locator('[data-do="yes"]'));
}

async function declare(page: Page, level: string, number?: string): Promise<void> {
  await enter(panel(page).locator('[data-do="declare"]'));
  await expect(page.locator('#declared-form-title')).toBeFocused();
  await fill(page, level, number);
  await confirm(page);
}

test('by keys alone an official of the district announces a level, and everybody reads it beside the computed one', async ({ app }) => {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
  const page = await open(app, ofDistrict(app));
  await expect(panel(page), 'the province is not theirs').toHaveCount(0);
  await choose(page);
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(`Ghi cấp độ theo văn bản: ${NAME}`);
  await expect(panel(page)).toContainText('Chưa có văn bản nào công bố cấp độ');
  await expect(why(page)).toContainText('Không có văn bản công bố cấp độ nào');
  const computed = (await row(page, DISTRICT).locator('.risk-chip').innerText()).trim();

  await enter(panel(page).locator('[data-do="declare"]'));
  await expect(page.locator('#declared-form-title')).toBeFocused();
  await expect(page.locator('#declared-from')).toHaveValue(DAY);
  await enter(page.locator('.declared-form [type="submit"]'));
  await expect(page.locator('.declared-trouble')).toBeFocused();
  await expect(page.locator('.declared-trouble')).toContainText('Còn 3 chỗ phải sửa: Cấp độ công bố, Số văn bản, Lý do.');
  await expect(page.locator('#declared-level')).toHaveAttribute('aria-describedby', 'declared-level-error');

  // The core objects at every pause; each objection stands beside its field, in both languages.
  await fill(page, '4', '12/QĐ-UBND', 'Gọi 0901234567 để biết thêm');
  await page.locator('#declared-until').fill('2021-12-01');
  await page.locator('#declared-until').blur();
  await expect(page.locator('#declared-reason-error')).toContainText('Có số điện thoại hoặc số giấy tờ');
  await expect(page.locator('#declared-until-error')).toContainText('Kết thúc trước khi bắt đầu');
  await expect(page.locator('#declared-level-error')).toHaveCount(0);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('#declared-until-error')).toContainText('It ends before it begins');
  await expect(page.locator('#declared-form-title')).toHaveText('A new announcement');
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  await page.locator('#declared-until').fill('');
  await page.locator('#declared-reason').fill('Ba ổ dịch chưa rõ nguồn');
  await expect(panel(page).locator('.error')).toHaveCount(0);

  // From the confirmation there is a way back, to the button it came from; from the form to the one that opened it.
  await enter(page.locator('.declared-form [type="submit"]'));
  await expect(page.locator('#declared-confirm-title')).toBeFocused();
  await expect(panel(page).locator('.declared-confirm')).toContainText(`${NAME}: Cấp 4 – nguy cơ rất cao, từ 20/12/2021, đến khi có văn bản mới. Văn bản 12/QĐ-UBND.`);
  await enter(panel(page).locator('[data-do="back"]'));
  await expect(page.locator('.declared-form [type="submit"]')).toBeFocused();
  await expect(page.locator('#declared-reason')).toHaveValue('Ba ổ dịch chưa rõ nguồn');
  await confirm(page);
  await expect(said(page)).toBeFocused();
  await expect(said(page)).toContainText(`Đã công bố: ${NAME}, Cấp 4`);
  await expect(row(page, DISTRICT).locator('.risk-chip')).toHaveText(/^\s*Cấp 4 – nguy cơ rất cao \*\s*$/);
  await expect(items(page)).toHaveCount(1);
  await expect(items(page)).toContainText('hiệu lực ngày 20/12/2021');
  await expect(why(page), 'the reasons are those of now').toContainText('Cơ quan chức năng công bố: ');
  await expect(panel(page).locator('.declared-levels div').first()).toContainText(computed);

  // Whoever reads the map is told the same, and has nothing to press.
  const citizen = await open(app, null);
  await expect(row(citizen, DISTRICT).locator('.risk-chip')).toContainText('Cấp 4 – nguy cơ rất cao *');
  await choose(citizen);
  await expect(why(citizen).locator('.declared-text')).toHaveText('Văn bản 12/QĐ-UBND, từ 20/12/2021, đến khi có văn bản mới. Lý do: Ba ổ dịch chưa rõ nguồn');
  await expect(why(citizen).locator('.declared-levels')).toContainText(computed);
  await expect(why(citizen)).toContainText('Khác với cấp tính toán');
  await expect(why(citizen)).toContainText('chưa nằm trong lần công bố nào của tỉnh');
  await expect(panel(citizen)).toHaveCount(0);
  await citizen.emulateMedia({ media: 'print' });
  await expect(why(citizen).locator('.declared-text')).toBeVisible();
  await citizen.emulateMedia({ media: null });
  await enter(row(citizen, DISTRICT).locator('.deeper'));
  await enter(citizen.locator('#report > summary'));
  await expect(citizen.locator('.report-levels')).toContainText('Văn bản 12/QĐ-UBND');
  await page.emulateMedia({ media: 'print' });
  await expect(items(page)).toBeVisible();
  for (const pressed of ['declare', 'correct', 'end']) await expect(panel(page).locator(`[data-do="${pressed}"]`)).toBeHidden();
});

test('an announcement is corrected and ended early, and the map goes back to the computed level', async ({ app }) => {
  const page = await open(app, ofDistrict(app), DISTRICT);
  await expect(panel(page), 'the unit that is shown, when none in it is chosen').toContainText(NAME);
  const commune = (await row(page).first().getAttribute('data-unit')) ?? '';
  await choose(page, commune);
  await declare(page, '3');
  await expect(said(page)).toContainText('Đã công bố');
  await expect(row(page, commune).locator('.risk-chip')).toContainText('Cấp 3 – nguy cơ cao *');

  const correct = items(page).first().locator('[data-do="correct"]');
  await enter(correct);
  await expect(page.locator('#declared-form-title')).toBeFocused();
  await expect(page.locator('#declared-documentNumber')).toHaveValue('12/QĐ-UBND');
  await enter(panel(page).locator('[data-do="cancel"]'));
  await expect(correct).toBeFocused();
  await enter(correct);
  await page.locator('#declared-level').selectOption('2');
  await page.locator('#declared-documentNumber').fill('12/QĐ-UBND (đính chính)');
  await confirm(page);
  await expect(said(page)).toContainText('Đã sửa');
  await expect(said(page)).toBeFocused();
  await expect(items(page)).toHaveCount(1);
  await expect(items(page)).toContainText('Văn bản 12/QĐ-UBND (đính chính)');
  await expect(row(page, commune).locator('.risk-chip')).toContainText('Cấp 2 – nguy cơ trung bình *');

  await enter(items(page).first().locator('[data-do="end"]'));
  await expect(page.locator('#declared-form-title')).toBeFocused();
  await expect(page.locator('#declared-until')).toHaveValue(DAY);
  await page.locator('#declared-until').fill('');
  await enter(page.locator('.declared-form [type="submit"]'));
  await expect(page.locator('.declared-trouble')).toContainText('Còn 1 chỗ phải sửa: Hiệu lực đến hết ngày.');
  await page.locator('#declared-until').fill('2021-12-21');
  await confirm(page);
  await expect(said(page)).toContainText('có hiệu lực đến hết 21/12/2021');
  await expect(items(page)).toContainText('từ 20/12/2021 đến hết 21/12/2021');
  await expect(row(page, commune).locator('.risk-chip')).toContainText('Cấp 2 – nguy cơ trung bình *');
  for (const [day, level] of [['2021-12-21', 'Cấp 2'], ['2021-12-22', 'Chưa tính được']] as const) {
    await page.locator('.units-day button').last().click();
    await expect(page.locator('.units-day input')).toHaveValue(day);
    await expect(row(page, commune).locator('.risk-chip')).toContainText(level);
  }
  await expect(why(page)).toContainText('Không có văn bản công bố cấp độ nào có hiệu lực ngày 22/12/2021');
});

test('without a network an announcement waits, and is sent when there is one', async ({ app }) => {
  const page = await open(app, ofDistrict(app));
  await choose(page);
  await expect(panel(page).locator('[data-do="declare"]')).toBeVisible();
  await page.context().setOffline(true);
  await declare(page, '4');
  await expect(said(page)).toContainText('chờ gửi khi có mạng');
  await expect(said(page)).toBeFocused();
  await expect(items(page)).toContainText('chờ gửi');
  await expect(row(page), 'the list stays').toHaveCount(15);
  const citizen = await open(app, null);
  await choose(citizen);
  await expect(why(citizen)).toContainText('Không có văn bản công bố cấp độ nào');
  await page.context().setOffline(false);
  await expect(said(page)).toContainText('đã được gửi và nhận');
  await expect(items(page)).not.toContainText('chờ gửi');
  await expect(row(page, DISTRICT).locator('.risk-chip')).toContainText('Cấp 4 – nguy cơ rất cao *');
});

test('whoever lost the grant while an announcement waited is told why it was not taken', async ({ app }) => {
  const page = await open(app, ofDistrict(app));
  await choose(page);
  await expect(panel(page).locator('[data-do="declare"]')).toBeVisible();
  await page.context().setOffline(true);
  await declare(page, '4');
  await expect(said(page)).toContainText('chờ gửi khi có mạng');
  app.admin('users', 'revoke', 'cdc.bmt', 'provincial_cdc', DISTRICT);
  app.admin('users', 'grant', 'cdc.bmt', 'provincial_cdc', '644', '--assets', assets);
  await page.context().setOffline(false);
  await expect(page.locator('.declared-said.bad')).toContainText('Ngoài địa bàn của bạn');
});

test('officials of other units and other trades are offered nothing', async ({ app }) => {
  for (const [name, role, unit] of [['cdc.khac', 'provincial_cdc', '644'], ['truy.vet', 'district_tracer', DISTRICT], ['tram', 'commune_health', '24121']] as const) {
    const page = await open(app, official(app, name, role, unit));
    await choose(page);
    await expect(why(page)).toContainText('Không có văn bản công bố cấp độ nào');
    await expect(panel(page), name).toHaveCount(0);
    await page.context().close();
  }
});

for (const width of [360, 1440]) {
  test(`axe finds nothing at ${width} px, and nothing runs out of the screen`, async ({ app }) => {
    app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
    const page = await open(app, official(app, 'cdc.dl', 'provincial_cdc', PROVINCE), '', { width, height: 900 });
    await choose(page, PROVINCE);
    await enter(panel(page).locator('[data-do="declare"]'));
    await enter(page.locator('.declared-form [type="submit"]'));
    await expect(page.locator('.declared-trouble')).toBeFocused();
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await lookAt(page, `declared-form-${width}`);
    await fill(page, '4', '1234/QĐ-UBND-VX', 'Một lý do rất dài để xem chữ có xuống dòng hay không khi màn hình hẹp như điện thoại');
    await enter(page.locator('.declared-form [type="submit"]'));
    await expect(page.locator('#declared-confirm-title')).toBeFocused();
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await lookAt(page, `declared-confirm-${width}`);
    await enter(panel(page).locator('[data-do="yes"]'));
    await expect(said(page)).toBeFocused();
    await expect(why(page).locator('.declared-text')).toBeVisible();
    expect(await axe(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await lookAt(page, `declared-done-${width}`);
  });
}
