/** The core behind its four C functions: an operation and a request in, an answer or a CoreError out. */

import createCore, { type CoreModule } from 'lachan-core/core.mjs';
import wasmUrl from 'lachan-core/core.wasm?url';
import type { AnsweringModule } from 'lachan-core/workshop.mjs';
import type { SqlitePort } from './sqlite-port';
import { CoreError, type ErrorData } from './wire';

export type CallCore = <Answer>(operation: string, request: object) => Answer;

export interface CoreHandle {
  call: CallCore;
  /** Opens the core anew over a database. Units have to be loaded again. */
  attach(port: SqlitePort | null): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Names of operations in bytes: there are few, and encoding one takes a browser as long as a whole request. */
const names = new Map<string, Uint8Array>();

export async function loadCore(onBroken: (detail: string) => void): Promise<CoreHandle> {
  const module: CoreModule = await createCore({ locateFile: () => wasmUrl });
  module._core_open();
  return {
    call: (operation, request) => callCore(module, operation, request, onBroken),
    attach(port) {
      module.sqlitePort?.forgetAll();
      if (port) module.sqlitePort = port;
      else delete module.sqlitePort;
      module._core_open();
    },
  };
}

function nameOf(operation: string): Uint8Array {
  const known = names.get(operation);
  if (known) return known;
  const name = encoder.encode(operation);
  names.set(operation, name);
  return name;
}

export function callCore<Answer>(
  module: AnsweringModule,
  operation: string,
  request: object,
  onBroken: (detail: string) => void,
): Answer {
  const name = nameOf(operation);
  const body = encoder.encode(JSON.stringify(request));
  let status: number;
  let text: string;
  try {
    const at = module._malloc(name.length + body.length);
    const memory = module.coreMemory();
    memory.set(name, at);
    memory.set(body, at + name.length);
    status = module._core_call(at, name.length, at + name.length, body.length);
    module._free(at);
    const from = module._core_reply_data();
    text = decoder.decode(module.coreMemory().subarray(from, from + module._core_reply_size()));
  } catch (error) {
    // A trap: the memory of this core can no longer be trusted. The page starts a new worker.
    const detail = `${operation}: ${error instanceof Error ? error.message : String(error)}`;
    onBroken(detail);
    throw new CoreError({ code: 'unavailable', rule: 'shell.core', detail });
  }
  // The shape of an answer is the contract of the operation table in shared/src/core.
  const reply = JSON.parse(text) as Answer & { error?: ErrorData };
  if (status !== 0) throw new CoreError(reply.error ?? { code: 'unavailable', rule: 'shell.core', detail: operation });
  return reply;
}
