// What all programs do alike at their edges: what is printed arrives or it is said, nothing is written over a device or into a folder that
// is not there, no file is read without an end, and an error names what to do.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, statSync, symlinkSync, lstatSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const binaries = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev');
const folder = mkdtempSync(join(tmpdir(), 'lachan-words-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAMS = ['lachan-epi', 'lachan-riskmap', 'lachan-boundaries', 'lachan-forge', 'lachan-issue', 'lachan-trust', 'lachan-verify'];
const run = (program, args, options = {}) =>
  spawnSync(join(binaries, program), args, { encoding: 'utf8', maxBuffer: 1 << 26, cwd: root, timeout: 120_000, ...options });
const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const series = file('ok.csv', `I\n${Array.from({ length: 40 }, (_, i) => 3 + (i % 5)).join('\n')}\n`);
const rt = ['rt', series, '--si-mean', '5.2', '--si-sd', '1.7'];
const UNITS = '20194|3|490|Phường Hòa Hiệp Bắc|Phường|||\n48|1||Thành phố Đà Nẵng|Thành phố|||\n490|2|48|Quận Liên Chiểu|Quận|||\n';
const units = file('units.txt', UNITS);
const table = file('units.csv', `x,y,population,cases\n${Array.from({ length: 30 }, (_, i) => `${i % 6},${Math.floor(i / 6)},1000,${i % 4}`).join('\n')}\n`);

// The devices are reached by links of this folder: a program that moves a file over its place takes the link, not the machine's device.
const isFullThere = existsSync('/dev/full') && statSync('/dev/full').isCharacterDevice();
const needsFull = { skip: isFullThere ? false : 'skipped: /dev/full is no device here' };
const linkTo = (target, name) => {
  symlinkSync(target, join(folder, name));
  return join(folder, name);
};

function intoFull(program, args) {
  const full = openSync('/dev/full', 'r+');
  const done = run(program, args, { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  return done;
}

test('output that does not arrive is said, and is no success', needsFull, () => {
  for (const program of PROGRAMS) {
    const { status, stderr } = intoFull(program, ['--help']);
    assert.match(stderr, new RegExp(`^${program}: cannot write to the standard output: (No space left on device|not all of it was taken)\n$`), program);
    assert.equal(status, program === 'lachan-verify' ? 5 : 1, program);
  }
  for (const [program, args] of [
    ['lachan-epi', rt],
    ['lachan-riskmap', ['packs']],
    ['lachan-forge', ['--count', '3']],
  ]) {
    const { status, stderr } = intoFull(program, args);
    assert.match(stderr, /cannot write to the standard output/, `${program} ${args}`);
    assert.equal(status, 1);
  }
});

test('what a full device does not take is said, and it is not moved over', needsFull, () => {
  const link = linkTo('/dev/full', 'full');
  const full = run('lachan-riskmap', ['packs', '--out', link]);
  assert.equal(full.status, 1);
  assert.match(full.stderr, /cannot write .*full: No space left on device/);
  assert.ok(lstatSync(link).isSymbolicLink(), 'the place is as it was');
  assert.ok(!existsSync(`${link}.new`), 'and nothing beside it');
});

test('a pipe takes the output as it is, a link stays one, and a folder is no file', () => {
  const pipe = linkTo('/proc/self/fd/1', 'stdout');
  const piped = spawnSync('bash', ['-c', '"$0" packs --out "$1" | cat', join(binaries, 'lachan-riskmap'), pipe], { encoding: 'utf8', cwd: root });
  assert.match(piped.stdout, /^id,version/, piped.stderr);
  assert.ok(lstatSync(pipe).isSymbolicLink());
  const target = file('target.csv', 'old');
  const link = linkTo(target, 'link.csv');
  assert.equal(run('lachan-riskmap', ['packs', '--out', link]).status, 0);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.match(readFileSync(target, 'utf8'), /^id,version/);
  assert.match(run('lachan-riskmap', ['packs', '--out', folder]).stderr, /cannot write .*: it is a folder/);
});

test('no folder comes of a slip in a path', () => {
  const missing = join(folder, 'no', 'such');
  const nowhere = [
    ['lachan-riskmap', ['packs', '--out', join(missing, 'x.csv')]],
    ['lachan-boundaries', ['import', file('shapes.json', '{"type":"FeatureCollection","features":[]}'), '--units', units, '-o', join(missing, 'x.bin')]],
    ['lachan-trust', ['keygen', '--out', join(missing, 'key.pem')]],
    ['lachan-trust', ['demo', '--out', missing]],
    ['lachan-issue', ['authority', '--dir', missing, '--country', 'VN', '--organisation', 'Demo']],
    ['lachan-riskmap', ['backtest', '--cases', file('cases.csv', 'code,date,cases\n48,2021-07-01,1\n'), '-o', join(missing, 'report')]],
  ];
  for (const [program, args] of nowhere) {
    const { status, stderr } = run(program, args);
    assert.equal(status, 1, `${program} ${args}: ${stderr}`);
    assert.match(stderr, /cannot write .*: there is no folder .*no.* \(make it first\)/, program);
  }
  assert.ok(!existsSync(join(folder, 'no')), 'nothing was made');
  assert.equal(run('lachan-trust', ['demo', '--out', join(folder, 'demo')]).status, 0, 'a folder that is asked for is made');
});

test('a file without an end, or that is no file, is refused in words', () => {
  for (const args of [
    ['rt', '/dev/zero', '--si-mean', '5', '--si-sd', '2'],
    ['rt', series, '--si', '/dev/zero'],
  ]) {
    const { status, stderr, signal } = run('lachan-epi', args);
    assert.equal(signal, null);
    assert.equal(status, 1);
    assert.match(stderr, /^lachan-epi: \/dev\/zero has more than 256 MiB, the most that is read \(file\)\n$/);
  }
  assert.match(run('lachan-epi', ['rt', folder, '--si-mean', '5', '--si-sd', '2']).stderr, /cannot read .*: Is a directory/);
  assert.match(run('lachan-epi', ['rt', join(folder, 'none.csv'), '--si-mean', '5', '--si-sd', '2']).stderr, /cannot read .*none\.csv: No such file/);
  const zero = openSync('/dev/zero', 'r');
  const issue = run('lachan-trust', ['verify', '--list', '/dev/zero'], { stdio: [zero, 'pipe', 'pipe'] });
  closeSync(zero);
  assert.equal(issue.status, 1);
  assert.match(issue.stderr, /\/dev\/zero has more than 256 MiB/);
});

test('too little memory is said, and no abort', () => {
  const events = file('big.csv', `x,y,population,cases\n${'1,2,3,4\n'.repeat(400_000)}`);
  // 80 MB of addresses hold the program, but not the table in memory.
  const { status, stderr, signal } = spawnSync('bash', ['-c', `ulimit -v 80000; exec "$0" "$@"`, join(binaries, 'lachan-epi'), 'smooth', events], { encoding: 'utf8' });
  assert.equal(signal, null, stderr);
  assert.equal(status, 1, stderr);
  assert.equal(stderr, 'lachan-epi: not enough memory for this input\n');
});

test('a number out of range is told with both ends, and an interval that is missing with its options', () => {
  const says = (program, args, what, status = 2) => {
    const done = run(program, args);
    assert.equal(done.status, status, `${program} ${args}: ${done.stderr}`);
    assert.match(done.stderr, what);
  };
  for (const bad of ['100000', '0', '-1', 'many', '1.5', '', ' 2', '99999999999999999999']) {
    says('lachan-epi', ['scan', table, '--threads', bad], /--threads needs a whole number from 1 to 256/);
  }
  says('lachan-boundaries', ['import', series, '--bits', '99', '-o', join(folder, 'x')], /--bits needs a whole number from 16 to 30/);
  says('lachan-boundaries', ['import', series, '--bits', '15', '-o', join(folder, 'x')], /--bits needs a whole number from 16 to 30/);
  says('lachan-trust', ['verify', '--list', series, '--at', '0'], /--at needs a whole number from 1 to 9223372036854775807/);
  for (const command of ['rt', 'cohort', 'forecast']) {
    for (const some of [[], ['--si-mean', '5'], ['--si-sd', '2']]) {
      says('lachan-epi', [command, series, ...some], new RegExp(`${command} needs the serial interval: --si FILE, or --si-mean DAYS and --si-sd DAYS`));
    }
  }
  says('lachan-epi', ['interval', '--si-mean', '5'], /interval needs the serial interval: --si-mean DAYS and --si-sd DAYS/);
  says('lachan-epi', [...rt, '--prior-mean', 'x'], /lachan-epi: --prior-mean: a number is expected \(epi\.request\)/, 1);
  says('lachan-epi', [...rt, '--window', '0'], /lachan-epi: --window: a whole number from 1 to/, 1);
});

test('Farrington says which week it needs and what the series has', () => {
  for (const command of ['farrington', 'farrington-flexible']) {
    const short = run('lachan-epi', [command, series]);
    assert.equal(short.status, 1);
    assert.match(short.stderr, /the series has 40 weeks and ends before week 264, the first that has all its years before it \(epi\.alarm\)/);
    assert.match(run('lachan-epi', [command, series, '--from', '9']).stderr, /nothing is judged before week 264/);
    assert.match(run('lachan-epi', [command, series, '--from', '300']).stderr, /the series has 40 weeks and ends before week 300 \(/);
  }
});

test('replicates of either scan are shared out to threads, which say how far they are when it takes long', () => {
  const lines = Array.from({ length: 6000 }, (_, i) => `${((i * 7919) % 30) + 1},${((i * i) % 60) + 1},${(i % 3) + 1}`);
  const events = file('events.csv', `unit,day,cases\n${lines.join('\n')}\n`);
  // More and more until it takes long, which is not the same number on every machine.
  for (let replicates = 6000; ; replicates *= 4) {
    const start = performance.now();
    const done = run('lachan-epi', ['space-time', table, events, '--replicates', String(replicates), '--longest', '30', '--threads', '2']);
    const took = performance.now() - start;
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stderr, new RegExp(`^(lachan-epi: \\d+ of ${replicates} replicates\n)*$`));
    if (took < 3500) continue;
    assert.notEqual(done.stderr, '');
    break;
  }
  assert.match(run('lachan-epi', ['space-time', table, events, '--threads', '0']).stderr, /--threads needs a whole number from 1 to 256/);
});

test('from another folder, the list of units is asked for by its option and the variable', () => {
  const elsewhere = { cwd: folder, env: { ...process.env, LACHAN_ASSETS: undefined } };
  const shapes = file('shapes.json', '{"type":"FeatureCollection","features":[]}');
  for (const [program, args] of [
    ['lachan-riskmap', ['levels', '--pack', 'risk-2', '--date', '2021-12-07']],
    ['lachan-boundaries', ['import', shapes, '-o', join(folder, 'x.bin')]],
    ['lachan-riskmap', ['backtest', '--cases', series, '-o', join(folder, 'report')]],
  ]) {
    const { status, stderr } = run(program, args, elsewhere);
    assert.equal(status, 1);
    assert.match(stderr, /cannot read build\/assets\/units\.txt: .*; name it with --units FILE, or its folder with LACHAN_ASSETS/, program);
  }
  const named = { ...elsewhere, env: { ...process.env, LACHAN_ASSETS: folder } };
  const levels = ['levels', '--pack', 'risk-2', '--date', '2021-12-07'];
  assert.equal(run('lachan-riskmap', levels, named).status, 0);
  assert.match(run('lachan-boundaries', ['import', shapes, '-o', join(folder, 'x.bin')], named).stderr, /geo\./, 'the list was read');
});

test('a unit that is not known is told once, with how many lines name it', () => {
  const days = Array.from({ length: 60 }, (_, i) => `Đà Nẵng,Nowhere,,2021-${String(1 + Math.floor(i / 28)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')},1`);
  const cases = file('strays.csv', `province,district,commune,date,cases\n${days.join('\n')}\nĐà Nẵng,Elsewhere,,2021-07-01,5\nĐà Nẵng,Liên Chiểu,,2021-07-01,x\n`);
  const done = run('lachan-riskmap', ['levels', '--units', units, '--pack', 'risk-who-ct', '--date', '2021-07-01', '--cases', cases]);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.stderr.match(/Nowhere/g).length, 1);
  assert.match(done.stderr, /strays\.csv: line 2 and 59 more: no unit Nowhere, Đà Nẵng\n/);
  assert.match(done.stderr, /strays\.csv: line 62: no unit Elsewhere, Đà Nẵng\n/);
  assert.match(done.stderr, /strays\.csv: line 63: 'x' is not a number of a day/);
  assert.match(done.stderr, /62 places in the files are flagged/);
  const figures = file('strays-figures.csv', `code,measure,source,date,value\n${'99,cases,a,2021-07-01,1\n'.repeat(3)}`);
  const people = file('strays-people.csv', 'code,population\n99,5\n98,5\n99,6\n');
  const more = run('lachan-riskmap', ['levels', '--units', units, '--pack', 'risk-who-ct', '--date', '2021-07-01', '--figures', figures, '--population', people]);
  assert.match(more.stderr, /strays-figures\.csv: line 2 and 2 more: no unit 99\n/);
  assert.match(more.stderr, /strays-people\.csv: line 2 and 1 more: no unit 99\n/);
});
