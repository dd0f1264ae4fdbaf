/** The real server with a database of its own, behind a network that tests may spoil, and browsers that keep their
 * storage. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, expect, test as base, type BrowserContext, type Locator, type Page } from '@playwright/test';
import type { Core } from '../../../web/src/core/facade';
import { startProxy, type Proxy } from './proxy';

export { expect } from '@playwright/test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const binaries = process.env['LACHAN_BINARY_ROOT'] ?? join(root, 'build', 'dev');
export const assets = process.env['LACHAN_ASSETS'] ?? join(root, 'build', 'assets');
export const web = process.env['LACHAN_WEB_OUT'] ?? join(root, 'web', 'dist');

const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
// Without a card WebGL is computed: for maps only, and the page around them is painted as on any other, which takes a third less.
const WITHOUT_WEBGL = ['--disable-gpu'];
const WITH_WEBGL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', '--disable-gpu-compositing'];

export class App {
  readonly folder = mkdtempSync(join(tmpdir(), 'lachan-e2e-'));
  readonly database = `sqlite:${join(this.folder, 'test.db')}`;
  proxy!: Proxy;
  /** Further options of the server, from its next start on. */
  options: string[] = [];
  private child: ChildProcess | null = null;
  private contexts: BrowserContext[] = [];
  private profiles = 0;

  get url(): string {
    return this.proxy.url;
  }

  async open(): Promise<void> {
    this.proxy = await startProxy();
    await this.start();
  }

  /** Starts the server, or starts it again on the same database; `pages` is where its page lies, `trust` where its trust
   * bundles do. */
  async start(pages = web, trust = join(assets, '..', 'trust')): Promise<void> {
    const args = [
      '--port',
      '0',
      '--database',
      this.database,
      '--web',
      pages,
      '--assets',
      assets,
      '--trust',
      trust,
      '--data',
      join(this.folder, 'data'),
    ];
    const child = spawn(join(binaries, 'lachan-server'), [...args, '--demo', ...this.options], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let log = '';
    const port = await new Promise<number>((resolve, reject) => {
      const listen = (part: Buffer): void => {
        log += part.toString('utf8');
        const found = /https?:\/\/[^\s:/"]+:(\d+)/.exec(log);
        if (found) resolve(Number(found[1]));
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.on('error', reject);
      child.on('exit', (status) => reject(new Error(`lachan-server ended with status ${status}: ${log.slice(-2000)}`)));
    });
    this.proxy.target(port);
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status, { timeout: 20_000 * Number(process.env['LACHAN_E2E_PATIENCE'] ?? 1) })
      .toBe(200);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await Promise.race([ended, gone]);
    this.child = null;
  }

  /** Runs lachan-admin on the database of this server. */
  admin(...args: string[]): string {
    const done = spawnSync(join(binaries, 'lachan-admin'), [...args, '--database', this.database], {
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`lachan-admin ${args.join(' ')}: ${done.stderr}${done.stdout}`);
    return done.stdout;
  }

  /** A browser with storage of its own; give its folder again to open the same one after it was closed. `dense` makes it a phone under
   * fingers, with so many pixels of its screen for one of the page. */
  async browser(
    options: { profile?: string; width?: number; height?: number; webgl?: boolean; dense?: number; flags?: string[]; serviceWorkers?: 'block' } = {},
  ): Promise<Browser> {
    const profile = options.profile ?? join(this.folder, `profile-${++this.profiles}`);
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium-headless-shell',
      args: [...FLAGS, ...(options.webgl ? WITH_WEBGL : WITHOUT_WEBGL), ...(options.flags ?? [])],
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      ...(options.dense === undefined ? {} : { deviceScaleFactor: options.dense, hasTouch: true, isMobile: true }),
      baseURL: this.url,
      ...(options.serviceWorkers ? { serviceWorkers: options.serviceWorkers } : {}),
      locale: 'vi-VN',
      acceptDownloads: true,
    });
    context.setDefaultTimeout(15_000 * Number(process.env['LACHAN_E2E_PATIENCE'] ?? 1));
    this.contexts.push(context);
    const page = context.pages()[0] ?? (await context.newPage());
    return { context, page, profile };
  }

  async close(): Promise<void> {
    await Promise.all(this.contexts.map((context) => context.close().catch(() => undefined)));
    await this.stop();
    await this.proxy.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Browser {
  context: BrowserContext;
  page: Page;
  profile: string;
}

/** A server for each test: no test sees what another has left. */
export const test = base.extend<{ app: App }>({
  app: async ({}, use) => {
    const app = new App();
    await app.open();
    await use(app);
    await app.close();
  },
});

declare global {
  interface Window {
    core: Core;
  }
}

/** Waits until nothing has been counted for so long: parts of a page may still arrive and be drawn. What goes on by itself never
 * comes to rest, and this fails. */
export async function comesToRest(count: () => Promise<number>, forMs = 1000): Promise<void> {
  const added = async (): Promise<number> => {
    const before = await count();
    await new Promise((resolve) => setTimeout(resolve, forMs));
    return (await count()) - before;
  };
  await expect.poll(added, 'nothing is drawn while nothing changes').toBe(0);
}

/** What axe finds at WCAG 2.2 AA, or by these rules alone, on the page or within a part of it: each rule with the elements that break it. What the browser
 * has not laid out because it is below the screen is laid out first: axe moves there and back, and would measure it half done. */
export async function axe(page: Page, within?: string, rules?: string[]): Promise<string[]> {
  await page.evaluate(async () => {
    for (const each of document.querySelectorAll<HTMLElement>('*')) {
      if (getComputedStyle(each).contentVisibility === 'auto') each.style.contentVisibility = 'visible';
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  const all = new AxeBuilder({ page });
  const builder = rules ? all.withRules(rules) : all.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  const { violations } = await (within === undefined ? builder : builder.include(within)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Nothing runs out of the screen to the right. */
export const fits = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

export const WITH_PICTURES = !!process.env['LACHAN_PICTURES'];

/** A picture to be looked at, in build/pictures; only when LACHAN_PICTURES is set. */
export async function lookAt(page: Page, name: string): Promise<void> {
  if (!WITH_PICTURES) return;
  const folder = join(root, 'build', 'pictures');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
/** Goes to a button or field by keyboard and presses Enter. A step of the page that ends moves the focus in the frame after it was
 * drawn; a key that is pressed before that, which only a program can, goes elsewhere. */
export async function enter(target: Locator): Promise<void> {
  await target.page().evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await target.press('Enter');
}

/** Waits until this page and its data would open without a network. */
export async function offlineReady(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (!navigator.serviceWorker.controller) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** Gives `window.core` to a page of ours: the same facade that its views use, with a worker of its own. */
export async function openCoreIn(page: Page): Promise<void> {
  const name = readdirSync(join(web, 'static')).find((file) => /^facade-.*\.js$/.test(file));
  if (!name) throw new Error(`no facade in ${web}/static: build the page first`);
  await page.evaluate(async (url) => {
    // The module is the built facade; its type is that of the source. Where the bundler put more into its file, it stands
    // there as a namespace.
    type Facade = typeof import('../../../web/src/core/facade');
    const built = (await import(url)) as Facade & { facade_exports?: Facade };
    window.core = (built.facade_exports ?? built).openCore();
    window.core.begin();
  }, `/static/${name}`);
}

/** A user of the commune, with the password that lachan-admin prints once. */
export function official(app: App, name: string, role = 'commune_health', unit = UNIT): { user: string; password: string } {
  const printed = app.admin('users', 'add', name, '--role', role, '--unit', unit, '--keep');
  const password = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(printed)?.[1];
  if (!password) throw new Error('lachan-admin printed no password');
  return { user: name, password };
}

/** What the files of the browser's own disk hold, as bytes read one to one. Their true names stand at their begin. */
export function filesOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const texts: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      // The DOM library does not know yet that folders can be walked.
      for await (const entry of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) {
        if (entry.kind === 'directory') await walk(entry as FileSystemDirectoryHandle);
        else texts.push(await (await (entry as FileSystemFileHandle).getFile()).text().catch(() => ''));
      }
    };
    await walk(await navigator.storage.getDirectory());
    return texts;
  });
}

/** A declaration that holds; `address` tells tests apart. */
export function declaration(address: string): Record<string, unknown> {
  return {
    onBehalf: false,
    fullName: 'Nguyễn Văn Thử',
    idType: 'none',
    birthDate: '1985',
    sex: 'male',
    nationality: 'VNM',
    province: '79',
    district: '760',
    ward: '26740',
    address,
    phone: '0900000000',
    travelled: false,
    signFever: false,
    signCough: true,
    signDyspnoea: false,
    signPneumonia: false,
    signSoreThroat: false,
    signFatigue: false,
    signLossOfTasteSmell: false,
    contactCase: false,
    contactAffectedCountry: false,
    contactSymptomatic: false,
    dataConsent: true,
    legalAccepted: true,
  };
}

export const UNIT = '26740';

/** The version of the form that is filled in today. */
export const VERSION = 2;

/** Makes a declaration through the facade of the page. */
export function submit(page: Page, address: string): Promise<string> {
  return page.evaluate(
    async ([body, unit, version]) => {
      await window.core.ready;
      return (await window.core.submit('declaration', 'population', version, body, { unit })).id;
    },
    [declaration(address), UNIT, VERSION] as const,
  );
}

/** Ids of the records that reached the server, as often as they did, by what went over the wire and was answered by
 * it. */
export function idsSent(proxy: Proxy): string[] {
  return proxy.seen
    .filter(({ method, path, status }) => method === 'POST' && path === '/v1/records' && status === 200)
    .flatMap(({ body }) =>
      (JSON.parse(body) as { records: { record: { id: string } }[] }).records.map(({ record }) => record.id),
    );
}
