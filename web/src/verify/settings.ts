/** What a verifier has set on this device. Nothing of anybody who was checked is in it. */

const STORE = 'lachan.verify.settings';

export interface Settings {
  sound: boolean;
  vibration: boolean;
  /** Seconds that an answer stands at the gate before the next code is looked for. */
  holdSeconds: number;
  /** At the gate, whatever is not valid stands until somebody has dealt with it. */
  stopUnlessValid: boolean;
  /** The same code again within so many seconds is the same person still standing there. */
  repeatSeconds: number;
  /** The set of business rules that a code has to meet as well; "" for none. */
  rules: string;
  /** Single keys: space for the next code, F for the full screen. */
  keys: boolean;
}

export const DEFAULTS: Readonly<Settings> = {
  sound: true,
  vibration: true,
  holdSeconds: 3,
  stopUnlessValid: true,
  repeatSeconds: 8,
  rules: '',
  keys: true,
};

export const HOLD = { least: 1, most: 10 } as const;

export function readSettings(): Settings {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORE) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return { ...DEFAULTS };
    // Taken one by one: what an older version or another hand wrote there may hold anything.
    const known = Object.entries(kept).filter(
      ([name, value]) => name in DEFAULTS && typeof value === typeof DEFAULTS[name as keyof Settings],
    );
    return { ...DEFAULTS, ...Object.fromEntries(known) };
  } catch {
    return { ...DEFAULTS };
  }
}

export function writeSettings(settings: Settings): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(settings));
  } catch {
    // No storage: they hold as long as the page.
  }
}
