/** Levels become public: one officer proposes, another one approves, and everybody sees what was approved and what was not. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, enter, expect, fits, lookAt, official, offlineReady, test, type App } from './support/app';
import { gaps } from './support/canvas';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const DAY = '2021-12-20';
const PROVINCE = '66';
const OVERRIDDEN = 'Thành phố Buôn Ma Thuột';

type Official = { user: string; password: string };
type Size = { width?: number; height?: number };

function importCases(app: App): void {
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);
}

async function signIn(page: Page, who: Official): Promise<void> {
  await page.goto('/can-bo');
  await page.locator('#user').fill(who.user);
  await page.locator('input[type=password]').fill(who.password);
  await enter(page.locator('input[type=password]'));
  await expect(page.getByRole('button', { name: 'Đăng xuất' })).toBeVisible();
}

async function open(app: App, who: Official | null, unit = PROVINCE, size: Size = {}): Promise<Page> {
  const { page } = await app.browser({ width: 1440, height: 1000, webgl: true, ...size });
  if (who) await signIn(page, who);
  await page.goto(`/ban-do-chi-tiet#${unit ? `unit=${unit}&` : ''}day=${DAY}`);
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await expect(page.locator('.units-list li').first()).toBeVisible();
  // The last parts of the page have come: what is not there now is not for this account.
  await expect(page.locator('#workshop')).toBeVisible();
  return page;
}

const panel = (page: Page) => page.locator('#publish');
const said = (page: Page) => page.locator('.publish-said');

/** An override, typed. */
async function override(page: Page, unit: string, level: string, reason = 'Ổ dịch đã khoanh vùng'): Promise<void> {
  await enter(page.locator('[data-do="add"]'));
  const row = page.locator('.publish-row').last();
  await expect(row.getByRole('combobox').first()).toBeFocused();
  await page.keyboard.type(unit);
  await expect(row.getByRole('option').first()).toContainText(unit);
  await page.keyboard.press('Enter');
  await row.locator('select').selectOption(level);
  await row.getByLabel('Số văn bản').fill('45/QĐ-UBND');
  await row.getByLabel('Lý do').fill(reason);
}

async function propose(page: Page): Promise<void> {
  await enter(page.locator('[data-do="calculate"]'));
  await expect(page.locator('#publish-draft-title')).toBeFocused();
}

async function sendProposal(page: Page): Promise<void> {
  await enter(page.locator('[data-do="send"]'));
  await expect(page.locator('#publish-confirm-title')).toBeFocused();
  await enter(page.locator('[data-do="yes"]'));
  await expect(said(page)).toContainText('Đã gửi đề xuất');
  await expect(said(page)).toBeFocused();
}

async function approve(page: Page): Promise<void> {
  await enter(page.locator('[data-do="approve"]').first());
  await expect(page.locator('#publish-confirm-title')).toBeFocused();
  await expect(page.locator('.publish-confirm')).toContainText('người chuẩn bị: cdc.an');
  await enter(page.locator('[data-do="yes"]'));
  await expect(said(page)).toContainText('Đã công bố cấp độ');
}

// Of its text, not of what is laid out: the browser leaves rows below the screen unlaid, and their inner text is empty.
const levelOf = (page: Page, unit: string) => page.locator(`tr[data-unit="${unit}"] td`).first();

test('one officer proposes with an override, another one approves it, and everybody sees it', async ({ app }) => {
  importCases(app);
  const an = await open(app, official(app, 'cdc.an', 'provincial_cdc', PROVINCE));
  await expect(panel(an)).toContainText('chưa công bố cấp độ nào');
  await propose(an);
  await expect(an.locator('.publish-draft')).toContainText('Chưa gửi, chưa ai khác thấy');
  // The province itself is shown otherwise than calculated, and so is its capital.
  const calculated = (await an.locator(`.publish-changes li[data-unit="${PROVINCE}"] .risk-chip`).last().innerText()).trim();
  const other = calculated === 'Cấp 1' ? '2' : '1';
  await override(an, 'Tỉnh Đắk Lắk', other);
  await override(an, OVERRIDDEN, '3');
  await expect(an.locator('.publish-changes .publish-override')).toHaveCount(2);
  await expect(an.locator('.publish-changes li').first()).toContainText(`Kết quả tính: ${calculated}. Chỉnh theo 45/QĐ-UBND: Ổ dịch đã khoanh vùng`);
  await lookAt(an, 'publication-draft-1440');
  await sendProposal(an);
  const own = an.locator('.publish-proposals li').first();
  await expect(own).toContainText('Chờ phê duyệt');
  await expect(own).toContainText('2 chỗ chỉnh');
  await expect(own.locator('[data-do="approve"]')).toBeDisabled();
  await expect(own).toContainText('Bạn đã chuẩn bị đề xuất này, nên một cán bộ khác phải phê duyệt');

  const binh = await open(app, official(app, 'cdc.binh', 'provincial_cdc', PROVINCE));
  const waiting = binh.locator('.publish-proposals > li').first();
  await expect(waiting).toContainText('cdc.an đề xuất lúc');
  await enter(waiting.locator('summary'));
  await expect(waiting.locator('.publish-changes li').first()).toContainText('Chỉnh theo 45/QĐ-UBND');
  await lookAt(binh, 'publication-waiting-1440');
  await expect(binh.locator('.risk-legend-open li')).toHaveText([/Viền liền.*0 đơn vị/s, /Viền đứt.*15 đơn vị/s]);
  await expect.poll(() => gaps(binh)).toBeGreaterThan(300);
  await approve(binh);
  await expect(panel(binh).locator('.publish-now')).toContainText('Người phê duyệt: cdc.binh');
  await expect(panel(binh).locator('.publish-now')).toContainText(`Cấp ${other}`);
  await expect(binh.locator('.publish-history tbody tr')).toHaveCount(1);
  await expect(binh.locator('.publish-history tbody tr')).toContainText('đang hiệu lực');
  // The list and the map of the same page follow at once.
  await expect(binh.locator('.units-list li', { hasText: OVERRIDDEN }).locator('.risk-chip')).toContainText('Cấp 3');
  await expect(binh.locator('.risk-legend-open li')).toHaveText([/Viền liền.*15 đơn vị/s, /Viền đứt.*0 đơn vị/s]);
  await expect.poll(() => gaps(binh), 'an edge of dashes is for what nobody approved').toBe(0);
  await lookAt(binh, 'publication-published-1440');

  // Anybody, not signed in.
  const { page: citizen } = await app.browser({ width: 1440, height: 1000 });
  await citizen.goto(`/ban-do#day=${DAY}&unit=${PROVINCE}`);
  await expect(citizen.locator('.risk-table tbody tr')).toHaveCount(63);
  await expect(citizen.locator('.risk-why')).toContainText('Công bố lúc');
  await expect(citizen.locator('.risk-why')).toContainText(`Tính theo số liệu đang có: ${calculated}`);
  await expect(levelOf(citizen, PROVINCE)).toHaveText(new RegExp(`^\\s*Cấp ${other}`));
  await expect(citizen.locator(`tr[data-unit="${PROVINCE}"]`)).toContainText(/\d\d:\d\d \d\d\/\d\d\/\d{4}/);
  await expect(citizen.locator('tr[data-unit="01"]')).toContainText('chưa công bố');
  await expect(citizen.locator(`path[data-code="${PROVINCE}"]`)).not.toHaveAttribute('stroke-dasharray', /\d/);
  await expect(citizen.locator('path[data-code="01"]')).toHaveAttribute('stroke-dasharray', /\d/);
  await expect(citizen.locator('path[data-code="01"]')).toHaveAttribute('aria-label', /chưa công bố\)$/);
  await expect(citizen.locator('.risk-legend-open')).toContainText('62 tỉnh');
  await lookAt(citizen, 'publication-public-1440');
  // The day before is not what it is about.
  await citizen.getByRole('button', { name: 'Ngày trước' }).click();
  await expect(citizen.locator(`path[data-code="${PROVINCE}"]`)).toHaveAttribute('stroke-dasharray', /\d/);
  await expect(levelOf(citizen, PROVINCE)).not.toHaveText(/^\s*$/);
  await citizen.getByRole('button', { name: 'Ngày sau' }).click();
  await expect(citizen.locator(`path[data-code="${PROVINCE}"]`)).not.toHaveAttribute('stroke-dasharray', /\d/);

  // Kept for days without a network.
  await offlineReady(citizen);
  await citizen.context().setOffline(true);
  await citizen.reload();
  await expect(citizen.locator('.risk-table tbody tr')).toHaveCount(63);
  await expect(citizen.locator('.risk-why')).toContainText('Công bố lúc');
  await expect(levelOf(citizen, PROVINCE)).toHaveText(new RegExp(`^\\s*Cấp ${other}`));
});

test('what an override lacks is told at its field, and a row that was removed comes back', async ({ app }) => {
  importCases(app);
  const page = await open(app, official(app, 'cdc.an', 'provincial_cdc', PROVINCE));
  await propose(page);
  await enter(page.locator('[data-do="add"]'));
  await expect(page.locator('.publish-row').getByRole('combobox').first()).toBeFocused();
  await enter(page.locator('[data-do="send"]'));
  await expect(said(page)).toContainText('Còn 4 chỗ cần sửa');
  const row = page.locator('.publish-row').first();
  await expect(row.getByText('Hãy chọn một đơn vị trong danh sách')).toBeVisible();
  await expect(row.getByRole('combobox').first()).toBeFocused();
  await page.keyboard.type(OVERRIDDEN);
  await page.keyboard.press('Enter');
  await row.locator('select').selectOption('4');
  await row.getByLabel('Số văn bản').fill('45/QĐ-UBND');
  await row.getByLabel('Lý do').fill('Gọi 0901234567');
  await row.getByLabel('Lý do').blur();
  await expect(row.getByText('Có số điện thoại hoặc số giấy tờ')).toBeVisible();
  await enter(row.getByRole('button', { name: `Bỏ chỗ chỉnh: ${OVERRIDDEN}` }));
  await expect(page.locator('.publish-row')).toHaveCount(0);
  await expect(page.locator('[data-do="restore"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row.getByLabel('Lý do')).toHaveValue('Gọi 0901234567');
  await row.getByLabel('Lý do').fill('Ổ dịch lớn');
  // The same unit twice is one too many.
  await override(page, OVERRIDDEN, '2');
  await enter(page.locator('[data-do="send"]'));
  await expect(page.locator('.publish-row').nth(1).getByText('đã được chỉnh ở dòng khác')).toBeVisible();
  // Whoever sends it is brought to the field; a key pressed before that would go there.
  await expect(page.locator('.publish-row').nth(1).getByRole('combobox').first()).toBeFocused();
  await enter(page.locator('.publish-row').nth(1).getByRole('button', { name: /^Bỏ chỗ chỉnh/ }));
  await expect(page.locator('[data-do="restore"]')).toBeFocused();
  await enter(page.locator('[data-do="send"]'));
  await expect(page.locator('#publish-confirm-title')).toBeFocused();
  await expect(page.locator('.publish-confirm')).toContainText('trong đó 1 đơn vị được chỉnh');
  await enter(page.getByRole('button', { name: 'Quay lại' }));
  await expect(page.locator('[data-do="send"]')).toBeFocused();
  await enter(page.getByRole('button', { name: 'Bỏ, không gửi' }));
  await expect(page.locator('[data-do="calculate"]')).toBeFocused();
  await expect(page.locator('.publish-draft')).toHaveCount(0);
});

test('figures that changed meanwhile are told, and what was typed stays for the next calculation', async ({ app }) => {
  importCases(app);
  const page = await open(app, official(app, 'cdc.an', 'provincial_cdc', PROVINCE));
  await propose(page);
  await override(page, OVERRIDDEN, '3');
  // The same series from another source is a newer figure.
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic-2', '--assets', assets);
  await enter(page.locator('[data-do="send"]'));
  await expect(page.locator('#publish-confirm-title')).toBeFocused();
  await enter(page.locator('[data-do="yes"]'));
  await expect(said(page)).toContainText('Số liệu đã đổi từ lúc tính');
  await expect(said(page)).toBeFocused();
  await propose(page);
  await expect(page.locator('.publish-row').getByLabel('Lý do')).toHaveValue('Ổ dịch đã khoanh vùng');
  await sendProposal(page);
  await expect(page.locator('.publish-proposals > li')).toHaveCount(1);
});

test('visitors, other provinces and other trades never see the desk; who prepares without signing is told so', async ({ app }) => {
  importCases(app);
  const citizen = await open(app, null);
  await expect(panel(citizen)).toHaveCount(0);
  expect(app.proxy.seen.filter(({ path }) => path === '/v1/query/riskmap.proposals'), 'a visitor asks nothing').toEqual([]);
  const refusals = (): number => app.proxy.seen.filter(({ path, status }) => path === '/v1/query/riskmap.proposals' && status === 403).length;
  const other = await open(app, official(app, 'cdc.khac', 'provincial_cdc', '79'));
  await expect.poll(refusals, 'the server said no').toBeGreaterThan(0);
  await expect(panel(other)).toHaveCount(0);
  // At the country there is the way to the own province.
  await other.goto(`/ban-do-chi-tiet#day=${DAY}`);
  await expect(panel(other).locator('option')).toHaveText(['Thành phố Hồ Chí Minh']);
  await enter(panel(other).getByRole('button', { name: 'Mở' }));
  await expect(panel(other)).toContainText('Duyệt, công bố kết quả tính: Thành phố Hồ Chí Minh');
  const nation = await open(app, official(app, 'quoc.gia', 'national_centre', 'VN'));
  await propose(nation);
  await sendProposal(nation);
  await expect(nation.locator('.publish-proposals li').first()).toContainText('Chỉ cán bộ CDC của tỉnh có quyền phê duyệt');
  const before = refusals();
  const tracer = await open(app, official(app, 'huyen', 'district_tracer', '643'));
  await expect.poll(refusals, 'the server said no').toBeGreaterThan(before);
  await expect(panel(tracer)).toHaveCount(0);
});

test('without a network the desk says so, and what an account saw goes with it', async ({ app }) => {
  importCases(app);
  const page = await open(app, official(app, 'cdc.an', 'provincial_cdc', PROVINCE));
  await propose(page);
  await offlineReady(page);
  await page.context().setOffline(true);
  await expect(panel(page).getByText('cần máy chủ')).toBeVisible();
  await expect(page.locator('[data-do="calculate"]')).toHaveCount(0);
  await expect(page.locator('[data-do="send"]')).toBeDisabled();
  await page.context().setOffline(false);
  await expect(page.locator('[data-do="send"]')).toBeEnabled();
  // Somebody signs out in another tab.
  const second = await page.context().newPage();
  await second.goto('/can-bo');
  await second.getByRole('button', { name: 'Đăng xuất' }).click();
  await expect(panel(page)).toHaveCount(0);
});

for (const width of [360, 1440]) {
  test(`axe finds nothing at ${width} px, and nothing runs out of the screen`, async ({ app }) => {
    importCases(app);
    const size = { width, height: 900 };
    const an = await open(app, official(app, 'cdc.an', 'provincial_cdc', PROVINCE), PROVINCE, size);
    await propose(an);
    await override(an, OVERRIDDEN, '3', 'Một lý do rất dài để xem chữ có xuống dòng hay không khi màn hình hẹp như điện thoại');
    await enter(an.locator('[data-do="send"]'));
    await expect(an.locator('#publish-confirm-title')).toBeFocused();
    expect(await axe(an)).toEqual([]);
    expect(await fits(an)).toBe(true);
    await lookAt(an, `publication-confirm-${width}`);
    await enter(an.locator('[data-do="yes"]'));
    await expect(said(an)).toContainText('Đã gửi đề xuất');

    const binh = await open(app, official(app, 'cdc.binh', 'provincial_cdc', PROVINCE), PROVINCE, size);
    await enter(binh.locator('[data-do="approve"]'));
    await expect(binh.locator('#publish-confirm-title')).toBeFocused();
    expect(await axe(binh)).toEqual([]);
    const below = await binh.evaluate(() => document.documentElement.scrollHeight - scrollY - (document.querySelector('footer')?.getBoundingClientRect().bottom ?? 0));
    expect(below, 'nothing hangs out below the page').toBeLessThan(80);
    await lookAt(binh, `publication-approve-${width}`);
    await enter(binh.locator('[data-do="yes"]'));
    await expect(said(binh)).toContainText('Đã công bố cấp độ');
    expect(await axe(binh)).toEqual([]);
    expect(await fits(binh)).toBe(true);
    await lookAt(binh, `publication-published-${width}`);

    const { page: citizen } = await app.browser(size);
    await citizen.goto(`/ban-do#day=${DAY}&unit=${PROVINCE}`);
    await expect(citizen.locator('.risk-why')).toContainText('Công bố lúc');
    await expect(citizen.locator('.risk-table tbody tr')).toHaveCount(63);
    expect(await axe(citizen)).toEqual([]);
    expect(await fits(citizen)).toBe(true);
    await lookAt(citizen, `publication-public-${width}`);
  });
}
