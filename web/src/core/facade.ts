/** The one door from the page to the core: typed, asynchronous, the same in every tab. */

import { entropy, fromBase64url } from './bytes';
import type { Left } from './housekeeping';
import type { Answered, Keeping } from './queries';
import type { ReceiptVerdict } from './receipts';
import type { SyncReport } from './sync';
import type { TrustInfo } from './trust';
import {
  CoreError,
  type Me,
  type Notice,
  type OutboxState,
  type Reply,
  type StorageKind,
  type Violation,
} from './wire';

export { CoreError, isForbidden } from './wire';
export type { TrustInfo } from './trust';
export type { ErrorCode, Grant, Me, OutboxState, StorageKind, Trouble, Violation } from './wire';
export type { Left } from './housekeeping';
export type { ReceiptVerdict } from './receipts';

/** A record of this device and what became of it. */
export interface MyRecord {
  id: string;
  /** Short code for a desk: KB-7F3K-9QWE-4. */
  code: string;
  system: string;
  kind: string;
  version: number;
  unit: string;
  madeAt: number;
  hash: string;
  state: 'queued' | 'received' | 'rejected';
  outcome: '' | 'accepted' | 'duplicate' | 'rejected';
  rule: string;
  violations: Violation[];
  receipt?: Receipt;
  supersedes: string;
  supersededBy: string;
  queuedAt: number;
  settledAt: number;
  body: Record<string, unknown>;
}

export interface Receipt {
  body: { id: string; hash: string; outcome: string; receivedAt: number };
  index: number;
  path: string[];
  head: { root: string; size: number; signedAt: number; key: string };
  signature: string;
}

export interface UnitHit {
  code: string;
  path: string;
  name: string;
  kind: string;
  level: number;
  /** Names of the units above, the nearest first. */
  parents: string[];
}

export interface DraftEntry {
  key: string;
  savedAt: number;
}

export interface SubmitOptions {
  unit?: string;
  supersedes?: string;
  /** Key of the draft that is done with; it goes in the same transaction. */
  draft?: string;
  /** When what it answers was made: it is dated behind that, though the clock there is ahead of this one, by a day at most. */
  after?: number;
}

const MOST_AHEAD_MS = 24 * 3_600_000;

const momentAfter = (before: number): number => {
  const now = Date.now();
  return before - now > MOST_AHEAD_MS ? now : Math.max(now, before + 1);
};

export interface CheckOptions {
  unit?: string;
  byOfficial?: boolean;
}

export interface Core {
  /** Resolves when records can be kept; rejects when this browser has no place for them at all. Not before it was begun. */
  ready: Promise<void>;
  /** Opens core and database now. Whatever needs them begins them too; what the server answers does not. */
  begin(): void;
  /** All violations of a body; those with `warning` are no obstacle. */
  check(system: string, kind: string, version: number, body: object, options?: CheckOptions): Promise<Violation[]>;
  /** Makes, signs and queues a record in one transaction. CoreError `rejected` with violations when it may not be
   * made. */
  submit(system: string, kind: string, version: number, body: object, options?: SubmitOptions): Promise<{ id: string }>;
  /** Online the server's answer, offline that of this device's own tables. */
  ask<Answer>(query: string, args: object): Promise<Answer>;
  /** With `keeping` what the server said before comes ahead of this device's own tables, and says when. */
  askFrom<Answer>(query: string, args: object, keeping?: Keeping): Promise<Answered<Answer>>;
  form<Form>(system: string, kind: string, version?: number): Promise<Form>;
  /** What a declaration will lead to, before it is sent. */
  triage<Preview>(
    body: object,
    options?: { system?: string; kind?: string; version?: number; unit?: string },
  ): Promise<Preview>;
  drafts: {
    /** The value that was saved, or null. */
    load<Value>(key: string): Promise<Value | null>;
    save(key: string, value: unknown): Promise<void>;
    remove(key: string): Promise<void>;
    list(): Promise<DraftEntry[]>;
  };
  outbox: {
    state(): Promise<OutboxState>;
    /** Calls `listener` whenever the queue, the connection or the records may have changed, in any tab. */
    subscribe(listener: () => void): () => void;
    flush(): Promise<SyncReport>;
    /** Everything that was not received, whole and signed, as a file. */
    export(): Promise<Blob>;
  };
  mine(): Promise<MyRecord[]>;
  /** How the records of this device stand at the server, by the name of the system. Nobody else can ask for it. */
  mineThere<Answer>(): Promise<Answer>;
  inspect<Inspection>(text: string): Promise<Inspection>;
  judge<Verdict>(inspection: object, answers: unknown): Promise<Verdict>;
  /** `rules` names a set of business rules to be met as well; CoreError rules.pack when this device has none of that name. */
  verify<Verdict>(text: string, rules?: string): Promise<Verdict>;
  /** The trust bundle that certificates are judged with, and the age of its parts. */
  trustInfo(): Promise<TrustInfo>;
  /** Looks for a newer bundle now; whether one was taken. Without a network the one in use stays. */
  refreshTrust(): Promise<boolean>;
  /** Business rules: what there are, what they say, what a change of them would do, and rules from templates. */
  rules<Answer>(operation: 'list' | 'explain' | 'simulate' | 'compose' | 'export' | 'import', request: object): Promise<Answer>;
  /** Levels by packs and figures of the request: nothing is read from the tables, nothing is kept. */
  riskmap<Answer>(operation: 'compare' | 'evaluate' | 'explain' | 'packs' | 'playback', request: object): Promise<Answer>;
  /** Many at once, in one message: the verdicts in the order of the texts. */
  verifyMany<Verdict>(texts: string[], rules?: string): Promise<Verdict[]>;
  scan<Scanned>(text: string): Promise<Scanned>;
  /** Modules row by row, one byte each: 1 is dark. */
  qr(text: string, level?: 'L' | 'M' | 'Q' | 'H'): Promise<{ size: number; modules: Uint8Array }>;
  /** The text of the personal code of a record of this device; `full` shows more of the person. */
  personalQr(id: string, full?: boolean): Promise<string>;
  searchUnits(query: string, options?: { day?: string; limit?: number }): Promise<UnitHit[]>;
  unit(code: string): Promise<UnitHit>;
  unitChildren(code: string): Promise<{ code: string; name: string; level: number }[]>;
  /** Proves a receipt against the server keys known here; with `bytes` also that it is for that very record. */
  verifyReceipt(receipt: unknown, bytes?: string): Promise<ReceiptVerdict>;
  session: {
    signIn(user: string, password: string): Promise<Me>;
    /** `kept`: how many records of the account still wait on this device. */
    signOut(): Promise<{ kept: number }>;
    me(): Promise<Me | null>;
    /** Who was signed in here last, by what this device remembers: at once, while `me` asks the server. */
    remembered(): Promise<Me | null>;
    /** Officials who are not signed in here and have left work that only they can send. */
    left(): Promise<readonly Left[]>;
    changePassword(old: string, next: string): Promise<void>;
    subscribe(listener: () => void): () => void;
  };
  /** A route of the server that is no query, such as the proof of a phone number. */
  server<Answer>(method: 'GET' | 'POST', path: `/v1/${string}`, body?: object): Promise<Answer>;
  /** The id under which the server knows this device. */
  device(): Promise<string>;
  storage(): Promise<StorageKind>;
}

interface Waiting {
  method: string;
  args: unknown[];
  tries: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** How often a worker that broke is started anew, one after the other, before the page gives up. */
const RESTARTS = 3;
/** One that worked so long had no share in what broke before it. */
const PROVEN_MS = 30_000;

export function openCore(): Core {
  const waiting = new Map<number, Waiting>();
  const listeners: Record<'outbox' | 'session', Set<() => void>> = { outbox: new Set(), session: new Set() };
  let last = 0;
  let restarts = 0;
  let dead = false;
  let begun = false;
  let startedAt = 0;
  let worker = start();

  function start(): Worker {
    startedAt = performance.now();
    const made = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'core' });
    made.onmessage = ({ data }: MessageEvent<Reply | Notice>) => {
      if ('event' in data) notice(data);
      else settle(data);
    };
    made.onerror = (event) => {
      event.preventDefault();
      restart(event.message);
    };
    return made;
  }

  function notice(data: Notice): void {
    if (data.event === 'broken') restart(data.detail);
    else for (const listener of [...listeners[data.event === 'session' ? 'session' : 'outbox']]) listener();
  }

  function settle(reply: Reply): void {
    const item = waiting.get(reply.id);
    if (!item) return;
    waiting.delete(reply.id);
    if ('error' in reply) item.reject(new CoreError(reply.error));
    else item.resolve(reply.value);
  }

  /** A worker whose core crashed is replaced; what it was asked goes to the new one, once. */
  function restart(detail: string): void {
    worker.terminate();
    if (performance.now() - startedAt > PROVEN_MS) restarts = 0;
    const usable = ++restarts <= RESTARTS;
    for (const [id, item] of [...waiting]) {
      if (usable && item.tries === 0) continue;
      waiting.delete(id);
      item.reject(new CoreError({ code: 'unavailable', rule: 'shell.core', detail }));
    }
    if (!usable) {
      dead = true;
      return;
    }
    worker = start();
    if (begun) begin();
    for (const [id, item] of waiting) {
      ++item.tries;
      worker.postMessage({ id, method: item.method, args: item.args });
    }
  }

  function call<Value>(method: string, ...args: unknown[]): Promise<Value> {
    if (dead) return Promise.reject(new CoreError({ code: 'unavailable', rule: 'shell.core', detail: 'the worker is gone' }));
    return new Promise<Value>((resolve, reject) => {
      const id = ++last;
      // The worker's methods and this interface are written as one; the value is what the method there returns.
      waiting.set(id, { method, args, tries: 0, resolve: (value) => resolve(value as Value), reject });
      worker.postMessage({ id, method, args });
    });
  }

  function begin(): void {
    begun = true;
    void call('begin').catch(() => undefined);
  }

  function subscribe(event: 'outbox' | 'session', listener: () => void): () => void {
    listeners[event].add(listener);
    return () => listeners[event].delete(listener);
  }

  const ready = call<StorageKind>('ready');
  ready.catch(() => undefined);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void call('visible').catch(() => undefined);
  });

  return {
    ready: ready.then(() => undefined),
    begin,
    async check(system, kind, version, body, options = {}) {
      type Checked = { violations: Violation[]; warnings: Violation[] };
      const { violations, warnings } = await call<Checked>('check', { system, kind, version, body, ...options });
      return [...violations, ...warnings.map((each) => ({ ...each, warning: true }))];
    },
    submit(system, kind, version, body, { unit = '', supersedes, draft, after = 0 } = {}) {
      const request = {
        system,
        kind,
        version,
        body,
        unit,
        ...(supersedes ? { supersedes } : {}),
        ...(draft ? { draft } : {}),
        // Drawn here: asked twice with the same values, whoever answers makes one record.
        now: momentAfter(after),
        entropy: entropy(),
      };
      return call('submit', request);
    },
    async ask<Answer>(query: string, args: object) {
      return (await call<{ answer: Answer }>('ask', query, args)).answer;
    },
    askFrom: (query, args, keeping) => call('ask', query, args, keeping),
    form: (system, kind, version) => call('form', { system, kind, ...(version ? { version } : {}) }),
    triage: (body, { system = 'declaration', kind = 'population', version, unit } = {}) =>
      call('preview', { system, kind, body, ...(version ? { version } : {}), ...(unit ? { unit } : {}) }),
    drafts: {
      async load<Value>(key: string) {
        return (await call<{ value: Value | null }>('draft.load', key)).value;
      },
      async save(key, value) {
        await call('draft.save', key, value);
      },
      async remove(key) {
        await call('draft.remove', key);
      },
      async list() {
        return (await call<{ drafts: DraftEntry[] }>('draft.list')).drafts;
      },
    },
    outbox: {
      state: () => call('outbox.state'),
      subscribe: (listener) => subscribe('outbox', listener),
      flush: () => call('outbox.flush'),
      async export() {
        return new Blob([JSON.stringify(await call('outbox.export'))], { type: 'application/json' });
      },
    },
    async mine() {
      return (await call<{ records: MyRecord[] }>('mine')).records;
    },
    mineThere: () => call('mine.there'),
    inspect: (text) => call('inspect', text),
    judge: (inspection, answers) => call('judge', inspection, answers),
    verify: (text, rules = '') => call('verify', text, rules),
    verifyMany: (texts, rules = '') => call('verifyMany', texts, rules),
    trustInfo: () => call('trustInfo'),
    rules: (operation, request) => call('rules', operation, request),
    riskmap: (operation, request) => call('riskmap', operation, request),
    refreshTrust: () => call('refreshTrust'),
    scan: (text) => call('scan', text),
    async qr(text, level = 'M') {
      const { size, modules } = await call<{ size: number; modules: string }>('qr', text, level);
      const packed = fromBase64url(modules);
      const bits = Uint8Array.from({ length: size * size }, (_, i) => ((packed[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
      return { size, modules: bits };
    },
    async personalQr(id, full = false) {
      return (await call<{ text: string }>('card', id, full)).text;
    },
    async searchUnits(query, { day, limit } = {}) {
      return (await call<{ hits: UnitHit[] }>('searchUnits', query, day, limit)).hits;
    },
    unit: (code) => call('unit', code),
    async unitChildren(code) {
      type Child = { code: string; name: string; level: number };
      return (await call<{ children: Child[] }>('unitChildren', code)).children;
    },
    verifyReceipt: (receipt, bytes) => call('verifyReceipt', receipt, bytes),
    session: {
      signIn: (user, password) => call('signIn', user, password),
      signOut: () => call('signOut'),
      me: () => call('me'),
      remembered: () => call('me.kept'),
      left: () => call('left'),
      async changePassword(old, next) {
        await call('password', old, next);
      },
      subscribe: (listener) => subscribe('session', listener),
    },
    server: (method, path, body) => call('serverCall', method, path, body),
    async device() {
      return (await call<{ id: string }>('device')).id;
    },
    storage: () => call('ready'),
  };
}
