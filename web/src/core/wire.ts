/** What passes between the page, its worker and the other tabs: plain data, so that it can be posted. */

export interface Violation {
  field: string;
  rule: string;
  params?: Readonly<Record<string, string | number>>;
  /** Shown, but no obstacle. */
  warning?: boolean;
}

/** The closed list of kernel/result.h, and what only a shell can meet. */
export type ErrorCode =
  | 'malformed'
  | 'rejected'
  | 'notFound'
  | 'forbidden'
  | 'expired'
  | 'conflict'
  | 'unavailable'
  | 'unauthorized'
  | 'offline';

export interface ErrorData {
  code: ErrorCode;
  rule: string;
  detail: string;
  violations?: Violation[];
}

/** An operation that did not succeed; `rule` is a rule id of docs/RULES.md or "". */
export class CoreError extends Error {
  readonly code: ErrorCode;
  readonly rule: string;
  readonly detail: string;
  readonly violations: Violation[];

  constructor(data: ErrorData) {
    super([`${data.code}:`, data.rule, data.detail].join(' ').trim());
    this.name = 'CoreError';
    this.code = data.code;
    this.rule = data.rule;
    this.detail = data.detail;
    this.violations = data.violations ?? [];
  }
}

/** Whether what was asked for is not for the asker, signed in or not. */
export const isForbidden = (error: unknown): boolean => error instanceof CoreError && (error.code === 'forbidden' || error.code === 'unauthorized');

export function errorData(error: unknown): ErrorData {
  if (error instanceof CoreError) {
    return { code: error.code, rule: error.rule, detail: error.detail, violations: error.violations };
  }
  return {
    code: 'unavailable',
    rule: 'shell.unexpected',
    detail: error instanceof Error ? error.message : String(error),
  };
}

/** Where records lie: on the disk of this device, or only in memory until the last tab is closed. */
export type StorageKind = 'opfs' | 'memory';

/** Why the queue does not move although it should. */
export type Trouble = 'server' | 'signIn' | 'serverKey' | 'tooMany';

export interface OutboxState {
  waiting: number;
  rejected: number;
  received: number;
  /** Milliseconds UTC of the oldest waiting record, 0 when none. */
  oldest: number;
  nextTryAt: number;
  online: boolean;
  sending: boolean;
  trouble: Trouble | null;
  /** Server's clock minus ours in milliseconds, once it is known; shown above five minutes, never corrected. */
  skewMs: number | null;
  storage: StorageKind;
  /** Whether the browser promised not to clear the storage; null while unknown. */
  persisted: boolean | null;
  lastContactAt: number;
}

export interface Grant {
  role: string;
  unit: string;
  unitName?: string;
  until?: number;
}

export interface Me {
  user: string;
  grants: Grant[];
  expiresAt: number;
  /** The password was given by somebody else: nothing but changing it is possible. */
  mustChange?: boolean;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** From the page to its worker, and back. */
export interface Request {
  id: number;
  method: string;
  args: unknown[];
}
export type Reply = { id: number; value: unknown } | { id: number; error: ErrorData };
export type Notice =
  | { event: 'store'; kind: StorageKind }
  | { event: 'outbox' }
  | { event: 'session' }
  | { event: 'broken'; detail: string };
