/** Queries go to the server first: any tab may ask it, before the database of this device is even open. */

import { ServerError, type Ask } from './server';

export interface Answered {
  answer: unknown;
  from: 'server' | 'device';
}

/** How long a query may take before the answer of this device is given instead. */
const QUERY_LIMIT_MS = 6000;

/** The server's answer, or null when it is silent. Its "no" is an answer too: a ServerError. */
export async function askServer(server: Ask, query: string, args: object): Promise<Answered | null> {
  if (!navigator.onLine) return null;
  try {
    const path = `/v1/query/${encodeURIComponent(query)}`;
    const { answer } = await server<{ answer: unknown }>('POST', path, args, { limitMs: QUERY_LIMIT_MS });
    return { answer, from: 'server' };
  } catch (error) {
    if (!(error instanceof ServerError) || (error.status > 0 && error.status < 500)) throw error;
    return null;
  }
}
