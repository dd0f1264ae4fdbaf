/** Queries go to the server first: any tab may ask it, before the database of this device is even open. */

import { ServerError, type Ask } from './server';

export interface Answered<Answer = unknown> {
  answer: Answer;
  /** `kept`: the server gave it before, at `at` (ms UTC); `device`: from the tables of this device. */
  from: 'server' | 'kept' | 'device';
  at?: number;
}

/** That an answer is wanted again without a network. */
export interface Keeping {
  /** Whether this answer takes the place of the one before it; else it is only looked for. True when left out. */
  keeps?: boolean;
  /** What answers of the same query are told apart by; its arguments when left out. */
  as?: string;
}

/** How long a query may take before the answer of this device is given instead. */
const QUERY_LIMIT_MS = 6000;

/** What the server said, and to whom: "" to anybody. */
export interface Told {
  answer: unknown;
  account: string;
}

/** The server's answer, or null when it is silent. Its "no" is an answer too: a ServerError. */
export async function askServer(server: Ask, query: string, args: object): Promise<Told | null> {
  if (!navigator.onLine) return null;
  try {
    const path = `/v1/query/${encodeURIComponent(query)}`;
    const { answer, account = '' } = await server<{ answer: unknown; account?: string }>('POST', path, args, { limitMs: QUERY_LIMIT_MS });
    return { answer, account };
  } catch (error) {
    if (!(error instanceof ServerError) || (error.status > 0 && error.status < 500)) throw error;
    return null;
  }
}
