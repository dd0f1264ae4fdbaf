/** The lamp of a telephone: offered where the camera has one, switched by the button, and silent where it fails. */

import type { Page } from '@playwright/test';
import { expect, test, type App, type Browser } from './support/app';

declare global {
  interface Window {
    asked: unknown[];
  }
}

/** A camera whose track says what it can do; `works`: whether the lamp obeys. */
async function withLamp(app: App, able: object, works = true): Promise<Browser> {
  const opened = await app.browser({
    width: 360,
    height: 740,
    flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  await opened.context.grantPermissions(['camera']);
  await opened.context.addInitScript(
    ([capabilities, obeys]) => {
      window.asked = [];
      MediaStreamTrack.prototype.getCapabilities = () => capabilities as MediaTrackCapabilities;
      MediaStreamTrack.prototype.applyConstraints = (constraints) => {
        window.asked.push(constraints);
        return obeys ? Promise.resolve() : Promise.reject(new DOMException('no', 'OverconstrainedError'));
      };
    },
    [able, works] as const,
  );
  await opened.page.goto('/xac-minh');
  await opened.page.locator('.scan-open').click();
  await expect(opened.page.locator('.scan-stop')).toBeFocused();
  return opened;
}

const lamp = (page: Page) => page.locator('.scan-tools button[aria-pressed]');

test('a camera with a lamp has a button for it, by finger and by key', async ({ app }) => {
  const { page } = await withLamp(app, { torch: true });
  await expect(lamp(page)).toHaveText('Bật đèn');
  await expect(lamp(page)).toBeInViewport();
  await lamp(page).click();
  await expect(lamp(page)).toHaveText('Tắt đèn');
  await expect(lamp(page)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Space');
  await expect(lamp(page)).toHaveAttribute('aria-pressed', 'false');
  expect(await page.evaluate(() => window.asked)).toEqual([{ advanced: [{ torch: true }] }, { advanced: [{ torch: false }] }]);
  await page.locator('.scan-stop').click();
  await expect(lamp(page)).toHaveCount(0);
});

test('a camera without one has none, and a lamp that does not obey stays as it is', async ({ app }) => {
  const { page, context } = await withLamp(app, {});
  await expect(lamp(page)).toHaveCount(0);
  await context.close();
  const other = await withLamp(app, { torch: true }, false);
  await lamp(other.page).click();
  await expect.poll(() => other.page.evaluate(() => window.asked.length)).toBe(1);
  await expect(lamp(other.page)).toHaveAttribute('aria-pressed', 'false');
  await expect(lamp(other.page)).toHaveText('Bật đèn');
});
