// lachan-riskmap as people use it: levels from files of counts, explanations, packs, comparison; what it says about bad files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const programs = process.env.LACHAN_BINARY_ROOT ?? join(root, 'build', 'dev');
const units = join(process.env.LACHAN_ASSETS ?? join(root, 'build', 'assets'), 'units.txt');
const corpus = join(root, '..', 'shared', 'data');
const folder = mkdtempSync(join(tmpdir(), 'lachan-riskmap-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function run(args, status = 0) {
  const done = spawnSync(join(programs, 'lachan-riskmap'), args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(done.status, status, `lachan-riskmap ${args.join(' ')}\n${done.stderr}${done.stdout.slice(-1000)}`);
  return done;
}
const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
/** The cells of a line; quotes are doubled inside quotes. */
function cellsOf(line) {
  const cells = [''];
  let quoted = false;
  for (const sign of line) {
    if (sign === '"') quoted = !quoted;
    if (sign === ',' && !quoted) cells.push('');
    else cells[cells.length - 1] += sign;
  }
  return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}
const rows = (text) => text.trimEnd().split('\n').map(cellsOf);
const levels = (args) => {
  const [head, ...body] = rows(run(['levels', '--units', units, ...args]).stdout);
  return new Map(body.map((cells) => [cells[0], Object.fromEntries(head.map((name, i) => [name, cells[i]]))]));
};
const week = (code, values) => values.map((n, i) => `${code},2021-12-0${i + 1},${n}`).join('\n');

test('a week of counts becomes levels, with rule, arithmetic and what is missing', () => {
  const cases = file('cases.csv', `code,date,cases\n${week('79', [2000, 2000, 2000, 2000, 2000, 2000, 1842])}\n${week('01', [0, 0, 0, 0, 0, 0, 0])}\n`);
  const all = levels(['--pack', 'risk-2', '--date', '2021-12-07', '--cases', cases]);
  assert.equal(all.size, 63);
  // 13,842 of 9,227,600 are a little more than 150 per 100,000 a week.
  assert.equal(all.get('79').level, '4');
  assert.equal(all.get('79').rule, '4.under');
  assert.match(all.get('79').reason, /13842 × 100000 = 1384200000 ≥ 150 × 9227600 people = 1384140000/);
  assert.match(all.get('79').reason, /missing share of adults/);
  assert.equal(all.get('01').level, '1');
  assert.equal(all.get('02').level, '');
  assert.equal(all.get('02').atLeast, '1');
  assert.equal(all.get('02').atMost, '4');
  const doses = file('doses.csv', 'code,measure,source,date,value\n79,adultsDosed,office,2021-12-05,9900\n');
  const better = levels(['--pack', 'risk-2', '--date', '2021-12-07', '--cases', cases, '--figures', doses]);
  assert.equal(better.get('79').level, '3');
  const why = run(['levels', '--units', units, '--pack', 'risk-2', '--date', '2021-12-07', '--cases', cases, '--why', '--unit', '79', '--language', 'vi']).stdout;
  assert.match(why, /Thành phố Hồ Chí Minh \(79\), 2021-12-07: cấp 4/);
  assert.match(why, /Đổi mức khi bớt 1 ca → cấp 3/);
  const out = join(folder, 'levels.csv');
  run(['levels', '--units', units, '--pack', 'risk-2', '--date', '2021-12-07', '--cases', cases, '--out', out]);
  assert.equal(readFileSync(out, 'utf8').split('\n').length, 65);
  const declared = file('declared.csv', 'code,level\n79,2\n');
  assert.equal(levels(['--pack', 'risk-2', '--date', '2021-12-07', '--cases', cases, '--declared', declared]).get('79').declared, '2');
});

test('names are found in any spelling, and what is not found or not a number is told by line and left out', () => {
  const cases = file(
    'names.csv',
    'province,district,commune,date,cases\nTP. Hồ Chí Minh,Quận 1,Bến Nghé,2021-07-01,3\nho chi minh city,Quan 1,Phường Bến Thành,2021-07-01,4\n' +
      'Bắc Giang,Việt Yên,Quang Châu,2021-07-01,5\nBắc Giang,Nowhere,,2021-07-01,5\nBắc Giang,Việt Yên,Quang Châu,2021-07-02,x\nBắc Giang,Việt Yên,Quang Châu,2021-02-30,1\n',
  );
  const people = file('people.csv', 'level1_id,level2_id,level3_id,name,population,source\n79,760,26740,a,20000,x\n79,760,26743,a,20000,x\n24,222,07777,a,10000,x\n');
  const done = run(['levels', '--units', units, '--pack', 'risk-who-ct', '--date', '2021-07-01', '--cases', cases, '--population', people, '--level', 'commune']);
  assert.match(done.stderr, /names\.csv: line 5: no unit Nowhere, Bắc Giang/);
  assert.match(done.stderr, /names\.csv: line 6: 'x' is not a number of a day/);
  assert.match(done.stderr, /names\.csv: line 7: no such day/);
  assert.match(done.stderr, /3 places in the files are flagged; nothing was mended/);

  // Days without a row are zero only when asked for, and not where a name was not found: those cases may be anybody's of that district.
  const sibling = readFileSync(units, 'utf8').split('\n').find((line) => /^\d{5}\|3\|222\|/.test(line) && !line.includes('Quang Châu')).slice(0, 5);
  const known = file('known.csv', `code,population\n26743,20000\n${sibling},20000\n`);
  const sparse = 'province,district,commune,date,cases\nBắc Giang,Việt Yên,Quang Châu,2021-07-01,5\nBắc Giang,Việt Yên,Quang Châu,2021-07-07,5\n';
  const args = ['--pack', 'risk-who-ct', '--date', '2021-07-07', '--population', known, '--level', 'commune'];
  const asked = (name, text, ...more) => levels([...args, '--cases', file(name, text), ...more]);
  assert.equal(asked('sparse.csv', sparse).get(sibling).level, '');
  assert.equal(asked('sparse.csv', sparse, '--absent', 'zero').get(sibling).level, '1');
  const lost = asked('lost.csv', `${sparse}Bắc Giang,Việt Yên,Nowhere,2021-07-02,9\n`, '--absent', 'zero');
  assert.equal(lost.get(sibling).level, '');
  assert.equal(lost.get('26743').level, '1');
});

test('packs are listed and compared, a pack of a file is read as strictly as ours, and one that is off stays off', () => {
  const listed = rows(run(['packs']).stdout);
  assert.deepEqual(
    listed.slice(1).map(([id, , use]) => `${id} ${use}`),
    ['risk-1 choice', 'risk-2 map', 'risk-3 off', 'risk-cdc choice', 'risk-ecdc-1 choice', 'risk-ecdc-2 choice', 'risk-who-ct map'],
  );
  const cases = file('cases.csv', `code,date,cases\n${week('79', [300, 300, 300, 300, 300, 300, 300])}\n`);
  const stricter = JSON.parse(readFileSync(join(root, 'assets/packs/risk-who-ct.json'), 'utf8'));
  stricter.id = 'mine';
  stricter.bands[0].below = 15;
  stricter.bands[1].from = 15;
  const mine = file('mine.json', JSON.stringify(stricter));
  const args = ['--units', units, '--date', '2021-12-07', '--cases', cases];
  const done = run(['compare', '--pack', 'risk-who-ct', '--pack', mine, ...args]);
  assert.equal(done.stdout, 'code,name,levelA,ruleA,levelB,ruleB\n', '22 per 100,000 lie in one band of both');
  const lower = file('cases2.csv', `code,date,cases\n${week('79', [220, 220, 220, 220, 220, 220, 220])}\n`);
  const changed = run(['compare', '--pack', 'risk-who-ct', '--pack', mine, '--units', units, '--date', '2021-12-07', '--cases', lower]);
  assert.equal(changed.stdout.trim().split('\n')[1], '79,Thành phố Hồ Chí Minh,1,cases.1,2,cases.2');
  stricter.bands[1].from = 16;
  const bad = run(['compare', '--pack', 'risk-who-ct', '--pack', file('bad.json', JSON.stringify(stricter)), ...args], 1);
  assert.match(bad.stderr, /bad\.json: bands\[1\]\.from: bands begin at 0 and meet \(riskmap\.pack\)/);
  assert.match(run(['levels', '--pack', 'risk-3', ...args], 1).stderr, /switched off/);
  run(['levels', '--pack', 'risk-3', '--switched-off', ...args]);
});

test('wrong usage is 2, a bad file is 1, and both say what is wrong', () => {
  assert.match(run(['--help']).stdout, /lachan-riskmap levels --pack/);
  for (const args of [[], ['paint'], ['levels', '--pack', 'risk-2'], ['levels', '--date', '2021-12-07'], ['levels', '--frog'], ['compare', '--pack', 'risk-2', '--date', '2021-12-07'],
    ['levels', '--pack', 'risk-2', '--date', '2021-12-07', '--units', units, '--level', 'street'], ['levels', '--pack', 'risk-2', '--date', '2021-12-07', '--units', units, '--assume', 'rain=1']]) {
    assert.match(run(args, 2).stderr, /Try: lachan-riskmap --help/, args.join(' '));
  }
  const args = ['levels', '--units', units, '--pack', 'risk-2', '--date', '2021-12-07'];
  assert.match(run([...args, '--cases', '/no/such/file'], 1).stderr, /cannot read/);
  const odd = run([...args, '--cases', file('odd.csv', 'a,b\n1,2\n')], 1).stderr;
  assert.match(odd, /odd\.csv: line 1: unknown columns/);
  assert.ok(odd.includes("riskmap.file"), 'the rule is told too');
  assert.match(run([...args, '--cases', file('short.csv', 'code,date,cases\n79,2021-12-01\n')], 1).stderr, /short\.csv: line 2: 2 cells/);
  assert.match(run([...args, '--cases', file('quote.csv', 'code,date,cases\n"79,1\n')], 1).stderr, /ends inside quotes/);
  assert.match(run([...args, '--cases', file('inside.csv', 'code,date,cases\n79,2021-12-01,1\n7"9,2021-12-01,1\n')], 1).stderr,
    /inside\.csv: line 3: a quote inside column 1, which does not begin with one \(csv\.quotes\)/);
  assert.match(run([...args, '--cases', file('latin.csv', Buffer.from('code,date,cases\n79,2021-12-01,\xe9\n', 'latin1'))], 1).stderr, /latin\.csv: line 2: it is no UTF-8 \(csv\.utf8\)/);
  assert.match(run([...args, '--cases', file('far.csv', 'code,date,cases\n79,0001-01-01,1\n79,9999-12-31,1\n79,2021-12-01,1\n'), '--absent', 'zero']).stderr,
    /far\.csv: line 2: no such day from 2000 to 2099\n.*far\.csv: line 3: no such day from 2000 to 2099\n/, 'days are kept one by one, so that two slips must not make a memory of ten thousand years');
  assert.match(run([...args, '--figures', file('figures.csv', 'code,measure,source,date,value\n79,rain,x,2021-12-01,1\n')], 1).stderr, /no measure rain/);
  assert.match(run([...args, '--unit', '999'], 1).stderr, /no unit 999/);
  assert.match(run(['levels', '--units', units, '--pack', 'no-such', '--date', '2021-12-07'], 1).stderr, /no pack no-such/);
});

test('the real counts of 2021: communes, districts and provinces, and the two bad cells of the portal', { skip: existsSync(corpus) ? false : 'skipped: no corpus' }, () => {
  const at = (name) => join(corpus, 'cases', name);
  const people = join(corpus, 'map/population/gso2021_commune_population.csv');
  const done = run(['levels', '--units', units, '--pack', 'risk-who-ct', '--date', '2021-07-10', '--cases', at('communes2021/commune_day.csv'), '--population', people,
    '--absent', 'zero', '--level', 'commune']);
  const [head, ...body] = done.stdout.trimEnd().split('\n');
  assert.ok(head.startsWith('code,name,level'));
  assert.ok(body.length > 10_500);
  assert.match(done.stderr, /level 1 \d+, 2 \d+, 3 \d+, 4 \d+/);
  const portal = run(['levels', '--units', units, '--pack', 'risk-2', '--date', '2021-12-20', '--cases', at('provinces2020_2022/cases_per_day.csv')]);
  assert.match(portal.stderr, /on 2021-09-28: 49170 is more than/);
  assert.match(portal.stderr, /on 2021-10-25: 151919 is more than/);
  assert.match(portal.stderr, /nothing was mended/);
});
