// Figures of the models of the map in wasm: Rt of every district in one call, a scan of the country shared by workers.
// Usage: node tests/bench/epi.mjs [replicates] [workers]
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { openAnalysis } from '../wasm/load.mjs';

const call = await openAnalysis();
const ask = (operation, request, numbers) => {
  const answer = call(operation, request, numbers);
  if (answer.status !== 0) throw new Error(answer.text);
  return answer;
};

if (!isMainThread) {
  ask('scan.open', workerData);
  parentPort.postMessage('ready');
  parentPort.on('message', ({ from, to }) => {
    if (from === to) process.exit(0);
    parentPort.postMessage({ from, maxima: ask('scan.maxima', { from, to }).numbers });
  });
} else {
  let state = 1;
  const below = (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };

  const days = 180;
  const series = new Float64Array(705 * days);
  for (let district = 0; district < 705; ++district) {
    const top = 1 + below(200);
    for (let day = 0; day < days; ++day) series[district * days + day] = below(top);
  }
  let best = Infinity;
  for (let round = 0; round < 3; ++round) {
    const begin = performance.now();
    ask('rt.many', { days, siMean: 5.2, siSd: 1.7 }, series);
    best = Math.min(best, performance.now() - begin);
  }
  console.log(`Rt, 705 districts x 180 days, wasm, one core: ${Math.round(best)} ms`);

  const replicates = Number(process.argv[2] ?? 999);
  const count = Number(process.argv[3] ?? 2);
  const rows = Array.from({ length: 10603 }, () => [102 + below(1e6) * 7e-6, 8 + below(1e6) * 15e-6, 1000 + below(1 + below(30000)), 0]);
  for (let i = 0; i < 27000; ++i) ++rows[below(rows.length)][3];
  const units = `longitude,latitude,population,cases\n${rows.map((row) => row.join(',')).join('\n')}\n`;
  const request = { units, maxPopulation: 0.1, distance: 'great-circle', replicates };

  const begin = performance.now();
  const maxima = new Float64Array(replicates);
  let next = 0;
  await Promise.all(
    Array.from({ length: count }, () => {
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: request });
      worker.on('message', (message) => {
        if (message !== 'ready') maxima.set(message.maxima, message.from);
        const to = Math.min(next + 24, replicates);
        worker.postMessage({ from: next, to });
        next = to;
      });
      return new Promise((resolve, reject) => {
        worker.on('exit', resolve);
        worker.on('error', reject);
      });
    }),
  );
  const shared = performance.now();
  ask('scan.open', request);
  const { clusters } = JSON.parse(ask('scan.text', {}, maxima).text);
  const all = performance.now() - begin;
  const took = `${Math.round(shared - begin)} ms, with the clusters ${Math.round(all)} ms`;
  console.log(`scan, 10,603 units, ${replicates} replicates, 10 %, ${count} workers: ${took} (p of the first ${clusters[0].p})`);
}
