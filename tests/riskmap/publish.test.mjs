// The parts of publication that are pure: reading answers, what would change, who may approve, and what is public over what is calculated.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let model;
let riskmap;
let fold;
let texts;

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  model = await server.ssrLoadModule('/src/riskmap/publish-model.ts');
  riskmap = await server.ssrLoadModule('/src/riskmap/model.ts');
  ({ fold } = await server.ssrLoadModule('/src/app/fold.ts'));
  texts = {
    vi: (await server.ssrLoadModule('/src/text/vi/publish.ts')).text,
    en: (await server.ssrLoadModule('/src/text/en/publish.ts')).text,
  };
});
after(() => server.close());

const override = (rest = {}) => ({ unit: '26734', level: 3, reason: 'Ổ dịch', documentNumber: '45/QĐ', ...rest });
const proposal = (rest = {}) => ({
  record: 'r1', madeAt: 5, author: 'an', day: '2021-12-07', pack: 'risk-2', packVersion: 1, dataTime: 4, dueAt: null, isPublished: false, isOwn: false,
  codes: '79 760 26734 26740', levels: '-342', overrides: [override()],
  changes: [{ unit: '26734', level: '3', published: '-' }, { unit: '760', level: '3', published: '1' }, { unit: '79', level: '.', published: '-' }], ...rest,
});
const publication = (day, from, rest = {}) => ({
  record: `p${from}`, day, validFrom: from, validTo: null, pack: 'risk-2', packVersion: 1, dataTime: 1, level: '2', approvedBy: 'binh', preparedBy: 'an', ...rest,
});
const answer = (rest = {}) => ({ unit: '79', mayApprove: true, proposals: [proposal()], history: [], ...rest });

test('a proposal is read with what would change, and what an officer changed stands beside what was calculated', () => {
  const [one] = model.readDesk(answer()).proposals;
  assert.deepEqual(one.changes[0], { unit: '26734', before: null, after: 3, override: override(), calculated: 4 });
  assert.deepEqual(one.changes[1], { unit: '760', before: 1, after: 3, override: null, calculated: 3 });
  assert.equal(one.changes.length, 2, 'from not computable to grey is no other level');
  assert.equal(one.author, 'an');
  assert.equal(model.readDesk(answer({ proposals: [proposal({ author: '0', dueAt: 9 })] })).proposals[0].author, null, 'the server');
  assert.throws(() => model.readDesk({ error: 'x' }), /no unit/);
});

test('what is in force on a day is the first of the history that is not about a later one', () => {
  const { history } = model.readDesk(answer({ history: [publication('2021-12-09', 3), publication('2021-12-07', 2), publication('2021-12-07', 1)] }));
  const on = (day) => model.inForceOn(history, day)?.record ?? null;
  assert.deepEqual(['2021-12-06', '2021-12-07', '2021-12-08', '2021-12-09', '2022-01-01'].map(on), [null, 'p2', 'p2', 'p3', 'p3']);
  assert.equal(history[0].until, null);
  assert.equal(history[0].level, 2);
});

const calculated = () => model.readCalculated({ unit: '79', day: '2021-12-07', pack: 'risk-2', packVersion: 1, dataTime: 4, codes: '79 760 26734 26740', levels: '.342', computed: '.341' });
const row = (rest = {}) => ({ key: 1, unit: '26734', level: '1', reason: ' Ổ dịch ', documentNumber: '45', ...rest });

test('the record that is sent is the calculation as it came, with the overrides that were typed', () => {
  assert.deepEqual(model.bodyOf(calculated(), []), calculated().body, 'nothing is added where nothing was changed');
  assert.deepEqual(model.bodyOf(calculated(), [row()]).overrides, [{ unit: '26734', level: 1, reason: 'Ổ dịch', documentNumber: '45' }]);
  assert.deepEqual(model.bodyOf(calculated(), [row({ unit: '', level: '', reason: ' ' })]).overrides, [{ documentNumber: '45' }], 'what is missing is missing, for the core to say');
  assert.throws(() => model.readCalculated({ error: 'riskmap.nothing' }), /no units/);
});

test('what would change is told against what is public, with overrides over what was calculated', () => {
  const published = new Map([['79', null], ['760', 3], ['26734', 2], ['26740', 2]]);
  assert.deepEqual(model.changesOf(calculated(), published, []), [{ unit: '26734', before: 2, after: 4, override: null, calculated: 4 }]);
  assert.deepEqual(model.changesOf(calculated(), published, [row({ level: '2' })]), [], 'back to what is public');
  assert.deepEqual(model.changesOf(calculated(), published, [row({ level: '' })]).length, 1, 'a row that is not whole changes nothing');
  assert.deepEqual(model.changesOf(calculated(), null, []).map(({ unit }) => unit), ['760', '26734', '26740'], 'nothing public yet; grey stays grey');
});

test('changes are found by the name of their unit, typed without marks', () => {
  const changes = model.changesOf(calculated(), null, []);
  const names = { 760: 'Quận 1', 26734: 'Phường Tân Định', 26740: 'Phường Bến Nghé' };
  const found = (words) => model.filtered(changes, words, (unit) => names[unit], fold).map(({ unit }) => unit);
  assert.deepEqual(found('ben nghe'), ['26740']);
  assert.deepEqual(found('  '), ['760', '26734', '26740']);
  assert.deepEqual(found('x'), []);
});

test('who may not approve is told why', () => {
  const obstacle = (change, rest = {}, online = true) => {
    const desk = model.readDesk(answer({ proposals: [proposal(change)], ...rest }));
    return model.obstacleOf(desk.proposals[0], desk, online);
  };
  assert.equal(obstacle({}), null);
  assert.equal(obstacle({ isOwn: true }), 'own');
  assert.equal(obstacle({}, { mayApprove: false }), 'role');
  assert.equal(obstacle({ isPublished: true, isOwn: true }), 'published');
  assert.equal(obstacle({}, {}, false), 'offline');
  const older = (day) => {
    const desk = model.readDesk(answer({ proposals: [proposal({ record: 'new', day, isPublished: true }), proposal()] }));
    return model.obstacleOf(desk.proposals[1], desk, true);
  };
  assert.equal(older('2021-12-07'), 'older');
  assert.equal(older('2021-12-08'), null, 'that is about another day');
});

const place = (unit, level, rest = {}) => ({ unit, level, computed: level, declared: null, ...rest });
const told = (units) => model.readPublished({ day: '2021-12-07', publications: units.map(([codes, levels]) => ({ day: '2021-12-05', validFrom: 7, codes, levels })) });

test('what is public lies over what is calculated; what nobody approved stays and is marked', () => {
  const levels = { day: '2021-12-07', provinces: [place('79', 4), place('01', 2), place('66', 3)] };
  const [hcm, hanoi, daklak] = model.withPublished(levels, told([['79', '2'], ['66 643', '-1']])).provinces;
  assert.deepEqual([hcm.level, hcm.computed, hcm.published], [2, 4, { level: 2, from: 7, day: '2021-12-05' }]);
  assert.deepEqual([hanoi.level, hanoi.published], [2, null]);
  assert.equal(daklak.level, null, 'published as not computable');
  assert.deepEqual([hcm, hanoi, daklak].map(riskmap.differs), [true, false, true]);
  assert.equal(model.withPublished(levels, null), levels, 'nobody could tell: nothing is called unpublished');
  assert.equal(model.withPublished({ ...levels, day: '2021-12-08' }, told([['79', '2']])).provinces[0].level, 4, 'the answer is about another day');
  const rows = { day: '2021-12-07', units: [{ unit: '643', level: 3, computed: 3, declared: null }, { unit: '644', level: 1, computed: 1, declared: null }] };
  assert.deepEqual(model.withPublishedRows(rows, told([['66 643', '-1']])).units.map(({ level, published }) => [level, published?.level ?? null]), [[1, 1], [1, null]]);
  assert.deepEqual([...told([]).units], []);
  assert.deepEqual([...told([['', '']]).units], [], 'of a unit that the publication does not have');
  assert.throws(() => model.readPublished({}), /no day/);
});

test('every text is used by the screen, and both languages have the same places to fill', () => {
  const folder = join(root, 'src', 'riskmap');
  const source = readdirSync(folder).filter((name) => /^publish.*\.ts$/.test(name)).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  assert.deepEqual(Object.keys(texts.en), Object.keys(texts.vi));
  for (const key of Object.keys(texts.vi)) {
    assert.deepEqual(holes(texts.en[key]), holes(texts.vi[key]), key);
    const family = key.slice(0, key.indexOf('.') + 1);
    assert.ok(source.includes(`'${key}'`) || (family !== '' && source.includes(`\`${family}\${`)), key);
  }
});
