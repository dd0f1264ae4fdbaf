#!/usr/bin/env node
// The proof of one core: the vectors of every rule and generated requests run natively and in wasm, and the replies
// must not
// differ by a byte. Besides, the contract of the SQL port runs on the SQLite of the browser.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deviceCases, dice, pureCases } from './cases.mjs';
import { textAt } from './call.mjs';
import { loadModule, memoryPort, openCore, openWorkshop, root, wasmRoot } from './load.mjs';

const help = `usage: node tests/wasm/run.mjs [--seed N] [--help]

Compares the native core (core_cli) with the wasm core under Node, request by request.

Environment: LACHAN_BINARY_ROOT  folder of core_cli (default build/dev)
             LACHAN_WASM_ROOT    folder of core.mjs, workshop.mjs and contract.mjs (default build/wasm)
             LACHAN_ASSETS       folder of units.txt and trust.json (default build/assets)
Status: 0 all the same, 1 something differs, 2 wrong usage or a missing build`;

/** Fewer generated cases than this would mean that the generator broke. */
const AT_LEAST = 2000;

let seed = 20211124;
for (let args = process.argv.slice(2); args.length > 0; ) {
  const option = args.shift();
  if (option === '--help') {
    console.log(help);
    process.exit(0);
  }
  if (option !== '--seed' || !/^\d+$/.test(args[0] ?? '')) {
    console.error(`run: unknown argument '${option}' (try --help)`);
    process.exit(2);
  }
  seed = Number(args.shift());
}

const binary = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev'), 'core_cli');
const assets = process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets');
const unitsFile = join(assets, 'units.txt');
const trustFile = join(assets, 'trust.json');
for (const file of [binary, unitsFile, join(wasmRoot, 'core.mjs'), join(wasmRoot, 'workshop.mjs')]) {
  if (!existsSync(file)) {
    console.error(`run: ${file} is missing`);
    process.exit(2);
  }
}
const hasTrust = existsSync(trustFile);

/** Replies of the native core to a transcript, one line each. */
function native(transcript, database) {
  const args = [
    '--units',
    unitsFile,
    ...(hasTrust ? ['--trust', trustFile] : []),
    ...(database ? ['--database', ':memory:'] : []),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const parts = [];
    child.stdout.on('data', (part) => parts.push(part));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status !== 0) reject(new Error(`core_cli ended with status ${status}`));
      else resolve(Buffer.concat(parts).toString('utf8').split('\n').slice(0, -1));
    });
    child.stdin.on('error', reject);
    child.stdin.end(transcript.map(([op, text]) => JSON.stringify({ op, text })).join('\n') + '\n');
  });
}

async function wasm(port) {
  const call = await openCore(port);
  const texts = [['units.load', unitsFile], ...(hasTrust ? [['trust.load', trustFile]] : [])];
  for (const [operation, file] of texts) {
    const [status, reply] = call(operation, JSON.stringify({ text: readFileSync(file, 'utf8') }));
    if (status !== 0) throw new Error(`${operation}: ${reply}`);
  }
  return call;
}

let passed = 0;
let failed = 0;
const shown = 12;

function tell(name, ...lines) {
  failed += 1;
  if (failed <= shown)
    console.log([`FAILED ${name}`, ...lines.map((line) => `    ${String(line).slice(0, 1500)}`)].join('\n'));
}

/** Compares replies with the native core's. */
async function compare(label, transcript, replies, database = false) {
  const others = await native(transcript, database);
  if (others.length !== replies.length) {
    tell(label, `${replies.length} replies in wasm, ${others.length} natively`);
    return;
  }
  replies.forEach((reply, i) => {
    if (reply === others[i]) passed += 1;
    else
      tell(
        `${label} ${i}: ${transcript[i][0]}`,
        `request ${transcript[i][1]}`,
        `wasm    ${reply}`,
        `native  ${others[i]}`,
      );
  });
}

const line = ([status, reply]) => `${status} ${reply}`;

/** Whether a reply is what a vector expects: each key that it names is equal; a list of rules stands for violations. */
function holds(expect, status, reply) {
  if (expect !== null && typeof expect === 'object' && !Array.isArray(expect)) {
    return Object.entries(expect).every(([key, value]) => isDeepStrictEqual(reply[key], value));
  }
  return isDeepStrictEqual(reply, expect);
}

/** Operations of systems, answered from the request alone, are in a module apart from the core; natively they are in one. */
const isComputed = (operation) => operation.startsWith('riskmap.');

async function vectors(call, workshop) {
  const transcript = [];
  const replies = [];
  for (const area of readdirSync(join(root, 'tests')).sort()) {
    const file = join(root, 'tests', area, 'vectors.json');
    if (!existsSync(file)) continue;
    for (const vector of JSON.parse(readFileSync(file, 'utf8'))) {
      const text = JSON.stringify(vector.input);
      const operation = vector.operation ?? 'check';
      const result = (isComputed(operation) ? workshop : call)(operation, text);
      transcript.push([operation, text]);
      replies.push(line(result));
      const reply = JSON.parse(result[1]);
      if (holds(vector.expect, result[0], reply)) passed += 1;
      else tell(`vector ${vector.id} (${vector.why})`, `expected ${JSON.stringify(vector.expect)}`, `got ${result[1]}`);
    }
  }
  const before = passed;
  await compare('vector', transcript, replies);
  console.log(`vectors: ${transcript.length}, of which ${passed - before} give the same bytes natively and in wasm`);
}

async function generated(call) {
  const forms = JSON.parse(readFileSync(join(root, 'web/src/core/forms.gen.json'), 'utf8'));
  const transcript = [...pureCases(forms, dice(seed))];
  const replies = transcript.map(([operation, text]) => line(call(operation, text)));
  const accepted = replies.filter((reply) => reply.startsWith('0 ')).length;
  const before = passed;
  await compare('generated', transcript, replies);
  console.log(
    `generated (seed ${seed}): ${transcript.length} requests, ${accepted} answered, ${passed - before} the same bytes`,
  );

  const lived = [];
  const told = [];
  const device = await wasm(await memoryPort());
  deviceCases(forms, dice(seed + 1), (operation, text) => {
    const result = device(operation, text);
    lived.push([operation, text]);
    told.push(line(result));
    return result[0] === 0 ? JSON.parse(result[1]) : null;
  });
  const then = passed;
  await compare('device', lived, told, true);
  const good = told.filter((reply) => reply.startsWith('0 ')).length;
  console.log(
    `device with its database (seed ${seed + 1}): ${lived.length} requests, ${good} answered, ${passed - then} the same bytes`,
  );
  if (transcript.length + lived.length < AT_LEAST) tell('generator', `only ${transcript.length + lived.length} cases`);
  if (good < lived.length / 2)
    tell('generator', `only ${good} of ${lived.length} requests of the device were answered`);
}

async function contract() {
  const module = await loadModule('contract');
  module.sqlitePort = await memoryPort();
  const count = module._contract_count();
  for (let i = 0; i < count; ++i) {
    const wrong = module._contract_run(i);
    if (wrong === 0) passed += 1;
    else tell('contract of the SQL port', textAt(module, module._contract_reply(), module._contract_reply_size()));
  }
  console.log(`contract of the SQL port: ${count} cases on the SQLite of the browser`);
}

const call = await wasm(null);
const workshop = await openWorkshop();
workshop('units.load', JSON.stringify({ text: readFileSync(unitsFile, 'utf8') }));
await vectors(call, workshop);
await generated(call);
await contract();
if (failed > shown) console.log(`... and ${failed - shown} more`);
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
