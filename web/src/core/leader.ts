/** What the leading tab does for all: the database, the signing and committing of records, the sync, the session. */

import type { CallCore } from './core-module';
import type { Device } from './device';
import { forget, keep, kept } from './kept';
import type { ReceiptBook } from './receipts';
import { ServerError, type Ask } from './server';
import type { SqlitePort } from './sqlite-port';
import { openStore, removeStore, type Store } from './store';
import { startSync, type Sync } from './sync';
import type { Handler } from './tabs';
import { CoreError, type Me, type Notice, type OutboxState, type Violation } from './wire';

export interface LeaderOptions {
  call: CallCore;
  attach(port: SqlitePort | null): Promise<void>;
  server: Ask;
  device: Device;
  receipts: ReceiptBook;
  needUnits(): Promise<void>;
  announce(notice: Notice): void;
}

interface SubmitRequest {
  system: string;
  kind: string;
  version: number;
  body: object;
  unit: string;
  supersedes?: string;
  draft?: string;
  now: number;
  entropy: string;
}

interface Prepared {
  id: string;
  bytes: string;
  record: object;
  violations: Violation[];
  committed?: boolean;
}

interface Committed {
  id: string;
  outcome: 'accepted' | 'duplicate' | 'rejected';
  rule?: string;
  violations?: Violation[];
}

const ME = 'me';
/** Somebody signed out and the server could not be told. */
const LEFT = 'signed-out';
/** How long a query may take before the answer of this device is given instead. */
const QUERY_LIMIT_MS = 6000;

export async function openLeader(options: LeaderOptions): Promise<Handler> {
  const { call, attach, server, device, receipts, needUnits, announce } = options;
  const now = Date.now;
  const stores = new Map<string, Store>();
  let me: Me | null = (await kept<Me>(ME).catch(() => undefined)) ?? null;
  let store: Store;
  let sync: Sync;
  let persisted: boolean | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: making a record reads the head of the device's chain and writes the next one. */
  function inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const mine = turn.then(act);
    turn = mine.catch(() => undefined);
    return mine;
  }

  const changed = (): void => announce({ event: 'outbox' });

  async function useAccount(account: string): Promise<void> {
    const opened = stores.get(account) ?? (await openStore(account));
    store = opened;
    stores.set(account, opened);
    await attach(opened.port);
    call('db.open', { now: now() });
    sync = startSync({ call, ask: server, device, receipts, me: () => me, changed });
    announce({ event: 'store', kind: opened.kind });
    void sync.flush(true);
    if (me) void sync.pull();
  }

  async function changeAccount(next: Me | null): Promise<void> {
    if (next?.user === me?.user) {
      me = next;
      void sync.flush(true);
      return;
    }
    // Another account's upload must not settle its answers in the wrong database.
    await sync.stop();
    me = next;
    await useAccount(next?.user ?? '');
    announce({ event: 'session' });
    changed();
  }

  async function askPersistence(): Promise<void> {
    if (persisted !== null || !navigator.storage?.persist) return;
    persisted = await navigator.storage.persisted();
    if (!persisted) persisted = await navigator.storage.persist().catch(() => false);
    changed();
  }

  async function submit(request: SubmitRequest): Promise<{ id: string }> {
    await needUnits();
    const { draft, ...rest } = request;
    const author = me?.user ?? '';
    const prepared = call<Prepared>('record.prepare', { ...rest, author, device: device.id });
    if (prepared.violations.length > 0) throw refused(prepared.violations[0]?.rule ?? '', prepared.violations);
    if (!prepared.committed) {
      const signature = await device.sign(prepared.bytes);
      const committed = call<Committed>('record.commit', {
        record: prepared.record,
        signature,
        now: request.now,
        ...(draft ? { draft } : {}),
        ...(me ? { actor: { user: me.user, device: device.id, grants: me.grants } } : {}),
      });
      if (committed.outcome === 'rejected') throw refused(committed.rule ?? '', committed.violations ?? []);
    }
    changed();
    void sync.flush(false);
    void askPersistence();
    return { id: prepared.id };
  }

  async function ask(query: string, args: object): Promise<{ answer: unknown; from: 'server' | 'device' }> {
    if (navigator.onLine) {
      try {
        const reply = await server<{ answer: unknown }>('POST', `/v1/query/${encodeURIComponent(query)}`, args, {
          limitMs: QUERY_LIMIT_MS,
        });
        return { answer: reply.answer, from: 'server' };
      } catch (error) {
        // The server's "no" is an answer; only silence sends us to our own tables.
        if (!(error instanceof ServerError) || (error.status > 0 && error.status < 500)) throw error;
      }
    }
    await needUnits();
    const actor = me
      ? { user: me.user, device: device.id, grants: me.grants }
      : { user: '', device: device.id, grants: [] };
    return { answer: call('ask', { query, args, now: now(), actor }), from: 'device' };
  }

  async function signIn(user: string, password: string): Promise<Me> {
    const found = await server<Me>('POST', '/v1/sessions', { user, password });
    await forget(LEFT).catch(() => undefined);
    await keep(ME, found).catch(() => undefined);
    await changeAccount(found);
    return found;
  }

  async function signOut(): Promise<{ kept: number }> {
    const account = me?.user ?? '';
    if (account === '') return { kept: 0 };
    const { waiting } = await sync.flush(true).catch(() => ({ waiting: 1 }));
    try {
      await server('DELETE', '/v1/sessions/me');
    } catch (error) {
      // Offline the server learns of it when the session ends by itself; this device forgets at once.
      if (!(error instanceof ServerError)) throw error;
      // The cookie cannot be dropped from here: until the server has heard of it, nobody is signed in by it again.
      if (error.status !== 401) await keep(LEFT, true).catch(() => undefined);
    }
    await forget(ME).catch(() => undefined);
    await changeAccount(null);
    const left = stores.get(account);
    if (waiting === 0 && left?.kind === 'opfs') {
      // What was read about other people does not stay behind. A queue that still waits does: it is the account's work.
      left.close();
      stores.delete(account);
      await removeStore(account);
    }
    return { kept: waiting };
  }

  /** Whether somebody signed out and the server does not know it yet; tells it when it can. */
  async function hasLeft(): Promise<boolean> {
    if (!(await kept<boolean>(LEFT).catch(() => undefined))) return false;
    try {
      await server('DELETE', '/v1/sessions/me', undefined, { limitMs: QUERY_LIMIT_MS });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (error.status !== 401) return true;
    }
    await forget(LEFT).catch(() => undefined);
    return false;
  }

  async function whoAmI(): Promise<Me | null> {
    if (await hasLeft()) return me;
    try {
      const found = await server<Me>('GET', '/v1/sessions/me', undefined, { limitMs: QUERY_LIMIT_MS });
      await keep(ME, found).catch(() => undefined);
      if (found.user !== me?.user) await changeAccount(found);
      else me = found;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (error.status === 401) {
        await forget(ME).catch(() => undefined);
        if (me) await changeAccount(null);
      }
    }
    return me;
  }

  function outboxState(): OutboxState {
    type Queue = Pick<OutboxState, 'waiting' | 'rejected' | 'received' | 'oldest' | 'nextTryAt'>;
    const queue = call<Queue>('outbox.state', {});
    const state = sync.state();
    return { ...queue, ...state, online: state.online && navigator.onLine, storage: store.kind, persisted };
  }

  if (me && me.expiresAt <= now()) me = null;
  await useAccount(me?.user ?? '');
  addEventListener('online', () => {
    changed();
    void sync.flush(true);
  });
  addEventListener('offline', changed);

  const methods: Record<string, (...args: never[]) => unknown> = {
    ready: () => store.kind,
    submit: (request: SubmitRequest) => inTurn(() => submit(request)),
    ask,
    preview: async (request: object) => {
      await needUnits();
      return call('preview', { ...request, now: now() });
    },
    'draft.save': (key: string, value: unknown) => call('draft.save', { key, value, now: now() }),
    'draft.load': (key: string) => call('draft.load', { key }),
    'draft.remove': (key: string) => call('draft.remove', { key }),
    'draft.list': () => call('draft.list', {}),
    'outbox.state': outboxState,
    'outbox.flush': () => sync.flush(true),
    'outbox.export': () => ({
      device: { id: device.id, publicKey: device.publicKey },
      exportedAt: now(),
      ...call<object>('outbox.export', {}),
    }),
    visible: () => {
      void sync.flush(true);
    },
    pull: () => sync.pull(),
    mine: () => call('mine', {}),
    card: (id: string, full: boolean) => call('card', { id, full }),
    device: () => ({ id: device.id }),
    signIn: (user: string, password: string) => inTurn(() => signIn(user, password)),
    signOut: () => inTurn(signOut),
    me: () => inTurn(whoAmI),
    password: (old: string, next: string) => server('POST', '/v1/sessions/me/password', { old, new: next }),
    serverCall: (method: string, path: string, body: unknown) => server(method, path, body),
  };

  return async (method, args) => {
    const run = methods[method];
    if (!run) throw new CoreError({ code: 'notFound', rule: 'operation.unknown', detail: method });
    // Arguments come from facade.ts, which is typed; on the way they were only passed on.
    return (run as (...given: unknown[]) => unknown)(...args);
  };
}

function refused(rule: string, violations: Violation[]): CoreError {
  return new CoreError({ code: 'rejected', rule, detail: '', violations });
}
