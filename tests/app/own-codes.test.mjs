// Our own codes on the page: what is genuine and no pass never looks like one, and a form takes from a card only what was proven.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let verdicts;
let parts;
let state;
let scanning;
let counts;

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  verdicts = await server.ssrLoadModule('/src/verify/verdict.ts');
  parts = await server.ssrLoadModule('/src/verify/parts.ts');
  state = await server.ssrLoadModule('/src/wallet/state.ts');
  scanning = await server.ssrLoadModule('/src/declaration/own-card.ts');
  counts = await server.ssrLoadModule('/src/verify/counts.ts');
  await (await server.ssrLoadModule('/src/verify/text.ts')).t.load();
});
after(() => server.close());

const EVENTS = {
  card: { kind: 'card', identifier: 'a1', country: 'VN' },
  release: { kind: 'release', place: 'home', unit: '00001', from: '2021-09-01', until: '2021-09-14', order: '12/QĐ', followUpUntil: '2021-09-28' },
  place: { kind: 'place', site: 'checkpoint', unit: '00001', host: 'example.vn', identifier: 'abc' },
  negative: { kind: 'test', testType: 'LP6464-4', result: '260415000', sampledAt: '2021-09-14T08:00:00Z' },
  positive: { kind: 'test', testType: 'LP6464-4', result: '260373001', sampledAt: '2021-09-14T08:00:00Z' },
  inconclusive: { kind: 'test', testType: 'LP6464-4', result: '42425007', sampledAt: '2021-09-14T08:00:00Z' },
  dose: { kind: 'vaccination', dose: 2, doses: 2, product: 'EU/1/21/1529' },
};

/** A made verdict, as the core writes it. */
function verdict(event, { summary = 'valid', decidedBy = null, reasons = [], holder = {}, expiresAt = null } = {}) {
  const axis = (name) => [name, name === decidedBy ? { state: 'fail', reasons } : { state: 'pass', reasons: [] }];
  return {
    summary,
    decidedBy,
    axes: Object.fromEntries(verdicts.AXES.map(axis)),
    family: 'lachan',
    content: { proven: true, ...(event === 'positive' || event === 'inconclusive' ? { finding: event } : {}), holder, events: event ? [EVENTS[event]] : [], issuer: 'VN', issuedAt: 0, expiresAt },
  };
}

test('only a health certificate has the face of a pass', () => {
  const faces = Object.fromEntries(Object.keys(EVENTS).map((event) => [event, verdicts.faceOf(verdict(event))]));
  assert.deepEqual(faces, {
    card: 'genuineCard', release: 'valid', place: 'genuinePlace', negative: 'valid', positive: 'positive', inconclusive: 'notChecked', dose: 'valid',
  });
});

test('every code that the core knows as the result of a test has its word, in that field alone', async () => {
  const { wordOf } = await server.ssrLoadModule('/src/verify/codes.ts');
  const source = readFileSync(new URL('../../shared/src/certificate/content.cpp', import.meta.url), 'utf8');
  const said = [...source.matchAll(/\{"([^"]+)", +Finding::(\w+)\}/g)];
  assert.ok(said.length > 40);
  const words = { none: ['code.notDetected'], positive: ['code.detected'], inconclusive: ['code.inconclusive', 'code.invalidTest'] };
  for (const [, code, finding] of said) {
    assert.ok(words[finding].includes(wordOf('result', code)), `${code}: ${wordOf('result', code)}`);
    assert.equal(wordOf('result', ` ${code.toLowerCase()}`), wordOf('result', code));
    assert.equal(wordOf('lot', code), null);
  }
  for (const code of ['constructor', 'toString', '']) assert.equal(wordOf('result', code), null);
});

test('why a test that found nothing out is not green is said', () => {
  assert.deepEqual(verdicts.reasonsOf(verdict('inconclusive')), ['result-inconclusive']);
  assert.deepEqual(verdicts.reasonsOf(verdict('negative')), []);
  assert.deepEqual(verdicts.reasonsOf(verdict('inconclusive', { summary: 'invalid', decidedBy: 'time', reasons: ['expired'] })), ['expired']);
});

test('a positive result is called so when the core refuses it, and what fails otherwise is not', () => {
  const refused = { summary: 'invalid', decidedBy: 'businessRules', reasons: ['result-positive'] };
  assert.equal(verdicts.faceOf(verdict('positive', refused)), 'positive');
  assert.equal(verdicts.faceOf(verdict('positive', { summary: 'invalid', decidedBy: 'signature', reasons: ['signature-wrong'] })), 'invalid');
  assert.equal(verdicts.faceOf(verdict('card', { summary: 'invalid', decidedBy: 'revocation', reasons: ['revoked'] })), 'invalid');
  assert.equal(verdicts.faceOf(verdict('card', { summary: 'notTrusted', decidedBy: 'issuerTrust', reasons: ['issuer-unknown'] })), 'notTrusted');
  assert.equal(verdicts.faceOf({ ...verdict(null), summary: 'unreadable', content: null }), 'unreadable');
});

test('nothing is called genuine before somebody who is trusted is known to have written it', () => {
  const refused = { summary: 'invalid', decidedBy: 'businessRules', reasons: ['result-positive'] };
  const made = verdict('positive', refused);
  assert.equal(verdicts.faceOf({ ...made, content: { ...made.content, proven: false } }), 'invalid');
  for (const axis of ['signature', 'issuerTrust']) {
    for (const state of ['fail', 'notChecked', 'notApplicable']) {
      assert.equal(verdicts.faceOf({ ...made, axes: { ...made.axes, [axis]: { state, reasons: [] } } }), 'invalid', `${axis} ${state}`);
    }
  }
});

test('a place is of nobody, even where a list is too old to judge it', () => {
  for (const made of [{}, { summary: 'notChecked', decidedBy: 'issuerTrust', reasons: ['bundle-stale'] }]) {
    assert.equal(verdicts.isPlace(verdict('place', made)), true);
    assert.equal(verdicts.isOfSomebody(verdict('place', made)), false);
    assert.equal(verdicts.isOfSomebody(verdict('dose', made)), true);
  }
  assert.equal(verdicts.isOfSomebody({ ...verdict(null), family: 'unknown', content: null }), false);
});

test('every face has a word, a help and something to do', async () => {
  for (const language of ['vi', 'en']) {
    const { text } = await server.ssrLoadModule(`/src/text/${language}/verify.ts`);
    for (const face of verdicts.FACES) {
      for (const key of ['summary', 'summaryHelp', 'do']) assert.ok(text[`${key}.${face}`], `${language} ${key}.${face}`);
    }
    for (const kind of ['home', 'facility', 'hospital']) assert.ok(text[`place.${kind}`], `${language} ${kind}`);
    for (const kind of ['venue', 'checkpoint', 'sampling', 'laboratory', 'vaccination', 'border-gate', 'quarantine']) {
      assert.ok(text[`site.${kind}`], `${language} ${kind}`);
    }
  }
});

test('an event in one line says what it is', () => {
  assert.equal(parts.eventLine(EVENTS.card), 'Thẻ cá nhân');
  assert.equal(parts.eventLine(EVENTS.release), 'Hoàn thành cách ly, đến hết ngày 14/09/2021');
  assert.equal(parts.eventLine(EVENTS.place), 'Địa điểm, Chốt kiểm dịch');
  assert.equal(parts.eventLine({ ...EVENTS.negative, result: '419984006' }), 'Xét nghiệm, Không xác định');
});

test('in the wallet a card is true and no certificate, and stands with the certificates of the same person', () => {
  const holder = { name: 'Nguyễn Thị Minh Đào', birthDate: '1988-03-12', sex: 'female' };
  const card = { kept: { id: 'a' }, verdict: verdict('card', { holder, expiresAt: 5 }) };
  assert.deepEqual(state.standingOf(card, 0), { kind: 'genuineCard', until: 5 });
  assert.equal(state.markOf(state.standingOf(card, 0)), 'genuineCard');
  const latin = { familyName: 'Nguyễn', givenName: 'Thị Minh Đào', familyNameLatin: 'NGUYEN', givenNameLatin: 'THI<MINH<DAO', birthDate: '1988-03-12' };
  const dose = { kept: { id: 'b' }, verdict: verdict('dose', { holder: latin }) };
  assert.deepEqual(state.peopleOf([card, dose]).map(({ cards }) => cards.length), [2]);
  const other = { kept: { id: 'c' }, verdict: verdict('dose', { holder: { ...latin, birthDate: '1989-03-12' } }) };
  assert.equal(state.peopleOf([card, other]).length, 2);
});

test('the table of counts keeps its old columns where they were', () => {
  const [head] = counts.toCsv({}).split('\r\n');
  assert.equal(head, 'day,valid,invalid,notTrusted,notChecked,unreadable,genuineCard,genuinePlace,positive');
});

test('a form takes name, day of birth and sex from a card that is genuine, and nothing of any other', async () => {
  const holder = { name: 'Nguyễn Thị Minh Đào', birthDate: '1988-03-12', sex: 'female', document: '******012345' };
  const core = (answer) => ({ verify: () => (answer ? Promise.resolve(answer) : Promise.reject(new Error('no list'))) });
  const taken = { fullName: 'Nguyễn Thị Minh Đào', birthDate: '1988-03-12', sex: 'female' };
  assert.deepEqual(await scanning.ownCard(core(verdict('card', { holder })), 'LC1:'), taken);
  assert.deepEqual(await scanning.ownCard(core(verdict('card', { holder: { ...holder, sex: 'unknown' } })), 'LC1:'), { fullName: taken.fullName, birthDate: taken.birthDate });
  for (const [known, given] of [['1988', '1988'], ['1988-03', '1988']]) {
    const partly = verdict('card', { holder: { ...holder, birthDate: known } });
    assert.equal((await scanning.ownCard(core(partly), 'LC1:')).birthDate, given, known);
  }
  for (const refused of [
    verdict('card', { holder, summary: 'invalid', decidedBy: 'signature', reasons: ['signature-wrong'] }),
    verdict('card', { holder, summary: 'notTrusted', decidedBy: 'issuerTrust', reasons: ['issuer-unknown'] }),
    verdict('release', { holder }),
    verdict('place', {}),
    { ...verdict('card', { holder }), content: { ...verdict('card', { holder }).content, proven: false } },
    null,
  ]) {
    assert.equal(await scanning.ownCard(core(refused), 'LC1:'), undefined);
  }
});
