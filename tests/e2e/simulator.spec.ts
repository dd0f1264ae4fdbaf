/** The simulator: each rule in plain words, its figures on sliders, rules from templates, and what a change touches. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, fits, lookAt, test } from './support/app';
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

const says = (page: Page) => page.locator('.sim-says');
const added = (page: Page) => page.locator('.sim-rule.added');
const flips = (page: Page) => page.locator('.sim-flips');

async function openSimulator(page: Page): Promise<void> {
  await page.goto('/thu-quy-dinh');
  await expect(flips(page)).toHaveText('Chưa đổi con số nào.');
  await page.locator('.sim-add > summary').press('Enter');
  await expect(says(page)).toContainText('Quy định sẽ nói:');
}

for (const width of [360, 1440]) {
  test(`boosters older than 9 months are refused by a rule that an official adds, by keyboard, at ${width} px`, async ({ app }) => {
    const { page } = await app.browser({ width, height: 800 });
    await openSimulator(page);
    await expect(says(page)).toContainText('hoặc (vắc xin là Jcovden; và số mũi đã tiêm lớn hơn 1) thì ngày kiểm tra không quá 9 tháng sau ngày tiêm');
    await expectNoAxe(page, 'the form');
    expect(await fits(page)).toBe(true);
    // A figure that is missing is named, and nothing is added.
    const amount = page.getByLabel('Con số', { exact: true });
    await amount.fill('');
    await expect(says(page)).toHaveText('Con số còn thiếu hoặc ngoài khoảng cho phép.');
    await expect(amount).toHaveAttribute('aria-invalid', 'true');
    await page.getByRole('button', { name: 'Thêm vào bản thử' }).press('Enter');
    await expect(added(page)).toHaveCount(0);
    await expect(amount).toBeFocused();
    await expectNoAxe(page, 'a wrong figure');
    await page.keyboard.type('9');
    await expect(says(page)).toContainText('không quá 9 tháng');
    await page.keyboard.press('Enter');
    await expect(added(page)).toHaveCount(1);
    await expect(added(page).locator('h3')).toBeFocused();
    await expect(added(page)).toContainText('Bản nháp');
    const now = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }).format();
    await expect(added(page).locator('details'), 'in force from today, as the day is in Việt Nam').toContainText(now);
    await expect(flips(page)).toContainText('kết quả khác đi');
    const refused = page.locator('.numbers tbody tr').first().locator('td').nth(1).locator('small');
    await expect(refused, 'more doses are refused').toHaveText(/^\+\d/);
    await expectNoAxe(page, 'added');
    await lookAt(page, `simulator-added-${width}`);
    // Its figure is on a slider as that of any other.
    await added(page).locator('.sim-slider', { hasText: '9 tháng' }).locator('input').fill('18');
    await expect(flips(page)).toHaveText('0 trên 2.000 chứng nhận có kết quả khác đi.');

    // It is still there after a reload, and can be taken away and had back.
    await page.reload();
    await expect(added(page)).toHaveCount(1);
    await page.getByRole('button', { name: 'Bỏ quy định nháp' }).press('Enter');
    await expect(added(page)).toHaveCount(0);
    await expect(page.locator('.undo-button')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(added(page)).toHaveCount(1);
    await page.getByRole('button', { name: 'Trở về quy định hiện nay' }).click();
    await expect(added(page)).toHaveCount(0);
    await expect(flips(page)).toHaveText('Chưa đổi con số nào.');
  });
}

test('every template makes a rule that says what was filled in, in both languages', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 800 });
  await openSimulator(page);
  const about = page.getByLabel('Quy định về');
  await about.selectOption('doseCount');
  await expect(says(page)).toContainText('Số mũi đã tiêm ít nhất bằng 3');
  await about.selectOption('product');
  await expect(says(page)).toHaveText('Chọn ít nhất một mục trong danh sách.');
  await page.getByLabel('CoronaVac').check();
  await page.getByLabel('Sputnik V').check();
  await expect(says(page)).toContainText('Vắc xin không thuộc: CoronaVac, Sputnik V');
  await expectNoAxe(page, 'vaccines');
  await about.selectOption('testAge');
  await page.getByLabel('Áp dụng cho').selectOption('rapid');
  await expect(says(page)).toContainText('Nếu loại xét nghiệm là xét nghiệm nhanh kháng nguyên thì ngày kiểm tra không quá 48 giờ sau giờ lấy mẫu');
  await about.selectOption('testType');
  await page.getByLabel('xét nghiệm sinh học phân tử').check();
  await expect(says(page)).toContainText('Loại xét nghiệm là một trong: xét nghiệm sinh học phân tử');
  await about.selectOption('recoveryWindow');
  await expect(says(page)).toContainText('Ngày dương tính đầu tiên trước ngày kiểm tra ít nhất 11 ngày; và ngày kiểm tra không quá 180 ngày sau');
  await page.getByLabel('Không muộn hơn').fill('11');
  await expect(says(page)).toContainText('phải lớn hơn ô trước');
  await page.getByLabel('Không muộn hơn').fill('90');
  await page.getByLabel('Nước (2 chữ cái)').fill('XX');
  await expect(says(page)).toContainText('2 chữ cái theo ISO 3166');
  await page.getByLabel('Nước (2 chữ cái)').fill('VN');
  await page.getByLabel('Khi nào').selectOption('invalidation');
  await expect(says(page)).toContainText('không quá 90 ngày');
  await page.getByRole('button', { name: 'Thêm vào bản thử' }).click();
  await expect(added(page)).toContainText('Áp dụng cho chứng nhận do nước VN cấp');
  await expect(flips(page)).toContainText('kết quả khác đi');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(added(page)).toContainText('Draft');
  await expect(page.getByText('Add a rule, download or import')).toBeVisible();
  await expectNoAxe(page, 'English');
});

test('a count that is on its way when the rules change again is not shown', async ({ app }) => {
  const { page } = await app.browser();
  await openSimulator(page);
  // The second change comes at every moment of the first one's count: before it begins, on its way, and after.
  for (let wait = 180; wait <= 420; wait += 20) {
    const shown = await page.evaluate(async (pause) => {
      const slider = [...document.querySelectorAll('.sim-rule')].find((rule) => rule.textContent.includes('12 tháng'))?.querySelector<HTMLInputElement>('input[type=range]');
      const line = document.querySelector('.sim-flips');
      if (!slider || !line) return ['nothing to move'];
      const move = (months: number): void => {
        slider.value = String(months);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      };
      move(3);
      await new Promise((wake) => setTimeout(wake, pause));
      move(6);
      const texts: string[] = [];
      for (let calm = 0; calm < 40; ++calm) {
        await new Promise((wake) => setTimeout(wake, 10));
        const text = line.textContent.trim();
        if (text === texts.at(-1)) continue;
        texts.push(text);
        calm = text.includes('…') ? -1000 : 0; // what is being counted is waited for; then nothing else may come
      }
      return texts;
    }, wait);
    expect(shown, `the second change ${wait} ms after the first`).toEqual(['Đang tính…', expect.stringContaining('kết quả khác đi')]);
  }
});

test('what was tried leaves as a set of rules, and comes back from the file', async ({ app }) => {
  const first = await app.browser();
  await openSimulator(first.page);
  await first.page.getByRole('button', { name: 'Thêm vào bản thử' }).click();
  await expect(added(first.page)).toHaveCount(1);
  await first.page.locator('.sim-rule', { hasText: '12 tháng' }).locator('input[type=range]').fill('6');
  await first.page.locator('.sim-rule', { hasText: 'ít nhất 14 ngày' }).getByLabel('Bỏ quy định này').check();
  await expect(flips(first.page)).toContainText('kết quả khác đi');
  const counted = await flips(first.page).textContent();
  const download = first.page.waitForEvent('download');
  await first.page.getByRole('button', { name: 'Tải bộ quy định đã sửa' }).click();
  const file = join(app.folder, 'vn-entry.json');
  await (await download).saveAs(file);
  interface Written { id: string; number: number; rules: { Identifier: string; Description: { lang: string; desc: string }[]; Logic: unknown }[] }
  const written = JSON.parse(readFileSync(file, 'utf8')) as Written;
  const rule = written.rules.find(({ Identifier }) => Identifier === 'VR-VN-9001');
  expect(rule?.Description.map(({ lang }) => lang)).toEqual(['vi', 'en']);
  expect(rule?.Description[1]?.desc).toMatch(/9 months/);
  expect(written.rules.map(({ Identifier }) => Identifier)).not.toContain('VR-VN-0102');

  const { page } = await app.browser();
  await openSimulator(page);
  const take = (path: string): Promise<void> => page.setInputFiles('.sim-import input', path);
  const spoilt = join(app.folder, 'spoilt.json');
  for (const text of ['{', '[]x', '{"version":1,"id":"x","rules":[{}]}']) {
    writeFileSync(spoilt, text);
    await take(spoilt);
    await expect(page.locator('.sim-said')).toContainText('không phải bộ quy định đọc được');
  }
  await take(file);
  await expect(page.locator('.sim-said')).toHaveText('Đã nhập 1 quy định mới và 2 thay đổi.');
  await expect(added(page)).toHaveCount(1);
  await expect(flips(page)).toHaveText(counted ?? '');
});

test('two officials give their drafts the same identifier: the file of one comes to the trial of the other, and can be undone', async ({ app }) => {
  const first = await app.browser();
  await openSimulator(first.page);
  await first.page.getByRole('button', { name: 'Thêm vào bản thử' }).click();
  await first.page.locator('.sim-rule:not(.added)', { hasText: '12 tháng' }).locator('input[type=range]').fill('6');
  const download = first.page.waitForEvent('download');
  await first.page.getByRole('button', { name: 'Tải bộ quy định đã sửa' }).click();
  const file = join(app.folder, 'of-the-other.json');
  await (await download).saveAs(file);
  await first.page.setInputFiles('.sim-import input', file);
  await expect(first.page.locator('.sim-said'), 'what is the same is there already').toHaveText('Đã nhập 0 quy định mới và 1 thay đổi.');
  await expect(added(first.page)).toHaveCount(1);

  const { page } = await app.browser();
  await openSimulator(page);
  await page.getByLabel('Con số', { exact: true }).fill('7');
  // Pressed twice at once it is added once.
  await page.getByRole('button', { name: 'Thêm vào bản thử' }).evaluate((button: HTMLElement) => {
    button.click();
    button.click();
  });
  await expect(added(page)).toHaveCount(1);
  await page.locator('.sim-rule', { hasText: 'ít nhất 14 ngày' }).getByLabel('Bỏ quy định này').check();
  await expect(flips(page)).toContainText('kết quả khác đi');
  const counted = await flips(page).textContent();
  await page.setInputFiles('.sim-import input', file);
  await expect(page.locator('.sim-said')).toHaveText(
    'Đã nhập 1 quy định mới và 1 thay đổi. Vì trùng mã với quy định khác nên đổi mã: VR-VN-9002.',
  );
  await expect(added(page)).toHaveCount(2);
  await expect(page.locator('[data-rule="VR-VN-9001"]')).toContainText('7 tháng');
  await expect(page.locator('[data-rule="VR-VN-9002"]')).toContainText('9 tháng');
  await expect(page.locator('.sim-rule', { hasText: 'ít nhất 14 ngày' }).getByLabel('Bỏ quy định này'), 'stays left out').toBeChecked();
  await expect(page.locator('.undo')).toContainText('Bản thử đã đổi theo tệp.');
  await expectNoAxe(page, 'imported');
  await page.locator('.undo-button').press('Enter');
  await expect(added(page)).toHaveCount(1);
  await expect(flips(page)).toHaveText(counted ?? '');
  await expect(page.locator('.error')).toHaveCount(0);
});

test('of the drafts that are kept only the one that cannot be read is dropped, and each set has its own', async ({ app }) => {
  const { page } = await app.browser();
  await openSimulator(page);
  await page.getByRole('button', { name: 'Thêm vào bản thử' }).click();
  await expect(added(page)).toHaveCount(1);
  await page.evaluate(() => {
    const all = JSON.parse(localStorage.getItem('lachan.rules.trial') ?? '{}') as Record<string, { added: object[] }>;
    for (const { added: kept } of Object.values(all)) kept.push({ id: 'VR-VN-9005', rule: '{}' }, { ...kept[0] });
    localStorage.setItem('lachan.rules.trial', JSON.stringify(all));
  });
  await page.reload();
  await expect(added(page)).toHaveCount(1);
  await page.locator('.sim-add > summary').press('Enter');
  await expect(page.locator('.sim-said')).toContainText('đã bị bỏ: VR-VN-9005, VR-VN-9001.');
  await expect(flips(page)).toContainText('kết quả khác đi');
  // One set and at once another: what comes late is of neither's business but its own.
  await page.locator('#set').evaluate((select: HTMLSelectElement) => {
    const [here, there] = [select.value, [...select.options].find(({ value }) => value !== select.value)?.value ?? ''];
    for (const value of [there, here, there]) {
      select.value = value;
      select.dispatchEvent(new Event('change'));
    }
  });
  await expect(flips(page)).toHaveText('Chưa đổi con số nào.');
  await expect(added(page)).toHaveCount(0);
  await expect(page.locator('.sim-rule').first()).toBeVisible();
  await expect(page.locator('.error')).toHaveCount(0);
});

test('words that cannot be had without a network are told, and the rule is added when there is one', async ({ app }) => {
  const { page } = await app.browser({ serviceWorkers: 'block' }); // it may have fetched them already, and then they can be had
  await openSimulator(page);
  let isCut = true;
  await page.context().route('**/static/logic-*.js', (route) => (isCut ? route.abort() : route.continue()));
  await page.getByRole('button', { name: 'Thêm vào bản thử' }).click();
  await expect(page.locator('.error[role=alert]')).toBeVisible();
  await expect(added(page)).toHaveCount(0);
  isCut = false;
  await page.reload();
  await page.locator('.sim-add > summary').press('Enter');
  await page.getByRole('button', { name: 'Thêm vào bản thử' }).click();
  await expect(added(page)).toHaveCount(1);
});
