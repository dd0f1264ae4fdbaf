// Days, instants and numbers as the page writes them, beside what the browser's own formatter makes of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let format;
let language;

before(async () => {
  const options = { root, configFile: false, appType: 'custom', logLevel: 'silent', optimizeDeps: { noDiscovery: true } };
  server = await createServer({ ...options, server: { middlewareMode: true, hmr: false, ws: false, watch: null } });
  format = await server.ssrLoadModule('/src/app/format.ts');
  language = await server.ssrLoadModule('/src/app/language.ts');
});
after(() => server.close());

test('an instant reads as in Việt Nam, wherever the device is, as Intl would write it', () => {
  const own = new Intl.DateTimeFormat('vi-VN', {
    timeZone: 'Asia/Ho_Chi_Minh',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  assert.equal(language.language(), 'vi');
  assert.equal(format.formatInstant('2021-09-02T17:00:00Z'), '00:00 03/09/2021');
  for (let at = Date.UTC(1976, 0, 1); at < Date.UTC(2040, 0, 1); at += 11 * 86_400_000 + 3_723_000) {
    assert.equal(format.formatInstant(at), own.format(at));
  }
});

test('the day at an instant is that of Việt Nam: it begins at 17:00 of the day before, by Greenwich', () => {
  assert.equal(format.formatDayAt(Date.UTC(2021, 8, 2, 16, 59)), '02/09/2021');
  assert.equal(format.formatDayAt(Date.UTC(2021, 8, 2, 17)), '03/09/2021');
});

test('what is no instant and no day comes back as it is', () => {
  assert.equal(format.formatInstant('gestern'), 'gestern');
  assert.equal(format.formatInstant(8.64e15), '8640000000000000');
  assert.equal(format.formatDay('1958'), '1958');
  assert.equal(format.formatDay('2021-09-03'), '03/09/2021');
});

test('numbers are grouped as Vietnamese groups them', () => {
  assert.equal(format.formatNumber(1_234_567), '1.234.567');
  assert.equal(format.formatNumber(1234.56, 1), '1.234,6');
});
