/** The trust bundle in the page: brought up to date by delta, kept offline, and never an older, forged or broken one. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { assets, expect, offlineReady, openCoreIn, test, type App } from './support/app';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(process.env['LACHAN_BINARY_ROOT'] ?? join(root, 'build', 'dev'), 'lachan-trust');
const published = join(assets, '..', 'trust');
const key = join(assets, '..', 'keys', 'list-key.pem');

interface Head {
  number: number;
  deltas: number[];
}
const headOf = (folder: string): Head => JSON.parse(readFileSync(join(folder, 'latest.json'), 'utf8')) as Head;

/** A copy of what is published, to which a test may add. */
function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lachan-trust-'));
  cpSync(published, folder, { recursive: true });
  return folder;
}

/** A newer bundle with the same keys and a list that names one demonstration certificate; its number. */
function publish(folder: string, withKey = key): number {
  const source = join(folder, 'source', 'revoked.json');
  mkdirSync(dirname(source), { recursive: true });
  const uvci = 'URN:UVCI:01:VN:DEMO0000000000000000000000000001';
  execFileSync(program, ['revoke', '--source', source, '--country', 'VN', uvci]);
  const number = headOf(folder).number + 1;
  const args = ['build', '--out', folder, '--key', withKey, '--number', String(number), '--revocation', source];
  execFileSync(program, [...args, `${join(assets, 'trust.json')}?scheme=lachan`], { stdio: 'ignore' });
  return number;
}

async function open(app: App): Promise<Page> {
  const { page } = await app.browser();
  await page.goto('/xac-minh');
  await openCoreIn(page);
  return page;
}

const number = (page: Page): Promise<number> => page.evaluate(async () => (await window.core.trustInfo()).number);
const refresh = (page: Page): Promise<boolean> => page.evaluate(() => window.core.refreshTrust());
const summary = (page: Page): Promise<string> =>
  page.evaluate(
    async (text) => (await window.core.verify<{ summary: string }>(text)).summary,
    readFileSync(join(assets, 'demo-certificates', 'valid-vaccination-es256.txt'), 'utf8'),
  );

test('a newer list comes as a delta, revokes, and is there offline after a restart', async ({ app }) => {
  const folder = ownFolder();
  const before = headOf(folder).number;
  await app.stop();
  await app.start(undefined, folder);
  const page = await open(app);
  expect(await number(page)).toBe(before);
  expect(await summary(page)).toBe('valid');

  const after = publish(folder);
  expect(headOf(folder).deltas).toContain(before);
  await expect.poll(async () => (await refresh(page), number(page)), { timeout: 20_000 }).toBe(after);
  expect(await summary(page)).toBe('invalid');
  const asked = app.proxy.seen.map(({ path }) => path).filter((path) => path.startsWith('/trust/'));
  expect(asked).toContain(`/trust/delta-${before}-${after}.bin`);
  expect(asked).not.toContain(`/trust/bundle-${after}.bin`);
  const info = await page.evaluate(() => window.core.trustInfo());
  expect(info.schemes).toEqual({ hcert: 3, lachan: 1 });
  expect(info.revocation?.lists).toBe(1);
  expect(info.revocation?.freshUntil).toBeGreaterThan(Date.now());

  await offlineReady(page);
  await app.stop();
  app.proxy.target(1); // nobody listens there
  await page.reload();
  await openCoreIn(page);
  expect(await number(page), 'kept on this device').toBe(after);
  expect(await refresh(page)).toBe(false);
  expect(await summary(page)).toBe('invalid');
  rmSync(folder, { recursive: true });
});

test('an older list, a stranger’s and a broken one are refused, and the one in use stays', async ({ app }) => {
  const folder = ownFolder();
  const old = headOf(folder);
  const after = publish(folder);
  await app.stop();
  await app.start(undefined, folder);
  const page = await open(app);
  await expect.poll(async () => (await refresh(page), number(page)), { timeout: 20_000 }).toBe(after);

  const bundle = (n: number): string => join(folder, `bundle-${n}.bin`);
  const claim = (n: number): void => {
    // Whoever serves the files may say what he likes about them.
    writeFileSync(join(folder, 'latest.json'), JSON.stringify({ number: n, deltas: [] }));
  };
  const isRefused = async (n: number): Promise<void> => {
    claim(n);
    await new Promise((resolve) => setTimeout(resolve, 1_200)); // the server looks once a second
    expect(await refresh(page)).toBe(false);
    expect(await number(page)).toBe(after);
    expect(await summary(page)).toBe('invalid');
  };
  // Rolled back: the old list, truly signed, under a number that sounds new.
  cpSync(bundle(old.number), bundle(after + 1));
  await isRefused(after + 1);
  // One byte changed.
  const spoiled = readFileSync(bundle(after));
  spoiled[spoiled.length - 1] = (spoiled[spoiled.length - 1] ?? 0) ^ 1;
  writeFileSync(bundle(after + 2), spoiled);
  await isRefused(after + 2);
  // A stranger's key.
  const strange = join(folder, 'strange');
  mkdirSync(strange);
  execFileSync(program, ['keygen', '--out', join(app.folder, 'stranger.pem')], { stdio: 'ignore' });
  const args = ['build', '--out', strange, '--key', join(app.folder, 'stranger.pem'), '--number', String(after + 3)];
  execFileSync(program, [...args, `${join(assets, 'trust.json')}?scheme=lachan`], { stdio: 'ignore' });
  cpSync(join(strange, `bundle-${after + 3}.bin`), bundle(after + 3));
  await isRefused(after + 3);
  rmSync(folder, { recursive: true });
});
