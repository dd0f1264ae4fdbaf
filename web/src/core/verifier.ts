/** Who judges certificates: a module apart from the core, downloaded with the first certificate. */

import createVerifier from 'lachan-core/verifier.mjs';
import wasmUrl from 'lachan-core/verifier.wasm?url';
import { callCore, type CallCore } from './core-module';

export async function loadVerifier(onBroken: () => void): Promise<CallCore> {
  const module = await createVerifier({ locateFile: () => wasmUrl });
  return (operation, request) => callCore(module, operation, request, onBroken);
}
