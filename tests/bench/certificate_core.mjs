// The wasm verifier's own part of a verification (everything but the signature), with the JSON of its calls, for one HCERT: begin and finish,
// which the page uses, and inspect and judge, between which the inspection goes out and comes back.
//   node --no-experimental-fetch tests/bench/certificate_core.mjs TRUST.json CODE.txt [rounds]
import { readFileSync } from 'node:fs';
import { openVerifier } from '../wasm/load.mjs';

const [list, code, rounds = '5000'] = process.argv.slice(2);
const call = await openVerifier();
const now = Date.now();
call('trust.load', JSON.stringify({ text: readFileSync(list, 'utf8') }));
const request = JSON.stringify({ text: readFileSync(code, 'utf8').trim() });
const inspection = JSON.parse(call('certificate.inspect', request)[1]);
const judgement = JSON.stringify({ inspection, answers: inspection.checks.map(() => 'valid'), now });
const count = Number(rounds);
const pairs = {
  'begin and finish': () => {
    const { checks, ticket } = JSON.parse(call('certificate.begin', request)[1]);
    call('certificate.finish', JSON.stringify({ ticket, answers: checks.map(() => 'valid'), now }));
  },
  'inspect and judge': () => {
    call('certificate.inspect', request);
    call('certificate.judge', judgement);
  },
};
for (const [name, pair] of Object.entries(pairs)) {
  for (let i = 0; i < count / 10; i += 1) pair();
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i += 1) pair();
  console.log(`${name}: ${(Number(process.hrtime.bigint() - start) / 1000 / count).toFixed(1)} us (${count} rounds)`);
}
