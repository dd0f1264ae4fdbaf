/** Small things of this device that outlive a visit, in IndexedDB: keys, pinned server keys, who was signed in last. */

const NAME = 'lachan-device';
const STORE = 'kept';
/** Under this key: who was signed in last, as the server said it. */
export const ME = 'me';
/** A session that is over and could not be asked about ends on this device after a shift. */
export const UNASKED_MS = 12 * 3_600_000;
/** Under this key: somebody signed out and the server could not be told. */
export const LEFT = 'signed-out';

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      // Another tab may delete or upgrade the database: let it, and open again when asked next.
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error('IndexedDB refused'));
  });
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

async function run<Value>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<Value>): Promise<Value> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB failed'));
  });
}

/** What was kept under `key`. The caller names the type it put there. */
export function kept<Value>(key: string): Promise<Value | undefined> {
  return run<Value | undefined>('readonly', (store) => store.get(key));
}

export async function keep(key: string, value: unknown): Promise<void> {
  await run('readwrite', (store) => store.put(value, key));
}

export async function forget(key: string): Promise<void> {
  await run('readwrite', (store) => store.delete(key));
}

/** Puts `value` unless somebody was faster; what is kept in the end. One transaction, so two tabs get one answer. */
export async function keepFirst<Value>(key: string, value: Value): Promise<Value> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, 'readwrite');
    const store = transaction.objectStore(STORE);
    let winner = value;
    const before: IDBRequest<Value | undefined> = store.get(key);
    before.onsuccess = () => {
      if (before.result === undefined) store.put(value, key);
      else winner = before.result;
    };
    transaction.oncomplete = () => resolve(winner);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB failed'));
  });
}
