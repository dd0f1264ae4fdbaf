// How a wasm module of ours is asked, under Node and in the worker of a benchmark: as web/src/core/core-module.ts asks it.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const names = new Map();

function nameOf(operation) {
  if (!names.has(operation)) names.set(operation, encoder.encode(operation));
  return names.get(operation);
}

export const textAt = (module, pointer, size) => decoder.decode(module.coreMemory().subarray(pointer, pointer + size));

/** call(operation, text) gives [status, reply text]. */
export function callOf(module) {
  return (operation, text) => {
    const name = nameOf(operation);
    const body = encoder.encode(text);
    const at = module._malloc(name.length + body.length);
    module.coreMemory().set(name, at);
    module.coreMemory().set(body, at + name.length);
    const status = module._core_call(at, name.length, at + name.length, body.length);
    module._free(at);
    return [status, textAt(module, module._core_reply_data(), module._core_reply_size())];
  };
}

/** ask(operation, request) gives the reply as a value; what is refused is an Error with the whole of it. */
export function askOf(module) {
  const call = callOf(module);
  return (operation, request) => {
    const [status, text] = call(operation, JSON.stringify(request));
    if (status !== 0) throw new Error(`${operation}: ${text}`);
    return JSON.parse(text);
  };
}
