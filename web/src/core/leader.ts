/** What the leading tab does for all: the database, the signing and committing of records, the sync, the session. */

import type { CallCore, CoreHandle } from './core-module';
import type { Device } from './device';
import { openHousekeeping, type Left } from './housekeeping';
import { forget, keep, kept, LEFT, ME, UNASKED_MS } from './kept';
import type { Answered } from './queries';
import type { ReceiptBook } from './receipts';
import { ServerError, type Ask } from './server';
import type { SqlitePort } from './sqlite-port';
import { openStore, type Store } from './store';
import { startSync, type Sync } from './sync';
import type { Handler } from './tabs';
import { CoreError, type Me, type Notice, type OutboxState, type Violation } from './wire';

export interface LeaderOptions {
  call: CallCore;
  attach(port: SqlitePort | null): Promise<void>;
  /** Another core, for a database beside the one at work. */
  spare(): Promise<CoreHandle>;
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

/** How long the server may take to say who is signed in before the device goes by what it knows. */
const SESSION_LIMIT_MS = 6000;
const HOUSEKEEPING_AFTER_MS = 3000;
const LOOK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

export async function openLeader(options: LeaderOptions): Promise<Handler> {
  const { call, attach, spare, server, device, receipts, needUnits, announce } = options;
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

  async function open(account: string): Promise<Store> {
    const opened = stores.get(account) ?? (await openStore(account));
    stores.set(account, opened);
    return opened;
  }

  const housekeeping = openHousekeeping({
    stores,
    open,
    spare,
    send: (through) => startSync({ call: through, ask: server, device, receipts, me: () => null, changed }),
    now,
  });
  const tidy = (): Promise<void> => housekeeping.run(me?.user ?? '', call);
  const soon = (work: () => Promise<unknown>): void => {
    inTurn(work).catch((error: unknown) => console.error('leader:', error instanceof Error ? error.message : error));
  };

  async function useAccount(account: string): Promise<void> {
    await housekeeping.release();
    const opened = await open(account);
    store = opened;
    await attach(opened.port);
    call('db.open', { now: now() });
    const ended = (): void => soon(whoAmI);
    sync = startSync({ call, ask: server, device, receipts, me: () => me, changed, ended });
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
    // Whoever signs in wants their list first; what somebody has left behind is not to lie there.
    if (next) setTimeout(() => soon(tidy), HOUSEKEEPING_AFTER_MS);
    else soon(tidy);
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

  /** Answers a query from the tables of this device. */
  async function askHere(query: string, args: object): Promise<Answered> {
    await needUnits();
    const actor = me
      ? { user: me.user, device: device.id, grants: me.grants }
      : { user: '', device: device.id, grants: [] };
    return { answer: call('ask', { query, args, now: now(), actor }), from: 'device' };
  }

  /** What the server knows of this device's records: the device signs the question, by the server's clock where it is known. */
  async function askOwn(): Promise<unknown> {
    const at = now() + (sync.state().skewMs ?? 0);
    const signature = await device.sign(`GET /v1/mine ${at}`);
    const { answer } = await server<{ answer: unknown }>('GET', '/v1/mine', undefined, { authorization: `Device ${device.id}.${at}.${signature}` });
    return answer;
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
    await tidy(); // now, not soon: whoever gives the device away is not to wait for it
    return { kept: waiting };
  }

  /** Whether somebody signed out and the server does not know it yet; tells it when it can. */
  async function hasLeft(): Promise<boolean> {
    if (!(await kept<boolean>(LEFT).catch(() => undefined))) return false;
    try {
      await server('DELETE', '/v1/sessions/me', undefined, { limitMs: SESSION_LIMIT_MS });
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
      const found = await server<Me>('GET', '/v1/sessions/me', undefined, { limitMs: SESSION_LIMIT_MS });
      await keep(ME, found).catch(() => undefined);
      if (found.user !== me?.user) await changeAccount(found);
      else me = found;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const unasked = error.status === 0 && me !== null && me.expiresAt + UNASKED_MS <= now();
      if (error.status === 401 || unasked) {
        await forget(ME).catch(() => undefined);
        if (me) await changeAccount(null);
      }
    }
    return me;
  }

  async function whoLeft(): Promise<readonly Left[]> {
    if (housekeeping.doneAt() === 0) await tidy();
    return housekeeping.left();
  }

  /** Timers do not run while a device sleeps: each minute it is looked whether something is due. */
  function look(): void {
    if (me && me.expiresAt <= now()) soon(whoAmI);
    if (Math.abs(now() - housekeeping.doneAt()) >= DAY_MS) soon(tidy);
  }

  function outboxState(): OutboxState {
    type Queue = Pick<OutboxState, 'waiting' | 'rejected' | 'received' | 'oldest' | 'nextTryAt'>;
    const queue = call<Queue>('outbox.state', {});
    const state = sync.state();
    return { ...queue, ...state, online: state.online && navigator.onLine, storage: store.kind, persisted };
  }

  if (me && me.expiresAt <= now()) {
    me = null;
    await forget(ME).catch(() => undefined);
  }
  await useAccount(me?.user ?? '');
  setTimeout(look, HOUSEKEEPING_AFTER_MS);
  setInterval(look, LOOK_EVERY_MS);
  addEventListener('online', () => {
    changed();
    void sync.flush(true);
    housekeeping.wake();
  });
  addEventListener('offline', changed);

  const methods: Record<string, (...args: never[]) => unknown> = {
    ready: () => store.kind,
    submit: (request: SubmitRequest) => inTurn(() => submit(request)),
    'ask.here': askHere,
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
      housekeeping.wake();
    },
    pull: () => sync.pull(),
    mine: () => call('mine', {}),
    'mine.there': askOwn,
    card: (id: string, full: boolean) => call('card', { id, full }),
    device: () => ({ id: device.id }),
    signIn: (user: string, password: string) => inTurn(() => signIn(user, password)),
    signOut: () => inTurn(signOut),
    me: () => inTurn(whoAmI),
    left: () => inTurn(whoLeft),
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
