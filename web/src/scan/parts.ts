/** Certificates that need several codes: SMART Health Cards in parts (`shc:/2/3/...`), shown in any order. */

export interface Missing {
  of: number;
  /** Which of 1 to `of` were seen. */
  have: number[];
}

/** What a code completes: a certificate with all texts it stands in, or nothing yet. */
export type Taken =
  | { kind: 'whole'; text: string; codes: string[] }
  | { kind: 'part'; missing: Missing; isNew: boolean };

export interface PartBook {
  take(code: string): Taken;
  /** What waits for further parts, if anything. */
  missing(): Missing | null;
  forget(): void;
}

const MOST_PARTS = 16;
const PART = /^shc:\/([1-9]\d?)\/([1-9]\d?)\/(\d+)$/;

/** The text of one code, as the core reads it, from the parts of a set in order. */
function joined(codes: readonly string[]): string {
  return `shc:/${codes.map((code) => PART.exec(code)?.[3] ?? '').join('')}`;
}

export function openPartBook(): PartBook {
  let of = 0;
  let codes = new Map<number, string>();

  const missing = (): Missing | null =>
    codes.size === 0 ? null : { of, have: [...codes.keys()].sort((a, b) => a - b) };

  const forget = (): void => {
    of = 0;
    codes = new Map();
  };

  return {
    take(code) {
      const trimmed = code.trim();
      const found = PART.exec(trimmed);
      const number = Number(found?.[1]);
      const count = Number(found?.[2]);
      // An impossible number of parts goes to the core as it is, which says what is wrong with it.
      if (!found || count > MOST_PARTS || number > count) return { kind: 'whole', text: code, codes: [code] };
      if (count === 1) return { kind: 'whole', text: joined([trimmed]), codes: [trimmed] };
      const before = codes.get(number);
      // Another number of parts, or other content under a number that was seen: somebody else's card.
      if (count !== of || (before !== undefined && before !== trimmed)) forget();
      const isNew = !codes.has(number);
      of = count;
      codes.set(number, trimmed);
      if (codes.size < of) return { kind: 'part', missing: { of, have: missing()?.have ?? [] }, isNew };
      const all = Array.from({ length: of }, (_, index) => codes.get(index + 1) ?? '');
      forget();
      return { kind: 'whole', text: joined(all), codes: all };
    },
    missing,
    forget,
  };
}
