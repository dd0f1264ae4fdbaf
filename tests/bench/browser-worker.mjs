// Runs in a worker of a real browser: the core on SQLite over OPFS, beside a raw insert of the same rows in the same database kind.

import sqlite3InitModule from '/sqlite/index.mjs';
import createCore from '/core/core.mjs';
import { askOf } from '/call.mjs';
import { openSqlitePort } from '/page/sqlite-port.mjs';

const PRAGMAS = 'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON';

const progress = (text) => postMessage({ progress: text });

const sqlite = await sqlite3InitModule();
const pool = await sqlite.installOpfsSAHPoolVfs({ initialCapacity: 24, forceReinitIfPreviouslyFailed: true });
const core = await createCore({ locateFile: () => '/core/core.wasm' });

const call = askOf(core);

const units = await (await fetch('/assets/units.txt')).text();
let files = 0;

/** A fresh database with the tables of the core; the core is open over it. */
function freshDatabase() {
  const connection = new pool.OpfsSAHPoolDb(`/bench-${++files}.db`);
  connection.exec(PRAGMAS);
  core.sqlitePort = openSqlitePort(sqlite.wasm, connection.pointer, () => false);
  core._core_open();
  call('units.load', { text: units });
  call('db.open', { now: Date.now() });
  return connection;
}

const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
const device = base64url(await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('spki', keys.publicKey)));

function homes() {
  const wards = units.split('\n').filter((line) => line.split('|')[1] === '3').map((line) => line.slice(0, 5));
  const found = [];
  for (let i = 0; i < 200; ++i) {
    const ward = wards[Math.floor((i * wards.length) / 200)];
    const [province, district, code] = call('units.find', { code: ward, now: Date.now() }).path.split('/');
    if (code) found.push({ province, district, ward: code });
  }
  return found;
}

const body = (home, i) => ({
  onBehalf: false, fullName: 'Nguyễn Văn Thử', idType: 'cccd', idNumber: '079085000000', birthDate: '1985', sex: 'male', nationality: 'VNM',
  ...home, address: `${1 + (i % 400)} đường Trần Hưng Đạo`, phone: `0900000${100 + (i % 900)}`, travelled: false,
  signFever: i % 10 === 0, signCough: i % 10 === 0, signDyspnoea: false, signPneumonia: false, signSoreThroat: false, signFatigue: false,
  signLossOfTasteSmell: false, contactCase: false, contactAffectedCountry: false, contactSymptomatic: false,
  diabetes: 'no', hypertension: 'unknown', dataConsent: true, legalAccepted: true,
});

/** Draft -> checked, made, signed by the device, committed: what a citizen waits for. */
async function submitAll(places, count) {
  let signing = 0;
  const start = performance.now();
  for (let i = 0; i < count; ++i) {
    const home = places[i % places.length];
    const now = Date.now();
    const prepared = call('record.prepare', { system: 'declaration', kind: 'population', unit: home.ward, device, body: body(home, i), now, entropy: hex(32) });
    if (prepared.violations.length) throw new Error(JSON.stringify(prepared.violations));
    const mark = performance.now();
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, encoder.encode(prepared.bytes));
    signing += performance.now() - mark;
    const done = call('record.commit', { record: prepared.record, signature: base64url(signature), now });
    if (done.outcome !== 'accepted') throw new Error(JSON.stringify(done));
  }
  return { seconds: (performance.now() - start) / 1000, signing: signing / 1000 };
}

function readTables(connection) {
  const names = connection.selectValues(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT IN ('kernel_migration', 'kernel_setting') ORDER BY rowid");
  return names
    .map((name) => ({ name, rows: connection.selectArrays(`SELECT * FROM ${name} ORDER BY rowid`) }))
    .filter(({ rows }) => rows.length > 0);
}

/** SQLite's own functions, statements prepared once, one durable transaction for each record. */
function insertRaw(connection, tables, count) {
  const api = sqlite.wasm.exports;
  const scratch = sqlite.wasm.alloc(1 << 20);
  const prepare = (sql) => {
    const text = encoder.encode(sql);
    sqlite.wasm.heap8u().set(text, scratch + 8);
    if (api.sqlite3_prepare_v3(connection.pointer, scratch + 8, text.length, 1, scratch, 0) !== 0) throw new Error(sql);
    return new DataView(sqlite.wasm.heap8u().buffer).getInt32(scratch, true);
  };
  const run = (statement) => {
    if (api.sqlite3_step(statement) !== 101) throw new Error(sqlite.capi.sqlite3_errmsg(connection.pointer));
    api.sqlite3_reset(statement);
  };
  const begin = prepare('BEGIN IMMEDIATE');
  const commit = prepare('COMMIT');
  const inserts = tables.map(({ name, rows }) => prepare(`INSERT INTO ${name} VALUES (${rows[0].map(() => '?').join(', ')})`));
  const start = performance.now();
  for (let i = 0; i < count; ++i) {
    run(begin);
    tables.forEach(({ rows }, t) => {
      const to = Math.floor((rows.length * (i + 1)) / count);
      for (let r = Math.floor((rows.length * i) / count); r < to; ++r) {
        rows[r].forEach((cell, column) => {
          if (cell === null) api.sqlite3_bind_null(inserts[t], column + 1);
          else if (typeof cell === 'string') {
            const { written } = encoder.encodeInto(cell, sqlite.wasm.heap8u().subarray(scratch, scratch + (1 << 20)));
            api.sqlite3_bind_text(inserts[t], column + 1, scratch, written, -1);
          } else api.sqlite3_bind_int64(inserts[t], column + 1, BigInt(cell));
        });
        run(inserts[t]);
      }
    });
    run(commit);
  }
  const seconds = (performance.now() - start) / 1000;
  for (const statement of [begin, commit, ...inserts]) api.sqlite3_finalize(statement);
  return seconds;
}

function keystrokes(places) {
  const request = { system: 'declaration', kind: 'population', version: 2, body: body(places[0], 1), unit: places[0].ward, now: Date.now() };
  for (let i = 0; i < 50; ++i) call('check', request);
  const start = performance.now();
  for (let i = 0; i < 500; ++i) call('check', request);
  return (performance.now() - start) / 500;
}

onmessage = async ({ data: { records, rounds } }) => {
  try {
    const figures = { submit: [], raw: [], log: [], signing: [], checkMs: 0 };
    for (let round = 0; round < rounds; ++round) {
      progress(`round ${round + 1} of ${rounds}`);
      const own = freshDatabase();
      const places = homes();
      if (round === 0) figures.checkMs = keystrokes(places);
      const { seconds, signing } = await submitAll(places, records);
      figures.submit.push(records / seconds);
      figures.signing.push(signing / seconds);
      const tables = readTables(own);
      own.close();
      const all = freshDatabase();
      figures.raw.push(records / insertRaw(all, tables, records));
      all.close();
      const log = freshDatabase();
      figures.log.push(records / insertRaw(log, tables.filter(({ name }) => name === 'kernel_record'), records));
      log.close();
    }
    postMessage({ figures });
  } catch (error) {
    postMessage({ error: `${error.message}\n${error.stack}` });
  }
};
postMessage({ ready: true });
