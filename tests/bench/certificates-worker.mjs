// Runs in a worker of a real browser: the page's verifier and prover over the codes of the benchmark, many proofs in flight.
import createVerifier from '/core/verifier.mjs';
import { askOf } from '/call.mjs';
import { prove } from '/page/prove.mjs';
import { verifyAll } from '/page/verify-all.mjs';

const module = await createVerifier({ locateFile: () => '/core/verifier.wasm' });

const call = askOf(module);

/** As the page's worker verifies. */
async function verify(text) {
  const { checks, ticket } = call('certificate.begin', { text });
  return call('certificate.finish', { ticket, answers: await prove({ checks }), now: Date.now() });
}

const one = async (texts) => {
  const verdicts = [];
  for (const text of texts) verdicts.push(await verify(text));
  return verdicts;
};
const many = (texts) => verifyAll(texts, verify);

/** Verdicts a second, in batches of all codes for about `seconds`. */
async function rate(codes, batch, seconds) {
  const begin = performance.now();
  let done = 0;
  while (performance.now() - begin < seconds * 1000) {
    const verdicts = await batch(codes);
    const wrong = verdicts.filter(({ summary }) => summary !== 'valid');
    if (wrong.length) throw new Error(`${wrong.length} of ${codes.length} are not valid: ${JSON.stringify(wrong[0].axes)}`);
    done += verdicts.length;
  }
  return (done * 1000) / (performance.now() - begin);
}

/** Microseconds of the core's own part, and of the proofs' alone. */
async function parts(codes, seconds) {
  const inspections = codes.map((text) => call('certificate.inspect', { text }));
  const whole = performance.now();
  let seen = 0;
  while (performance.now() - whole < seconds * 500) {
    const { checks, ticket } = call('certificate.begin', { text: codes[seen++ % codes.length] });
    call('certificate.finish', { ticket, answers: checks.map(() => 'valid'), now: Date.now() });
  }
  const core = ((performance.now() - whole) * 1000) / seen;
  const begin = performance.now();
  let proven = 0;
  while (performance.now() - begin < seconds * 1000) {
    await Promise.all(Array.from({ length: 64 }, () => prove(inspections[proven++ % inspections.length])));
  }
  return { core, webcrypto: (proven * 1000) / (performance.now() - begin) };
}

onmessage = async ({ data: { list, sets, seconds } }) => {
  try {
    call('trust.load', { text: list });
    const figures = {};
    for (const [name, codes] of Object.entries(sets)) {
      await rate(codes, many, 0.3);
      figures[name] = { single: await rate(codes, one, seconds), many: await rate(codes, many, seconds), ...(await parts(codes, seconds)) };
    }
    postMessage({ figures });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
postMessage({ ready: true });
