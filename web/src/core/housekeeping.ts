/**
 * What becomes of the databases on this device that nobody works with at the moment: the citizen's own is still sent, that of
 * an official who has left goes as soon as nothing in it waits; and nothing is kept longer than the rules allow.
 */

import { dropAnswers } from './answers';
import type { CallCore, CoreHandle } from './core-module';
import { storedAccounts, removeStore, type Store } from './store';
import type { Sync } from './sync';

/** Work of an official who is not signed in, which only they can send. */
export interface Left {
  user: string;
  waiting: number;
}

export interface HousekeepingOptions {
  /** The databases that are open; what is opened here and not needed any more is closed and taken out. */
  stores: Map<string, Store>;
  open(account: string): Promise<Store>;
  /** A core beside the leader's own: that one holds the database of whoever is at work. */
  spare(): Promise<CoreHandle>;
  /** Sends what waits in the citizen's database, in nobody's name. */
  send(call: CallCore): Sync;
  now(): number;
}

export interface Housekeeping {
  /** Looks after every database but that of `account`. Nobody may change the account meanwhile. */
  run(account: string, call: CallCore): Promise<void>;
  /** Lets go of the citizen's database; resolves when an upload that is on its way has been settled. */
  release(): Promise<void>;
  /** The network is there again, or somebody looks at the page. */
  wake(): void;
  left(): readonly Left[];
  /** When it was last done, ms UTC; 0 for never. */
  doneAt(): number;
}

const CITIZEN = '';

export function openHousekeeping({ stores, open, spare, send, now }: HousekeepingOptions): Housekeeping {
  let second: Promise<CoreHandle> | null = null;
  let courier: Sync | null = null;
  let left: Left[] = [];
  let doneAt = 0;

  const waitingIn = (call: CallCore): number => call<{ waiting: number }>('outbox.state', {}).waiting;
  const purge = (account: string, call: CallCore): void => {
    if (call<{ erased: number }>('retention.purge', { now: now() }).erased > 0) stores.get(account)?.settle();
  };

  async function borrow(account: string): Promise<CoreHandle> {
    const { port } = await open(account);
    second ??= spare();
    second.catch(() => (second = null));
    const core = await second;
    core.attach(port);
    core.call('db.open', { now: now() });
    return core;
  }

  async function release(): Promise<void> {
    await courier?.stop();
    courier = null;
    (await second)?.attach(null);
  }

  /** The work of an official stays until they have sent it; what was read about other people does not. */
  async function close(account: string): Promise<void> {
    const core = await borrow(account);
    const store = stores.get(account);
    const waiting = waitingIn(core.call);
    if (waiting > 0) {
      purge(account, core.call);
      left.push({ user: account, waiting });
    }
    core.attach(null);
    if (waiting > 0 && store?.kind === 'memory') return; // closed, it would be gone
    store?.close();
    stores.delete(account);
    if (waiting === 0) await removeStore(account);
  }

  return {
    async run(account, call) {
      await dropAnswers(account, now());
      await release();
      left = [];
      if (account !== CITIZEN) purge(account, call);
      const others = new Set([...(await storedAccounts()), ...stores.keys()]);
      others.delete(account);
      for (const other of others) if (other !== CITIZEN) await close(other);
      if (others.has(CITIZEN)) {
        const core = await borrow(CITIZEN);
        if (waitingIn(core.call) > 0) {
          courier = send(core.call);
          void courier.flush(true).catch(() => undefined); // it tries again by itself
        } else core.attach(null);
      }
      doneAt = now();
    },
    release,
    wake: () => void courier?.flush(true).catch(() => undefined),
    left: () => left,
    doneAt: () => doneAt,
  };
}
