// Runs in a worker of a real browser: the page's core and prover over the codes of the benchmark, many proofs in flight.
import createCore from '/core/core.mjs';
import { prove } from '/page/prove.mjs';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const core = await createCore({ locateFile: () => '/core/core.wasm' });
core._core_open();

function call(operation, request) {
  const name = encoder.encode(operation);
  const body = encoder.encode(JSON.stringify(request));
  const at = core._malloc(name.length + body.length);
  core.coreMemory().set(name, at);
  core.coreMemory().set(body, at + name.length);
  const status = core._core_call(at, name.length, at + name.length, body.length);
  core._free(at);
  const from = core._core_reply_data();
  const reply = JSON.parse(decoder.decode(core.coreMemory().slice(from, from + core._core_reply_size())));
  if (status !== 0) throw new Error(`${operation}: ${JSON.stringify(reply)}`);
  return reply;
}

/** The page's own way: inspect, prove, judge. */
async function verify(text) {
  const inspection = call('certificate.inspect', { text });
  const answers = await prove(inspection);
  return call('certificate.judge', { inspection, answers, now: Date.now() });
}

/** How often a second, with `flights` at a time for about `seconds`. */
async function rate(codes, flights, seconds) {
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let done = 0;
  let valid = 0;
  const lane = async () => {
    while (performance.now() < end) {
      const verdict = await verify(codes[done++ % codes.length]);
      valid += verdict.summary === 'valid' ? 1 : 0;
    }
  };
  await Promise.all(Array.from({ length: flights }, lane));
  if (valid !== done) throw new Error(`${valid} of ${done} are valid`);
  return (done * 1000) / (performance.now() - begin);
}

/** Microseconds of the core's own part, and of the proofs' alone. */
async function parts(codes, seconds) {
  const inspections = codes.map((text) => call('certificate.inspect', { text }));
  const answers = inspections.map(({ checks }) => checks.map(() => 'valid'));
  const time = (step) => {
    const begin = performance.now();
    let done = 0;
    while (performance.now() - begin < seconds * 500) step(done++ % codes.length);
    return ((performance.now() - begin) * 1000) / done;
  };
  const inspect = time((i) => call('certificate.inspect', { text: codes[i] }));
  const judge = time((i) => call('certificate.judge', { inspection: inspections[i], answers: answers[i], now: Date.now() }));
  const begin = performance.now();
  let proven = 0;
  while (performance.now() - begin < seconds * 1000) {
    await Promise.all(Array.from({ length: 64 }, () => prove(inspections[proven++ % inspections.length])));
  }
  return { inspect, judge, webcrypto: (proven * 1000) / (performance.now() - begin) };
}

onmessage = async ({ data: { list, sets, seconds } }) => {
  try {
    call('trust.load', { text: list });
    const figures = {};
    for (const [name, codes] of Object.entries(sets)) {
      await rate(codes, 64, 0.3);
      figures[name] = { single: await rate(codes, 1, seconds), many: await rate(codes, 64, seconds), ...(await parts(codes, seconds)) };
    }
    postMessage({ figures });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
postMessage({ ready: true });
