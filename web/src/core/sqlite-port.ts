/**
 * The database side of wasm/core/sql_browser.cpp: prepare, bind, step and copy rows between the memory of the core and
 * that
 * of SQLite, with one call for each row. Runs in the page's worker and in Node.
 */

const ROW = 100;
const DONE = 101;
const MISUSE = 21;
const NOMEM = 7;
/** The statement outlives the call: SQLite may spend more on it. */
const PREPARE_PERSISTENT = 1;
/** Tells SQLite to copy a bound text before the call returns. */
const TRANSIENT = -1;
const TYPE_INTEGER = 1;
const TYPE_NULL = 5;

/** What the layouts of Cell and Frame in wasm/core/sql_browser.h say, in bytes. */
const CELL = 16;
const FRAME = { cells: 0, texts: 4, cellRoom: 8, textRoom: 12, columns: 16, textBytes: 20 };

/** The raw functions of sqlite3.wasm that are used here; pointers are numbers. */
interface SqliteFunctions {
  sqlite3_prepare_v3(db: number, sql: number, size: number, flags: number, out: number, tail: number): number;
  sqlite3_bind_null(statement: number, index: number): number;
  sqlite3_bind_int64(statement: number, index: number, value: bigint): number;
  sqlite3_bind_text(statement: number, index: number, text: number, size: number, destructor: number): number;
  sqlite3_step(statement: number): number;
  sqlite3_reset(statement: number): number;
  sqlite3_finalize(statement: number): number;
  sqlite3_column_count(statement: number): number;
  sqlite3_column_type(statement: number, column: number): number;
  sqlite3_column_int64(statement: number, column: number): bigint;
  sqlite3_column_text(statement: number, column: number): number;
  sqlite3_column_bytes(statement: number, column: number): number;
  sqlite3_exec(db: number, sql: number, callback: number, argument: number, message: number): number;
  sqlite3_errmsg(db: number): number;
  sqlite3_extended_errcode(db: number): number;
  sqlite3_extended_result_codes(db: number, on: number): number;
}

/** The part of the npm package's `sqlite3.wasm` object that is used here. */
export interface SqliteMemory {
  exports: unknown;
  heap8u(): Uint8Array;
  alloc(bytes: number): number;
  realloc(pointer: number, bytes: number): number;
  dealloc(pointer: number): void;
}

export interface SqlitePort {
  prepare(core: Uint8Array, sql: number, size: number): number;
  write(core: Uint8Array, statement: number, values: number, count: number): number;
  read(core: Uint8Array, statement: number, values: number, count: number, frame: number): number;
  next(core: Uint8Array, statement: number, frame: number): number;
  refill(core: Uint8Array, statement: number, frame: number): number;
  reset(statement: number): void;
  finalize(statement: number): void;
  script(core: Uint8Array, sql: number, size: number): number;
  error(core: Uint8Array, text: number, room: number): number;
  storageFull(): boolean;
  /** Finalizes every statement: before the core is opened over another database, or over none. */
  forgetAll(): void;
}

/**
 * A port to the open database at pointer `db`. `quotaReached` tells whether the storage under it has lately refused to
 * grow,
 * which SQLite itself can only report as an input/output error.
 */
export function openSqlitePort(wasm: SqliteMemory, db: number, quotaReached: () => boolean): SqlitePort {
  // `exports` is untyped in the package; the names above are SQLite's stable C interface.
  const sqlite = wasm.exports as SqliteFunctions;
  const statements: number[] = [];
  const free: number[] = [];
  let room = 16 * 1024;
  let scratch = wasm.alloc(room);
  let view: DataView = new DataView(new ArrayBuffer(0));

  const viewOf = (core: Uint8Array): DataView => {
    if (view.buffer !== core.buffer) view = new DataView(core.buffer);
    return view;
  };

  /** Copies bytes of the core to the scratch space of SQLite. */
  const lend = (core: Uint8Array, from: number, size: number): number => {
    if (size + 1 > room) {
      room = Math.max(2 * room, size + 1);
      scratch = wasm.realloc(scratch, room);
    }
    const heap = wasm.heap8u();
    heap.set(core.subarray(from, from + size), scratch);
    heap[scratch + size] = 0;
    return scratch;
  };

  const bind = (core: Uint8Array, statement: number, values: number, count: number): number => {
    const cells = viewOf(core);
    for (let i = 0; i < count; ++i) {
      const cell = values + i * CELL;
      const type = cells.getInt32(cell, true);
      let code = 0;
      if (type === 1) {
        code = sqlite.sqlite3_bind_int64(statement, i + 1, cells.getBigInt64(cell + 8, true));
      } else if (type === 2) {
        const size = cells.getInt32(cell + 4, true);
        const text = lend(core, cells.getInt32(cell + 8, true), size);
        code = sqlite.sqlite3_bind_text(statement, i + 1, text, size, TRANSIENT);
      } else {
        code = sqlite.sqlite3_bind_null(statement, i + 1);
      }
      if (code !== 0) return code;
    }
    return 0;
  };

  /** Copies the present row into the frame, or only says how much room it needs. */
  const copyRow = (core: Uint8Array, statement: number, frame: number): void => {
    const cells = viewOf(core);
    const columns = sqlite.sqlite3_column_count(statement);
    cells.setInt32(frame + FRAME.columns, columns, true);
    if (columns > cells.getInt32(frame + FRAME.cellRoom, true)) return;
    const target = cells.getInt32(frame + FRAME.cells, true);
    const texts = cells.getInt32(frame + FRAME.texts, true);
    const textRoom = cells.getInt32(frame + FRAME.textRoom, true);
    let used = 0;
    for (let i = 0; i < columns; ++i) {
      const cell = target + i * CELL;
      const type = sqlite.sqlite3_column_type(statement, i);
      if (type === TYPE_NULL) {
        cells.setInt32(cell, 0, true);
      } else if (type === TYPE_INTEGER) {
        cells.setInt32(cell, 1, true);
        cells.setBigInt64(cell + 8, sqlite.sqlite3_column_int64(statement, i), true);
      } else {
        const text = sqlite.sqlite3_column_text(statement, i);
        const size = sqlite.sqlite3_column_bytes(statement, i);
        if (used + size <= textRoom) core.set(wasm.heap8u().subarray(text, text + size), texts + used);
        cells.setInt32(cell, 2, true);
        cells.setInt32(cell + 4, size, true);
        cells.setBigInt64(cell + 8, BigInt(used), true);
        used += size;
      }
    }
    cells.setInt32(frame + FRAME.textBytes, used, true);
  };

  /** The extended code: `step` gives it by itself only for statements made by prepare_v2 and later, which all are. */
  const step = (statement: number): number => {
    const code = sqlite.sqlite3_step(statement);
    return code === ROW || code === DONE ? code : sqlite.sqlite3_extended_errcode(db) || code || MISUSE;
  };

  sqlite.sqlite3_extended_result_codes(db, 1);

  return {
    prepare(core, sql, size) {
      const text = lend(core, sql, size);
      const out = wasm.alloc(4);
      const code = sqlite.sqlite3_prepare_v3(db, text, size + 1, PREPARE_PERSISTENT, out, 0);
      const heap = wasm.heap8u();
      const statement = new DataView(heap.buffer).getInt32(out, true);
      wasm.dealloc(out);
      if (code !== 0) return -code;
      if (statement === 0) return -MISUSE; // an empty text
      const handle = free.pop() ?? statements.length;
      statements[handle] = statement;
      return handle;
    },
    write(core, handle, values, count) {
      const statement = statements[handle] ?? 0;
      const code = bind(core, statement, values, count);
      return code === 0 ? step(statement) : code;
    },
    read(core, handle, values, count, frame) {
      const statement = statements[handle] ?? 0;
      const bound = bind(core, statement, values, count);
      if (bound !== 0) return bound;
      const code = step(statement);
      if (code === ROW) copyRow(core, statement, frame);
      return code;
    },
    next(core, handle, frame) {
      const statement = statements[handle] ?? 0;
      const code = step(statement);
      if (code === ROW) copyRow(core, statement, frame);
      return code;
    },
    refill(core, handle, frame) {
      copyRow(core, statements[handle] ?? 0, frame);
      return ROW;
    },
    reset(handle) {
      sqlite.sqlite3_reset(statements[handle] ?? 0);
    },
    finalize(handle) {
      sqlite.sqlite3_finalize(statements[handle] ?? 0);
      statements[handle] = 0;
      free.push(handle);
    },
    script(core, sql, size) {
      // Not the scratch space: a script may call functions that read statements of this port.
      const text = wasm.alloc(size + 1);
      if (text === 0) return NOMEM;
      const heap = wasm.heap8u();
      heap.set(core.subarray(sql, sql + size), text);
      heap[text + size] = 0;
      const code = sqlite.sqlite3_exec(db, text, 0, 0, 0);
      wasm.dealloc(text);
      return code === 0 ? 0 : sqlite.sqlite3_extended_errcode(db) || code;
    },
    error(core, text, space) {
      const heap = wasm.heap8u();
      const message = sqlite.sqlite3_errmsg(db);
      let size = 0;
      while (size < space && heap[message + size] !== 0) ++size;
      core.set(heap.subarray(message, message + size), text);
      return size;
    },
    storageFull: quotaReached,
    forgetAll() {
      for (const statement of statements) if (statement !== 0) sqlite.sqlite3_finalize(statement);
      statements.length = 0;
      free.length = 0;
    },
  };
}
