// Camera frame -> verdict in a real browser with a film for a camera, and the bytes of the verifier's page after brotli.
// Usage: tests/bench/camera [--runs N] [--verdicts N] [--json FILE] [--sizes-only] [--help]

import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const page = process.env.LACHAN_WEB_OUT ?? join(root, 'web', 'dist');
const demo = join(process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets'), 'demo-certificates');

const HELP = `Usage: tests/bench/camera [option]...

  --runs N       browsers, one after the other; the median is shown   [3]
  --verdicts N   answers to wait for in each   [40]
  --json FILE    figures for other programs
  --sizes-only   no browser

Environment: LACHAN_WEB_OUT, LACHAN_ASSETS (folders of the build), CHROME_PATH
Status: 0 done, 1 something is missing or failed, 2 wrong usage`;

function stop(why, status = 1) {
  console.error(`camera bench: ${why}`);
  process.exit(status);
}

function readArguments() {
  const out = { runs: 3, verdicts: 40, json: '', sizesOnly: false };
  const words = process.argv.slice(2);
  for (let i = 0; i < words.length; ++i) {
    const word = words[i];
    if (word === '--help' || word === '-h') {
      console.log(HELP);
      process.exit(0);
    } else if (word === '--sizes-only') out.sizesOnly = true;
    else if (word === '--json' && words[i + 1]) out.json = words[++i];
    else if ((word === '--runs' || word === '--verdicts') && /^[1-9]\d{0,3}$/.test(words[i + 1] ?? '')) out[word.slice(2)] = Number(words[++i]);
    else stop(`unknown argument or value: ${word} (try --help)`, 2);
  }
  return out;
}

/** Bytes as they travel: the file that the build compressed, or the file itself where that gained nothing. */
const sent = (name) => statSync(existsSync(join(page, `${name}.br`)) ? join(page, `${name}.br`) : join(page, name)).size;

/** The addresses that Chromium asked for, in groups; measured, not guessed from the bundler's list. */
function sizesOf(asked) {
  const groups = { core: 0, verifier: 0, reader: 0, pdf: 0, data: 0, fonts: 0 };
  for (const path of asked) {
    const name = path === '/' || !extname(path) ? 'index.html' : path.slice(1);
    if (!existsSync(join(page, name)) || /sw\.js$/.test(name)) continue;
    const group = /^assets\//.test(name) ? 'data'
      : /\.woff2$/.test(name) ? 'fonts'
      : /\/pdf[.-]/.test(name) ? 'pdf'
      : /zxing|reader-worker/.test(name) ? 'reader'
      : /\/(core-|worker-|sqlite3|core\.)/.test(name) ? 'core' : 'verifier';
    groups[group] += sent(name);
  }
  return groups;
}

/** Four certificates, a second each, with half a second of bare wall between. */
function film(folder) {
  const names = ['valid-vaccination-es256', 'valid-test-ps256', 'valid-recovery-es256', 'expired'];
  const inputs = names.flatMap((name) => ['-loop', '1', '-t', '1', '-r', '15', '-i', join(demo, `${name}.png`)]);
  const parts = names.map((_, i) => `[${i}]scale=560:560:flags=neighbor,pad=1280:720:(ow-iw)/2:(oh-ih)/2:gray,tpad=stop_duration=0.5:color=gray,format=yuv420p[p${i}]`);
  const out = join(folder, 'queue.y4m');
  const filter = `${parts.join(';')};${names.map((_, i) => `[p${i}]`).join('')}concat=n=${names.length}`;
  execFileSync('ffmpeg', ['-y', '-loglevel', 'error', ...inputs, '-filter_complex', filter, '-r', '15', out]);
  return out;
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json', '.svg': 'image/svg+xml', '.txt': 'text/plain', '.woff2': 'font/woff2' };

async function serve() {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (path.startsWith('/v1/')) return response.writeHead(503).end();
    const wanted = join(page, path);
    const file = wanted.startsWith(page) && extname(path) && existsSync(wanted) ? wanted : join(page, 'index.html');
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const median = (values) => at([...values].sort((a, b) => a - b), 0.5);

async function oneRun(url, folder, flags, verdicts) {
  const browser = await chromium.launchPersistentContext(mkdtempSync(join(folder, 'profile-')), {
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', ...flags],
    permissions: ['camera'],
    viewport: { width: 1280, height: 800 },
    baseURL: url,
  });
  const asked = new Set();
  browser.on('request', (request) => asked.add(new URL(request.url()).pathname));
  const tab = browser.pages()[0] ?? (await browser.newPage());
  // As a gate is set that never waits: each code is judged as often as it comes round.
  await tab.addInitScript(() => {
    localStorage.setItem('lachan.verify.settings', JSON.stringify({ sound: false, holdSeconds: 0.2, stopUnlessValid: false, repeatSeconds: 1 }));
  });
  await tab.goto('/xac-minh');
  await tab.locator('.verify-gate-door').waitFor();
  await tab.waitForTimeout(1500);
  const atRest = new Set(asked);
  await tab.locator('.verify-gate-door').click();
  const found = () => tab.evaluate(() => performance.getEntriesByName('lachan.verdict').map(({ duration }) => duration));
  const until = Date.now() + verdicts * 6000;
  while ((await found()).length < verdicts && Date.now() < until) await tab.waitForTimeout(500);
  const times = (await found()).slice(1); // the first one loads the reader
  await browser.close();
  if (times.length < 5) stop(`only ${times.length} answers came`);
  const sorted = [...times].sort((a, b) => a - b);
  return { n: sorted.length, p50: at(sorted, 0.5), p95: at(sorted, 0.95), most: sorted[sorted.length - 1], atRest, asked };
}

const options = readArguments();
for (const [what, where] of [['page', join(page, 'index.html')], ['demonstration certificates', demo]]) {
  if (!existsSync(where)) stop(`no ${what} at ${where}: build first`);
}
const folder = mkdtempSync(join(tmpdir(), 'lachan-camera-'));
try {
  const server = await serve();
  const url = `http://localhost:${server.address().port}`;
  const flags = options.sizesOnly ? [] : ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film(folder)}`];
  const runs = [];
  for (let i = 0; i < (options.sizesOnly ? 0 : options.runs); ++i) {
    const load = loadavg()[0];
    const run = await oneRun(url, folder, flags, options.verdicts);
    runs.push(run);
    console.log(`run ${i + 1}: ${run.n} answers, p50 ${run.p50.toFixed(1)} ms, p95 ${run.p95.toFixed(1)} ms, longest ${run.most.toFixed(1)} ms (load ${load.toFixed(1)})`);
  }
  const out = {};
  if (runs.length > 0) {
    out.frameToVerdict = { runs: runs.length, p50: median(runs.map(({ p50 }) => p50)), p95: median(runs.map(({ p95 }) => p95)) };
    console.log(`median: p50 ${out.frameToVerdict.p50.toFixed(1)} ms, p95 ${out.frameToVerdict.p95.toFixed(1)} ms (target 100 ms)`);
    out.bytes = { atRest: sizesOf(runs[0].atRest), gate: sizesOf(runs[0].asked) };
    for (const [when, groups] of Object.entries(out.bytes)) {
      console.log(`${when}: ${Object.entries(groups).map(([name, bytes]) => `${name} ${(bytes / 1000).toFixed(1)} kB`).join(', ')}`);
    }
  }
  const pdf = readdirSync(join(page, 'static')).filter((name) => /^pdf[.-].*js$/.test(name));
  out.pdf = pdf.reduce((sum, name) => sum + sent(`static/${name}`), 0);
  console.log(`PDF reader, with the first PDF: ${(out.pdf / 1000).toFixed(1)} kB`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(out, null, 1)}\n`);
  server.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
