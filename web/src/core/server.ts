/** HTTP to our own server: JSON, a time limit, and errors as the core has them. */

import { CoreError, type ErrorCode, type ErrorData } from './wire';

const LIMIT_MS = 30_000;
const CODES: Record<number, ErrorCode> = {
  400: 'malformed',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  410: 'expired',
  413: 'malformed',
  422: 'rejected',
};

/** An answer that is not a success. Status 0: no answer at all. */
export class ServerError extends CoreError {
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** What the server says besides the error: how much room there is, which work it asks for. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, data: ErrorData, retryAfterMs: number | null = null, more: Record<string, unknown> = {}) {
    super(data);
    this.name = 'ServerError';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.more = more;
  }
}

export type Ask = <Answer>(
  method: string,
  path: string,
  body?: unknown,
  init?: { limitMs?: number; authorization?: string },
) => Promise<Answer>;

export function openServer(fetcher: typeof fetch, base = ''): Ask {
  return async <Answer>(
    method: string,
    path: string,
    body?: unknown,
    init: { limitMs?: number; authorization?: string } = {},
  ): Promise<Answer> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), init.limitMs ?? LIMIT_MS);
    try {
      const headers: Record<string, string> = { accept: 'application/json' };
      if (method !== 'GET') headers['x-lachan'] = '1'; // no foreign page can send it, see the server's sessions
      if (body !== undefined) headers['content-type'] = 'application/json';
      if (init.authorization !== undefined) headers['authorization'] = init.authorization;
      const response = await fetcher(base + path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        credentials: 'same-origin',
        cache: 'no-store',
        signal: abort.signal,
      });
      const text = await response.text();
      if (!response.ok) throw failure(response, text);
      // The shape is the contract of the route; both sides are of the same build.
      return (text === '' ? {} : JSON.parse(text)) as Answer;
    } catch (error) {
      if (error instanceof ServerError) throw error;
      // fetch tells a missing network, a refused connection and our own time limit only as exceptions; a proxy's page
      // in
      // place of JSON is no answer either.
      const detail = error instanceof Error ? error.name : 'network';
      throw new ServerError(0, { code: 'offline', rule: 'network', detail });
    } finally {
      clearTimeout(timer);
    }
  };
}

function failure(response: Response, text: string): ServerError {
  const { status } = response;
  let more: Record<string, unknown> = {};
  let data: ErrorData = { code: CODES[status] ?? 'unavailable', rule: '', detail: `status ${status}` };
  try {
    const body = JSON.parse(text) as { error?: Partial<ErrorData>; violations?: ErrorData['violations'] };
    more = { ...body };
    data = {
      code: status === 401 ? 'unauthorized' : (body.error?.code ?? data.code),
      rule: body.error?.rule ?? '',
      detail: body.error?.detail ?? data.detail,
      ...(body.violations ? { violations: body.violations } : {}),
    };
  } catch {
    // Not ours: a proxy in between. The status says enough.
  }
  return new ServerError(status, data, retryAfter(response.headers.get('retry-after')), more);
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
function retryAfter(value: string | null): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
