// The synthetic series: complete, repeatable, plausible, and refused arguments.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { csvOf, populationOf, series } from '../../tools/make_synthetic_cases.mjs';

const file = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const shipped = readFileSync(file('assets/cases/synthetic.csv'), 'utf8');
const population = populationOf(readFileSync(file('assets/population/province-2020.csv'), 'utf8'));
const rows = shipped
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [province, date, cases] = line.split(',');
    return { province, date, cases: Number(cases) };
  });

test('the population table has the 63 provinces and the sum of the country', () => {
  assert.equal(new Set(population.map(({ code }) => code)).size, 63);
  const sum = population.reduce((total, { people }) => total + people, 0);
  assert.ok(Math.abs(sum - 97_582_700) <= 63 * 50, `${sum}`);
});

test('every province has every one of 90 days exactly once', () => {
  assert.equal(rows.length, 63 * 90);
  assert.equal(new Set(rows.map(({ province, date }) => province + date)).size, 63 * 90);
  assert.ok(rows.every(({ cases }) => Number.isInteger(cases) && cases >= 0));
  assert.deepEqual([rows[0].date, rows.at(-1).date], ['2021-10-01', '2021-12-29']);
});

test('the shipped file is what the seed gives, and another seed gives another', () => {
  assert.equal(csvOf(series({ population, from: '2021-10-01', days: 90, seed: 20_211_012 })), shipped);
  assert.notEqual(csvOf(series({ population, from: '2021-10-01', days: 90, seed: 1 })), shipped);
});

test('one province more does not change the others', () => {
  const alone = series({
    population: population.filter(({ code }) => code === '79'),
    from: '2021-10-01',
    days: 90,
    seed: 20_211_012,
  });
  assert.deepEqual(
    alone,
    rows.filter(({ province }) => province === '79'),
  );
});

test('there are waves of all four bands of new cases per 100,000 a week', () => {
  const bands = new Set();
  for (const { code, people } of population) {
    const cases = rows.filter(({ province }) => province === code).map((row) => row.cases);
    for (let day = 6; day < cases.length; day += 1) {
      const rate = (cases.slice(day - 6, day + 1).reduce((a, b) => a + b) * 100_000) / people;
      bands.add([20, 50, 150].filter((edge) => rate >= edge).length);
    }
  }
  assert.deepEqual([...bands].sort(), [0, 1, 2, 3]);
});

test('Sundays report less than Tuesdays', () => {
  const onDay = (weekday) =>
    rows.filter(({ date }) => new Date(date).getUTCDay() === weekday).reduce((sum, { cases }) => sum + cases, 0);
  assert.ok(onDay(0) < 0.9 * onDay(2), `${onDay(0)} against ${onDay(2)}`);
});

test('arguments that cannot be are refused with a reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cases-'));
  const run = (...args) =>
    spawnSync(process.execPath, [file('tools/make_synthetic_cases.mjs'), '--out', join(folder, 'x.csv'), ...args], {
      encoding: 'utf8',
    });
  for (const [args, status, message] of [
    [['--days', '0'], 1, /--days: '0'/],
    [['--from', '2021-13-01'], 1, /--from: '2021-13-01'/],
    [['--seed', 'x'], 1, /--seed/],
    [['--sead', '1'], 2, /usage/],
    [['--days'], 2, /usage/],
    [['--population', join(folder, 'none.csv')], 1, /none\.csv/],
  ]) {
    const { status: got, stderr } = run(...args);
    assert.equal(got, status, args.join(' '));
    assert.match(stderr, message);
  }
  assert.equal(run('--days', '3').status, 0);
  rmSync(folder, { recursive: true });
});
