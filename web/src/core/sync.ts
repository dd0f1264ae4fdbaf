/**
 * The leader's sync: sends what waits, one upload at a time, and pulls the feeds of whoever is signed in. It decides
 * only
 * when to try; what waits, for how long and what became of it is the core's.
 */

import { entropy } from './bytes';
import type { CallCore } from './core-module';
import type { Device } from './device';
import type { ReceiptBook } from './receipts';
import { ServerError, type Ask } from './server';
import type { Me, Trouble, Violation } from './wire';

interface Queued {
  /** A citizen's record names no author. */
  record: { id: string; author?: string; device: string };
  signature: string;
}

interface RecordAnswer {
  id: string;
  outcome: 'accepted' | 'duplicate' | 'rejected';
  hash?: string;
  rule?: string;
  violations?: Violation[];
  receipt?: unknown;
}

interface Answers {
  now: number;
  answers: RecordAnswer[];
}

/** A nonce is asked for with which the hash of `prefix` and nonce begins with `bits` zero bits. */
interface WorkOrder {
  prefix: string;
  bits: number;
}

function workOrder(value: unknown): WorkOrder | null {
  if (typeof value !== 'object' || value === null) return null;
  const { prefix, bits } = value as Partial<WorkOrder>; // from the wire: looked at before it is used
  return typeof prefix === 'string' && typeof bits === 'number' && bits >= 1 && bits <= MOST_BITS
    ? { prefix, bits }
    : null;
}

interface QueueState {
  waiting: number;
  rejected: number;
  received: number;
  oldest: number;
  nextTryAt: number;
}

export interface SyncState {
  online: boolean;
  sending: boolean;
  trouble: Trouble | null;
  skewMs: number | null;
  lastContactAt: number;
}

export interface SyncReport {
  sent: number;
  received: number;
  rejected: number;
  waiting: number;
}

export interface Sync {
  /** Sends what is due; `wake`: whatever waits is due. Resolves when nothing more can be done now. */
  flush(wake: boolean): Promise<SyncReport>;
  /** Reads the feeds of the signed-in official to their end. */
  pull(): Promise<void>;
  state(): SyncState;
  /** Ends for good; resolves when the upload that is on its way has been settled. */
  stop(): Promise<void>;
}

export interface SyncOptions {
  call: CallCore;
  ask: Ask;
  device: Device;
  receipts: ReceiptBook;
  me: () => Me | null;
  /** Something that a screen may show has changed. */
  changed: () => void;
  /** The server no longer knows the session of `me`. */
  ended?: () => void;
  now?: () => number;
}

const BATCH = 100;
/** setTimeout overflows beyond 2^31 ms; and a clock that was set back must not silence the queue for days. */
const LONGEST_TIMER_MS = 15 * 60_000;
const SHORTEST_TIMER_MS = 500;
const PAGE = 500;
const QUIET_MS = 2000;
/** A clock that was set back must not turn a pause into a day of silence. */
const LONGEST_PAUSE_MS = 3_600_000;
/** More than this would keep a phone busy for minutes. */
const MOST_BITS = 22;
const WORK_SLICE = 20_000;
const PRIORITIES = [0, 1, 2, 3];
const PULL_EVERY_MS = 60_000;

export function startSync({ call, ask, device, receipts, me, changed, ended, now = Date.now }: SyncOptions): Sync {
  const state: SyncState = { online: navigator.onLine, sending: false, trouble: null, skewMs: null, lastContactAt: 0 };
  let running: Promise<SyncReport> | null = null;
  let again = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pausedUntil = 0; // the server has asked for quiet
  let quietUntil = 0; // nobody answered: what is made meanwhile need not try at once
  let batchSize = BATCH;
  let stopped = false;
  let pulling: Promise<void> | null = null;
  let lastPullAt = 0;

  const pauseEnd = (): number => {
    if (quietUntil > now() + QUIET_MS) quietUntil = 0;
    if (pausedUntil > now() + LONGEST_PAUSE_MS) pausedUntil = 0;
    return Math.max(pausedUntil, quietUntil);
  };

  /** Only what this device's key has signed, and officials' records only while they are signed in. */
  const mayBeSent = ({ record }: Queued): boolean =>
    record.device === device.id && (!record.author || record.author === me()?.user);

  /** Remembers how far the two clocks are apart; half the way is taken to be each direction's. */
  const notice = (serverNow: unknown, from: number): void => {
    state.online = true;
    state.lastContactAt = now();
    if (typeof serverNow === 'number') state.skewMs = Math.round(serverNow - (from + now()) / 2);
  };

  const settle = (answers: RecordAnswer[]): void => {
    if (answers.length > 0) call('outbox.settle', { answers, now: now() });
  };
  const postpone = (items: readonly Queued[]): void => {
    if (items.length === 0) return;
    call('outbox.failed', { ids: items.map(({ record }) => record.id), now: now(), entropy: entropy() });
  };

  /** Which answers may be believed: acceptance needs a receipt for these very bytes, refusal needs none. */
  const believe = async (
    batch: readonly Queued[],
    answers: readonly RecordAnswer[],
    report: SyncReport,
  ): Promise<void> => {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const good: RecordAnswer[] = [];
    const open: Queued[] = [];
    let doubtful = false;
    let signIn = false;
    for (const item of batch) {
      const answer = byId.get(item.record.id);
      if (answer?.outcome === 'rejected' && answer.rule === 'access.author') {
        // The session has ended without this page knowing: the work waits for its author, it is not refused.
        signIn = true;
        open.push(item);
      } else if (answer?.outcome === 'rejected') {
        good.push(answer);
        ++report.rejected;
      } else if (answer && (await receipts.verify(answer.receipt, JSON.stringify(item.record))).ok) {
        good.push(answer);
        ++report.received;
      } else {
        doubtful ||= answer !== undefined;
        open.push(item);
      }
    }
    settle(good);
    postpone(open);
    state.trouble = doubtful ? 'serverKey' : signIn ? 'signIn' : null;
    if (signIn) ended?.();
  };

  /** Takes care of a batch that got no answer of its own; whether sending may go on at once. */
  const fail = (batch: readonly Queued[], error: ServerError, report: SyncReport): boolean => {
    const { status } = error;
    if (status === 0) {
      state.online = false;
      quietUntil = now() + QUIET_MS;
      postpone(batch);
      return false;
    }
    notice(undefined, now());
    if (status === 429) {
      const { room } = error.more;
      if (typeof room === 'number' && room >= 1 && room < batch.length) {
        batchSize = room;
        return true;
      }
      state.trouble = 'tooMany';
      pausedUntil = now() + (error.retryAfterMs ?? 30_000);
      return false;
    }
    if (status === 401) {
      state.trouble = 'signIn';
      ended?.();
      postpone(batch);
      return false;
    }
    // A page of some gate on the way, or a server that does not know this form of the request, judges no record.
    const judged = typeof error.more['error'] === 'object' && !['request.unknown', 'request.device'].includes(error.rule);
    if (judged && (status === 400 || status === 413 || status === 422)) {
      // One record among them spoils the batch: halves, down to the one, which is told to whoever made it.
      const [only] = batch;
      if (batch.length > 1) {
        batchSize = Math.ceil(batch.length / 2);
        return true;
      }
      if (only) {
        const rule = error.rule || (status === 413 ? 'record.size' : 'record.malformed');
        settle([{ id: only.record.id, outcome: 'rejected', rule, violations: error.violations }]);
        ++report.rejected;
      }
      return true;
    }
    state.trouble = 'server';
    postpone(batch);
    return false;
  };

  /** Does the work that a busy server asks for, in slices, so that the tabs are answered in between. */
  const work = async ({ prefix, bits }: WorkOrder): Promise<string> => {
    for (let from = 0; ; ) {
      const slice = call<{ nonce: string | null; next: number }>('work', { prefix, bits, from, count: WORK_SLICE });
      if (slice.nonce !== null) return slice.nonce;
      from = slice.next;
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

  const post = async (batch: readonly Queued[], nonce = ''): Promise<Answers> => {
    try {
      return await ask<Answers>('POST', '/v1/records', {
        device: { id: device.id, publicKey: device.publicKey },
        records: batch,
        ...(nonce ? { work: { nonce } } : {}),
      });
    } catch (error) {
      const order =
        error instanceof ServerError && error.status === 429 && nonce === '' ? workOrder(error.more['work']) : null;
      if (!order) throw error;
      return post(batch, await work(order));
    }
  };

  const drain = async (): Promise<SyncReport> => {
    const report: SyncReport = { sent: 0, received: 0, rejected: 0, waiting: 0 };
    if (now() < pauseEnd()) return report;
    while (!stopped) {
      const { records } = call<{ records: Queued[] }>('outbox.next', { limit: 500, now: now() });
      const due = records.filter(mayBeSent);
      if (due.length < records.length) {
        const others = records.filter((item) => !mayBeSent(item));
        if (others.some(({ record }) => record.author)) state.trouble = 'signIn';
        postpone(others);
      }
      const batch = due.slice(0, batchSize);
      if (batch.length === 0) return report;
      const from = now();
      report.sent += batch.length;
      try {
        const answer = await post(batch);
        notice(answer.now, from);
        await believe(batch, answer.answers, report);
        batchSize = Math.min(BATCH, batchSize * 2);
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        if (!fail(batch, error, report)) return report;
      }
      changed();
    }
    return report;
  };

  const schedule = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    const { waiting, nextTryAt } = call<QueueState>('outbox.state', {});
    const pullAt = me() ? lastPullAt + PULL_EVERY_MS : Infinity;
    const sendAt = waiting > 0 ? Math.max(nextTryAt, pauseEnd()) : Infinity;
    const at = Math.min(pullAt, sendAt);
    if (at === Infinity) return;
    const pause = Math.min(LONGEST_TIMER_MS, Math.max(SHORTEST_TIMER_MS, at - now()));
    timer = setTimeout(() => {
      void flush(false).catch(report);
      if (now() >= pullAt) void pull().catch(report);
    }, pause);
  };

  const report = (error: unknown): void => {
    console.error('sync:', error instanceof Error ? error.message : error);
  };

  async function run(): Promise<SyncReport> {
    state.sending = true;
    changed();
    try {
      let total = await drain();
      while (again) {
        again = false;
        total = await drain();
      }
      return { ...total, waiting: call<QueueState>('outbox.state', {}).waiting };
    } catch (error) {
      // A full storage, say: what was answered could not be written down. Sending the same at once would not help.
      pausedUntil = now() + 60_000;
      throw error;
    } finally {
      state.sending = false;
      running = null;
      schedule();
      changed();
    }
  }

  function flush(wake: boolean): Promise<SyncReport> {
    if (stopped) return Promise.resolve({ sent: 0, received: 0, rejected: 0, waiting: 0 });
    if (wake) {
      call('outbox.wake', {});
      quietUntil = 0;
      state.trouble = null;
    }
    // One upload in flight: what was asked meanwhile is done right after it.
    if (running) again = true;
    running ??= run();
    return running;
  }

  async function pullAll(): Promise<void> {
    const who = me();
    if (!who) return;
    lastPullAt = now();
    const actor = { user: who.user, device: device.id, grants: who.grants };
    const { cursors } = call<{ cursors: { unit: string; priority: number; last: number }[] }>('feed.cursors', {});
    let taken = 0;
    // Orders and positive results of every unit come before anybody's history.
    for (const priority of PRIORITIES) {
      for (const unit of new Set(who.grants.map((grant) => grant.unit))) {
        let after = cursors.find((cursor) => cursor.unit === unit && cursor.priority === priority)?.last ?? 0;
        for (let more = true; more && !stopped && me()?.user === who.user; ) {
          const from = now();
          const path = `/v1/feed?unit=${encodeURIComponent(unit)}&priority=${priority}&after=${after}&limit=${PAGE}`;
          const page = await ask<{ records: unknown[]; last: number; more: boolean }>('GET', path);
          notice(undefined, from);
          if (page.records.length > 0) {
            taken += call<{ accepted: number }>('feed.apply', { unit, priority, page, now: now(), actor }).accepted;
          }
          more = page.more && page.last > after;
          after = page.last;
        }
      }
    }
    if (taken > 0) changed();
  }

  function pull(): Promise<void> {
    pulling ??= pullAll()
      .catch((error: unknown) => {
        if (!(error instanceof ServerError)) throw error;
        if (error.status === 0) state.online = false;
        if (error.status === 401) ended?.();
      })
      .finally(() => {
        pulling = null;
        schedule();
      });
    return pulling;
  }

  const learnTime = async (): Promise<void> => {
    const from = now();
    try {
      notice((await ask<{ now: number }>('GET', '/v1/time', undefined, { limitMs: 8000 })).now, from);
    } catch (error) {
      if (error instanceof ServerError && error.status === 0) state.online = false;
    }
    changed();
  };
  void learnTime();

  return {
    flush,
    pull,
    state: () => ({ ...state, trouble: receipts.strange() ? 'serverKey' : state.trouble }),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.all([running, pulling]).catch(() => undefined);
    },
  };
}
