// The wasm core's own part of a verification (everything but the signature), with the JSON of its calls: inspect and judge of one HCERT.
//   node --no-experimental-fetch tests/bench/certificate_core.mjs TRUST.json CODE.txt [rounds]
import { readFileSync } from 'node:fs';
import { openCore } from '../wasm/load.mjs';

const [list, code, rounds = '5000'] = process.argv.slice(2);
const call = await openCore();
const now = Date.now();
call('trust.load', JSON.stringify({ text: readFileSync(list, 'utf8') }));
const request = JSON.stringify({ text: readFileSync(code, 'utf8').trim() });
const inspection = JSON.parse(call('certificate.inspect', request)[1]);
const judgement = JSON.stringify({ inspection, answers: inspection.checks.map(() => 'valid'), now });
const count = Number(rounds);
const time = {};
for (const [name, input] of [['certificate.inspect', request], ['certificate.judge', judgement]]) {
  for (let i = 0; i < count / 10; i += 1) call(name, input);
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i += 1) call(name, input);
  time[name] = Number(process.hrtime.bigint() - start) / 1000 / count;
}
console.log(`${count} rounds: inspect ${time['certificate.inspect'].toFixed(1)} us, judge ${time['certificate.judge'].toFixed(1)} us`);
