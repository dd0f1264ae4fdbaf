/**
 * The models of shared/src/epi in workers: every figure of a layer is theirs. A call waits its turn; what is not wanted any more is
 * stopped with its worker, since a model asks nobody while it counts.
 */

export interface AnalysisCall {
  operation: string;
  request: object;
  numbers?: Float64Array;
}

export interface Analysed {
  text: string;
  /** What the operation left in `numbers` (shared/src/epi/session.h). */
  numbers: Float64Array;
}

export type AnalysisReply = Analysed | { error: string };

/** The model refused: its own words, {"error","rule","detail"} as a rule. */
export class AnalysisError extends Error {}

interface Waiting extends AnalysisCall {
  signal: AbortSignal | undefined;
  resolve: (reply: Analysed) => void;
  reject: (error: unknown) => void;
}

/** One worker and what waits for it. */
export class Analysis {
  private worker: Worker | null = null;
  private current: Waiting | null = null;
  private readonly queue: Waiting[] = [];

  /** See shared/src/epi/operations.h and session.h. Rejects with AnalysisError, or with the reason of `signal`. */
  call(operation: string, request: object, numbers?: Float64Array, signal?: AbortSignal): Promise<Analysed> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const waiting: Waiting = { operation, request, ...(numbers ? { numbers } : {}), signal, resolve, reject };
      signal?.addEventListener('abort', () => this.drop(waiting), { once: true });
      this.queue.push(waiting);
      this.next();
    });
  }

  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
    const left = [...(this.current ? [this.current] : []), ...this.queue.splice(0)];
    this.current = null;
    for (const { reject } of left) reject(new DOMException('the models were put away', 'AbortError'));
  }

  private drop(waiting: Waiting): void {
    const at = this.queue.indexOf(waiting);
    if (at >= 0) this.queue.splice(at, 1);
    else if (this.current !== waiting) return; // it was answered
    else {
      this.worker?.terminate();
      this.worker = null;
      this.current = null;
    }
    waiting.reject(waiting.signal?.reason);
    this.next();
  }

  private next(): void {
    if (this.current) return;
    const waiting = this.queue.shift();
    if (!waiting) return;
    this.current = waiting;
    const { operation, request, numbers } = waiting;
    this.worker ??= this.start();
    this.worker.postMessage({ operation, request, ...(numbers ? { numbers } : {}) } satisfies AnalysisCall);
  }

  private start(): Worker {
    const made = new Worker(new URL('./analysis-worker.ts', import.meta.url), { type: 'module', name: 'analysis' });
    made.onmessage = ({ data }: MessageEvent<AnalysisReply>) => {
      if ('error' in data) this.settle((waiting) => waiting.reject(new AnalysisError(data.error)));
      else this.settle((waiting) => waiting.resolve(data));
    };
    made.onerror = (event) => {
      event.preventDefault();
      made.terminate();
      this.worker = null; // the next call has a new one
      this.settle((waiting) => waiting.reject(new AnalysisError(event.message)));
    };
    return made;
  }

  private settle(tell: (waiting: Waiting) => void): void {
    const { current } = this;
    this.current = null;
    if (current) tell(current);
    this.next();
  }
}

export interface ScanCluster {
  /** Rows of the table, from 1. */
  centre: number;
  members: number[];
  cases: number;
  expected: number;
  rr?: number | null;
  llr: number;
  p: number | null;
  /** Of a cluster in space and time: its first and last day. */
  from?: string;
  to?: string;
}

const REPLICATES_A_TURN = 24;
/** No page needs more of them. */
const MOST_WORKERS = 16;
/** What the workers of one scan may take of the device's memory together. */
const MEMORY_SHARE = 1 / 4;
const GIGABYTE = 2 ** 30;
/** Where the browser does not say: a cheap telephone. */
const USUAL_MEMORY_GB = 4;

/**
 * Workers that share a scan: as many as the device has cores but one, which stays with the page, and no more than its memory holds, since
 * each of them makes the windows (four bytes for each unit of each) for itself.
 */
export function workersFor(units: number, share: number, device: { cores: number; memoryGb: number }): number {
  const each = 4 * units * units * share;
  return Math.max(1, Math.min(device.cores - 1, MOST_WORKERS, Math.floor((device.memoryGb * GIGABYTE * MEMORY_SHARE) / each)));
}

/** A scan of space with its replicates shared by workers; `progress` hears the share that is done, from 0 to 1. */
export async function scanSpace(
  request: { units: string; maxPopulation: number; distance: 'great-circle'; replicates: number; seed: number; most: number },
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<ScanCluster[]> {
  const { replicates, units, maxPopulation } = request;
  // Not all browsers tell it, and the DOM library does not know it.
  const { deviceMemory: memoryGb = USUAL_MEMORY_GB } = navigator as { deviceMemory?: number };
  const rows = units.split('\n').length - 2; // between the line of names and the end
  const length = workersFor(rows, maxPopulation, { cores: navigator.hardwareConcurrency || 1, memoryGb });
  const pool = Array.from({ length }, () => new Analysis());
  try {
    const maxima = new Float64Array(replicates);
    let begun = 0;
    let done = 0;
    await Promise.all(
      pool.map(async (worker) => {
        await worker.call('scan.open', request, undefined, signal);
        while (begun < replicates) {
          const from = begun;
          const to = Math.min(from + REPLICATES_A_TURN, replicates);
          begun = to;
          maxima.set((await worker.call('scan.maxima', { from, to }, undefined, signal)).numbers, from);
          done += to - from;
          progress(done / replicates);
        }
      }),
    );
    const [first] = pool;
    if (!first) return [];
    const { text } = await first.call('scan.text', {}, maxima, signal);
    return (JSON.parse(text) as { clusters: ScanCluster[] }).clusters; // ScanTask::text writes it
  } finally {
    for (const worker of pool) worker.dispose();
  }
}
