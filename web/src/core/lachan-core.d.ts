/** What the wasm build leaves in its folder; vite.config.ts resolves the name `lachan-core`. */
declare module 'lachan-core/core.mjs' {
  import type { SqlitePort } from './sqlite-port';

  export interface CoreModule {
    _core_open(): number;
    _core_call(operation: number, operationSize: number, request: number, requestSize: number): number;
    _core_reply_data(): number;
    _core_reply_size(): number;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    coreMemory(): Uint8Array;
    sqlitePort?: SqlitePort;
  }
  export default function createCore(options: { locateFile?: (name: string) => string }): Promise<CoreModule>;
}
declare module 'lachan-core/workshop.mjs' {
  import type { CoreModule } from 'lachan-core/core.mjs';

  /** A module that answers operations and has no database. */
  export type AnsweringModule = Omit<CoreModule, '_core_open' | 'sqlitePort'>;
  export default function createWorkshop(options: { locateFile?: (name: string) => string }): Promise<AnsweringModule>;
}
declare module 'lachan-core/verifier.mjs' {
  import type { AnsweringModule } from 'lachan-core/workshop.mjs';

  export default function createVerifier(options: { locateFile?: (name: string) => string }): Promise<AnsweringModule>;
}
declare module 'lachan-core/verifier.wasm?url' {
  const url: string;
  export default url;
}
declare module 'lachan-core/workshop.wasm?url' {
  const url: string;
  export default url;
}
declare module 'lachan-core/core.wasm?url' {
  const url: string;
  export default url;
}
