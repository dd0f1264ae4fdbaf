// Requests for the operation table: made from the field lists of the forms and a seed, so that a run can be repeated.

/** mulberry32: small, seeded, the same everywhere. */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return {
    below,
    chance: (p) => next() < p,
    pick: (list) => list[below(list.length)],
    between: (low, high) => low + below(high - low + 1),
    hex: (bytes) => Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, '0')).join(''),
  };
}

// 2021-09-15, with days on both sides so that ages, windows of 21 days and the ends of years are crossed.
const NOW = 1_631_664_000_000;
const DAY_MS = 86_400_000;

const hostileTexts = [
  '',
  ' ',
  '\t',
  'a\u0000b',
  'x'.repeat(5000),
  '\u202e<script>alert(1)</script>',
  "'; DROP TABLE kernel_record; --",
  '😷😷😷',
  'Nguye\u0302\u0303n',
  'ﬀ',
  'İıſẞ',
  '０９０００００００',
  '\ufeffabc',
  '-0',
  '1e3',
  'NaN',
  'null',
  '../../etc/passwd',
  '%00',
  'Đặng Thị Ánh',
  'a\u0301\u0323',
];
const hostileValues = [
  null,
  true,
  false,
  0,
  -1,
  1,
  2 ** 31,
  -(2 ** 31),
  Number.MAX_SAFE_INTEGER,
  1.5,
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  ['x'],
  '',
];
const names = [
  'Nguyễn Văn Thử',
  'Trần Thị Bích',
  'Lê Hoàng',
  'Đỗ Mười Một',
  'PHẠM THỊ D',
  'Y Blô',
  "O'Brien",
  'Li',
  'X Æ A-12',
  'Nguyễn  Văn',
  'Lê.',
];
const phones = [
  '0900000000',
  '+84900000000',
  '0123456789',
  '090000000',
  '09000000000',
  '0280000000',
  '+1 202 555 0100',
  '84900000000',
  '0900 000 000',
];
// Serials end in 000000: no number of a person. Century and sex digits vary, so that they fit or contradict.
const identities = [
  '001085000000',
  '079085000000',
  '079185000000',
  '001300000000',
  '096199000000',
  '099085000000',
  '07908500000',
  '250000000',
  'B0000000',
  '٠٧٩٠٨٥٠٠٠٠٠٠',
];
const days = [
  '2021-09-15',
  '2021-09-16',
  '2021-08-25',
  '2021-08-24',
  '2021-02-29',
  '2020-02-29',
  '1900-01-01',
  '1899-12-31',
  '2021-13-01',
  '2021-9-5',
  '20210915',
  '0000-00-00',
  '2021-09-14',
];
const births = [
  '1985',
  '1985-02-29',
  '1984-02-29',
  '85',
  '2021-09-15',
  '2022',
  '1900',
  '1899',
  '2003-09-16',
  '2003-09-15',
  '1985-00-00',
  ...days,
];
const units = [
  '79',
  '760',
  '26740',
  '01',
  '001',
  '00001',
  '26734',
  '26743',
  '99',
  '99999',
  '0',
  'VN',
  '760760',
  '31',
  '92117',
  '48',
  '490',
];
const countries = ['VNM', 'VN', 'USA', 'KOR', 'XXX', 'vnm', 'LAO', 'KHM', ''];
const insurances = ['0000000000', 'HS4010000000000', 'DN479000000000', 'XX0000000000000', '123'];

/** A value that suits a field more often than not. */
function valueFor(field, roll, depth) {
  if (roll.chance(0.04)) return roll.pick(hostileValues);
  switch (field.type) {
    case 'boolean':
      return roll.chance(0.5);
    case 'choice':
      return roll.chance(0.93) ? roll.pick(field.choices ?? ['']) : roll.pick(hostileTexts);
    case 'integer': {
      const low = field.min ?? 0;
      const high = field.max ?? 1000;
      return roll.pick([low, high, low - 1, high + 1, Math.floor((low + high) / 2), roll.between(low, high)]);
    }
    case 'day':
      return roll.pick(days);
    case 'unit':
      return roll.pick(units);
    case 'country':
      return roll.pick(countries);
    case 'list':
      return depth > 2
        ? []
        : Array.from({ length: roll.pick([0, 1, 1, 2, 3, 21]) }, () => bodyFor(field.items ?? [], roll, depth + 1));
    default:
      return textFor(field, roll);
  }
}

function textFor(field, roll) {
  if (roll.chance(0.06)) return roll.pick(hostileTexts);
  const name = field.name.toLowerCase();
  if (/phone/.test(name)) return roll.pick(phones);
  if (/birth/.test(name)) return roll.pick(births);
  if (/insurance/.test(name)) return roll.pick(insurances);
  if (/idnumber|identity/.test(name)) return roll.pick(identities);
  if (/email/.test(name))
    return roll.pick(['a@example.vn', 'a@b', '@', 'thư@example.vn', 'a b@example.vn', 'x@example.com.']);
  if (/name/.test(name)) return roll.pick(names);
  if (/place/.test(name)) return roll.pick([...units, ...countries]);
  if (/from|to$/.test(name)) return roll.pick(days);
  if (/values/.test(name))
    return roll.pick(['1,2,3', '1,,3', '', '0', '-1,2', '5,5,5,5,5,5,5,5,5,5,5,5,5,5', 'a', '1, 2', '999999999999']);
  if (/unit/.test(name)) return roll.pick(units);
  if (/id$|declaration|household/.test(name))
    return roll.pick(['01a20b6a-2399-704f-ba50-2a94960ea27d', '01a20b6a-2399-404f-ba50-2a94960ea27d', 'x'.repeat(36)]);
  return roll.pick(['1 Đồng Khởi', 'Ấp 3, đường số 7', 'ok', 'x', 'x'.repeat(201), 'ghi chú']);
}

/** A body of a form: mostly whole, sometimes with something missing, strange or too much. */
export function bodyFor(fields, roll, depth = 0) {
  const body = {};
  for (const field of fields) {
    const wanted = field.required ? 0.97 : 0.45;
    if (roll.chance(wanted)) body[field.name] = valueFor(field, roll, depth);
  }
  for (const field of fields) {
    // A question that hangs on another one is mostly left out when it does not apply.
    if (field.when && body[field.when.field] !== field.when.equals && roll.chance(0.8)) delete body[field.name];
  }
  if (roll.chance(0.03)) body[roll.pick(['extra', '__proto__ ', 'fullname', ''])] = roll.pick(hostileValues);
  return body;
}

/** A declaration that holds, to be spoilt by one thing at a time. */
export function goodBody() {
  return {
    onBehalf: false,
    fullName: 'Nguyễn Văn Thử',
    idType: 'none',
    birthDate: '1985',
    sex: 'male',
    nationality: 'VNM',
    province: '79',
    district: '760',
    ward: '26740',
    address: '1 Đồng Khởi',
    phone: '0900000000',
    travelled: false,
    signFever: false,
    signCough: false,
    signDyspnoea: false,
    signPneumonia: false,
    signSoreThroat: false,
    signFatigue: false,
    signLossOfTasteSmell: false,
    contactCase: false,
    contactAffectedCountry: false,
    contactSymptomatic: false,
    dataConsent: true,
    legalAccepted: true,
  };
}

const somewhen = (roll) => NOW + roll.between(-40, 40) * DAY_MS + roll.below(DAY_MS);

/** Pure requests: [operation, request text] pairs. */
export function* pureCases(forms, roll) {
  const population = forms.find((form) => form.system === 'declaration' && form.kind === 'population');
  for (const form of forms) {
    const amount = form === population ? 500 : 110;
    for (let version = 0; version <= form.version + 1; ++version) {
      yield ['form', JSON.stringify({ system: form.system, kind: form.kind, version })];
    }
    for (let i = 0; i < amount; ++i) {
      const request = {
        system: form.system,
        kind: form.kind,
        version: roll.chance(0.85) ? form.version : roll.between(0, form.version + 1),
        body: bodyFor(form.fields, roll),
        now: somewhen(roll),
        byOfficial: roll.chance(0.3),
      };
      if (roll.chance(0.7)) request.unit = roll.pick(units);
      yield [i % 4 === 3 ? 'preview' : 'check', JSON.stringify(request)];
    }
  }
  if (population) {
    for (let i = 0; i < 500; ++i) {
      const body = goodBody();
      const changes = roll.between(1, 3);
      for (let n = 0; n < changes; ++n) {
        const field = roll.pick(population.fields);
        body[field.name] = valueFor(field, roll, 0);
        if (field.name === 'idNumber') body.idType = roll.pick(['cccd', 'cmnd', 'passport']);
        if (field.name === 'places') body.travelled = true;
      }
      const request = {
        system: 'declaration',
        kind: 'population',
        version: population.version,
        body,
        now: somewhen(roll),
        unit: '26740',
      };
      yield [roll.pick(['check', 'check', 'preview']), JSON.stringify(request)];
    }
  }
  const places = [
    'ben nghe',
    'Bến Nghé quận 1',
    'phuong 1',
    'ha noi',
    'xa tan',
    'Đắk',
    'dak lak',
    'ho chi minh',
    'q',
    'zzzz',
    'Ba Đình',
    'thi xa',
    'hcm',
  ];
  for (let i = 0; i < 160; ++i) {
    const word = roll.chance(0.8) ? roll.pick(places) : roll.pick(hostileTexts);
    yield [
      'units.search',
      JSON.stringify({ query: word.slice(0, roll.between(1, 40)), now: somewhen(roll), limit: roll.between(0, 60) }),
    ];
    yield [
      roll.pick(['units.find', 'units.children']),
      JSON.stringify({ code: roll.pick([...units, ...hostileTexts]), day: roll.pick(days), now: NOW }),
    ];
  }
  for (const text of [...hostileTexts, ...names, ...places]) {
    yield ['fold', JSON.stringify({ text })];
    yield ['hash', JSON.stringify({ text })];
  }
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
  for (let i = 0; i < 120; ++i) {
    const noise = Array.from({ length: roll.between(0, 300) }, () => alphabet[roll.below(45)]).join('');
    const text =
      roll.pick(['HC1:', 'HC1:6BF', 'HC2:', 'NO1:', 'EXT:1', '', 'shc:/5676', 'eyJhbGciOiJFUzI1NiJ9.', 'BTS1:']) +
      noise;
    yield ['certificate.inspect', JSON.stringify({ text })];
    yield [
      'scan',
      JSON.stringify({
        text: roll.chance(0.5)
          ? text
          : roll.pick([
              ...identities,
              ...hostileTexts,
              `${roll.pick(identities)}||${roll.pick(names)}|01011985|Nam|Địa chỉ|01012021`,
            ]),
      }),
    ];
  }
  for (const level of ['L', 'M', 'Q', 'H', 'X']) {
    for (const text of ['a', 'KB-7F3K-9QWE-4', 'Xin chào', 'x'.repeat(900), 'x'.repeat(4000)])
      yield ['qr', JSON.stringify({ text, level })];
  }
  for (let i = 0; i < 60; ++i) {
    const receipt = {
      body: {
        id: '01a20b6a-2399-704f-ba50-2a94960ea27d',
        hash: 'W5MdvRwNe9V7DeLx6Am2hl0DuFArP4eNNiS5DLT9o5o',
        outcome: roll.pick(['accepted', 'duplicate', 'rejected']),
        receivedAt: NOW,
      },
      index: roll.between(-1, 3),
      path: roll.pick([[], ['AA'], ['W5MdvRwNe9V7DeLx6Am2hl0DuFArP4eNNiS5DLT9o5o'], 'x', null]),
      head: { root: 'W5MdvRwNe9V7DeLx6Am2hl0DuFArP4eNNiS5DLT9o5o', size: roll.between(0, 4), signedAt: NOW, key: 'k' },
      signature: 'AAAA',
    };
    if (roll.chance(0.3)) delete receipt[roll.pick(Object.keys(receipt))];
    yield ['receipt.inspect', JSON.stringify({ receipt, ...(roll.chance(0.5) ? { bytes: '{}' } : {}) })];
  }
  const broken = [
    '',
    '{',
    '[]',
    'null',
    '{"a":1,"a":2}',
    '{"now":1.5}',
    '{"now":1e400}',
    '{"now":99999999999999999999}',
    '{"a":"\\u0000"}',
    '{"a":' + '['.repeat(40) + ']'.repeat(40) + '}',
    '{"now":"1"}',
    '{"system":1,"kind":null}',
    '\ufeff{}',
    '{}x',
    "{'a':1}",
    '{"a":tru}',
    '{"text":"' + 'x'.repeat(300_000) + '"}',
  ];
  for (const text of broken) {
    for (const operation of [
      'check',
      'form',
      'units.find',
      'certificate.judge',
      'receipt.inspect',
      'record.prepare',
      'draft.save',
      'no.such',
    ])
      yield [operation, text];
  }
}

/** Counts of a province come in, levels are proposed and approved, and everybody asks for everything of the map. */
function mapCases(roll, ask, now) {
  const device = 'W5MdvRwNe9V7DeLx6Am2hl0DuFArP4eNNiS5DLT9o5o';
  const official = (user) => ({ user, device, grants: [{ role: 'provincial_cdc', unit: '79' }] });
  const record = (kind, body, user, unit = '79', supersedes = undefined) => {
    const prepared = ask('record.prepare', {
      system: 'riskmap', kind, unit, author: user, device, body, now, entropy: roll.hex(32), ...(supersedes ? { supersedes } : {}),
    });
    if (prepared?.record)
      ask('record.commit', { record: prepared.record, signature: 'A'.repeat(86), now, actor: official(user) });
    return prepared?.record?.id;
  };
  const dayBefore = (days) => new Date(now + 7 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10);
  for (const unit of ['79', '760', '769', '26734', '26737', '26740', '26743']) {
    const values = Array.from({ length: 28 }, () => (roll.chance(0.5) ? 0 : roll.below(unit === '79' ? 400 : 9)));
    const body = { unit, source: 'office', measure: 'cases', from: dayBefore(30), values: values.join(',') };
    record('case_series', body, 'thu', unit);
  }
  const declared = (unit, rest, supersedes) =>
    record('declared_level', { unit, level: 3, from: dayBefore(9), documentNumber: '1', reason: 'x', ...rest }, 'thu', unit, supersedes);
  declared('26740', {});
  declared('760', { level: 2, until: dayBefore(2) }, declared('760', { level: 4 }));
  const days = { from: dayBefore(30), until: dayBefore(1) };
  const question = (query, args, actor) => ask('ask', { query, args, now, ...(actor ? { actor } : {}) });
  for (const actor of [null, official('thu')]) {
    for (const level of ['province', 'district', 'commune']) {
      question('riskmap.counts', { unit: '79', level, measure: 'cases', ...days }, actor);
      question('riskmap.counts', { level, measure: 'deaths', ...days }, actor);
      question('riskmap.units', { unit: '79', day: dayBefore(4), depth: level }, actor);
    }
    question('riskmap.units', { unit: '760', day: dayBefore(4) }, actor);
    for (const back of [10, 4, 1]) question('riskmap.declared', { unit: '760', day: dayBefore(back) }, actor);
    question('riskmap.proposal', { unit: '79' }, actor);
    question('riskmap.proposals', { unit: '79' }, actor);
    question('riskmap.public', { unit: '79', ...days }, actor);
  }
  const proposed = question('riskmap.proposal', { unit: '79' }, official('thu'));
  const overrides = [{ unit: '26734', level: 2, reason: 'khoanh vùng', documentNumber: '45/QĐ' }];
  const proposal = record('proposal', { ...proposed, overrides }, 'thu');
  record('publication', { unit: '79', day: proposed?.day, proposal }, 'an');
  question('riskmap.proposals', { unit: '79' }, official('an'));
  for (const unit of ['79', '760', '26734', undefined]) question('riskmap.published', unit ? { unit } : {});
}

/** A device's life with its database. `call` runs one request and gives its reply, because later requests hold earlier
 * replies. */
export function deviceCases(forms, roll, call) {
  const device = 'W5MdvRwNe9V7DeLx6Am2hl0DuFArP4eNNiS5DLT9o5o';
  let now = NOW;
  const ask = (operation, request) => call(operation, JSON.stringify(request));
  ask('mine', {});
  ask('db.open', { now });
  ask('db.open', { now });
  const made = [];
  for (let i = 0; i < 120; ++i) {
    now += roll.between(0, 3_600_000);
    const body = goodBody();
    if (roll.chance(0.5))
      body[roll.pick(['signFever', 'signCough', 'contactCase', 'contactSymptomatic', 'signPneumonia'])] = true;
    const ward = roll.pick(['26740', '26734', '26743']);
    body.ward = ward;
    if (roll.chance(0.08)) delete body.phone;
    const request = { system: 'declaration', kind: 'population', unit: ward, device, body, now, entropy: roll.hex(32) };
    if (made.length > 0 && roll.chance(0.2)) request.supersedes = roll.pick(made).record.id;
    ask('draft.save', { key: `draft-${i % 5}`, value: body, now });
    const prepared = ask('record.prepare', request);
    if (prepared?.record) {
      const commit = { record: prepared.record, signature: 'A'.repeat(86), now, draft: `draft-${i % 5}` };
      ask('record.commit', commit);
      if (roll.chance(0.2)) ask('record.commit', commit);
      if (roll.chance(0.2)) ask('record.prepare', request);
      if (roll.chance(0.1))
        ask('record.commit', { ...commit, record: { ...prepared.record, body: { ...body, address: 'khác' } } });
      made.push({ ...prepared, priority: 1 });
    }
    if (i % 6 === 5) {
      const batch = ask('outbox.next', { limit: roll.between(1, 20), now })?.records ?? [];
      const answers = batch.map(({ record }) => ({
        id: record.id,
        outcome: roll.pick(['accepted', 'duplicate', 'rejected']),
        rule: roll.pick(['', 'declaration.phone']),
        receipt: roll.pick([null, { a: 1 }]),
      }));
      if (roll.chance(0.3)) ask('outbox.failed', { ids: answers.map(({ id }) => id), now, entropy: roll.hex(32) });
      else {
        ask('outbox.settle', { answers, now });
        if (roll.chance(0.4)) ask('outbox.settle', { answers, now });
      }
      ask('outbox.state', {});
      ask('draft.list', {});
      ask('draft.load', { key: `draft-${roll.below(6)}` });
      ask('mine', { limit: roll.between(1, 50) });
      if (made.length > 0) ask('card', { id: roll.pick(made).record.id, full: roll.chance(0.5) });
    }
    if (i % 40 === 39) ask('outbox.wake', {});
  }
  ask('outbox.export', {});
  const page = {
    records: made
      .slice(0, 10)
      .map(({ record, hash }, i) => ({
        record: roll.chance(0.8) ? record : null,
        id: record.id,
        hash,
        signature: 'A'.repeat(86),
        seq: i + 1,
      })),
    last: 10,
    more: false,
  };
  ask('feed.apply', { unit: '79', priority: 1, page, now });
  ask('feed.apply', { unit: '79', priority: 1, page, now });
  ask('feed.cursors', {});
  const actor = { user: 'thu', device, grants: [{ role: 'provincial_cdc', unit: '79' }] };
  for (const query of [
    'declaration.mine',
    'declaration.worklist',
    'declaration.counts',
    'declaration.household',
    'riskmap.levels',
    'riskmap.history',
    'riskmap.level',
    'no.such',
  ]) {
    for (const args of [
      {},
      { unit: '79' },
      { unit: '01' },
      { unit: '26740', limit: 5 },
      { device },
      { unit: 5 },
      { id: made[0]?.record.id ?? '' },
    ]) {
      ask('ask', { query, args, now, actor });
      ask('ask', { query, args, now });
    }
  }
  mapCases(roll, ask, now);
  for (let i = 0; i < 60; ++i) {
    const form = roll.pick(forms);
    const body = bodyFor(form.fields, roll);
    const prepared = ask('record.prepare', {
      system: form.system,
      kind: form.kind,
      unit: roll.pick(units),
      author: roll.pick(['', 'thu']),
      device,
      body,
      now,
      entropy: roll.hex(32),
    });
    if (prepared?.record) ask('record.commit', { record: prepared.record, signature: 'A'.repeat(86), now, actor });
  }
  ask('mine', { limit: 1000 });
}
