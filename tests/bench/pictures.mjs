// The pictures of the published corpora through three readers: the page's own worker in Chromium, lachan-verify, and jsQR.
// Usage: tests/bench/pictures [--help]

import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { writeRows } from './performance.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const page = process.env.LACHAN_WEB_OUT ?? join(root, 'web', 'dist');
const corpus = join(process.env.LACHAN_SHARED ?? join(root, '..', 'shared'), 'data', 'certificates', 'open');

const HELP = `Usage: tests/bench/pictures [--help]

Reads every picture of the corpora in ../shared that holds a code, and compares the text with the corpus's. Writes its rows into
docs/PERFORMANCE.md.

Environment: LACHAN_WEB_OUT (a built page), LACHAN_SHARED, CHROME_PATH
Status: 0 done, also without a corpus; 1 something is missing or failed, 2 wrong usage`;

const words = process.argv.slice(2);
if (words.length > 0) {
  const isHelp = words.length === 1 && (words[0] === '--help' || words[0] === '-h');
  (isHelp ? console.log : console.error)(isHelp ? HELP : `pictures bench: unknown argument: ${words.join(' ')} (try --help)`);
  process.exit(isHelp ? 0 : 2);
}
if (!existsSync(corpus)) {
  console.log('skipped: no corpus');
  process.exit(0);
}

/** Pictures that hold a code, by corpus: bytes of a file and the text that must be found. */
function material() {
  const rowsOf = (name) => readFileSync(join(corpus, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const file = (name) => readFileSync(join(corpus, name));
  return {
    dcc_2dcode: rowsOf('dcc_2dcode.jsonl').filter((row) => row.expect_picture === true).map((row) => ({ bytes: Buffer.from(row.png_b64, 'base64'), text: row.PREFIX })),
    pictures: rowsOf('pictures.jsonl').filter((row) => row.payload).map((row) => ({ bytes: file(row.picture), text: row.payload })),
    dcc_qa: rowsOf('dcc_qa.jsonl').filter((row) => row.picture).map((row) => ({ bytes: file(row.picture), text: row.PREFIX })),
  };
}

const isRead = (texts, wanted) => texts.some((text) => text.trim() === wanted.trim());
const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml' };

/** Serves the page, and under /picture/N the picture N of `pictures`. */
async function serve(pictures) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const wanted = join(page, path);
    if (path.startsWith('/picture/')) return response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(pictures[Number(path.slice(9))].bytes);
    if (!wanted.startsWith(page) || !extname(path) || !existsSync(wanted)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    createReadStream(wanted).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** What the page's worker finds, as the page asks it for a picture that somebody drops, and the milliseconds of each. */
async function byPage(pictures) {
  const name = readdirSync(join(page, 'static')).find((file) => /^reader-worker-.*\.js$/.test(file));
  if (!name) throw new Error(`no reader in ${page}/static: build the page first`);
  const folder = mkdtempSync(join(tmpdir(), 'lachan-pictures-'));
  const server = await serve(pictures);
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-gpu'],
  });
  try {
    const tab = browser.pages()[0] ?? (await browser.newPage());
    await tab.goto(`http://localhost:${server.address().port}/icon.svg`);
    return await tab.evaluate(
      async ([url, count]) => {
        const worker = new Worker(url, { type: 'module' });
        const ask = (id, image) =>
          new Promise((resolve, reject) => {
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.onmessage = ({ data }) => (data.texts ? resolve(data.texts) : reject(new Error(data.failed)));
            worker.postMessage({ id, image, kind: 'picture' }, [image]);
          });
        const found = [];
        for (let id = -1; id < count; id += 1) {
          const picture = await (await fetch(`/picture/${Math.max(id, 0)}`)).blob();
          const begin = performance.now();
          const texts = await ask(id, await createImageBitmap(picture));
          if (id >= 0) found.push({ texts, ms: performance.now() - begin }); // the one before them fetched the reader
        }
        return found;
      },
      [`/static/${name}`, pictures.length],
    );
  } finally {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pictures that lachan-verify reads, and milliseconds of each row, verdict included; of rows without a code, which it searches to the end, too. */
function natively(name) {
  const program = join(process.env.LACHAN_RELEASE_ROOT ?? join(root, 'build', 'release'), 'lachan-verify');
  const begin = performance.now();
  const { stdout, error } = spawnSync(program, ['--cases', join(corpus, `${name}.jsonl`), '--quiet'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  const { flags, total } = JSON.parse(stdout.trim().split('\n').at(-1));
  return { read: flags.picture.right, of: flags.picture.rows, ms: (performance.now() - begin) / total };
}

function byJsQR(pictures) {
  const require = createRequire(join(process.env.LACHAN_PEERS ?? '', 'package.json'));
  const jsQR = require('jsqr');
  const { PNG } = require('pngjs');
  const begin = performance.now();
  const read = pictures.filter(({ bytes, text }) => {
    try {
      const { data, width, height } = PNG.sync.read(bytes);
      const found = jsQR(new Uint8ClampedArray(data), width, height);
      return found !== null && isRead([found.data], text);
    } catch {
      return false; // no PNG that it can take
    }
  });
  return { read: read.length, ms: (performance.now() - begin) / pictures.length };
}

const rows = [['corpus', 'pictures', 'page in Chromium', 'ms: median, p95', 'lachan-verify', 'ms', 'jsQR 1.4.0, Node', 'ms']];
for (const [name, pictures] of Object.entries(material())) {
  const found = await byPage(pictures);
  const read = pictures.filter(({ text }, i) => isRead(found[i].texts, text)).length;
  const times = found.map(({ ms }) => ms).sort((a, b) => a - b);
  const native = natively(name);
  if (native.of !== pictures.length) throw new Error(`${name}: lachan-verify has ${native.of} pictures, this program ${pictures.length}`);
  const peer = byJsQR(pictures);
  const share = (count) => `${count} (${((100 * count) / pictures.length).toFixed(1)} %)`;
  rows.push([name, `${pictures.length}`, share(read), `${at(times, 0.5).toFixed(0)}, ${at(times, 0.95).toFixed(0)}`, share(native.read), native.ms.toFixed(0), share(peer.read), peer.ms.toFixed(0)]);
}
const table = rows.map((row, i) => `| ${row.join(' | ')} |${i === 0 ? `\n|${'---|'.repeat(row.length)}` : ''}`).join('\n');
console.log(table);
writeRows('pictures', table);
