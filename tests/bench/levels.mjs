// riskmap.evaluate in wasm under Node: every commune of build/assets/units.txt with a fortnight of cases and what else the packs ask for,
// all packs that are carried. The time is that of the whole call: JSON, units, figures, levels, reply.
//   node tests/bench/levels.mjs [rounds]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkshop, root } from '../wasm/load.mjs';

const rounds = Number(process.argv[2] ?? 20);
const text = readFileSync(join(process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets'), 'units.txt'), 'utf8');
const call = await openWorkshop();
call('units.load', JSON.stringify({ text }));

let state = 20211012;
const roll = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state >>> 8) % below;
};
const days = (most) => Array.from({ length: 14 }, () => roll(most)).join(',');
const communes = text.split('\n').filter((line) => line.split('|')[1] === '3').map((line) => line.split('|')[0]);
const lines = [];
const lean = [];
for (const code of communes) {
  const cases = [`${code}|cases|national|2021-10-20|${days(4)}`, `${code}|population|census|2020-01-01|${3000 + roll(20000)}`];
  lean.push(...cases);
  lines.push(
    ...cases,
    `${code}|tests|national|2021-10-20|${days(200)}`,
    `${code}|positives|national|2021-10-20|${days(4)}`,
    `${code}|admissions|national|2021-10-27|${days(2)}`,
    `${code}|adultsDosed|office|2021-11-01|${roll(10001)}`,
    `${code}|over50Full|office|2021-11-01|${roll(10001)}`,
    `${code}|bedShare|office|2021-11-01|${roll(2001)}`,
    `${code}|sourceUnknown|office|2021-11-01|${roll(2)}`,
    `${code}|sourceUnclear|office|2021-11-01|${roll(2)}`,
    `${code}|crowdedPlace|office|2021-11-01|${roll(2)}`,
  );
}
const packs = JSON.parse(call('riskmap.packs', '{}')[1]).packs.map(({ pack }) => pack.id);

function time(name, figures, asked) {
  const request = JSON.stringify({ day: '2021-11-02', figures: figures.join('\n'), packs: asked });
  const spent = [];
  for (let i = 0; i < rounds; i += 1) {
    const start = process.hrtime.bigint();
    const [status, reply] = call('riskmap.evaluate', request);
    spent.push(Number(process.hrtime.bigint() - start) / 1e6);
    if (status !== 0) throw new Error(reply);
  }
  spent.sort((a, b) => a - b);
  const at = (share) => spent[Math.floor((spent.length - 1) * share)].toFixed(1);
  console.log(`wasm: ${name}: median ${at(0.5)} ms, best ${at(0)}, worst ${at(1)} (${(request.length / 1e6).toFixed(2)} MB of figures)`);
}
console.log(`${communes.length} communes and the units above them, ${packs.length} packs, ${rounds} rounds`);
time('cases and people, one pack', lean, ['risk-2']);
time('cases and people, all packs', lean, packs);
time('all figures, one pack', lines, ['risk-2']);
time('all figures, all packs', lines, packs);
