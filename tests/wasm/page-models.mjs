// Modules of the map page that ask the models, under Node: with the models that the page loads, called at once and not in a worker.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { openAnalysis } from './load.mjs';

const root = fileURLToPath(new URL('../../web', import.meta.url));

/** `load(name)` gives a module of web/src/riskmap, `asked` the operations that `analysis` was asked for; `close` at the end. */
export async function openPageModels() {
  const call = await openAnalysis();
  const asked = [];
  const analysis = {
    async call(operation, request, numbers) {
      asked.push(operation);
      const answer = call(operation, request, numbers);
      if (answer.status !== 0) throw new Error(answer.text);
      return answer;
    },
  };
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  const server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  const load = (name) => server.ssrLoadModule(`/src/riskmap/${name}.ts`);
  const defaults = await (await load('defaults')).defaultsOf(analysis);
  return { call, asked, analysis, defaults, load, close: () => server.close() };
}
