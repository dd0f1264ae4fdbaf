/** The browser's SQLite: on OPFS where the browser has it, in memory with a warning where not. */

import { openSqlitePort, type SqlitePort } from './sqlite-port';
import type { StorageKind } from './wire';

export interface Store {
  port: SqlitePort;
  kind: StorageKind;
  /** Takes what was deleted out of the write-ahead log, too: nothing of it is left in the files. */
  settle(): void;
  close(): void;
}

/** The package's own types leave these out or loose; this is what is used of it. */
interface Sqlite {
  wasm: Parameters<typeof openSqlitePort>[0];
  oo1: { DB: new (name: string, flags: string) => Connection };
  installOpfsSAHPoolVfs(options: object): Promise<Pool>;
}
interface Connection {
  pointer: number;
  exec(sql: string): unknown;
  close(): void;
}
interface Pool {
  OpfsSAHPoolDb: new (name: string) => Connection;
  getCapacity(): number;
  getFileCount(): number;
  getFileNames(): string[];
  reserveMinimumCapacity(count: number): Promise<number>;
  unlink(name: string): boolean;
}

const ATTEMPTS = 12;
const PAUSE_MS = 150;
/** A database, its write-ahead log and room for a temporary file, for a citizen and two accounts. */
const FILES = 9;
const FILES_OF_ONE = 3;

let full = false;
let sqlite: Promise<Sqlite> | null = null;
let pool: Promise<Pool> | null = null;

export function loadSqlite(): Promise<Sqlite> {
  // The pool tells of a refused write only here, with the exception of the browser among its words.
  const tell = (...words: unknown[]): void => {
    if (words.some((word) => word instanceof Error && word.name === 'QuotaExceededError')) full = true;
  };
  const silent = (): void => undefined;
  // Of its file systems only the pool is used: the others need headers we do not send, or lose data between tabs.
  const disable = { vfs: { opfs: true, 'opfs-vfs': true, 'opfs-wl': true, kvvfs: true } };
  Object.assign(globalThis, { sqlite3ApiConfig: { error: tell, warn: tell, log: silent, debug: silent, disable } });
  // Its declared type knows neither the pool nor raw pointers; see the interface above.
  sqlite ??= import('@sqlite.org/sqlite-wasm').then(({ default: init }) => init() as unknown as Promise<Sqlite>);
  return sqlite;
}

async function openPool(): Promise<Pool> {
  const { installOpfsSAHPoolVfs } = await loadSqlite();
  for (let attempt = 1; ; ++attempt) {
    try {
      return await installOpfsSAHPoolVfs({ initialCapacity: FILES, forceReinitIfPreviouslyFailed: true });
    } catch (error) {
      // A tab that was closed a moment ago may still hold its files: they come free when it is gone.
      const held = error instanceof Error && /NoModificationAllowed|InvalidState/.test(error.name);
      if (!held || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}

function finish({ wasm }: Sqlite, connection: Connection, kind: StorageKind): Store {
  // In this order: with an exclusive lock the write-ahead log needs no shared memory, which OPFS does not have.
  connection.exec(
    'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; ' +
      'PRAGMA secure_delete=ON',
  );
  const port = openSqlitePort(wasm, connection.pointer, () => {
    const was = full;
    full = false;
    return was;
  });
  return {
    port,
    kind,
    settle: () => void connection.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    close: () => connection.close(),
  };
}

/** Opens the database of an account; "" is the citizen's own. */
export async function openStore(account: string): Promise<Store> {
  const loaded = await loadSqlite();
  try {
    pool ??= openPool();
    const files = await pool;
    await files.reserveMinimumCapacity(files.getFileCount() + FILES_OF_ONE);
    return finish(loaded, new files.OpfsSAHPoolDb(fileOf(account)), 'opfs');
  } catch (error) {
    pool = null;
    console.warn('no durable storage:', error instanceof Error ? error.name : error);
    return finish(loaded, new loaded.oo1.DB(':memory:', 'c'), 'memory');
  }
}

/** Removes the database of an account from this device; it must be closed. */
export async function removeStore(account: string): Promise<void> {
  if (!pool) return;
  const files = await pool;
  for (const end of ['', '-wal', '-journal']) files.unlink(fileOf(account) + end);
}

/** The accounts whose databases lie on this device; "" among them is the citizen's own. */
export async function storedAccounts(): Promise<string[]> {
  const names = pool ? (await pool).getFileNames() : [];
  return names.flatMap((name) => {
    if (name === fileOf('')) return [''];
    const account = /^\/account-(.+)\.db$/.exec(name)?.[1];
    return account === undefined ? [] : [decodeURIComponent(account)];
  });
}

function fileOf(account: string): string {
  return account === '' ? '/lachan.db' : `/account-${encodeURIComponent(account)}.db`;
}
