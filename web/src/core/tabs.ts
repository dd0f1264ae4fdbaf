/**
 * One tab holds the database: the leader, found by a Web Lock, which the browser passes on when that tab is gone. The
 * others
 * ask it over a BroadcastChannel. Each new leader is asked again for everything that is still unanswered, so whatever
 * can be
 * asked must be safe to ask twice.
 */

import { CoreError, errorData, type ErrorData, type Notice } from './wire';

export type Handler = (method: string, args: unknown[]) => Promise<unknown>;

type Message =
  | { kind: 'ask'; from: string; seq: number; method: string; args: unknown[] }
  | { kind: 'answer'; to: string; seq: number; value?: unknown; error?: ErrorData }
  | { kind: 'leads' }
  | { kind: 'who' }
  | { kind: 'notice'; notice: Notice };

interface Waiting {
  method: string;
  args: unknown[];
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface Tabs {
  /** Asks the leader, whoever that is or will be. */
  ask(method: string, args: unknown[]): Promise<unknown>;
  /** Tells this tab and all others. */
  announce(notice: Notice): void;
  leads(): boolean;
}

/** How many answers the leader remembers, for requests that were sent twice. */
const REMEMBERED = 500;

/** `begun`: this tab offers to lead from then on; others may ask and be asked before. */
export function joinTabs(name: string, begun: Promise<void>, lead: () => Promise<Handler>, onNotice: (notice: Notice) => void): Tabs {
  const self = crypto.randomUUID();
  const channel = new BroadcastChannel(name);
  const waiting = new Map<number, Waiting>();
  const answered = new Map<string, Promise<Message>>();
  let seq = 0;
  let handler: Handler | null = null;

  const post = (message: Message): void => channel.postMessage(message);

  const send = (number: number, { method, args }: Waiting): void => {
    post({ kind: 'ask', from: self, seq: number, method, args });
  };

  const runHere = (own: Handler, number: number, item: Waiting): void => {
    waiting.delete(number);
    own(item.method, item.args).then(item.resolve, item.reject);
  };

  const answer = async (own: Handler, message: Message & { kind: 'ask' }): Promise<Message> => {
    const base = { kind: 'answer', to: message.from, seq: message.seq } as const;
    try {
      return { ...base, value: await own(message.method, message.args) };
    } catch (error) {
      return { ...base, error: errorData(error) };
    }
  };

  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'ask') {
      if (!handler) return;
      const key = `${data.from} ${data.seq}`;
      let known = answered.get(key);
      if (!known) {
        known = answer(handler, data);
        answered.set(key, known);
        const oldest = answered.keys().next();
        if (answered.size > REMEMBERED && !oldest.done) answered.delete(oldest.value);
      }
      void known.then(post);
    } else if (data.kind === 'answer') {
      const item = data.to === self ? waiting.get(data.seq) : undefined;
      if (!item) return;
      waiting.delete(data.seq);
      if (data.error) item.reject(new CoreError(data.error));
      else item.resolve(data.value);
    } else if (data.kind === 'leads') {
      for (const [number, item] of waiting) send(number, item);
    } else if (data.kind === 'who') {
      if (handler) post({ kind: 'leads' });
    } else {
      onNotice(data.notice);
    }
  };

  const takeOver = async (): Promise<void> => {
    handler = await lead();
    for (const [number, item] of [...waiting]) runHere(handler, number, item);
    post({ kind: 'leads' });
    // The lock is held until this worker ends; nothing ever resolves this.
    await new Promise<never>(() => undefined);
  };
  // A browser without locks gets one tab that works: a second one finds the files taken.
  const leading = begun.then(async () => {
    await ('locks' in navigator ? navigator.locks.request(name, takeOver) : takeOver());
  });
  leading.catch((error: unknown) => {
    const data = errorData(error);
    for (const [number, item] of [...waiting]) {
      waiting.delete(number);
      item.reject(new CoreError(data));
    }
    onNotice({ event: 'broken', detail: data.detail });
  });

  return {
    ask: (method, args) =>
      new Promise((resolve, reject) => {
        const item = { method, args, resolve, reject };
        const number = ++seq;
        waiting.set(number, item);
        if (handler) runHere(handler, number, item);
        else send(number, item);
      }),
    announce(notice) {
      post({ kind: 'notice', notice });
      onNotice(notice);
    },
    leads: () => handler !== null,
  };
}
