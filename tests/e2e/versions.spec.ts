/** Two versions of the page at once: a tab goes on with the one it was loaded with until it is closed. */

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, offlineReady, test, web } from './support/app';

const caches = (page: Page): Promise<string[]> =>
  page.evaluate(async () => (await window.caches.keys()).filter((name) => name.startsWith('page-')).sort());

const running = (page: Page): Promise<number> =>
  page.evaluate(async () => ((await navigator.locks.query()).held ?? []).filter(({ name }) => name?.startsWith('runs ')).length);

/** Makes the page in `folder` the next version: every script and the pack have a new name, so nothing of the old one is on the server. */
function publish(folder: string): string {
  const statics = join(folder, 'static');
  const names = new Map(
    readdirSync(statics)
      .filter((name) => /\.js$|^pack-[0-9a-f]{8}\.json$/.test(name))
      .map((name) => [name, name.replace(/.{4}(\.js|\.json)$/, 'next$1')]),
  );
  const places = ['index.html', 'sw.js', ...[...names.keys()].map((name) => join('static', name))];
  for (const place of places) {
    const file = join(folder, place);
    let text = readFileSync(file, 'utf8');
    for (const [name, next] of names) text = text.replaceAll(name, next);
    if (place === 'sw.js') text = text.replace(/"[0-9a-f]{16}"/, '"feedfeedfeedfeed"');
    for (const end of ['', '.br', '.gz']) rmSync(file + end, { force: true });
    writeFileSync(place.startsWith('static') ? join(statics, names.get(basename(place)) ?? '') : file, text);
  }
  const entry = [...names].find(([name]) => name.startsWith('main-'))?.[1];
  if (!entry) throw new Error('the page has no entry script');
  return entry;
}

test('the cache of the version before stays as long as a tab runs it, and no longer', async ({ app }) => {
  const copy = join(app.folder, 'web');
  cpSync(web, copy, { recursive: true });
  await app.stop();
  await app.start(copy);
  const { context, page: old } = await app.browser();
  await old.goto('/');
  await offlineReady(old);
  await expect.poll(() => running(old)).toBe(1);
  const before = await caches(old);
  expect(before).toHaveLength(1);

  const entry = publish(copy);
  await app.stop();
  await app.start(copy);
  const fresh = await context.newPage();
  await fresh.goto('/');
  await fresh.evaluate(async () => void (await navigator.serviceWorker.ready).update());
  await fresh.locator('.site-news .button').click();
  await expect(fresh.locator(`script[src$="${entry}"]`)).toHaveCount(1); // it has loaded itself anew
  await expect.poll(() => running(fresh)).toBe(2);
  await fresh.waitForTimeout(1000); // what is thrown away too early would be gone by now
  expect(await caches(fresh)).toEqual([...before, 'page-feedfeedfeedfeed'].sort());
  // The server has no piece of it any more: only the kept version can give this screen to the old tab.
  await old.getByRole('link', { name: 'Xác minh' }).first().click();
  await expect(old.locator('.scan-open')).toBeVisible();

  await old.close();
  await fresh.reload();
  await expect.poll(() => caches(fresh)).toEqual(['page-feedfeedfeedfeed']);
});

test('small files are kept as one, and where that cannot be read the page comes over the network', async ({ app }) => {
  const { context, page } = await app.browser();
  await page.goto('/');
  await offlineReady(page);
  const kept = await page.evaluate(async () => {
    const [name = ''] = (await window.caches.keys()).filter((each) => each.startsWith('page-'));
    const cache = await window.caches.open(name);
    const entries = (await cache.keys()).length;
    const pack = (await (await cache.match('/pack'))?.json()) as Record<string, string>;
    const address = Object.keys(pack).find((each) => each.startsWith('/static/') && each.endsWith('.js')) ?? '';
    const answer = await fetch(address);
    const isSame = (await answer.text()) === pack[address] && /^text\/javascript/.test(answer.headers.get('content-type') ?? '');
    await cache.put('/pack', new Response('{"/static/'));
    return { entries, small: Object.keys(pack).length, isSame };
  });
  expect(kept.small).toBeGreaterThan(100);
  expect(kept.entries, 'each entry costs a phone as much as a big one').toBeLessThan(60);
  expect(kept.isSame, 'what the worker answers is the file').toBe(true);

  // What the worker has read already goes with it.
  const devtools = await context.newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  await page.goto('/xac-minh');
  await expect(page.locator('.scan-open')).toBeVisible();
});
