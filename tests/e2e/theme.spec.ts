/** Light and dark: as the device is or as somebody chose, before anything is painted; and what stays light. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, axe, comesToRest, enter, expect, lookAt, official, offlineReady, test, type App } from './support/app';
import { colours, countDraws, draws } from './support/canvas';
import { certificates, code, picture, typeAsReader } from './support/certificates';
import { declare } from './support/form';

const root = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const PAPER = { light: 'rgb(251, 250, 246)', dark: 'rgb(16, 25, 28)' };
const OFFICIAL = ['15,165,127', '241,186,21', '242,142,18', '218,71,17'];
/** Of the detailed map; the dark one alone has a rim along the coasts. */
const LIGHT_MAP = { border: '16,41,47' };
const DARK_MAP = { border: '11,22,27', coast: '95,125,135' };

const ground = (page: Page): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const choice = (page: Page) => page.getByLabel('Nền sáng hoặc tối');
const count = (app: App): string =>
  app.admin('import-cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--source', 'synthetic', '--assets', assets);

test('the page follows the device until somebody chooses, and the choice holds in other tabs, later and without a network', async ({ app }) => {
  const { page, context } = await app.browser({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/');
  await expect(choice(page)).toHaveValue('system');
  expect(await ground(page)).toBe(PAPER.light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => ground(page), 'at once').toBe(PAPER.dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => ground(page)).toBe(PAPER.light);

  await choice(page).selectOption({ label: 'Tối' });
  await expect.poll(() => ground(page)).toBe(PAPER.dark);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'fields and scroll bars').toBe('dark');
  const other = await context.newPage();
  await other.emulateMedia({ colorScheme: 'light' });
  await other.goto('/');
  expect(await ground(other)).toBe(PAPER.dark);
  await offlineReady(page);
  await context.setOffline(true);
  await page.reload();
  await expect(choice(page)).toHaveValue('dark');
  expect(await ground(page)).toBe(PAPER.dark);
  await choice(page).selectOption({ label: 'Theo máy' });
  await expect.poll(() => ground(page)).toBe(PAPER.light);
  await expect(choice(other), 'the other tab follows').toHaveValue('system');
  await expect.poll(() => ground(other)).toBe(PAPER.light);
});

for (const [chosen, device] of [['dark', 'light'], ['light', 'dark']] as const) {
  test(`${chosen} is there before the page's own script has run on a device that is ${device}`, async ({ app }) => {
    const { page } = await app.browser({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: device });
    await page.addInitScript((value) => localStorage.setItem('lachan.theme', value), chosen);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/static/main-*.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto('/', { waitUntil: 'commit' });
    await page.waitForFunction(() => document.body && getComputedStyle(document.body).margin === '0px'); // the style sheet is there
    expect(await page.locator('#app').innerHTML()).toBe('');
    expect(await ground(page)).toBe(PAPER[chosen]);
    release();
    await expect(page.locator('.doors')).toBeVisible();
    expect(await ground(page)).toBe(PAPER[chosen]);
  });
}

/** Rules that look at colours; the others say the same of a light page. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const SCREENS = [
  { path: '/khai-bao#signs', name: 'signs', sign: 'input[name="q-signFever"]' },
  { path: '/thu-quy-dinh', name: 'simulator', sign: '.sim-rule' },
  { path: '/ban-do#unit=79', name: 'map', sign: '.risk-why' },
  { path: '/ban-do-chi-tiet', name: 'units', sign: '.units-list li' },
] as const;

test('in the dark every word can be read, codes stay black on white, and answers have the grounds they have in the light', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'dark' });
  count(app);
  await declare(page, { name: 'Trần Thị Thử', address: '12 Lê Lợi', cough: true });
  await expect(page.locator('.qr')).toBeVisible();
  const fills = await page.locator('.qr path').evaluateAll((paths) => paths.map((path) => getComputedStyle(path).fill));
  expect(fills).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  expect.soft(await axe(page, undefined, COLOUR_RULES), 'after sending').toEqual([]);
  await lookAt(page, 'dark-sent-360');
  for (const { path, name, sign } of SCREENS) {
    await page.goto('about:blank');
    await page.goto(path);
    await expect(page.locator(sign).first(), path).toBeVisible();
    expect.soft(await ground(page), path).toBe(PAPER.dark);
    expect.soft(await axe(page, undefined, COLOUR_RULES), path).toEqual([]);
    await lookAt(page, `dark-${name}-360`);
  }
  await page.goto('/xac-minh');
  const answers = {
    valid: 'rgb(25, 102, 63)', invalid: 'rgb(163, 38, 43)', notTrusted: 'rgb(240, 166, 60)', genuineCard: 'rgb(31, 78, 140)', genuinePlace: 'rgb(92, 63, 135)',
  };
  const names: Record<string, string> = { genuineCard: 'own-card', genuinePlace: 'own-place' };
  for (const [answer, colour] of Object.entries(answers)) {
    const one = certificates.find(({ expect: summary }) => summary === answer);
    await page.setInputFiles('.scan-drop input', picture(names[answer] ?? one?.name ?? ''));
    const banner = page.locator(`.verify-banner.${answer}`);
    await expect(banner).toBeVisible();
    await expect(banner).toHaveCSS('background-color', colour);
    expect.soft(await axe(page, undefined, COLOUR_RULES), answer).toEqual([]);
    await lookAt(page, `dark-${answer}-360`);
    await page.getByRole('button', { name: 'Quét mã tiếp theo' }).click();
  }
  // What is held up to a reader is light, with the marks of the light.
  await page.goto('/vi-chung-nhan');
  await page.fill('#wallet-code', code('valid-vaccination-es256'));
  await page.getByRole('button', { name: 'Thêm vào ví' }).click();
  await page.locator('.wallet-show').click();
  await expect(page.locator('.show')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  await expect(page.locator('.show .mark.valid')).toHaveCSS('color', answers.valid);
});

test('in the dark every word of the gate can be read, whatever it answers', async ({ app }) => {
  const { page } = await app.browser({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/xac-minh');
  await page.evaluate(() => localStorage.setItem('lachan.verify.settings', JSON.stringify({ holdSeconds: 60 })));
  await page.locator('.verify-gate-door').click();
  const readable = async (state: string): Promise<void> => {
    await expect(page.locator(`.gate.${state}`)).toBeVisible();
    expect.soft(await axe(page, undefined, COLOUR_RULES), state).toEqual([]);
    await lookAt(page, `dark-gate-${state}-360`);
  };
  await readable('looking');
  for (const [name, state] of [['valid-vaccination-es256', 'valid'], ['tampered', 'invalid']] as const) {
    await typeAsReader(page, code(name));
    await readable(state);
    await page.keyboard.press('Enter');
    await expect(page.locator('.gate.looking')).toBeVisible();
  }
});

for (const width of [360, 1440]) {
  test(`in the dark every word of the workshop and of publication can be read at ${width} pixels`, async ({ app }) => {
    count(app);
    const who = official(app, 'cdc.an', 'provincial_cdc', '66');
    const { page } = await app.browser({ width, height: 900, webgl: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    const readable = async (what: string): Promise<void> => {
      expect.soft(await ground(page), what).toBe(PAPER.dark);
      expect.soft(await axe(page, undefined, COLOUR_RULES), what).toEqual([]);
      await lookAt(page, `dark-${what}-${width}`);
    };
    await page.goto('/can-bo');
    await page.locator('#user').fill(who.user);
    await page.locator('input[type=password]').fill(who.password);
    await enter(page.locator('input[type=password]'));
    await expect(page.getByRole('button', { name: 'Đăng xuất' })).toBeVisible();
    await page.goto('/ban-do-chi-tiet#unit=66&day=2021-12-20');
    await expect(page.locator('.units-list li').first()).toBeVisible();
    await enter(page.locator('[data-do="calculate"]'));
    await expect(page.locator('#publish-draft-title')).toBeFocused();
    await readable('publication-draft');
    await enter(page.locator('[data-do="send"]'));
    await expect(page.locator('#publish-confirm-title')).toBeFocused();
    await readable('publication-confirm');
    await enter(page.locator('[data-do="yes"]'));
    await expect(page.locator('.publish-said')).toContainText('Đã gửi đề xuất');
    await enter(page.locator('.publish-proposals > li').first().locator('summary'));
    await readable('publication-waiting');
    await page.goto('about:blank');
    await page.goto('/ban-do-chi-tiet#day=2021-12-20');
    await expect(page.locator('.units-list li').first()).toBeVisible();
    await enter(page.locator('#workshop > summary'));
    await expect(page.locator('.ws-state')).toHaveText('0 trên 63 đơn vị đổi cấp');
    await page.locator('.ws-field input[data-path="bands[2].from"]').fill('21');
    await expect(page.locator('.ws-turned')).toBeVisible();
    await expect(page.locator('.ws-changes li').first()).toBeVisible();
    await readable('workshop');
    await page.locator('.ws-field input[data-path="windowDays"]').fill('99');
    await expect(page.locator('.ws-field input[aria-invalid="true"]').first()).toBeVisible();
    await readable('workshop-fault');
  });
}

test('both maps change at once and then rest; their colours are those of the legend, the official ones in the dark too; paper is light', async ({ app }) => {
  count(app);
  const { page } = await app.browser({ width: 1280, height: 900, webgl: true });
  await page.emulateMedia({ colorScheme: 'light' });
  const sea = (map: string): Promise<string> => page.locator(map).evaluate((each) => getComputedStyle(each).backgroundImage);

  await page.goto('/ban-do#day=2021-12-20');
  await page.getByLabel('Cho người mù màu').check();
  const classes = page.locator('.risk-legend').first().locator('rect');
  const fillsOf = async (): Promise<string[]> => [...new Set(await page.locator('path[data-code]').evaluateAll((all) => all.map((each) => each.getAttribute('fill') ?? '')))].sort();
  const legendFills = async (): Promise<(string | null)[]> => classes.evaluateAll((all) => all.map((each) => each.getAttribute('fill')));
  await expect(page.locator('path[data-code]')).toHaveCount(63);
  await expect.poll(async () => (await fillsOf()).join()).toContain('#c8641b');
  const [lightSea, lightFills] = [await sea('.risk-map'), await fillsOf()];
  await choice(page).selectOption('dark');
  await expect.poll(() => sea('.risk-map')).not.toBe(lightSea);
  const darkFills = await fillsOf();
  expect(darkFills).not.toEqual(lightFills);
  expect(await legendFills()).toEqual(expect.arrayContaining(darkFills));
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
  expect(await fillsOf(), 'on paper').toEqual(lightFills);
  expect(await sea('.risk-map')).toBe(lightSea);
  expect(await ground(page)).toBe('rgb(255, 255, 255)');
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  expect(await fillsOf()).toEqual(darkFills);

  await page.addInitScript(countDraws);
  await page.goto('/ban-do-chi-tiet#day=2021-12-20');
  await expect(page.getByText('không phải ranh giới thật')).toBeVisible();
  await expect(page.locator('.units-list li')).toHaveCount(63);
  const chips = async (): Promise<string[]> => {
    const said = await page.locator('.units-list .risk-chip rect').evaluateAll((all) => all.map((each) => getComputedStyle(each).fill.replace(/[^\d,]/g, '')));
    return OFFICIAL.filter((colour) => said.includes(colour));
  };
  const drawn = async (): Promise<string[]> => {
    const found = await colours(page);
    return OFFICIAL.filter((colour) => (found[colour] ?? 0) > 20);
  };
  const has = async (colour: string): Promise<boolean> => ((await colours(page))[colour] ?? 0) > 100;
  expect((await chips()).length).toBeGreaterThan(1);
  await expect.poll(drawn).toEqual(await chips());
  expect(await has(DARK_MAP.border)).toBe(true);
  expect(await has(DARK_MAP.coast), 'small islands are seen').toBe(true);
  expect(await has(LIGHT_MAP.border)).toBe(false);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  expect(await has(LIGHT_MAP.border), 'the printer does not wait').toBe(true);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect.poll(() => has(DARK_MAP.border)).toBe(true);
  await expect(page.locator('.layers-status progress')).toHaveCount(0, { timeout: 45_000 });
  const darkSea = await sea('.units-map');
  await choice(page).selectOption('light');
  await expect.poll(() => has(LIGHT_MAP.border)).toBe(true);
  expect(await has(DARK_MAP.border)).toBe(false);
  expect((await colours(page))[DARK_MAP.coast] ?? 0).toBe(0);
  expect(await sea('.units-map')).not.toBe(darkSea);
  expect(await drawn()).toEqual(await chips());
  expect(await draws(page)).toBeGreaterThan(0);
  await comesToRest(() => draws(page));
});
