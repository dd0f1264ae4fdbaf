/** The demonstration certificates of the build, as texts, pictures and films for a camera that is none. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { assets, type App } from './app';

const demo = join(assets, 'demo-certificates');
export const picture = (name: string): string => join(demo, `${name}.png`);
export const code = (name: string): string => readFileSync(join(demo, `${name}.txt`), 'utf8').trim();

interface Example {
  name: string;
  expect: string;
}
export const { certificates } = JSON.parse(readFileSync(join(demo, 'index.json'), 'utf8')) as { certificates: Example[] };

/** What no storage of this origin may hold: parts of the people and codes of the demonstration. */
export const PERSONAL = /Nguy|NGUYEN|Minh|Phạm|HC1|LC1|1988|1992|URN|6BF/;

/** One of the programs on the command line. */
export const program = (name: string): string => join(process.env['LACHAN_BINARY_ROOT'] ?? join(assets, '..', 'dev'), name);

/** Gives fresh browsers a bundle that is truly signed, with these sources besides the demonstration's, and nothing newer. */
export function giveBundle(app: App, sources: readonly string[], ...options: string[]): void {
  const folder = join(app.folder, 'bundle');
  const key = join(assets, '..', 'keys', 'list-key.pem');
  execFileSync(program('lachan-trust'), ['build', '--out', folder, '--key', key, '--number', '1', ...options, `${join(assets, 'trust.json')}?scheme=lachan`, ...sources]);
  const bundle = readFileSync(join(folder, 'bundle-1.bin'));
  app.proxy.answer('/assets/trust.bin', 200, { 'Content-Type': 'application/octet-stream' }, bundle, 99);
  app.proxy.loseRequest('/trust/latest.json', 1000);
}

/** Made forty days ago for thirty. */
export function giveOldBundle(app: App): void {
  giveBundle(app, [], '--now', new Date(Date.now() - 40 * 86_400_000).toISOString().slice(0, 10));
}

const ffmpeg = (...args: string[]): void => {
  execFileSync('ffmpeg', ['-y', '-loglevel', 'error', ...args]);
};

/** A film of one picture, in the middle of a grey wall; `spoilt` is a filter that makes it harder to see. */
export function film(app: App, name: string, file: string, spoilt = 'null'): string {
  const out = join(app.folder, `${name}.y4m`);
  const scale = `scale=1200:620:force_original_aspect_ratio=decrease:flags=neighbor,pad=1280:720:(ow-iw)/2:(oh-ih)/2:gray,${spoilt},format=yuv420p`;
  ffmpeg('-loop', '1', '-i', file, '-vf', scale, '-t', '1', '-r', '10', out);
  return out;
}

/** One film after another, a second each, and round again. */
export function reel(app: App, name: string, files: readonly string[]): string {
  const out = join(app.folder, `${name}.y4m`);
  ffmpeg(...files.flatMap((file) => ['-i', file]), '-filter_complex', `concat=n=${files.length}:v=1:a=0`, out);
  return out;
}

export const camera = (file: string): string[] => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${file}`,
];

/** Pictures beside one another. */
export function sheet(app: App, names: readonly string[]): string {
  const out = join(app.folder, 'sheet.png');
  const scaled = names.map((_, index) => `[${index}]scale=700:700:flags=neighbor[p${index}]`).join(';');
  const row = `${names.map((_, index) => `[p${index}]`).join('')}hstack=inputs=${names.length}`;
  ffmpeg(...names.flatMap((name) => ['-i', picture(name)]), '-filter_complex', `${scaled};${row}`, '-frames:v', '1', out);
  return out;
}

/** Keys as a hand-held reader sends them: all at once, then Enter. */
export function typeAsReader(page: Page, text: string, target = 'body'): Promise<void> {
  return page.locator(target).evaluate((element, keys) => {
    const press = (key: string): boolean =>
      element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (const key of keys) press(key);
    press('Enter');
  }, text);
}

export async function expectNoAxe(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${what}: ${id} ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(tooWide, `${what} runs off the side`).toBeLessThanOrEqual(0);
}

/** A PDF with the picture of a code on its only page, as an issuer sends it. */
export function pdfOf(app: App, name: string): string {
  const jpeg = join(app.folder, `${name}.jpg`);
  ffmpeg('-i', picture(name), '-vf', 'scale=600:600:flags=neighbor', '-q:v', '2', jpeg);
  const data = readFileSync(jpeg);
  const parts: Buffer[] = [];
  const at: number[] = [];
  let length = 0;
  const put = (part: string | Buffer): void => {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const draw = 'q 240 0 0 240 170 400 cm /Im Do Q';
  put('%PDF-1.4\n');
  const objects: (string | Buffer)[][] = [
    ['<</Type/Catalog/Pages 2 0 R>>'],
    ['<</Type/Pages/Kids[3 0 R]/Count 1>>'],
    ['<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</Im 5 0 R>>>>/Contents 4 0 R>>'],
    [`<</Length ${draw.length}>>stream\n${draw}\nendstream`],
    [
      `<</Type/XObject/Subtype/Image/Width 600/Height 600/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${data.length}>>stream\n`,
      data,
      '\nendstream',
    ],
  ];
  objects.forEach((object, index) => {
    at.push(length);
    put(`${index + 1} 0 obj\n`);
    object.forEach(put);
    put('\nendobj\n');
  });
  const start = length;
  put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`);
  for (const offset of at) put(`${String(offset).padStart(10, '0')} 00000 n \n`);
  put(`trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`);
  const out = join(app.folder, `${name}.pdf`);
  writeFileSync(out, Buffer.concat(parts));
  return out;
}
