/** The position of the device, read only after its own consent was ticked, at the moment of sending. */

export interface Position {
  latE6: number;
  lonE6: number;
  accuracyM: number;
  [name: string]: number;
}

const WAIT_MS = 10_000;
/** The wait above does not count the time in which the browser asks whether it may: nobody need answer that. */
const ANSWER_MS = 30_000;

/** Nothing when the device has none, refuses, or takes too long: the declaration does not wait for it. */
export function readPosition(): Promise<Position | null> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) {
      resolve(null);
      return;
    }
    setTimeout(() => resolve(null), ANSWER_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latE6: Math.round(coords.latitude * 1e6),
          lonE6: Math.round(coords.longitude * 1e6),
          accuracyM: Math.min(Math.round(coords.accuracy), 100_000),
        }),
      () => resolve(null),
      { timeout: WAIT_MS, maximumAge: 60_000 },
    );
  });
}
