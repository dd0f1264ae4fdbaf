/** What is answered from a request alone: a module apart from the core, downloaded when somebody asks for the first time. */

import createWorkshop from 'lachan-core/workshop.mjs';
import wasmUrl from 'lachan-core/workshop.wasm?url';
import { callCore, type CallCore } from './core-module';

export async function loadWorkshop(units: string, onBroken: (detail: string) => void): Promise<CallCore> {
  const module = await createWorkshop({ locateFile: () => wasmUrl });
  const call: CallCore = (operation, request) => callCore(module, operation, request, onBroken);
  call('units.load', { text: units });
  return call;
}
