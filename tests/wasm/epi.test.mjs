// The models of the map in wasm give the bytes that lachan-epi gives, replicates of a scan and errors too.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openAnalysis, root } from './load.mjs';

const program = join(process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev'), 'lachan-epi');
const oracles = join(root, 'tests', 'epi', 'oracles');
const corpus = join(process.env.LACHAN_SHARED ?? join(root, '..', 'shared'), 'data', 'oracles');
const call = await openAnalysis();
const text = (file) => readFileSync(file, 'utf8');

/** The options of the command line that say what a request says. */
function words(request, files) {
  return Object.entries(request).flatMap(([key, value]) => {
    if (key in files) return [];
    return [`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, Array.isArray(value) ? value.join(',') : String(value)];
  });
}

/** Runs an operation both ways; `files` are those that the command line names: its operands and, by option, others. */
function both(operation, request, operands, options = {}) {
  const files = { ...operands, ...options };
  const contents = Object.fromEntries(Object.entries(files).map(([key, file]) => [key, text(file)]));
  const inWasm = call(operation, { ...request, ...contents });
  const named = Object.entries(options).flatMap(([key, file]) => [{ interval: '--si', neighbours: '--neighbours' }[key], file]);
  const native = spawnSync(program, [operation, ...Object.values(operands), ...named, ...words(request, files)], { maxBuffer: 1 << 28 });
  assert.equal(inWasm.status, 0, inWasm.text);
  assert.equal(native.status, 0, native.stderr.toString());
  assert.equal(inWasm.text, native.stdout.toString(), `${operation} ${JSON.stringify(request)}`);
  return inWasm.text;
}

test('Rt, cohorts and intervals are the same bytes', () => {
  const [names, ...rows] = text(join(oracles, 'rt_settings.csv')).trim().split('\n');
  assert.equal(names, 'series,siMean,siSd,window,priorMean,priorSd');
  for (const row of rows) {
    const [series, siMean, siSd, window, priorMean, priorSd] = row.split(',');
    const operands = { incidence: join(oracles, `rt_${series}.csv`) };
    const interval = { siMean: Number(siMean), siSd: Number(siSd) };
    const settings = { window: Number(window), priorMean: Number(priorMean), priorSd: Number(priorSd) };
    both('rt', { ...interval, ...settings, probabilities: [0.001, 0.025, 0.5, 0.975, 0.999999] }, operands);
    both('cohort', { ...interval, window: Number(window) }, operands);
    both('interval', { ...interval, days: 60 }, {});
  }
});

test('published series are the same bytes', (context) => {
  if (!existsSync(corpus)) return context.skip('no corpus');
  for (const name of ['flu1918', 'flu2009', 'sars2003']) {
    const interval = join(corpus, 'rt', `epiestim_${name}_nonparam_si.csv`);
    both('rt', { window: 7 }, { incidence: join(corpus, 'rt', `${name}_incidence.csv`) }, { interval });
  }
  const units = { units: join(corpus, 'scan', 'ny_leukemia.csv') };
  const answer = JSON.parse(both('scan', { maxPopulation: 0.1, replicates: 999, seed: 1 }, units));
  assert.equal(answer.clusters[0].centre, 49);
  assert.equal(answer.clusters[0].p <= 0.004, true);
});

test('rates, hot spots, alarms, forecasts, nowcasts and space-time clusters are the same bytes', () => {
  const units = join(oracles, 'units.csv');
  const folder = mkdtempSync(join(tmpdir(), 'lachan-epi-'));
  const neighbours = join(folder, 'pairs.csv');
  writeFileSync(neighbours, `from,to\n${Array.from({ length: 119 }, (_, i) => `${i + 1},${i + 2}\n${i + 2},${i + 1}`).join('\n')}\n`);
  both('smooth', { nearest: 5 }, { units });
  both('smooth', {}, { units }, { neighbours });
  both('hotspots', { weights: 'binary' }, { units });
  both('hotspots', { distance: 'great-circle' }, { units });
  // Where there is nothing but rounding, natively and in wasm the same reason stands in place of the same noise.
  const calm = join(folder, 'calm.csv');
  const rows = (count, of) => `x,y,population,cases\n${Array.from({ length: count }, (_, i) => `${i % 8},${i >> 3},${of(i)}`).join('\n')}\n`;
  for (const [count, of, reason] of [
    [60, (i) => `${1000 * ((i % 13) + 1)},${5 * ((i % 13) + 1)}`, 'epi.alike'],
    [60, () => '1000,0', 'epi.alike'],
    [7, (i) => `1000,${i * i}`, 'epi.whole'],
    [3, (i) => `1000,${i * i}`, 'epi.whole'],
  ]) {
    writeFileSync(calm, rows(count, of));
    for (const weights of ['row', 'binary']) {
      const [head, ...lines] = both('hotspots', { weights }, { units: calm }).trim().split('\n');
      const at = (name) => head.split(',').indexOf(name);
      for (const cells of lines.map((line) => line.split(','))) {
        for (const name of ['gi', 'giP', 'giFdr', 'moranZ', 'moranP', 'moranFdr']) assert.equal(cells[at(name)], 'NA', `${name} of ${cells}`);
        assert.deepEqual([cells[at('giReason')], cells[at('moranReason')]], [reason, reason]);
      }
    }
  }
  for (const method of ['C1', 'C2', 'C3']) both('ears', { method }, { series: join(oracles, 'daily.csv') });
  both('farrington', { alpha: 0.01 }, { series: join(oracles, 'weekly.csv') });
  both('farrington', {}, { series: join(oracles, 'weekly_sparse.csv') });
  both('farrington-flexible', {}, { series: join(oracles, 'weekly.csv') });
  both('farrington-flexible', { years: 3, halfWindow: 2, parts: 4, leftOut: 10, alpha: 0.01 }, { series: join(oracles, 'weekly_sparse.csv') });
  for (const [series, more] of [['long', {}], ['late', { clustering: 2.5, seed: 9 }], ['huge', { days: 14, replicates: 2000, probabilities: [0.01, 0.99] }]]) {
    both('forecast', { siMean: 5.2, siSd: 1.7, ...more }, { incidence: join(oracles, `rt_${series}.csv`) });
  }
  both('nowcast', { window: 20, level: 0.9 }, { reports: join(oracles, 'reports.csv') });
  both('nowcast', { now: '2021-07-20', longest: 10 }, { reports: join(oracles, 'reports.csv') });
  const events = join(folder, 'events.csv');
  const lines = Array.from({ length: 400 }, (_, i) => `${((i * 7919) % 120) + 1},${((i * i) % 28) + 1},${(i % 3) + 1}`);
  writeFileSync(events, `unit,day,cases\n${lines.join('\n')}\n`);
  const cylinders = both('space-time', { longest: 5, replicates: 99, seed: 3 }, { units, events });
  for (const threads of ['1', '2', '3', '16']) {
    const shared = execFileSync(program, ['space-time', units, events, '--longest', '5', '--replicates', '99', '--seed', '3', '--threads', threads]);
    assert.equal(shared.toString(), cylinders, `${threads} threads`);
  }
  both('space-time', { replicates: 0, most: 1 }, { units, events });
  rmSync(folder, { recursive: true });
});

test('what the map asks with is the same bytes', () => {
  const text = both('defaults', {}, {});
  assert.equal(JSON.parse(text).serialMean, 5.2);
  assert.equal(JSON.parse(call('defaults', { windowDays: 8 }).text).rule, 'epi.request');
});

test('which number counts of what is told now and then is as natively: the vectors of both', () => {
  const numbersOf = (list) => Float64Array.from(list, (each) => each ?? NaN);
  for (const { id, operation, request, numbers, expect } of JSON.parse(text(join(root, 'tests', 'epi', 'told_vectors.json')))) {
    const answer = call(operation, request, numbersOf(numbers));
    if (expect.rule) {
      assert.equal(JSON.parse(answer.text).rule, expect.rule, id);
      assert.ok(JSON.parse(answer.text).detail.includes(`${expect.detail}:`), id);
      continue;
    }
    assert.equal(answer.text, expect.text, id);
    assert.deepEqual(answer.numbers, numbersOf(expect.numbers), id);
  }
});

test('a scan is the same bytes, in one piece, by threads, and by workers that share the replicates', () => {
  const units = join(oracles, 'units.csv');
  const request = { maxPopulation: 0.2, replicates: 199, seed: 20211011 };
  const whole = both('scan', request, { units });
  both('scan', { ...request, distance: 'great-circle', most: 3 }, { units });
  const threads = execFileSync(program, ['scan', units, ...words(request, {}), '--threads', '3']);
  assert.equal(threads.toString(), whole);

  const open = call('scan.open', { ...request, units: text(units) });
  assert.equal(open.status, 0, open.text);
  const { replicates } = JSON.parse(open.text);
  const maxima = new Float64Array(replicates);
  for (const [from, to] of [
    [100, 199],
    [0, 13],
    [13, 100],
  ]) {
    maxima.set(call('scan.maxima', { from, to }).numbers, from);
  }
  assert.equal(call('scan.text', {}, maxima).text, whole);
  assert.equal(call('scan.close', {}).status, 0);
  assert.equal(JSON.parse(call('scan.maxima', { from: 0, to: 1 }).text).rule, 'epi.session');
});

test('many places at once have the figures of each alone', () => {
  const days = 40;
  const places = 5;
  const cases = Float64Array.from({ length: days * places }, (_, i) => (i * 7919) % 23);
  const options = { siMean: 5.2, siSd: 1.7, window: 7 };
  const many = call('rt.many', { ...options, days }, cases);
  const { windows, figures } = JSON.parse(many.text);
  assert.equal(many.numbers.length, places * windows * figures);
  for (let place = 0; place < places; ++place) {
    const series = Array.from(cases.subarray(place * days, (place + 1) * days));
    const lines = call('rt', { ...options, incidence: `I\n${series.join('\n')}\n` }).text.trim().split('\n').slice(1);
    assert.equal(lines.length, windows);
    lines.forEach((line, window) => {
      const alone = line.split(',').slice(2).map((word) => (word === 'NA' ? NaN : Number(word)));
      const at = (place * windows + window) * figures;
      assert.deepEqual(Array.from(many.numbers.subarray(at, at + figures)), alone);
    });
  }
});

test('what is wrong is told the same way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lachan-epi-'));
  const file = join(folder, 'cases.csv');
  const wrong = [
    ['I\n1\n2\nx\n', 'epi.number', 'line 4'],
    ['I\n1\n2\n-3\n', 'epi.count', 'line 4'],
    ['date,I\n2021-10-11,1\n2021-10-13,1\n', 'epi.days', 'line 3'],
    ['a,b\n1,2\n', 'epi.column', 'I'],
    ['I\n1\n2\n', 'epi.window', '7 days'],
    ['I\n"1\n', 'epi.table', 'line 2'],
  ];
  for (const [content, rule, part] of wrong) {
    writeFileSync(file, content);
    const native = spawnSync(program, ['rt', file, '--si-mean', '5.2', '--si-sd', '1.7']);
    assert.equal(native.status, 1);
    const inWasm = call('rt', { incidence: content, siMean: 5.2, siSd: 1.7 });
    assert.equal(inWasm.status, 1);
    const error = JSON.parse(inWasm.text);
    assert.equal(error.rule, rule);
    assert.ok(error.detail.includes(part), error.detail);
    assert.equal(native.stderr.toString(), `lachan-epi: ${error.detail} (${rule})\n`);
  }
  rmSync(folder, { recursive: true });
  assert.equal(spawnSync(program, ['rt', '/nowhere.csv', '--si-mean', '5', '--si-sd', '2']).status, 1);
  assert.equal(spawnSync(program, ['rt', '--window', '7']).status, 2);
  assert.equal(spawnSync(program, ['dance']).status, 2);
  assert.equal(spawnSync(program, ['rt', '--wrong', '7']).status, 2);
  assert.equal(spawnSync(program, ['scan', '--si-mean', '7', join(oracles, 'units.csv')]).status, 2);
  assert.equal(spawnSync(program, ['--help']).status, 0);
});
