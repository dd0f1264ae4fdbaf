// Reads what a test runner wrote and prints "passed failed skipped". A runner that ended badly although its own figures show
// no failure (a crash, a sanitizer's report at exit, a test file that did not load) counts as one failure.
//
// Usage: node tests/count.mjs gtest|tap|playwright|script FILE STATUS
import { readFileSync } from 'node:fs';

const readers = {
  gtest(text) {
    const figures = { passed: 0, failed: 0, skipped: 0 };
    for (const suite of JSON.parse(text).testsuites) {
      for (const test of suite.testsuite) {
        if (test.failures?.length > 0) figures.failed += 1;
        else if (test.status === 'NOTRUN' || test.result === 'SKIPPED') figures.skipped += 1;
        else figures.passed += 1;
      }
    }
    return figures;
  },

  tap(text) {
    const last = (word) => Number([...text.matchAll(new RegExp(`^# ${word} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0);
    return { passed: last('pass'), failed: last('fail') + last('cancelled'), skipped: last('skipped') + last('todo') };
  },

  // A flaky test is a failed one: no test of ours may need luck.
  playwright(text) {
    const { stats, errors } = JSON.parse(text);
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky + (errors?.length ?? 0), skipped: stats.skipped };
  },

  script(text) {
    const [, passed, failed, skipped] = text.trimEnd().match(/(\d+) passed, (\d+) failed, (\d+) skipped$/) ?? [];
    if (passed === undefined) throw new Error('no closing line');
    return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
  },
};

const [kind, file, status] = process.argv.slice(2);
if (!(kind in readers) || !file || status === undefined) {
  console.error('usage: node tests/count.mjs gtest|tap|playwright|script FILE STATUS');
  process.exit(2);
}
let figures = { passed: 0, failed: 0, skipped: 0 };
try {
  figures = readers[kind](readFileSync(file, 'utf8'));
} catch (error) {
  console.error(`count: ${file}: ${error.message}`);
  figures.failed = 1;
}
if (status !== '0' && figures.failed === 0) figures.failed = 1;
console.log(figures.passed, figures.failed, figures.skipped);
