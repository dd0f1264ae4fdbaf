/** The certificates of a family, in a database of this browser. They leave it only as a file that the citizen asks for. */

/** One certificate as it was shown: its codes, word for word. What it says is read from them each time, never kept beside them. */
export interface Kept {
  /** SHA-256 of the text, so that nothing is kept twice. */
  id: string;
  /** As the core reads it. */
  text: string;
  /** The codes it stands in: one, or all parts of a SMART Health Card. */
  codes: string[];
  addedAt: number;
  /** Set while it may still be taken back. */
  removedAt?: number;
}

const NAME = 'lachan-wallet';
const STORE = 'certificates';
/** A family with many doses, tests and recoveries stays far below. */
export const MOST_KEPT = 200;

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => {
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
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB failed'));
  });
}

/** Everything, the oldest first, also what may still be taken back. */
export async function all(): Promise<Kept[]> {
  const kept = await run<Kept[]>('readonly', (store) => store.getAll());
  return kept.sort((a, b) => a.addedAt - b.addedAt);
}

export async function put(certificate: Kept): Promise<void> {
  await run('readwrite', (store) => store.put(certificate));
}

export async function drop(id: string): Promise<void> {
  await run('readwrite', (store) => store.delete(id));
}

export async function idOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text.trim()));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
