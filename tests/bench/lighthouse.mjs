// Lighthouse on every screen of the built page, served by the real server over a seeded demo.
// Usage: node tests/bench/lighthouse.mjs [--runs N] [--only NAME]... [--at-least N] [--reports FOLDER] [--help]

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import lighthouse from 'lighthouse';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const binaries = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'release');
const assets = process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets');
const web = process.env.LACHAN_WEB_OUT ?? join(root, 'web', 'dist');
const browser = process.env.CHROME_PATH ?? '/usr/bin/chromium';
const flags = ['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--remote-debugging-port=0'];

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
/** `in`: seen by an official; `CASE` stands for a declaration of the work list. */
const SCREENS = [
  { name: 'home', address: '/' },
  { name: 'declaration', address: '/khai-bao' },
  { name: 'signs', address: '/khai-bao#signs' },
  { name: 'consent', address: '/khai-bao#consent' },
  { name: 'history', address: '/to-khai' },
  { name: 'verify', address: '/xac-minh' },
  { name: 'map', address: '/ban-do' },
  { name: 'province', address: '/ban-do#unit=79' },
  { name: 'sign-in', address: '/can-bo' },
  { name: 'work-list', address: '/can-bo', in: true },
  { name: 'case', address: '/can-bo#CASE', in: true },
];
const OFFICIAL = 'demo-xa';
/** Lighthouse's own measure of the machine; below this, other programs take the time that the page is charged for. */
const QUIET = 500;

const HELP = `Usage: node tests/bench/lighthouse.mjs [option]...

  --runs N          runs of each screen; the median is shown   [3]
  --only NAME       this screen alone, may be given again: ${SCREENS.map(({ name }) => name).join(', ')}
  --at-least N      the score that every category must reach   [95]
  --reports FOLDER  keeps the report of each run as JSON

Environment: LACHAN_BINARY_ROOT, LACHAN_ASSETS, LACHAN_WEB_OUT (folders of the build), CHROME_PATH
Status: 0 every score is high enough, 1 one is not or something failed, 2 wrong usage`;

function stop(why, status = 1) {
  console.error(`lighthouse: ${why}`);
  process.exit(status);
}

function readArguments() {
  const out = { runs: 3, only: [], atLeast: 95, reports: '' };
  const words = process.argv.slice(2);
  for (let i = 0; i < words.length; ++i) {
    const [word, value] = [words[i], words[i + 1] ?? ''];
    if (word === '--help' || word === '-h') {
      console.log(HELP);
      process.exit(0);
    } else if (word === '--runs' && /^[1-9]\d?$/.test(value)) out.runs = Number(value);
    else if (word === '--at-least' && /^\d{1,3}$/.test(value)) out.atLeast = Number(value);
    else if (word === '--only' && SCREENS.some(({ name }) => name === value)) out.only.push(value);
    else if (word === '--reports' && value) out.reports = value;
    else stop(`unknown argument or value: ${word} ${value} (try --help)`, 2);
    ++i;
  }
  return out;
}

const children = [];

function start(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

/** Ends what was started and waits for it, so that its folder can go. */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}

/** The first match of `pattern` in what `child` says; an error when it ends or stays silent. */
function said(child, pattern, what) {
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => reject(new Error(`${what} said nothing in 60 s: ${log.slice(-500)}`)), 60_000);
    const listen = (part) => {
      log += part.toString('utf8');
      const found = pattern.exec(log);
      if (!found) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', (status) => reject(new Error(`${what} ended with status ${status}: ${log.slice(-500)}`)));
  });
}

/** A server over a fresh demo; its address, and the password of the official. */
async function startServer(folder) {
  const database = `sqlite:${join(folder, 'bench.sqlite')}`;
  const seeded = spawnSync(join(binaries, 'lachan-admin'), ['seed-demo', '--database', database, '--assets', assets], { encoding: 'utf8', cwd: root });
  if (seeded.status !== 0) throw new Error(`seeding failed: ${seeded.stderr}`);
  const password = new RegExp(`^\\s*${OFFICIAL}\\s+(\\S+)`, 'm').exec(seeded.stdout)?.[1];
  if (!password) throw new Error(`the demo has no ${OFFICIAL}`);
  const server = start(join(binaries, 'lachan-server'),
    ['--port', '0', '--database', database, '--web', web, '--assets', assets, '--data', join(folder, 'data'), '--demo']);
  const [, port] = await said(server, /https?:\/\/[^\s:/"]+:(\d+)/, 'lachan-server');
  const url = `http://127.0.0.1:${port}`;
  while ((await fetch(`${url}/readyz`).catch(() => null))?.status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
  return { url, password };
}

/** A browser with storage of its own and the port to steer it by. */
async function startBrowser(folder) {
  const child = start(browser, [...flags, `--user-data-dir=${folder}`, 'about:blank']);
  const [, port] = await said(child, /DevTools listening on ws:\/\/[^:]+:(\d+)/, 'the browser');
  return { child, port: Number(port) };
}

/** Signs in as the page does; the cookie stays in this browser. The id of a declaration of the list. */
async function signIn(port, url, password) {
  const connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  try {
    const page = await connection.contexts()[0].newPage();
    await page.goto(`${url}/robots.txt`);
    return await page.evaluate(async ([user, secret]) => {
      const post = async (path, body) => {
        const headers = { 'content-type': 'application/json', 'x-lachan': '1' };
        const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        return answer.json();
      };
      const me = await post('/v1/sessions', { user, password: secret });
      const { answer } = await post('/v1/query/declaration.worklist', { unit: me.grants[0].unit });
      return answer.items[0].id;
    }, [OFFICIAL, password]);
  } finally {
    await connection.close();
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)];

/** Scores of one screen: for each run the four categories and the figures behind the first. */
async function measure(screen, url, port, { runs, reports }) {
  const out = [];
  for (let run = 1; run <= runs; ++run) {
    const look = () => lighthouse(url, { port, output: 'json', logLevel: 'error', onlyCategories: CATEGORIES });
    let result = await look();
    // Now and then the browser's trace has no beginning, of whatever page: that is no measurement, and one more is asked for.
    if (result?.lhr.runtimeError?.code === 'NO_NAVSTART') result = await look();
    if (!result || result.lhr.runtimeError) throw new Error(`${screen.name}: ${result?.lhr.runtimeError?.message ?? 'no result'}`);
    const { categories, audits, environment } = result.lhr;
    if (reports) writeFileSync(join(reports, `${screen.name}-${run}.json`), JSON.stringify(result.lhr));
    out.push({
      scores: CATEGORIES.map((name) => Math.round((categories[name]?.score ?? 0) * 100)),
      figures: ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift']
        .map((name) => audits[name]?.numericValue ?? NaN),
      speed: [environment?.benchmarkIndex ?? NaN],
    });
  }
  const column = (kind) => out[0][kind].map((_, at) => median(out.map((each) => each[kind][at])));
  return { scores: column('scores'), figures: column('figures'), speed: column('speed')[0] };
}

function line(name, { scores, figures: [paint, largest, blocked, shift], speed }, mark) {
  const seconds = (ms) => (ms / 1000).toFixed(1);
  return `| ${name.padEnd(11)} | ${scores.map((score) => String(score).padStart(3)).join(' | ')} | ${seconds(paint)} s | ${seconds(largest)} s | ${Math.round(blocked)} ms | ${shift.toFixed(3)} | ${Math.round(speed)} |${mark}`;
}

async function main() {
  const options = readArguments();
  for (const [what, path] of [['the page', join(web, 'index.html')], ['the server', join(binaries, 'lachan-server')], ['a browser', browser]]) {
    if (!existsSync(path)) stop(`${what} is not at ${path}`);
  }
  if (options.reports) mkdirSync(options.reports, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'lachan-lighthouse-'));
  let low = 0;
  let busy = false;
  try {
    const { url, password } = await startServer(folder);
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules/lighthouse/package.json'), 'utf8'));
    console.log(`Lighthouse ${version}, phone, simulated slow 4G, median of ${options.runs}\n`);
    console.log('| screen      | performance | accessibility | best practices | SEO | first paint | largest paint | blocked | shift | machine |\n|---|---|---|---|---|---|---|---|---|---|');
    for (const signedIn of [false, true]) {
      const screens = SCREENS.filter((screen) => !!screen.in === signedIn && (options.only.length === 0 || options.only.includes(screen.name)));
      if (screens.length === 0) continue;
      const { child, port } = await startBrowser(join(folder, signedIn ? 'official' : 'citizen'));
      const id = signedIn ? await signIn(port, url, password) : '';
      for (const screen of screens) {
        const found = await measure(screen, url + screen.address.replace('CASE', id), port, options);
        const bad = found.scores.some((score) => score < options.atLeast);
        low += bad ? 1 : 0;
        busy ||= found.speed < QUIET;
        console.log(line(screen.name, found, bad ? ' <-- low' : ''));
      }
      await end(child);
    }
  } finally {
    await Promise.all(children.map(end));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  if (busy) console.error(`lighthouse: the machine was busy (speed under ${QUIET}): its performance scores say little`);
  if (low > 0) stop(`${low} screens are under ${options.atLeast}`);
}

await main().catch((error) => stop(error instanceof Error ? error.message : String(error)));
