// Durable submission in a real browser beside raw inserts of the same rows; time of a keystroke's check; sizes of what is downloaded.
// Usage: node tests/bench/browser.mjs [--records N] [--rounds N] [--json FILE] [--sizes-only] [--help]

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const wasmFolder = process.env.LACHAN_WASM_ROOT ?? join(root, 'build', 'wasm');
const assetsFolder = process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets');
const pageFolder = process.env.LACHAN_WEB_OUT ?? join(root, 'web', 'dist');
const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const HELP = `Usage: node tests/bench/browser.mjs [option]...

  --records N    declarations of each stage   [300]
  --rounds N     repetitions; the median is shown   [3]
  --json FILE    figures for other programs
  --sizes-only   no browser

Environment: LACHAN_WASM_ROOT, LACHAN_ASSETS, LACHAN_WEB_OUT (folders of the build), CHROMIUM
Status: 0 done, 1 something is missing or failed, 2 wrong usage`;

function stop(why, status = 1) {
  console.error(`browser bench: ${why}`);
  process.exit(status);
}

function readArguments() {
  const out = { records: 300, rounds: 3, json: '', sizesOnly: false };
  const words = process.argv.slice(2);
  for (let i = 0; i < words.length; ++i) {
    const word = words[i];
    if (word === '--help' || word === '-h') {
      console.log(HELP);
      process.exit(0);
    } else if (word === '--sizes-only') out.sizesOnly = true;
    else if (word === '--json' && words[i + 1]) out.json = words[++i];
    else if ((word === '--records' || word === '--rounds') && /^[1-9]\d{0,6}$/.test(words[i + 1] ?? '')) out[word.slice(2)] = Number(words[++i]);
    else stop(`unknown argument or value: ${word} (try --help)`, 2);
  }
  return out;
}

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;

/** Bytes of a text of files after brotli, one by one as they travel. */
function sizeOf(files) {
  return files.reduce((sum, file) => sum + brotli(readFileSync(file)), 0);
}

/** What the page loads before anybody does anything: index.html, what it links to, and one weight of the font. */
function firstView() {
  const index = join(pageFolder, 'index.html');
  if (!existsSync(index)) return null;
  const html = readFileSync(index, 'utf8');
  const links = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css|woff2))"/g)].map((match) => join(pageFolder, match[1]));
  const files = new Set([index, ...links.filter((file) => existsSync(file))]);
  const fonts = filesOf(pageFolder).filter((file) => file.endsWith('.woff2') && /400/.test(file));
  const font = fonts.length ? Math.max(...fonts.filter((file) => /vietnamese/.test(file)).map((file) => statSync(file).size), 0) + Math.max(...fonts.filter((file) => /latin-400/.test(file)).map((file) => statSync(file).size), 0) : 0;
  const own = [...files].filter((file) => !file.endsWith('.woff2'));
  return { files: own.length, bytes: sizeOf(own), font };
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function sizes() {
  const out = {};
  const core = ['core.wasm', 'core.mjs'].map((name) => join(wasmFolder, name));
  if (core.every((file) => existsSync(file))) out.core = { wasm: sizeOf([core[0]]), glue: sizeOf([core[1]]) };
  const sqlite = join(root, 'node_modules/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm');
  if (existsSync(sqlite)) out.sqliteWasm = sizeOf([sqlite]);
  const view = firstView();
  if (view) out.firstView = view;
  return out;
}

const TYPES = { '.html': 'text/html', '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm', '.txt': 'text/plain' };

async function serve() {
  const { pageModule } = await portModule();
  const page = `<!doctype html><meta charset="utf-8"><title>bench</title><script type="module">
    const worker = new Worker('/worker.mjs', { type: 'module' });
    window.events = [];
    worker.onmessage = ({ data }) => window.events.push(data);
    worker.onerror = (error) => window.events.push({ error: error.message ?? 'the worker did not start' });
    window.start = (options) => worker.postMessage(options);
  </script>`;
  const places = [
    ['/core/', wasmFolder],
    ['/assets/', assetsFolder],
    ['/sqlite/', join(root, 'node_modules/@sqlite.org/sqlite-wasm/dist')],
  ];
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const answer = (type, content) => response.writeHead(200, { 'Content-Type': type }).end(content);
    if (path === '/') return answer('text/html', page);
    if (path === '/favicon.ico') return response.writeHead(204).end();
    if (path === '/call.mjs') return answer('text/javascript', readFileSync(join(root, 'tests/wasm/call.mjs')));
    if (path === '/worker.mjs') return answer('text/javascript', readFileSync(join(root, 'tests/bench/browser-worker.mjs')));
    if (path === '/page/sqlite-port.mjs') return answer('text/javascript', pageModule);
    for (const [prefix, folder] of places) {
      const file = join(folder, path.slice(prefix.length));
      if (path.startsWith(prefix) && file.startsWith(folder) && existsSync(file)) return answer(TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(file));
    }
    response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** The page's own port to SQLite, compiled for the worker. */
async function portModule() {
  const { default: ts } = await import('typescript');
  const source = readFileSync(join(root, 'web/src/core/sqlite-port.ts'), 'utf8');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return { pageModule: ts.transpileModule(source, { compilerOptions }).outputText };
}

async function measure({ records, rounds }) {
  for (const file of [join(wasmFolder, 'core.wasm'), join(assetsFolder, 'units.txt'), browser]) if (!existsSync(file)) stop(`${file} is missing`);
  const { chromium } = await import('@playwright/test');
  const server = await serve();
  // A persistent context: in a private one the storage is fifty times slower.
  const profile = mkdtempSync(join(tmpdir(), 'lachan-bench-browser-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath: browser, args: flags });
  try {
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.waitForFunction(() => window.events.length > 0, null, { timeout: 60_000 });
    await page.evaluate((options) => window.start(options), { records, rounds });
    await page.waitForFunction(() => window.events.some((event) => event.figures || event.error), null, { timeout: 600_000 });
    const events = await page.evaluate(() => window.events);
    const error = events.find((event) => event.error);
    if (error) throw new Error(error.error);
    return events.find((event) => event.figures).figures;
  } finally {
    await context.close();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const options = readArguments();
const out = { sizes: sizes() };
if (!options.sizesOnly) {
  const figures = await measure(options).catch((error) => stop(error.message));
  const rate = (name) => Math.round(median(figures[name]));
  out.browser = { submit: rate('submit'), rawAll: rate('raw'), rawLog: rate('log'), percentOfRaw: Math.round((100 * median(figures.submit)) / median(figures.raw)), signingPercent: Math.round(100 * median(figures.signing)), checkMs: Number(figures.checkMs.toFixed(3)) };
  console.log(`\nbrowser SQLite on OPFS, one durable transaction for each of ${options.records} declarations, median of ${options.rounds} rounds\n`);
  const row = (name, value) => console.log(`${'browser'.padEnd(12)} ${name.padEnd(40)} ${String(value).padStart(12)} ${`${Math.round((100 * value) / out.browser.rawAll)}%`.padStart(10)}`);
  console.log(`${'database'.padEnd(12)} ${'stage'.padEnd(40)} ${'records/s'.padStart(12)} ${'of raw'.padStart(10)}`);
  row('core: prepare, sign, commit', out.browser.submit);
  row('raw insert, log rows only', out.browser.rawLog);
  row('raw insert, all the same rows', out.browser.rawAll);
  console.log(`\nof a submission ${out.browser.signingPercent} % is WebCrypto; the check of a whole form takes ${out.browser.checkMs} ms`);
}
console.log('\nsizes after brotli');
if (out.sizes.core) console.log(`  core.wasm + glue        ${kb(out.sizes.core.wasm + out.sizes.core.glue)} (${kb(out.sizes.core.wasm)} + ${kb(out.sizes.core.glue)})`);
else console.log('  core: not built');
if (out.sizes.sqliteWasm) console.log(`  sqlite3.wasm            ${kb(out.sizes.sqliteWasm)}`);
if (out.sizes.firstView) console.log(`  first view              ${kb(out.sizes.firstView.bytes + out.sizes.firstView.font)} (${out.sizes.firstView.files} files ${kb(out.sizes.firstView.bytes)}, font ${kb(out.sizes.firstView.font)})`);
else console.log('  page: not built');
if (options.json) writeFileSync(options.json, `${JSON.stringify(out, null, 1)}\n`);
