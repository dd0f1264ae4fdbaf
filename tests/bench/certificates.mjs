// Certificates in Chromium, natively and by other readers, side by side in one run. Called by tests/bench/certificates.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { root, wasmRoot } from '../wasm/load.mjs';
import { writeRows } from './performance.mjs';

const [folder, seconds = '2', peersFolder = ''] = process.argv.slice(2);
const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const list = readFileSync(join(folder, 'trust.json'), 'utf8');
const lines = (name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
const sets = { ES256: lines('es256.txt'), PS256: lines('ps256.txt') };
const TYPES = { '.html': 'text/html', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

async function serve() {
  const { default: ts } = await import('typescript');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const page = (name) => ts.transpileModule(readFileSync(join(root, 'web/src/core', `${name}.ts`), 'utf8'), { compilerOptions }).outputText;
  const html = `<!doctype html><meta charset="utf-8"><title>bench</title><script type="module">
    const worker = new Worker('/worker.mjs', { type: 'module' });
    window.events = [];
    worker.onmessage = ({ data }) => window.events.push(data);
    worker.onerror = (error) => window.events.push({ error: error.message ?? 'the worker did not start' });
    window.start = (options) => worker.postMessage(options);
  </script>`;
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const answer = (type, content) => response.writeHead(200, { 'Content-Type': type }).end(content);
    if (path === '/') return answer('text/html', html);
    if (path === '/call.mjs') return answer('text/javascript', readFileSync(join(root, 'tests/wasm/call.mjs')));
    if (path === '/worker.mjs') return answer('text/javascript', readFileSync(join(root, 'tests/bench/certificates-worker.mjs')));
    const own = path.match(/^\/page\/([a-z-]+)(?:\.mjs)?$/);
    if (own) return answer('text/javascript', page(own[1]));
    const file = path.match(/^\/core\/(verifier\.(?:mjs|wasm))$/);
    if (file) return answer(TYPES[extname(path)], readFileSync(join(wasmRoot, file[1])));
    return response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

async function inChromium() {
  const { chromium } = await import('@playwright/test');
  const server = await serve();
  const instance = await chromium.launch({ executablePath: browser, args: flags });
  try {
    const page = await instance.newPage();
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.waitForFunction(() => window.events.length > 0, null, { timeout: 120_000 });
    await page.evaluate((options) => window.start(options), { list, sets, seconds: Number(seconds) });
    await page.waitForFunction(() => window.events.some((event) => event.figures || event.error), null, { timeout: 600_000 });
    const events = await page.evaluate(() => window.events);
    const error = events.find((event) => event.error);
    if (error) throw new Error(error.error);
    return events.find((event) => event.figures).figures;
  } finally {
    await instance.close();
    server.close();
  }
}

function natively(name) {
  const program = join(process.env.LACHAN_RELEASE_ROOT ?? join(root, 'build/release'), 'tests/bench_certificates');
  if (!existsSync(program)) return null;
  const done = spawnSync(program, [join(folder, 'trust.json'), join(folder, `${name.toLowerCase()}.txt`), seconds], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

/** How often a second `step(code)` is true, one after the other. */
async function rateOf(codes, step) {
  const begin = performance.now();
  let done = 0;
  while (performance.now() - begin < Number(seconds) * 1000) {
    if (!(await step(codes[done++ % codes.length]))) return null;
  }
  return (done * 1000) / (performance.now() - begin);
}

/** Other readers get the one key that signed, as their interfaces want it. What throws or says no is "-". */
async function byPeers() {
  if (!peersFolder || !existsSync(join(peersFolder, 'node_modules'))) return [];
  const require = createRequire(join(peersFolder, 'package.json'));
  const log = console.log;
  console.log = () => {};
  const rows = [];
  const measure = async (peer, name, step) => rows.push([peer, name, await rateOf(sets[name], step).catch(() => null)]);
  try {
    const sdk = require('@pathcheck/dcc-sdk');
    const { DCC } = require('dcc-utils');
    for (const name of ['ES256', 'PS256']) {
      const pem = readFileSync(join(folder, `${name.toLowerCase()}.pem`), 'utf8');
      await measure('@pathcheck/dcc-sdk 0.0.27', name, async (code) => (await sdk.unpackAndVerify(code, pem)).status === 'verified');
      await measure('dcc-utils 0.4.0', name, async (code) => !!(await (await DCC.fromRaw(code)).checkSignatureWithCertificate(pem)));
    }
  } finally {
    console.log = log;
  }
  return rows;
}

const corpus = join(process.env.LACHAN_SHARED ?? join(root, '..', 'shared'), 'data', 'certificates', 'open');

/** Rules over the payloads of their tests: evaluations a second. */
function ofRules() {
  if (!existsSync(corpus) || !peersFolder) return [];
  const program = join(root, 'tests/bench/certlogic.mjs');
  const peer = join(peersFolder, 'node_modules', 'certlogic-js');
  const { stdout } = spawnSync(process.execPath, [program, '--peer', peer], { encoding: 'utf8' });
  const rows = [...stdout.matchAll(/^([^:\n]+): (\d+) \/s$/gm)].map(([, label, value]) => [label, value]);
  return rows.length > 0 ? [['business rules', 'evaluations /s'], ...rows] : [];
}

const browserFigures = await inChromium();
const native = { ES256: natively('ES256'), PS256: natively('PS256') };
const peers = await byPeers();
const round = (value) => (value === null || value === undefined ? '-' : String(Math.round(value)));
const rows = [['reader', 'ES256 /s', 'PS256 /s']];
const add = (label, value) => rows.push([label, round(value('ES256')), round(value('PS256'))]);
add('Chromium, one page, 64 in flight', (name) => browserFigures[name].many);
add('Chromium, one after the other', (name) => browserFigures[name].single);
add("WebCrypto's proofs alone, 64 in flight", (name) => browserFigures[name].webcrypto);
add('wasm verifier with its JSON, without proofs, µs', (name) => browserFigures[name].core);
if (native.ES256) {
  add('native, one core', (name) => native[name].perCore);
  add(`native, ${native.ES256.cores} cores`, (name) => native[name].allCores);
  add("OpenSSL's proofs alone, one core", (name) => native[name].openssl);
  add('native core without proofs, one core', (name) => native[name].coreAlone);
}
for (const peer of new Set(peers.map(([label]) => label))) {
  add(`${peer}, Node`, (name) => peers.find(([label, set]) => label === peer && set === name)?.[2]);
}
const drawn = (list) => list.map((row, i) => `| ${row.join(' | ')} |${i === 0 ? `\n|${'---|'.repeat(row.length)}` : ''}`).join('\n');
const table = [rows, ofRules()].filter((list) => list.length > 0).map(drawn).join('\n\n');
console.log(table);

writeRows('certificates', table);
