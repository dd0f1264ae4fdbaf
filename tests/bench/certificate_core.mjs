// The wasm verifier's own part of a verification (everything but the signature), with the JSON of its calls, for one HCERT: begin and finish,
// which the page uses, and inspect and judge, between which the inspection goes out and comes back. Verifiers of several builds (folders of
// verifier.mjs and verifier.wasm) take turns, so that what else the machine does meets all of them; the least of all turns is the figure.
//   node --no-experimental-fetch tests/bench/certificate_core.mjs TRUST.json CODE.txt [turns [FOLDER...]]
import { readFileSync } from 'node:fs';
import { openVerifier, wasmRoot } from '../wasm/load.mjs';

const EACH_TURN = 200;
const [list, code, turns = '40', ...folders] = process.argv.slice(2);
const now = Date.now();
const trust = JSON.stringify({ text: readFileSync(list, 'utf8') });
const text = readFileSync(code, 'utf8').trim();

/** The two ways from a text to its verdict, of the verifier in `folder`. */
async function waysOf(folder) {
  const call = await openVerifier(folder);
  call('trust.load', trust);
  const request = JSON.stringify({ text });
  const inspection = JSON.parse(call('certificate.inspect', request)[1]);
  const judgement = JSON.stringify({ inspection, answers: inspection.checks.map(() => 'valid'), now });
  return {
    'begin and finish': () => {
      const { checks, ticket } = JSON.parse(call('certificate.begin', JSON.stringify({ text }))[1]);
      return call('certificate.finish', JSON.stringify({ ticket, answers: checks.map(() => 'valid'), now }));
    },
    'inspect and judge': () => {
      call('certificate.inspect', request);
      return call('certificate.judge', judgement);
    },
  };
}

const runs = [];
for (const folder of folders.length > 0 ? folders : [wasmRoot]) {
  for (const [name, way] of Object.entries(await waysOf(folder))) {
    if (JSON.parse(way()[1]).summary !== 'valid') throw new Error(`${folder}: the code must be valid`);
    runs.push({ label: `${folder}: ${name}`, way, times: [] });
  }
}
for (let turn = -5; turn < Number(turns); turn += 1) {
  for (const { way, times } of runs) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < EACH_TURN; i += 1) way();
    const each = Number(process.hrtime.bigint() - start) / 1000 / EACH_TURN;
    if (turn >= 0) times.push(each); // the first turns warm up
  }
}
for (const { label, times } of runs) {
  times.sort((a, b) => a - b);
  console.log(`${label}: least ${times[0].toFixed(1)}, median ${times[times.length >> 1].toFixed(1)} us (${times.length} turns of ${EACH_TURN})`);
}
