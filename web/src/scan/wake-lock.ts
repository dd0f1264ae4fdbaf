/** Keeps the screen on while a code is shown or awaited; where the browser cannot, nothing happens. */

export interface WakeLock {
  release(): void;
}

export function keepAwake(): WakeLock {
  let lock: WakeLockSentinel | null = null;
  let wanted = true;

  // The browser lets go of it whenever the page is out of sight.
  const hold = (): void => {
    if (!wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    navigator.wakeLock.request('screen').then(
      (held) => {
        lock = held;
        if (!wanted) void held.release();
      },
      () => undefined, // battery saving, or a policy: the screen goes dark as usual
    );
  };
  document.addEventListener('visibilitychange', hold);
  hold();
  return {
    release() {
      wanted = false;
      document.removeEventListener('visibilitychange', hold);
      void lock?.release().catch(() => undefined);
    },
  };
}
