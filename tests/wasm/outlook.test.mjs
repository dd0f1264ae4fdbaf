// What the curve panel says of one line of counts, with the models that the page loads: the days to come, and Rt by cohort.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPageModels } from './page-models.mjs';

const { call, analysis, defaults, load, close } = await openPageModels();
let layers;
let outlook;

before(async () => {
  layers = await load('layers');
  outlook = await load('outlook');
});
after(close);

const DAYS = 40;
const line = (of) => Int32Array.from({ length: DAYS }, (_, day) => of(day));

async function foresee(counts) {
  const rt = await layers.reproduce({ analysis, defaults }, [counts], counts.length);
  return outlook.foresee({ analysis, defaults }, counts, (day) => rt(0, day));
}

test('a forecast begins after the last day told, and is that of the model', async () => {
  const steady = line(() => 50);
  const found = await foresee(steady);
  assert.equal(found.state, 'known');
  assert.equal(found.last, DAYS - 1);
  assert.equal(found.days.length, 7);
  assert.ok(Math.abs(found.rt.mean - 1) < 0.01);
  for (const { low, lowHalf, middle, highHalf, high } of [...found.days, found.all]) {
    assert.ok(low < lowHalf && lowHalf <= middle && middle <= highHalf && highHalf < high);
  }
  assert.ok(found.all.low < 350 && 350 < found.all.high, '50 cases a day go on');
  const series = `cases\n${Array.from(steady).join('\n')}\n`;
  const rows = call('forecast', { incidence: series, siMean: 5.2, siSd: 1.7 }).text.trim().split('\n');
  assert.equal(rows.at(-1).split(',').slice(4).join(), Object.values(found.all).join());
  // Nobody told the last three days yet: what is expected begins with the first of them, from what was told before.
  const late = await foresee(line((day) => (day > DAYS - 4 ? -1 : 50)));
  assert.equal(late.last, DAYS - 4);
  assert.equal(late.state, 'known');
  const shorter = call('forecast', { incidence: `cases\n${'50\n'.repeat(DAYS - 3)}`, siMean: 5.2, siSd: 1.7 }).text.trim().split('\n');
  assert.equal(shorter.at(-1).split(',').slice(4).join(), Object.values(late.all).join());
});

test('too few cases and missing days are told instead of a forecast', async () => {
  assert.equal((await foresee(line((day) => (day % 9 === 0 ? 1 : 0)))).state, 'few');
  assert.equal((await foresee(line((day) => (day === DAYS - 6 ? -1 : 50)))).state, 'missing');
  assert.deepEqual(await foresee(line(() => -1)), { state: 'missing', last: -1 });
  assert.equal((await foresee(line((day) => (day < DAYS - 3 ? -1 : 50)))).state, 'missing', 'three days are no window');
});

async function cohorts(counts) {
  const found = await layers.reproduce({ analysis, defaults }, [counts], counts.length);
  const rt = (day) => found(0, day);
  return { cohort: await outlook.cohorts({ analysis, defaults }, counts, rt), rt };
}

test('Rt by cohort is that of the model, and open while cases of its window still infect', async () => {
  const rising = line((day) => Math.round(20 * 1.08 ** day));
  const { cohort } = await cohorts(rising);
  const rows = call('cohort', { incidence: `cases\n${Array.from(rising).join('\n')}\n`, siMean: 5.2, siSd: 1.7 }).text.trim().split('\n').slice(1);
  let compared = 0;
  for (const [, end, mean] of rows.map((row) => row.split(',').map(Number))) {
    const found = cohort(end - 1);
    assert.equal(found.mean, mean);
    assert.equal(found.state, end - 1 + defaults.reachDays > DAYS - 1 ? 'open' : 'known', String(end));
    compared += 1;
  }
  assert.ok(compared > 20);
  // With what a growth of 8 % a day and this interval mean, and with hardly anything of what the last cases will cause.
  assert.ok(Math.abs(cohort(DAYS - 1 - defaults.reachDays).mean - 1.49) < 0.03);
  assert.ok(cohort(DAYS - 1).mean < 0.5);
});

test('Rt by cohort is not told of few cases or missing days', async () => {
  const few = await cohorts(line((day) => (day % 4 === 0 ? 1 : 0)));
  assert.equal(few.cohort(20).state, 'few');
  assert.equal(few.rt(20).state, 'few');
  const { cohort } = await cohorts(line((day) => (day === 30 ? -1 : 40)));
  assert.equal(cohort(10).state, 'known');
  for (const day of [30 - defaults.reachDays, 29, 30, 36, DAYS - 1]) assert.equal(cohort(day).state, 'missing', String(day));
  const none = await cohorts(line(() => -1));
  assert.equal(none.cohort(20).state, 'missing');
});
