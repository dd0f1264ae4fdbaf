/** The simulator: each rule in plain words, its figures on sliders, and what a change touches. */

import { expect, test } from './support/app';
import { expectNoAxe } from './support/certificates';

for (const width of [360, 1440]) {
  test(`a figure is moved and the counts before and after differ, at ${width} px`, async ({ app }) => {
    const { page } = await app.browser({ width, height: 800 });
    await page.goto('/xac-minh');
    await page.getByRole('link', { name: 'Thử thay đổi quy định' }).click();
    await expect(page.locator('.sim-rule h3', { hasText: 'Ngày kiểm tra không quá 12 tháng sau ngày tiêm' })).toBeVisible();
    await expect(page.locator('.sim-flips')).toHaveText('Chưa đổi con số nào.');
    await expectNoAxe(page, 'at rest');
    // What if a dose were good for 3 months only?
    const slider = page.locator('.sim-rule', { hasText: '12 tháng' }).locator('input[type=range]');
    await slider.fill('3');
    await expect(page.locator('.sim-flips')).toContainText('trên 2.000 chứng nhận có kết quả khác đi');
    const flips = Number((await page.locator('.sim-flips').textContent())?.trim().split(' ')[0]?.replace('.', ''));
    expect(flips).toBeGreaterThan(0);
    const refused = page.locator('.numbers tbody tr').first().locator('td').nth(1).locator('small');
    await expect(refused, 'more doses are refused, and only doses').toHaveText(`+${flips.toLocaleString('vi-VN')}`);
    await expectNoAxe(page, 'changed');
    // By keyboard back to the old figure: nothing is changed any more.
    await slider.focus();
    for (let month = 3; month < 12; ++month) await page.keyboard.press('ArrowRight');
    await expect(page.locator('.sim-flips')).toHaveText('Chưa đổi con số nào.');
    await page.locator('.sim-rule', { hasText: 'ít nhất 14 ngày' }).getByLabel('Bỏ quy định này').check();
    await expect(page.locator('.sim-flips')).toContainText('kết quả khác đi');
    await page.getByRole('button', { name: 'Trở về quy định hiện nay' }).click();
    await expect(page.locator('.sim-flips')).toHaveText('Chưa đổi con số nào.');
  });
}
