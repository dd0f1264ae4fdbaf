// The wasm modules of the page under Node: the same binaries, the same SQLite package, the same port.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sqlite3InitModule from '@sqlite.org/sqlite-wasm';
import ts from 'typescript';
import { callOf } from './call.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const wasmRoot = process.env.LACHAN_WASM_ROOT ?? join(root, 'build', 'wasm');

/** Compiles a module of the page for Node, and what it imports from beside it; gives its file. */
function compiled(name) {
  const source = readFileSync(join(root, 'web/src/core', `${name}.ts`), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const folder = join(wasmRoot, 'page-modules');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.mjs`);
  // Node wants the end of a file's name, which the page's bundler does not.
  writeFileSync(file, outputText.replace(/from '\.\/([a-z-]+)'/g, (_, beside) => {
    compiled(beside);
    return `from './${beside}.mjs'`;
  }));
  return file;
}

/** A module of the page that imports nothing of a browser. */
export const pageModule = (name) => import(pathToFileURL(compiled(name)).href);

export async function loadModule(name, folder = wasmRoot) {
  const file = join(folder, `${name}.mjs`);
  if (!existsSync(file)) throw new Error(`${file} is missing: build the preset wasm first`);
  const { default: create } = await import(pathToFileURL(file).href);
  return create({ wasmBinary: readFileSync(join(folder, `${name}.wasm`)) });
}

/** A port of the page to an SQLite database in memory. */
export async function memoryPort() {
  const { openSqlitePort } = await pageModule('sqlite-port');
  const sqlite = await sqlite3InitModule();
  const connection = new sqlite.oo1.DB(':memory:', 'c');
  connection.exec('PRAGMA foreign_keys=ON');
  return openSqlitePort(sqlite.wasm, connection.pointer, () => false);
}

/** Core and verifier, as the page has them: call(operation, text) gives [status, reply text]. */
export async function openCore(port) {
  const module = await loadModule('core');
  if (port) module.sqlitePort = port;
  module._core_open();
  const core = callOf(module);
  const verifier = await openVerifier();
  return (operation, text) => (/^(certificate|certlogic|rules|trust)\./.test(operation) ? verifier : core)(operation, text);
}

/** Who judges certificates, alone; of another build where its folder is given. */
export const openVerifier = async (folder) => callOf(await loadModule('verifier', folder));

/** What is answered from a request alone: the same, without a core. */
export const openWorkshop = async () => callOf(await loadModule('workshop'));

/**
 * The models of the map: call(operation, request) gives {status, text, numbers}; `numbers` (optional) go in with the request, and what
 * the operation left comes out, copied.
 */
export async function openAnalysis() {
  const module = await loadModule('analysis');
  const encoder = new TextEncoder();
  return (operation, request, numbers) => {
    if (numbers) {
      const at = module._analysis_numbers(numbers.length);
      new Float64Array(module.coreMemory().buffer, at, numbers.length).set(numbers);
    }
    const name = encoder.encode(operation);
    const body = encoder.encode(JSON.stringify(request));
    const at = module._malloc(name.length + body.length);
    module.coreMemory().set(name, at);
    module.coreMemory().set(body, at + name.length);
    const status = module._analysis_call(at, name.length, at + name.length, body.length);
    module._free(at);
    const memory = module.coreMemory();
    const text = memory.slice(module._analysis_reply_data(), module._analysis_reply_data() + module._analysis_reply_size());
    const left = new Float64Array(memory.buffer, module._analysis_numbers_data(), module._analysis_numbers_size()).slice();
    return { status, text: new TextDecoder().decode(text), numbers: left };
  };
}
