#!/usr/bin/env node
// Writes a made-up series of daily case counts for the 63 provinces, for those who have no real one. Nothing in it
// happened: waves, weekly rhythm and noise are drawn from a seed, so that the same arguments give the same bytes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const defaults = {
  out: join(root, 'assets/cases/synthetic.csv'),
  population: join(root, 'assets/population/province-2020.csv'),
  from: '2021-10-01',
  days: '90',
  seed: '20211012',
};

const help = `usage: node tools/make_synthetic_cases.mjs [--from DAY] [--days N] [--seed N]
                                        [--out FILE] [--population FILE]

Writes province,date,cases for each of the 63 provinces and each day. SYNTHETIC: made by chance, no real counts.

  --from DAY         first day, YYYY-MM-DD (default ${defaults.from})
  --days N           number of days, 1 to 1000 (default ${defaults.days})
  --seed N           whole number; the same seed gives the same file (default ${defaults.seed})
  --out FILE         default: assets/cases/synthetic.csv
  --population FILE  code,name,population_thousand (default: assets/population/province-2020.csv)
  --help             this text

Exit codes: 0 written, 1 an input is not acceptable, 2 wrong arguments.`;

/** An argument or a line of the population file that cannot be used. */
export class CaseError extends Error {}

/** Mulberry32: small, the same everywhere. Numbers in [0, 1). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(mean, random) {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit || count < 0; product *= random()) count += 1;
  return count;
}

// Monday to Sunday: fewer reports at the end of the week, a catch-up after it.
const week = [0.88, 1.08, 1.1, 1.06, 1.04, 0.98, 0.86];

/** One or two waves: each with a day of its peak, a steeper rise than fall, and a height in cases per 100,000 a day. */
function wavesOf(days, random) {
  const count = random() < 0.6 ? 2 : 1;
  return Array.from({ length: count }, () => ({
    peak: (random() * 1.3 - 0.15) * days,
    rise: 6 + 8 * random(),
    fall: 10 + 16 * random(),
    height: Math.exp(1.2 + 0.95 * normal(random)),
  }));
}

export function populationOf(text) {
  const [head, ...lines] = text.trimEnd().split(/\r?\n/);
  if (head !== 'code,name,population_thousand')
    throw new CaseError('population: the first line is not code,name,population_thousand');
  return lines.map((line, i) => {
    const [code, , thousand] = line.split(',');
    if (!/^\d{2}$/.test(code) || !(Number(thousand) > 0)) throw new CaseError(`population: line ${i + 2}: '${line}'`);
    return { code, people: Math.round(Number(thousand) * 1000) };
  });
}

/** Rows of {province, date, cases}, province by province, day by day. */
export function series({ population, from, days, seed }) {
  const start = Date.parse(`${from}T00:00:00Z`);
  return population.flatMap(({ code, people }) => {
    // Each province has a stream of its own: one more province or day does not change the others.
    const random = randomFrom(seed * 131 + Number(code));
    const waves = wavesOf(days, random);
    return Array.from({ length: days }, (_, day) => {
      const instant = new Date(start + day * 86_400_000);
      const per100k =
        0.05 +
        waves.reduce((sum, { peak, rise, fall, height }) => {
          const width = day < peak ? rise : fall;
          return sum + height * Math.exp(-(((day - peak) / width) ** 2) / 2);
        }, 0);
      const mean = ((per100k * people) / 100_000) * week[(instant.getUTCDay() + 6) % 7];
      // Reports scatter more than Poisson: clusters come in together.
      const scatter = Math.exp(0.18 * normal(random) - 0.0162);
      return { province: code, date: instant.toISOString().slice(0, 10), cases: poisson(mean * scatter, random) };
    });
  });
}

export function csvOf(rows) {
  return `province,date,cases\n${rows.map((row) => `${row.province},${row.date},${row.cases}\n`).join('')}`;
}

function main(list) {
  if (list.includes('--help')) {
    console.log(help);
    return 0;
  }
  const options = { ...defaults };
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i].replace(/^--/, '');
    if (!list[i].startsWith('--') || !(name in defaults) || list[i + 1] === undefined) {
      console.error(help);
      return 2;
    }
    options[name] = list[i + 1];
  }
  try {
    const days = Number(options.days);
    const seed = Number(options.seed);
    const valid = /^\d{4}-\d{2}-\d{2}$/.test(options.from) && !Number.isNaN(Date.parse(`${options.from}T00:00:00Z`));
    if (!valid) throw new CaseError(`--from: '${options.from}' is not a day YYYY-MM-DD`);
    if (!Number.isInteger(days) || days < 1 || days > 1000)
      throw new CaseError(`--days: '${options.days}' is not 1 to 1000`);
    if (!Number.isSafeInteger(seed) || seed < 0) throw new CaseError(`--seed: '${options.seed}' is not a whole number`);
    const population = populationOf(readFileSync(resolve(options.population), 'utf8'));
    const rows = series({ population, from: options.from, days, seed });
    const out = resolve(options.out);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, csvOf(rows));
    const total = rows.reduce((sum, row) => sum + row.cases, 0);
    console.log(`synthetic cases: ${population.length} provinces x ${days} days, ${total} cases, written to ${out}`);
    return 0;
  } catch (error) {
    if (!(error instanceof CaseError) && error.code === undefined) throw error;
    console.error(`make_synthetic_cases: ${error.message}`);
    return 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
