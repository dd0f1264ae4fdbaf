// Layers of the map over made counts, with the models that the page loads: what is offered, which class, which words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPageModels } from './page-models.mjs';

const { call, asked, analysis, defaults, load, close } = await openPageModels();
let layers;
let readDefaults;

before(async () => {
  layers = await load('layers');
  ({ readDefaults } = await load('defaults'));
  const { t } = await load('layers-text');
  await t.load();
});
after(close);

const DAYS = 30;
const line = (of) => Int32Array.from({ length: DAYS }, (_, day) => of(day));

/** Twelve places on a grid; the first rises, the second falls, the third has a day that nobody told. */
function world(measures = {}) {
  const codes = Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, '0'));
  const cases = codes.map((_, at) => line((day) => (at === 0 ? day * 6 : at === 1 ? 200 - day * 6 : at === 2 && day === 25 ? -1 : 1 + ((at + day) % 3))));
  return {
    unit: '', level: 'province', from: '2021-11-01', days: DAYS, codes,
    people: Float64Array.from(codes, (_, at) => (at === 3 ? NaN : 100_000 + at)),
    measures: new Map(Object.entries({ cases, ...measures })),
    levels: Array.from({ length: DAYS }, () => Uint8Array.from(codes, (_, at) => at % 5)),
    rules: Array.from({ length: DAYS }, () => ({ pack: 'risk-2', version: 2, isOfficial: false })),
    dataTime: 1, isKept: false,
  };
}

const options = (of) => ({
  core: null, world: of, analysis, defaults, palette: 'official', signal: new AbortController().signal, progress: () => undefined,
  placeOf: (code) => ({ lng: 105 + (Number(code) % 3), lat: 10 + Math.floor(Number(code) / 3) }),
});

async function open(id, of = world(), day = DAYS - 1) {
  const layer = layers.LAYERS.find((each) => each.id === id);
  assert.ok(layer.isOffered(of, true, defaults), `${id} is offered`);
  const painted = await layer.open(options(of));
  await painted.prepare(day, new AbortController().signal, () => undefined);
  return { painted, frame: [...painted.frame(day)], say: (place) => painted.say(place, day) };
}

test('a layer is offered when its measure was told, and when places are there that it needs', () => {
  const offered = (of, hasPlaces) => layers.LAYERS.filter((each) => each.isOffered(of, hasPlaces, defaults)).map(({ id }) => id);
  const bare = world();
  bare.measures = new Map();
  bare.level = 'commune';
  assert.deepEqual(offered(bare, true), ['level']);
  assert.deepEqual(offered({ ...world(), level: 'commune' }, false), ['level', 'incidence', 'trend', 'rt', 'ears']);
  const more = world({ tests: [], positives: [], bedShare: [], over50Full: [] });
  for (const id of ['positivity', 'coverage', 'beds', 'clusters', 'hotspots', 'smooth-local']) assert.ok(offered(more, true).includes(id), id);
  for (const id of ['feedback', 'checkpoints-alive']) assert.ok(!offered(more, true).includes(id), `nobody told ${id}`);
  assert.ok(offered(world({ feedback: [] }), true).includes('feedback'));
  assert.ok(!offered({ ...world({ feedback: [] }), people: new Float64Array(12).fill(NaN) }, true).includes('feedback'), 'without people there is no rate');
  assert.ok(!offered(world({ checkpointsAlive: [] }), true).includes('checkpoints-alive'), 'a part without its whole is no share');
  assert.ok(offered(world({ checkpoints: [], checkpointsAlive: [] }), true).includes('checkpoints-alive'));
  assert.ok(!offered(world(), true).includes('farrington'), 'a month is no year');
  assert.ok(offered(world(), true).includes('farrington-flexible'), 'it says what it lacks');
});

test('rates and trends have their interval, and say what is missing', async () => {
  const incidence = await open('incidence');
  // 24 + .. of the last seven days: 6 * (23 + .. + 29) of 100,000 people.
  assert.match(incidence.say(0), /^1\.092 ca trong 7 ngày đến 30\/11\/2021: 1\.092,0 trên 100\.000 dân \(khoảng 95 %: 1\.028,2 đến 1\.158,7\)/);
  assert.equal(incidence.frame[0], 6);
  assert.match(incidence.say(2), /^Thiếu số ca/);
  assert.equal(incidence.frame[2], 0);
  assert.match(incidence.say(3), /không có số dân/);
  const trend = await open('trend');
  assert.deepEqual(trend.frame.slice(0, 4), [3, 2, 0, 1]);
  assert.match(trend.say(0), /^↑ tăng: mỗi ngày thay đổi 6,00 ca \(khoảng 95 %: 6,00 đến 6,00\)/);
  assert.match(trend.say(1), /^↓ giảm: mỗi ngày thay đổi -6,00 ca/);
  const smooth = await open('smooth-local');
  assert.ok(smooth.painted.value(0, DAYS - 1) < 1092, 'drawn towards its neighbours');
  assert.match(smooth.say(0), /tỷ lệ gốc 1\.092,0/);
  assert.match(smooth.say(2), /^Thiếu số ca/);
});

test('Rt is told, or too few cases, or days that are missing', async () => {
  const rt = await open('rt');
  assert.match(rt.say(0), /^Rt = 1,[\d]+ \(khoảng 95 %: 1,\d+ đến 1,\d+\), 7 ngày đến 30\/11\/2021/);
  assert.match(rt.say(2), /^Thiếu số ca/);
  assert.equal(rt.frame[2], 0);
  const few = world();
  few.measures.get('cases')[4] = line((day) => (day === 27 ? 2 : 0));
  const said = await open('rt', few);
  assert.match(said.say(4), /^Quá ít ca: 2 trong|^Quá ít ca: 2 ca/);
  assert.equal(said.frame[4], said.painted.shades.findIndex(({ text }) => text === 'Quá ít ca để tính'));
  assert.equal(rt.painted.frame(3)[0], 0, 'no window has passed on the fourth day');
});

test('alarms, hot spots and clusters come from the models', async () => {
  const jump = world();
  jump.measures.get('cases')[5] = line((day) => (day === DAYS - 1 ? 60 : 1 + (day % 3)));
  const ears = await open('ears', jump);
  assert.equal(ears.frame[5], 3);
  assert.match(ears.say(5), /^Vượt ngưỡng: 60 ca ngày 30\/11\/2021, ngưỡng \d/);
  assert.equal(ears.frame[2], 0, 'a day of the baseline is missing');
  assert.equal(ears.painted.frame(5)[0], 0, 'five days are no baseline');
  const hot = await open('hotspots');
  assert.match(hot.say(0), /Gi\* = -?\d/);
  const calm = world();
  calm.measures.set('cases', calm.codes.map(() => line(() => 0)));
  const none = await open('hotspots', calm);
  assert.equal(none.say(0), 'Không tính được điểm nóng: 7 ngày đến 30/11/2021, mọi nơi có tỷ lệ như nhau.');
  assert.equal(none.frame[0], 0, 'no class where nothing can be told');
  asked.length = 0;
  const spaceTime = await open('clusters-time', jump);
  assert.deepEqual(asked, ['space-time']);
  const [first] = spaceTime.painted.clusters(DAYS - 1);
  assert.ok(first.members.length > 0 && first.p > 0 && first.p <= 1 && first.from >= '2021-11-23');
  assert.equal(spaceTime.frame[jump.codes.indexOf(first.members[0])], first.p < 0.05 ? 3 : 2);
});

test('shares have Wilson\'s interval, and what an office told last counts for thirty days', async () => {
  const of = world({
    tests: world().codes.map((_, at) => line(() => (at === 1 ? 0 : 100))),
    positives: world().codes.map((_, at) => line(() => (at === 1 ? 0 : at))),
    bedShare: world().codes.map((_, at) => line((day) => (at === 0 && day === 4 ? 8150 : -1))),
  });
  const positivity = await open('positivity', of);
  assert.match(positivity.say(4), /^4,0 % dương tính \(khoảng 95 %: 2,8 đến 5,7\) trong 700 lượt/);
  assert.match(positivity.say(1), /^Không có đủ số xét nghiệm/);
  assert.deepEqual(positivity.frame.slice(0, 6), [1, 0, 2, 2, 2, 3]);
  const beds = await open('beds', of);
  assert.equal(beds.say(0), '81,5 %, báo ngày 05/11/2021.');
  assert.equal(beds.frame[0], 5);
  assert.match(beds.say(1), /^Không ai báo/);
  assert.equal(beds.painted.frame(3)[0], 0, 'not before it was told');
});

test('reports of citizens are a rate of the window among the people, as cases are', async () => {
  const of = world({ feedback: world().codes.map((_, at) => line((day) => (at === 0 ? 3 : at === 1 ? 0 : at === 2 && day === 25 ? -1 : at === 4 ? 40 : 12))) });
  const feedback = await open('feedback', of);
  // 21 among 100,000: the interval of a Poisson count of 21 is 13.00 to 32.10 (Garwood 1936).
  assert.equal(feedback.say(0), '21 phản ánh trong 7 ngày đến 30/11/2021: 21,0 trên 100.000 dân (khoảng 95 %: 13,0 đến 32,1).');
  assert.match(feedback.say(1), /^0 phản ánh trong 7 ngày đến 30\/11\/2021: 0,00 trên 100\.000 dân \(khoảng 95 %: 0,00 đến 3,69\)/);
  assert.equal(feedback.say(2), 'Thiếu số phản ánh của ít nhất một trong các ngày đến 30/11/2021.');
  assert.equal(feedback.say(3), '84 phản ánh trong 7 ngày; không có số dân nên không có tỷ lệ.');
  assert.deepEqual(feedback.frame.slice(0, 6), [2, 1, 0, 0, 4, 3]);
  assert.deepEqual(feedback.painted.shades.map(({ text }) => text), ['Không có số liệu', 'dưới 10', '10 đến dưới 50', '50 đến dưới 150', '150 đến dưới 500', 'từ 500']);
  assert.equal(feedback.painted.value(0, DAYS - 1), 21);
  assert.deepEqual([...new Set(feedback.painted.frame(5))], [0], 'six days are no window');
});

test('checkpoints alive are a share of those registered, as told last, and numbers that do not agree are none', async () => {
  const registered = [900, 1000, 50, -1, 1000, 0];
  const scanned = [90, 40, 60, 7, 500, 0];
  const of = world({
    checkpoints: world().codes.map((_, at) => line((day) => (day === 2 || (at === 4 && day === 28) ? (registered[at] ?? -1) + (day === 28 ? 1000 : 0) : -1))),
    checkpointsAlive: world().codes.map((_, at) => line((day) => (day === 27 || (at === 4 && day === 29) ? (scanned[at] ?? -1) : -1))),
  });
  const alive = await open('checkpoints-alive', of);
  assert.equal(alive.say(0), '10,0 % điểm kiểm dịch hoạt động: 90 trong 900 điểm có lượt quét ngày 28/11/2021.');
  assert.equal(alive.say(1), '4,0 % điểm kiểm dịch hoạt động: 40 trong 1.000 điểm có lượt quét ngày 28/11/2021.');
  assert.equal(alive.say(2), '60 điểm kiểm dịch có lượt quét ngày 28/11/2021 nhiều hơn 50 điểm đã đăng ký: số liệu không khớp nên không có tỷ lệ.');
  assert.equal(alive.say(3), '7 điểm kiểm dịch có lượt quét ngày 28/11/2021; không biết số điểm đã đăng ký nên không có tỷ lệ.');
  assert.equal(alive.say(4), '25,0 % điểm kiểm dịch hoạt động: 500 trong 2.000 điểm có lượt quét ngày 30/11/2021.', 'the number of registered ones of that day');
  assert.equal(alive.say(5), 'Ngày 28/11/2021 không có điểm kiểm dịch nào đã đăng ký.');
  assert.equal(alive.say(6), 'Không ai báo số điểm kiểm dịch có lượt quét trong 7 ngày đến 30/11/2021.');
  assert.deepEqual(alive.frame.slice(0, 7), [3, 1, 0, 0, 4, 0, 0]);
  assert.deepEqual(alive.painted.shades.map(({ text }) => text), ['Không có số liệu', 'dưới 5 %', '5 đến dưới 10 %', '10 đến dưới 25 %', '25 đến dưới 50 %', 'từ 50 %']);
  assert.ok(Number.isNaN(alive.painted.value(2, DAYS - 1)));
  assert.equal(alive.painted.frame(26)[0], 0, 'not before it was told');
  // Told on the third of 40 days: good for thirty.
  const late = world();
  late.days = 40;
  late.measures = new Map([
    ['checkpoints', late.codes.map(() => Int32Array.from({ length: 40 }, (_, day) => (day === 2 ? 900 : -1)))],
    ['checkpointsAlive', late.codes.map(() => Int32Array.from({ length: 40 }, () => 90))],
  ]);
  const old = await open('checkpoints-alive', late, 39);
  assert.match(old.painted.say(0, 31), /^10,0 %.* ngày 02\/12\/2021/);
  assert.match(old.say(0), /ngày 10\/12\/2021; không biết số điểm đã đăng ký/);
});

test('the windows and edges of what is told and counted are those of the defaults', async () => {
  const told = (at) => world().codes.map((_, place) => line((day) => (place === 0 && day === at ? 8150 : -1)));
  const of = world({ bedShare: told(4), checkpoints: told(0), checkpointsAlive: told(9) });
  const opened = async (id, rest) => {
    const painted = await layers.LAYERS.find((each) => each.id === id).open({ ...options(of), defaults: { ...defaults, ...rest } });
    return (day) => painted.frame(day)[0];
  };
  const beds = await opened('beds', { toldDays: 3 });
  assert.deepEqual([3, 4, 6, 7].map(beds), [0, 5, 5, 0]);
  const alive = await opened('checkpoints-alive', { aliveDays: 2, registeredDays: 10 });
  assert.deepEqual([8, 9, 10, 11].map(alive), [0, 5, 5, 0]);
  const unknown = await opened('checkpoints-alive', { registeredDays: 9 });
  assert.equal(unknown(9), 0, 'the register is a day too old');
  // 1,092 of 100,000 people.
  assert.equal((await opened('incidence', { casesEdges: [0, 1000, 1092.1] }))(DAYS - 1), 2);
  assert.match(layers.LAYERS.find(({ id }) => id === 'checkpoints-alive').about({ ...defaults, aliveDays: 3 }), /3 ngày/);
  const core = { ask: async () => ({ day: '2021-11-30', provinces: [{ unit: '01', symptomatic: 40 }] }) };
  const symptoms = await layers.LAYERS.find(({ id }) => id === 'symptoms').open({ ...options(of), core, defaults: { ...defaults, symptomsEdges: [0, 39, 41] } });
  await symptoms.prepare(DAYS - 1);
  assert.deepEqual([...symptoms.frame(DAYS - 1)].slice(0, 2), [2, 0]);
});

test('a week is compared with the same time of the years before, where there are such years', async () => {
  const days = 7 * 110 + 3;
  const of = { ...world(), days, from: '2020-01-01' };
  const weekly = (place) => Int32Array.from({ length: days }, (_, day) => (place === 4 && day >= days - 7 ? 40 : 2 + ((day * (place + 2)) % 3)));
  of.measures = new Map([['cases', of.codes.map((_, place) => weekly(place))]]);
  const farrington = await open('farrington', of, days - 1);
  assert.equal(farrington.frame[4], 3);
  assert.equal(farrington.frame[5], 1);
  assert.match(farrington.say(4), /^Vượt ngưỡng: 280 ca trong tuần trước \d\d\/\d\d\/2022, ngưỡng \d/);
  assert.equal(farrington.painted.frame(200)[4], 0, 'the first year has nothing before it');
});

test('the weeks of years are compared with season and trend, from three years on; before that the layer says what it lacks', async () => {
  const days = 7 * (3 * 52 + 12);
  const season = (day) => 12 + 8 * Math.cos((2 * Math.PI * day) / 364);
  const of = { ...world(), days, from: '2019-01-01' };
  const counts = (place) => (day) => {
    if (place === 2) return day % 40 === 0 ? 1 : 0;
    if (place === 3 && day === 300) return -1;
    return Math.round((season(day) + ((day * (place + 3)) % 5)) * (place === 4 && day >= days - 7 ? 4 : 1));
  };
  of.measures = new Map([['cases', of.codes.map((_, place) => Int32Array.from({ length: days }, (_day, day) => counts(place)(day)))]]);
  const flexible = await open('farrington-flexible', of, days - 1);
  assert.equal(flexible.frame[4], 3);
  assert.match(flexible.say(4), /^Vượt ngưỡng: [\d.]+ ca trong tuần trước \d\d\/\d\d\/2022, ngưỡng \d/);
  assert.equal(flexible.frame[5], 1);
  assert.equal(flexible.frame[2], 2);
  assert.match(flexible.say(2), /^Quá ít ca để cảnh báo: \d ca trong tuần trước/);
  assert.ok(Number.isNaN(flexible.painted.value(2, days - 1)));
  assert.equal(flexible.frame[3], 0, 'a day of its years is missing');
  assert.equal(flexible.painted.frame(700)[4], 0, 'two years are too few');
  assert.match(flexible.painted.say(4, 700), /^Chưa đủ lịch sử để so sánh tuần trước \d\d\/\d\d\/2020: cần ít nhất 3 năm/);
  asked.length = 0;
  const short = await open('farrington-flexible');
  assert.deepEqual(asked, [], 'nothing is computed of a month');
  assert.deepEqual([...new Set(short.frame)], [0]);
  assert.equal(short.say(0), 'Chưa đủ lịch sử để so sánh tuần trước 30/11/2021: cần ít nhất 3 năm liền có số ca; số liệu ở đây có từ 01/11/2021.');
});

test('the page has its numbers from the models, and refuses models that lack one', async () => {
  const about = (id, of = defaults) => layers.LAYERS.find((each) => each.id === id).about(of);
  assert.match(about('rt'), /trung bình 5,2 ngày, độ lệch 1,7 ngày\. Quá ít ca: sai số trên 30 %/);
  assert.match(about('rt', { ...defaults, serialMean: 4.1, fewRatio: 0.25 }), /trung bình 4,1 ngày, .* trên 25 %/);
  assert.match(about('coverage'), /trong 30 ngày/);
  const { text } = call('defaults', {});
  for (const name of Object.keys(JSON.parse(text))) {
    const { [name]: _, ...others } = JSON.parse(text);
    assert.throws(() => readDefaults(JSON.stringify(others)), new RegExp(`defaults: ${name} is missing`));
  }
  // Another number moves the class: with every Rt a certain one, none is few.
  const few = world();
  few.measures.get('cases')[4] = line((day) => (day === 27 ? 2 : 0));
  const rt = layers.LAYERS.find((each) => each.id === 'rt');
  const strict = await rt.open(options(few));
  const lax = await rt.open({ ...options(few), defaults: { ...defaults, fewRatio: 10 } });
  assert.match(strict.say(4, DAYS - 1), /^Quá ít ca/);
  assert.match(lax.say(4, DAYS - 1), /^Rt = /);
});

test('a model that fits no year says so, and is no case of few cases', async () => {
  const days = 7 * (3 * 52 + 12);
  const of = { ...world(), days, from: '2019-01-01' };
  of.measures = new Map([['cases', of.codes.map(() => Int32Array.from({ length: days }, () => 2))]]);
  const answer = analysis.call;
  analysis.call = async (...args) => {
    const found = await answer(...args);
    return args[0] === 'farrington-flexible' ? { ...found, text: found.text.replace(/(\d+,\d+),[\d.]+,/g, '$1,NA,') } : found;
  };
  try {
    const flexible = await open('farrington-flexible', of, days - 1);
    assert.match(flexible.say(0), /không khớp mô hình/);
    assert.equal(flexible.frame[0], 0);
  } finally {
    analysis.call = answer;
  }
});
