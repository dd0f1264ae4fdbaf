/** One tab fills in the form at a time: two with the same draft would overwrite each other, and send it twice. */

export interface TurnEnds {
  /** Nobody else has it: the form may be shown, with whatever was kept last. */
  mine: () => void;
  /** Another tab has it. */
  elsewhere: () => void;
  /** Another tab asks for it: whatever is not kept yet is to be kept, then it goes. Not before a sending has ended. */
  handOver: () => Promise<void>;
  /** It was taken from a tab that did not answer: nothing may be kept any more. */
  lost: () => void;
}

export interface Turn {
  /** Asks the other tab to hand it over. */
  take(): void;
  release(): void;
}

const NAME = 'lachan.declaration';
/** A tab that is reloaded or closed gives it back within this time; one that is open does not. */
const SOON_MS = 400;
/** A tab that says nothing in this time is frozen. */
const ANSWER_MS = 1500;

export function takeTurn(ends: TurnEnds): Turn {
  // Without locks (an old browser) every tab is on its own, as before.
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) {
    let isGone = false;
    queueMicrotask(() => {
      if (!isGone) ends.mine();
    });
    return { take: () => undefined, release: () => (isGone = true) };
  }
  let isGone = false;
  let giveBack: (() => void) | null = null;
  let asking = new AbortController();
  let stealing = 0;
  const channel = new BroadcastChannel(NAME);
  const soon = window.setTimeout(() => {
    if (!giveBack) ends.elsewhere();
  }, SOON_MS);

  function wait(options: LockOptions): void {
    navigator.locks
      .request(NAME, options, () => {
        if (isGone) return undefined;
        clearTimeout(soon);
        clearTimeout(stealing);
        ends.mine();
        return new Promise<void>((done) => (giveBack = done));
      })
      .catch((error: unknown) => {
        if (isGone) return;
        if (giveBack) {
          // Taken by another tab while it was held.
          giveBack = null;
          ends.lost();
          queue();
        } else if (!(error instanceof DOMException) || error.name !== 'AbortError') {
          // This browser keeps no locks for this page: every tab is on its own.
          clearTimeout(soon);
          ends.mine();
        }
      });
  }

  function queue(): void {
    asking = new AbortController();
    wait({ signal: asking.signal });
  }

  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === 'here') clearTimeout(stealing);
    if (data !== 'hand over') return;
    if (!giveBack) {
      // A third tab asks: it goes before this one, which only waits.
      asking.abort();
      queue();
      return;
    }
    channel.postMessage('here');
    const done = giveBack;
    void ends.handOver().finally(() => {
      if (giveBack !== done) return;
      giveBack = null;
      done();
      queue(); // behind the one that asked
    });
  };

  queue();
  return {
    take: () => {
      channel.postMessage('hand over');
      clearTimeout(stealing);
      stealing = window.setTimeout(() => {
        asking.abort();
        wait({ steal: true });
      }, ANSWER_MS);
    },
    release: () => {
      isGone = true;
      clearTimeout(soon);
      clearTimeout(stealing);
      asking.abort();
      channel.close();
      giveBack?.();
      giveBack = null;
    },
  };
}
