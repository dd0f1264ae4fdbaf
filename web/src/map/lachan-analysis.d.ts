/** What the wasm build leaves in its folder for the models; vite.config.ts resolves the name `lachan-core`. */
declare module 'lachan-core/analysis.mjs' {
  export interface AnalysisModule {
    _analysis_call(operation: number, operationSize: number, request: number, requestSize: number): number;
    _analysis_reply_data(): number;
    _analysis_reply_size(): number;
    _analysis_numbers(count: number): number;
    _analysis_numbers_data(): number;
    _analysis_numbers_size(): number;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    /** Another object after each growth. */
    coreMemory(): Uint8Array;
  }
  export default function createAnalysis(options: { locateFile: (name: string) => string }): Promise<AnalysisModule>;
}
declare module 'lachan-core/analysis.wasm?url' {
  const url: string;
  export default url;
}
