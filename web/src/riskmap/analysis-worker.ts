/// <reference lib="webworker" />
/** One instance of the models (shared/src/epi) in a worker: a call in, its text and numbers out. */

import createAnalysis, { type AnalysisModule } from 'lachan-core/analysis.mjs';
import wasmUrl from 'lachan-core/analysis.wasm?url';
import type { AnalysisCall, AnalysisReply } from './analysis';

const worker = self as unknown as DedicatedWorkerGlobalScope; // compiled with the page's library as well
/** Null until somebody asks, and after a failure: a download that broke off is begun again, and an instance that fell is not asked again. */
let loading: Promise<AnalysisModule> | null = null;

async function answer({ operation, request, numbers }: AnalysisCall): Promise<AnalysisReply> {
  loading ??= createAnalysis({ locateFile: () => wasmUrl });
  const module = await loading;
  if (numbers) {
    const at = module._analysis_numbers(numbers.length);
    new Float64Array(module.coreMemory().buffer, at, numbers.length).set(numbers);
  }
  const encoder = new TextEncoder();
  const [name, body] = [encoder.encode(operation), encoder.encode(JSON.stringify(request))];
  const at = module._malloc(name.length + body.length);
  module.coreMemory().set(name, at);
  module.coreMemory().set(body, at + name.length);
  const status = module._analysis_call(at, name.length, at + name.length, body.length);
  module._free(at);
  const memory = module.coreMemory();
  const from = module._analysis_reply_data();
  const text = new TextDecoder().decode(memory.slice(from, from + module._analysis_reply_size()));
  if (status !== 0) return { error: text };
  const left = new Float64Array(memory.buffer, module._analysis_numbers_data(), module._analysis_numbers_size());
  return { text, numbers: left.slice() };
}

worker.addEventListener('message', ({ data }: MessageEvent<AnalysisCall>) => {
  answer(data).then(
    (reply) => worker.postMessage(reply, 'numbers' in reply ? [reply.numbers.buffer] : []),
    (error: unknown) => {
      loading = null;
      worker.postMessage({ error: String(error) } satisfies AnalysisReply);
    },
  );
});
