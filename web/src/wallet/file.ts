/** The wallet as a file, and back: what was in one browser can be taken to another. */

import type { Kept } from './store';

const TYPE = 'lachan.wallet';
const VERSION = 1;
export const MOST_BYTES = 4 * 1024 * 1024;
const MOST_CODES = 16;
const MOST_CHARACTERS = 70_000;

export function toFile(certificates: readonly Kept[], now: number): Blob {
  const content = {
    type: TYPE,
    version: VERSION,
    exportedAt: new Date(now).toISOString(),
    certificates: certificates.map(({ codes, addedAt }) => ({ codes, addedAt })),
  };
  return new Blob([JSON.stringify(content, null, 1)], { type: 'application/json' });
}

export interface Entry {
  codes: string[];
  addedAt: number;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || !('codes' in value) || !('addedAt' in value)) return false;
  const { codes, addedAt } = value;
  return (
    Number.isSafeInteger(addedAt) &&
    Array.isArray(codes) &&
    codes.length >= 1 &&
    codes.length <= MOST_CODES &&
    codes.every((code) => typeof code === 'string' && code.length > 0 && code.length <= MOST_CHARACTERS)
  );
}

/** The certificates of a file; null when it is not one of ours. Nothing in it is believed: each code is judged again. */
export function fromText(text: string): Entry[] | null {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null) return null;
    const { type, version, certificates } = content as Record<string, unknown>; // any object may be asked for its keys
    if (type !== TYPE || version !== VERSION || !Array.isArray(certificates)) return null;
    return certificates.every(isEntry) ? certificates : null;
  } catch {
    return null;
  }
}
