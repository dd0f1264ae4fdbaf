// The page's verifier and prover under Node, for lachan-verify --wasm: a line of JSON in, a line of JSON out.
//   {"operation", "request"}  an operation of it         ->  {"status", "reply"}
//   {"prove": inspection}     WebCrypto's answers       ->  {"status": 0, "reply": "[...]"}
import { createInterface } from 'node:readline';
import { openVerifier, pageModule } from '../../tests/wasm/load.mjs';

const { prove } = await pageModule('prove');
const call = await openVerifier();

async function answer(line) {
  const question = JSON.parse(line);
  if ('prove' in question) return [0, JSON.stringify(await prove(question.prove))];
  return call(question.operation, JSON.stringify(question.request));
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const [status, reply] = await answer(line);
  process.stdout.write(`${JSON.stringify({ status, reply })}\n`);
}
