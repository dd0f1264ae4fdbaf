/** What everybody may know of cases below a province: whole weeks, small counts hidden. Settled by a server that has known them for days. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { assets, axe, enter, expect, fits, lookAt, test, type App } from './support/app';

/** Monday 6 December 2021 and its week: 30 a day in the province, 2 in one ward, 20 in another. */
const DAYS = Array.from({ length: 7 }, (_, i) => `2021-12-${String(6 + i).padStart(2, '0')}`);

async function open(app: App, size: { width: number; height: number }, isSettled = true): Promise<Page> {
  const file = join(app.folder, 'cases.csv');
  const rows = DAYS.flatMap((day) => [`79,,,${day},30`, `79,760,26734,${day},2`, `79,760,26740,${day},20`]);
  writeFileSync(file, `province,district,commune,date,cases\n${rows.join('\n')}\n`);
  app.admin('import-cases', file, '--source', 'office', '--assets', assets);
  if (isSettled) {
    // As if the figures had come four days ago: a week is told three days after its first.
    await app.stop();
    const path = app.database.slice('sqlite:'.length);
    execFileSync('python3', ['-c', 'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute("UPDATE riskmap_week SET told_at = told_at - 345600000"); d.commit()', path]);
    await app.start();
  }
  const { page } = await app.browser({ ...size, webgl: true });
  await page.goto('/ban-do-chi-tiet#unit=79&day=2021-12-14');
  await enter(page.locator('#public-weeks summary'));
  return page;
}

for (const size of [{ width: 360, height: 740 }, { width: 1440, height: 1000 }]) {
  test(`a citizen reads a settled week, district by district, with small counts hidden, at ${size.width} px`, async ({ app }) => {
    const page = await open(app, size);
    const panel = page.locator('#public-weeks');
    await expect(panel.locator('[role=status]')).toContainText('06/12/2021');
    const province = panel.locator('tr.level-2 td');
    await expect(province.first()).toHaveText('210');
    await expect(province.nth(1)).toHaveText('30');
    const district = panel.getByRole('button', { name: 'Quận 1', exact: false }).first();
    await enter(district);
    const small = panel.locator('tr.level-5', { hasText: 'Tân Định' });
    await expect(small.locator('td').nth(1), 'two cases in a ward are somebody').toHaveText(/che/);
    await expect(small).not.toContainText('2');
    expect(await axe(page, '#public-weeks')).toEqual([]);
    expect(await fits(page)).toBe(true);
    await lookAt(page, `public-weeks-${size.width}`);
    const [download] = await Promise.all([page.waitForEvent('download'), panel.getByRole('button', { name: 'CSV' }).click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    expect(csv).toMatch(/^\ufeffMã,Đơn vị,Cả tuần,2021-12-06/);
    expect(csv).toMatch(/\r\n26734,Phường Tân Định,[^\r]*,che,/);
    expect(csv).toMatch(/\r\n27682,[^,\r]+,,/); // nobody told a number
    // Another day with the same week: what was opened stays open, with what is below it.
    await page.locator('.units-day input[type=date]').fill('2021-12-15');
    await expect(small.locator('td').nth(1)).toHaveText(/che/);
    await enter(district);
    await expect(small).toHaveCount(0);
  });
}

test('a week that is not settled is not told, and why is said', async ({ app }) => {
  const page = await open(app, { width: 360, height: 740 }, false);
  await expect(page.locator('#public-weeks')).toContainText('Chưa có tuần nào trước ngày này được nêu');
  await page.goto('/ban-do-chi-tiet');
  await enter(page.locator('#public-weeks summary'));
  await expect(page.locator('#public-weeks')).toContainText('Hãy mở một tỉnh');
});
