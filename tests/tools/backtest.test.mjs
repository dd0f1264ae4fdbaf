// lachan-riskmap backtest as people use it: the made-up series that is shipped, the real one when it is there, bad input, and bytes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const programs = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev');
const assets = process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets');
const corpus = join(root, '..', 'shared', 'data');
const folder = mkdtempSync(join(tmpdir(), 'lachan-backtest-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function run(args, status = 0) {
  const env = { ...process.env, LACHAN_ASSETS: assets };
  const done = spawnSync(join(programs, 'lachan-riskmap'), ['backtest', ...args], { encoding: 'utf8', env, maxBuffer: 1 << 28 });
  assert.equal(done.status, status, `backtest ${args.join(' ')}\n${done.stderr}`);
  return done;
}
const text = (name, file) => readFileSync(join(folder, name, file), 'utf8');
/** The rows of methods.csv by level and method. */
function figures(name) {
  const [head, ...lines] = text(name, 'methods.csv').trimEnd().split('\n').map((line) => line.split(','));
  return new Map(lines.map((cells) => [`${cells[0]} ${cells[1]}`, Object.fromEntries(head.map((key, i) => [key, cells[i]]))]));
}
const synthetic = ['--cases', join(root, 'assets', 'cases', 'synthetic.csv'), '--replicates', '39', '--resamples', '200'];

test('the shipped series gives the same bytes twice, whatever the threads, and others by another seed', () => {
  run([...synthetic, '-o', join(folder, 'a'), '--threads', '1']);
  const told = run([...synthetic, '-o', join(folder, 'b'), '--threads', '2', '--progress']);
  assert.match(told.stderr, /method 1 of \d+ \(official-2\), day 0 of 90/);
  run([...synthetic, '-o', join(folder, 'c'), '--seed', '2']);
  assert.deepEqual(readdirSync(join(folder, 'a')).sort(), ['methods.csv', 'outbreaks.csv', 'report.md']);
  for (const file of readdirSync(join(folder, 'a'))) assert.equal(text('a', file), text('b', file), file);
  assert.notEqual(text('a', 'methods.csv'), text('c', 'methods.csv'));
  const report = text('a', 'report.md');
  assert.match(report, /risk-1, from 2021-10-12 risk-2/);
  assert.match(report, /farrington \| not computed: needs at least one year/);
  assert.match(report, /risk-ecdc-2-2 \| not computed/);
  const all = figures('a');
  const rt = all.get('province rt');
  assert.ok(Number(rt.outbreaks) > 10);
  assert.equal(Number(rt.earlier) + Number(rt.same) + Number(rt.later), Number(rt.both));
  assert.equal(Number(rt.both) + Number(rt.alone), Number(rt.detected));
  assert.ok(Number(rt.shareLow) <= Number(rt.share) && Number(rt.share) <= Number(rt.shareHigh));
  // Each outbreak stands in its file, and what a method detected is what has a day there.
  const [head, ...lines] = text('a', 'outbreaks.csv').trimEnd().split('\n').map((line) => line.split(','));
  assert.equal(lines.length, Number(rt.outbreaks));
  assert.equal(lines.filter((cells) => cells[head.indexOf('rt')] !== '').length, Number(rt.detected));
});

test('what lies after a day changes no flag of the days before it', () => {
  const lines = readFileSync(join(root, 'assets', 'cases', 'synthetic.csv'), 'utf8').trimEnd().split('\n');
  const flat = lines.map((line) => (line > 'p' || line.split(',')[1] <= '2021-12-10' ? line : line.replace(/,\d+$/, ',0')));
  writeFileSync(join(folder, 'flat.csv'), `${flat.join('\n')}\n`);
  run(['--cases', join(folder, 'flat.csv'), ...synthetic.slice(2), '-o', join(folder, 'flat')]);
  const days = (name) => {
    const [head, ...rows] = text(name, 'outbreaks.csv').trimEnd().split('\n').map((line) => line.split(','));
    return new Map(rows.filter((cells) => cells[5] <= '2021-12-01').map((cells) => [cells[1] + cells[3], cells.slice(head.indexOf('cases')).join()]));
  };
  const whole = days('a');
  assert.ok(whole.size > 3);
  for (const [key, flags] of whole) assert.equal(days('flat').get(key), flags, key);
});

test('bad input is told, and nothing is left', () => {
  const out = join(folder, 'none');
  const bad = (name, content) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  assert.match(run(['--cases', '/nowhere.csv', '-o', out], 1).stderr, /nowhere/);
  assert.match(run(['--cases', bad('a.csv', 'x,y\n1,2\n'), '-o', out], 1).stderr, /line 1.*riskmap\.file/);
  assert.match(run(['--cases', bad('b.csv', 'code,date,cases\n01,2021-06-01,5\n01,2021-06-09,5\n'), '-o', out], 1).stderr, /9 days are too few.*riskmap\.backtest/);
  assert.match(run(['--cases', bad('c.csv', 'code,date,cases\n01,never,5\n'), '-o', out], 1).stderr, /no count that can be used/);
  assert.match(run([...synthetic, '--places', bad('d.csv', 'code,longitude,latitude\n01,200,1\n'), '-o', out], 1).stderr, /d\.csv: line 2: no longitude/);
  assert.match(run([...synthetic, '--official', 'risk-9', '-o', out], 1).stderr, /no pack risk-9/);
  assert.match(run(synthetic, 2).stderr, /-o FOLDER/);
  assert.match(run(['-o', out], 2).stderr, /--corpus FOLDER or --cases/);
  assert.match(run([...synthetic, '--reference', '1', '-o', out], 2).stderr, /--reference/);
  assert.match(run([...synthetic, '--growth', '0', '-o', out], 2).stderr, /--growth/);
  assert.match(run([...synthetic, '-o', join(folder, 'a')], 2).stderr, /is there already/);
  assert.equal(existsSync(out), false);
  assert.equal(existsSync(`${out}.new`), false);
  assert.match(run(['--corpus', join(folder, 'empty'), '-o', out]).stderr, /skipped: no corpus/);
  assert.equal(existsSync(out), false);
});

test('the real series of 2021: more methods are early than on time, and each has its price', (context) => {
  if (!existsSync(join(corpus, 'cases', 'communes2021'))) return context.skip('no corpus');
  run(['--corpus', corpus, '-o', join(folder, 'real'), '--replicates', '99', '--resamples', '200']);
  const all = figures('real');
  assert.equal(all.get('province rt').outbreaks, '31');
  assert.equal(all.get('district rt').outbreaks, '88');
  assert.equal(all.get('district official-3').detected, '60');
  assert.equal(all.get('district official-3').leadMedian, '0');
  assert.match(all.get('district farrington').whyNot, /one year/);
  assert.equal(all.get('province farrington').detected, '31');
  // Level 2 comes before level 3, and costs more false alarms.
  assert.ok(Number(all.get('district official-2').leadMedian) > 0);
  assert.ok(Number(all.get('district official-2').falseAlarms) > Number(all.get('district official-3').falseAlarms));
});
