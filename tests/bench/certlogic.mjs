// Rates of evaluation in one run: the published rules over the payloads of their tests, by the core in wasm (one call of
// rules.simulate, which judges each certificate twice) and by a peer over the same pairs of rule and payload.
// Usage: node tests/bench/certlogic.mjs [--peer FOLDER]   FOLDER: an installed certlogic-js
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { openVerifier, root } from '../wasm/load.mjs';

const corpus = join(process.env.LACHAN_SHARED ?? join(root, '..', 'shared'), 'data', 'certificates');
if (!existsSync(corpus)) {
  console.log('skipped: no corpus');
  process.exit(0);
}
const lines = (name) =>
  readFileSync(join(corpus, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const valueSets = Object.values(JSON.parse(readFileSync(join(corpus, 'shared/rule_valuesets.json'), 'utf8')))[0];
const clock = '2021-11-24T00:00:00.000Z';
const country = 'AT';
const rules = lines('shared/business_rules.jsonl')
  .map((row) => row.rule)
  .filter((rule) => rule.Country === country);
const payloads = lines('open/rule_tests.jsonl')
  .map((row) => row.payload)
  .filter((payload) => ['v', 't', 'r'].some((key) => payload?.[key]?.length > 0));

const kinds = { Vaccination: 'v', Test: 't', Recovery: 'r' };
const applies = (rule, payload) => {
  const now = Date.parse(clock);
  const isInForce = Date.parse(rule.ValidFrom) <= now && now <= Date.parse(rule.ValidTo);
  return isInForce && (rule.CertificateType === 'General' || payload[kinds[rule.CertificateType]]?.length > 0);
};
const pairs = payloads.flatMap((payload) =>
  rules
    .filter((rule) => applies(rule, payload))
    .map((rule) => [rule.Logic, { payload, external: { validationClock: clock, valueSets, countryCode: country } }]),
);

/** The best of five: evaluations a second. */
function rate(count, run) {
  let best = Infinity;
  for (let round = 0; round < 5; ++round) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return Math.round((count / best) * 1000);
}

const call = await openVerifier();
const request = JSON.stringify({
  rules: JSON.stringify(rules),
  valueSets,
  country,
  now: Date.parse(clock),
  contents: payloads.map((payload) => ({ payload })),
});
const [status, reply] = call('rules.simulate', request);
if (status !== 0) throw new Error(reply);
console.log(`${pairs.length} pairs of ${rules.length} rules and ${payloads.length} payloads`);
console.log(`core in wasm, request and reply included: ${rate(2 * pairs.length, () => call('rules.simulate', request))} /s`);

const peer = process.argv.indexOf('--peer');
if (peer > 0) {
  const { evaluate } = createRequire(import.meta.url)(resolve(process.argv[peer + 1]));
  const run = () => {
    for (const [logic, data] of pairs) {
      try {
        evaluate(logic, data);
      } catch {
        // An error is an answer: the rule is open.
      }
    }
  };
  console.log(`certlogic-js: ${rate(pairs.length, run)} /s`);
}
