// The workshop and the report of the map page, as far as they are pure: packs that are changed, drafts, files.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
const packs = fileURLToPath(new URL('../../assets/packs', import.meta.url));
const pack = (id) => JSON.parse(readFileSync(`${packs}/${id}.json`, 'utf8'));
let server;
let edit;
let drafts;
let csv;
let files;
const texts = {};

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  const load = (name) => server.ssrLoadModule(`/src/${name}.ts`);
  edit = await load('riskmap/pack-edit');
  drafts = await load('riskmap/pack-drafts');
  csv = await load('app/csv');
  files = await load('riskmap/report-files');
  for (const area of ['workshop', 'report']) texts[area] = { vi: (await load(`text/vi/${area}`)).text, en: (await load(`text/en/${area}`)).text };
});
after(() => server.close());

// ---- packs

test('a threshold is turned and the bands go on meeting; what is tried is no longer official', () => {
  const law = pack('risk-2');
  const tried = edit.turned(law, law, ['bands', 1, 'from'], 15);
  assert.deepEqual(tried.bands.slice(0, 2).map(({ from, below, mark }) => [from, below, mark]), [[0, 15, 'toConfirm'], [15, 50, 'toConfirm']]);
  assert.equal(law.bands[0].mark, 'official', 'the law stays what it was');
  assert.equal(law.bands[0].below, 20);
  assert.equal(tried.cells.find(({ id }) => id === '4.70').mark, 'toConfirm', 'a cell that rests on the bands');
  assert.deepEqual(edit.changesOf(law, tried).map(({ path, was, is }) => [edit.pathText(path), was, is]), [['bands[1].from', 20, 15]]);
  const back = edit.turned(law, tried, ['bands', 1, 'from'], 20);
  assert.deepEqual(back, law, 'turned back it is the law again, marks and all');
});

test('a window, a limit and an input are turned, and only what rests on them loses its mark', () => {
  const law = pack('risk-1');
  const share = edit.turned(law, law, ['cells', 5, 'when', 0, 2], 40);
  assert.equal(share.cells[5].mark, 'toConfirm');
  assert.equal(share.cells[6].mark, 'official');
  const window = edit.turned(law, law, ['inputs', 'spread', 'days'], 7);
  const lost = window.cells.filter((cell, at) => cell.mark !== law.cells[at].mark).map(({ id }) => id);
  assert.deepEqual(lost, ['district.4.spread', 'district.3.spread', 'province.4.spread']);
  const weight = edit.turned(pack('risk-2'), pack('risk-2'), ['windowDays'], 14);
  assert.ok(weight.bands.every(({ mark }) => mark === 'toConfirm'));
});

test('every pack that is shipped has numbers to turn, each within its bounds, and each changes that number alone', () => {
  for (const name of readdirSync(packs).filter((each) => each.endsWith('.json'))) {
    const law = JSON.parse(readFileSync(`${packs}/${name}`, 'utf8'));
    const knobs = edit.knobsOf(law);
    assert.ok(knobs.length > 3, name);
    for (const path of knobs) {
      const value = edit.numberAt(law, path);
      const [least, most] = edit.boundsOf(law, path);
      assert.ok(value >= least && value <= most, `${name} ${edit.pathText(path)}: ${value}`);
      const next = value === most ? value - 1 : value + 1;
      assert.deepEqual(edit.changesOf(law, edit.turned(law, law, path, next)).map(({ is }) => is), [next], `${name} ${edit.pathText(path)}`);
    }
    assert.ok(edit.measuresOf(law).length > 0, name);
  }
  assert.equal(edit.looksBelow(pack('risk-1')), true);
  assert.equal(edit.looksBelow(pack('risk-2')), false);
});

test('changes are taken back and made again; typing one number is one step', () => {
  const history = new edit.History('law');
  history.put('1', 'a');
  history.put('15', 'a');
  history.seal();
  history.put('155', 'a');
  history.put('x', 'b');
  assert.deepEqual([history.now, history.canUndo, history.canRedo], ['x', true, false]);
  const seen = [];
  while (history.canUndo) {
    history.undo();
    seen.push(history.now);
  }
  assert.deepEqual(seen, ['155', '15', 'law']);
  history.redo();
  history.redo();
  assert.equal(history.now, '155');
  history.put('y', 'b');
  assert.equal(history.canRedo, false);
});

// ---- drafts

function memory() {
  const kept = new Map();
  let clock = 0;
  return {
    kept,
    load: async (key) => kept.get(key)?.value ?? null,
    save: async (key, value) => void kept.set(key, { value: structuredClone(value), savedAt: ++clock }),
    remove: async (key) => void kept.delete(key),
    list: async () => [...kept].map(([key, { savedAt }]) => ({ key, savedAt })),
  };
}
function refusing(detail) {
  return async (given) => {
    if (given.bands?.[1]?.from === 16) throw Object.assign(new Error('malformed'), { code: 'malformed', rule: 'riskmap.pack', detail });
  };
}

test('a draft is kept under its name, listed, removed, brought back, and carried as a file', async () => {
  let now = 1000;
  const port = memory();
  port.kept.set('declaration', { value: { name: 'something else' }, savedAt: 1 });
  const store = new drafts.PackDrafts(port, async () => undefined, () => (now += 1));
  const law = pack('risk-2');
  const tried = edit.turned(law, law, ['bands', 1, 'from'], 15);
  const saved = await store.save('  Chặt   hơn ', 'risk-2', tried);
  await store.save('Khác', 'risk-2', law);
  assert.equal(saved.name, 'Chặt hơn');
  assert.deepEqual([saved.pack.id, saved.pack.use], ['risk-2-draft', 'choice'], 'never the law, never chosen by the map itself');
  assert.deepEqual((await store.list()).map(({ name }) => name), ['Khác', 'Chặt hơn']);
  await store.save('Khác', 'risk-2', tried);
  assert.equal((await store.list()).length, 2, 'the same name takes the place of the old one');
  await store.remove(saved);
  assert.deepEqual((await store.list()).map(({ name }) => name), ['Khác']);
  await store.restore(saved);
  assert.deepEqual((await store.list()).find(({ name }) => name === 'Chặt hơn'), saved);
  assert.ok(port.kept.has('declaration'), 'drafts of others are left alone');
  const read = await store.read(drafts.draftFile(saved));
  assert.deepEqual({ ...read, savedAt: 0 }, { ...saved, savedAt: 0 });
  const bare = await store.read(JSON.stringify(law));
  assert.deepEqual([bare.name, bare.base, bare.pack.id], ['risk-2', 'risk-2', 'risk-2-draft']);
});

test('a file that is no draft is refused with field and rule, and nothing is kept', async () => {
  const port = memory();
  const store = new drafts.PackDrafts(port, refusing('bands[1].from: bands begin at 0 and meet'));
  const law = pack('risk-2');
  const good = { form: 'lachan.riskmap.draft', version: 1, name: 'x', base: 'risk-2', savedAt: 1, pack: law };
  const bad = structuredClone(law);
  bad.bands[1].from = 16;
  const cases = [
    ['{', '', 'json'],
    ['[]', '', 'form'],
    ['null', '', 'form'],
    [JSON.stringify({ ...good, form: 'other' }), 'form', 'form'],
    [JSON.stringify({ ...good, version: 2 }), 'version', 'version'],
    [JSON.stringify({ ...good, pack: 7 }), 'pack', 'form'],
    [JSON.stringify({ ...good, name: 7 }), 'name', 'name'],
    [JSON.stringify({ ...good, name: ' \n ' }), 'name', 'name'],
    [JSON.stringify({ ...good, name: 'x'.repeat(61) }), 'name', 'name'],
    [JSON.stringify({ ...good, pad: 'x'.repeat(drafts.MOST_FILE_BYTES) }), '', 'size'],
    [JSON.stringify({ ...good, pack: bad }), 'pack', 'pack'],
  ];
  for (const [text, field, rule] of cases) {
    await assert.rejects(store.read(text), (error) => error.field === field && error.rule === rule, `${text.slice(0, 60)}: ${field} ${rule}`);
  }
  await assert.rejects(store.read(JSON.stringify({ ...good, pack: bad })), /bands\[1\]\.from: bands begin at 0 and meet/);
  await assert.rejects(store.save('x', 'risk-2', bad), /malformed/);
  assert.equal(port.kept.size, 0);
});

// ---- files

test('a table is one table: quotes, lines and formulas are no way out of a cell', () => {
  const rows = [
    ['a', 1, null],
    ['x,y', 'say "no"', 'two\nlines'],
    ['=1+1', '+84', '-3'],
    ['@SUM(A1)', '\t=2', '＝3'],
    [' =4', ' kept ', 'Đắk Lắk'],
  ];
  assert.equal(
    csv.csvText(rows),
    'a,1,\r\n"x,y","say ""no""","two\nlines"\r\n\'=1+1,\'+84,\'-3\r\n\'@SUM(A1),"\'\t=2",\'＝3\r\n\' =4," kept ",Đắk Lắk\r\n',
  );
  assert.equal(csv.csvText([[-3]]), '-3\r\n', 'a number is a number');
});

const words = {
  code: 'Mã', name: 'Tên', shown: 'Cấp', declared: 'Công bố', computed: 'Tính toán', rule: 'Ô', missing: 'Thiếu',
  cases: (from, until) => `Ca ${from}–${until}`, day: 'Ngày', pack: 'Bộ', mark: 'Ngưỡng', marks: { official: 'có', toConfirm: 'chờ' },
};
const head = { unit: '79', name: 'Thành phố Hồ Chí Minh', day: '2021-12-20', pack: 'risk-2', version: 2, packOfficial: false, window: null };
const row = (unit, rest = {}) => ({ unit, name: `Quận ${unit}`, level: 2, computed: 2, declared: null, rule: null, missing: [], ...rest });

test('the table of a report has the columns that somebody may see, and the mark that makes Excel read it', () => {
  const open = files.reportCsv({ ...head, window: { from: '2021-12-14', until: '2021-12-20' } }, [row('760', { rule: '2.under', missing: ['plan'], cases: 3 }), row('761', { level: null, computed: null, cases: null, name: '=evil' })], words);
  assert.equal(
    open,
    '\ufeffMã,Tên,Cấp,Công bố,Tính toán,Ô,Thiếu,Ca 2021-12-14–2021-12-20,Ngày,Bộ,Ngưỡng\r\n' +
      "760,Quận 760,2,,2,2.under,plan,3,2021-12-20,risk-2 (2),chờ\r\n761,'=evil,,,,,,,2021-12-20,risk-2 (2),chờ\r\n",
  );
  const closed = files.reportCsv(head, [row('760')], words);
  assert.equal(closed.split('\r\n')[0], '\ufeffMã,Tên,Cấp,Công bố,Tính toán,Ngày,Bộ,Ngưỡng');
  assert.equal(files.fileName(head, 'csv'), 'lachan-cap-do-79-thanh-pho-ho-chi-minh-2021-12-20.csv');
  assert.equal(files.fileName({ unit: '', name: 'Cả nước', day: '2021-12-20' }, 'png'), 'lachan-cap-do-ca-nuoc-2021-12-20.png');
  assert.equal(files.fileName({ unit: '66', name: 'Tỉnh Đắk Lắk/..', day: '2021-12-20' }, 'geojson'), 'lachan-cap-do-66-tinh-dak-lak-2021-12-20.geojson');
});

test('shapes are closed rings that say what they are, and hold no number that was not given', () => {
  const square = [[106, 10], [107, 10], [107, 11], [106, 11]];
  const hole = [[106.2, 10.2], [106.2, 10.4], [106.4, 10.4]];
  const sliver = [[106, 10], [106.0000001, 10], [106, 10.0000001]];
  const made = { isSchematic: true, source: 'Natural Earth', of: (code) => (code === '760' ? [[square, hole, sliver], [sliver]] : []) };
  const text = files.reportGeoJson({ ...head, window: { from: '2021-12-14', until: '2021-12-20' } }, [row('760', { cases: 3, rule: '2.under' }), row('761', { cases: null })], made, 'Natural Earth. Schematic');
  const read = JSON.parse(text);
  assert.deepEqual([read.type, read.schematic, read.attribution, read.day, read.packMark], ['FeatureCollection', true, 'Natural Earth. Schematic', '2021-12-20', 'toConfirm']);
  const [one, other] = read.features;
  assert.deepEqual(one.geometry.coordinates, [[[...square, square[0]], [...hole, hole[0]]]], 'closed; what is too small to be a ring is gone');
  assert.deepEqual(one.properties, { code: '760', name: 'Quận 760', level: 2, declaredLevel: null, computedLevel: 2, rule: '2.under', cases: 3, schematic: true });
  assert.equal(other.geometry, null);
  const closed = files.reportGeoJson(head, [row('760')], made, 'x');
  assert.doesNotMatch(closed, /cases|rule|missing/);
});

// ---- texts

test('both languages have the same texts with the same places to fill, and every text is used', () => {
  const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const sources = readdirSync(`${root}/src/riskmap`).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(`${root}/src/riskmap/${name}`, 'utf8')).join('\n');
  const families = { workshop: ['depth.', 'map.', 'mode.', 'inputs.', 'missing.', 'at.', 'measure.', 'turned.', 'draft.rule.'], report: [] };
  for (const [area, { vi, en }] of Object.entries(texts)) {
    assert.deepEqual(Object.keys(en), Object.keys(vi));
    for (const key of Object.keys(vi)) {
      assert.deepEqual(holes(en[key]), holes(vi[key]), key);
      const used = sources.includes(`'${key}'`) || families[area].some((family) => key.startsWith(family) && sources.includes(`\`${family}\${`));
      assert.ok(used, `${area}: ${key}`);
    }
  }
});
