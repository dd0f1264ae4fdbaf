// What a rule says, from the core of the page to words in both languages; and the rate of evaluations in wasm.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import ts from 'typescript';
import { openCore, pageModule, root } from './load.mjs';

const corpus = join(process.env.LACHAN_SHARED ?? join(root, '..', 'shared'), 'data', 'certificates');

/** The table of a language, as the page has it. */
async function table(language) {
  const source = readFileSync(join(root, 'web/src/text', language, 'logic.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
  return (await import(`data:text/javascript,${encodeURIComponent(outputText)}`)).text;
}

const call = await openCore(null);
const ask = (operation, request) => {
  const [status, reply] = call(operation, JSON.stringify(request));
  assert.equal(status, 0, reply);
  return JSON.parse(reply);
};
const { sentenceOf } = await pageModule('sentence');
const tables = { vi: await table('vi'), en: await table('en') };
const say = (language, sentence) => sentenceOf(sentence, (key) => tables[language][key]);

test('the rules of entry are said in plain words', () => {
  const { rules } = ask('rules.explain', { pack: 'vn-entry' });
  const sentences = (id) => {
    const { sentence } = rules.find((rule) => rule.id === id);
    return [say('vi', sentence), say('en', sentence)];
  };
  assert.deepEqual(sentences('VR-VN-0102'), [
    'Ngày tiêm trước ngày kiểm tra ít nhất 14 ngày',
    'The time of the check is at least 14 days after the date of vaccination',
  ]);
  assert.deepEqual(sentences('TR-VN-0102'), [
    'Nếu loại xét nghiệm là xét nghiệm sinh học phân tử thì ngày kiểm tra không quá 72 giờ sau giờ lấy mẫu',
    'If the type of test is a molecular test, then the time of the check is at most 72 hours after the time of sampling',
  ]);
  assert.deepEqual(sentences('GR-VN-0001'), [
    'Có đúng 1 trong số: mũi tiêm, xét nghiệm, lần khỏi bệnh',
    'Exactly 1 of these are there: a vaccination, a test, a recovery',
  ]);
});

test('a file is taken where only figures differ; what is asked of others, or at other times, is counted and not taken', () => {
  const written = () => JSON.parse(ask('rules.export', { pack: 'vn-entry', now: Date.UTC(2022, 4, 1) }).text);
  const taken = (set) => ask('rules.import', { pack: 'vn-entry', text: JSON.stringify(set) });
  assert.deepEqual(taken(written()), { rules: [], changes: [], other: 0 });
  const others = {
    Type: 'Invalidation',
    Country: 'LA',
    Region: 'HN',
    CertificateType: 'General',
    ValidFrom: '2021-01-02T00:00:00Z',
    ValidTo: '2098-01-01T00:00:00Z',
    EngineVersion: '9.0.0',
  };
  for (const [member, value] of Object.entries(others)) {
    const set = written();
    Object.assign(set.rules.find(({ Identifier }) => Identifier === 'VR-VN-0102'), { [member]: value });
    assert.deepEqual(taken(set), { rules: [], changes: [], other: 1 }, member);
  }
  const own = written().rules.find(({ Identifier }) => Identifier === 'VR-VN-0102');
  const versions = ['1.0.0', '1.1.0'].map((Version) => ({ ...own, Identifier: 'VR-VN-9001', Version }));
  const { rules, other } = taken(versions);
  assert.deepEqual([rules.map(({ id }) => id), other], [['VR-VN-9001'], 1], 'of two versions one is tried');
});

test('no sentence of a published rule has a hole', (context) => {
  const file = join(corpus, 'shared', 'business_rules.jsonl');
  if (!existsSync(file)) return context.skip('no corpus');
  const rows = readFileSync(file, 'utf8').trim().split('\n');
  const rules = JSON.stringify(rows.map((row) => JSON.parse(row).rule));
  const explained = ask('rules.explain', { rules }).rules;
  assert.equal(explained.length, rows.length);
  for (const language of ['vi', 'en']) {
    for (const { id, sentence } of explained) {
      const text = say(language, sentence);
      assert.ok(!/[{}]|logic\.|undefined/.test(text), `${language} ${id}: ${text}`);
    }
  }
});

test('the published tests of rules hold in wasm', (context) => {
  const file = join(corpus, 'open', 'rule_tests.jsonl');
  if (!existsSync(file)) return context.skip('no corpus');
  const lines = (name) =>
    readFileSync(join(corpus, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const rules = new Map(lines('shared/business_rules.jsonl').map((row) => [row.id, row.rule]));
  const sets = JSON.parse(readFileSync(join(corpus, 'shared/rule_valuesets.json'), 'utf8'));
  for (const { id, rule, payload, external, expected } of lines('open/rule_tests.jsonl')) {
    const valueSets = external.valueSets?.$ref ? sets[external.valueSets.$ref] : external.valueSets;
    const expression = rules.get(rule).Logic;
    const { value } = ask('certlogic.evaluate', { expression, data: { payload, external: { ...external, valueSets } } });
    assert.equal(value, expected, id);
  }
});
