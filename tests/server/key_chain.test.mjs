// Which keys of a server a device believes: web/src/core/key-chain.ts.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../web', import.meta.url));
let server;
let chain;

before(async () => {
  server = await createServer({
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'silent',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  chain = await server.ssrLoadModule('/src/core/key-chain.ts');
});
after(() => server.close());

/** A server's key with its private half; `speakers` speak for it, as lachan-admin lets them. */
function makeKey(...speakers) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const id = createHash('sha256').update(der).digest('base64url');
  const spki = der.toString('base64url');
  const endorsements = speakers.map((by) => ({ by: by.shown.id, signature: by.speakFor(id, spki) }));
  const speakFor = (key, otherSpki, use = 'lachan.receipt') => {
    const text = JSON.stringify({ by: id, key, spki: otherSpki, use });
    return sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  };
  return { shown: { id, spki, algorithm: 'ES256', from: 0, endorsements }, speakFor };
}

const ids = (keys) => keys.map((key) => key.id).sort();
const believed = async (pinned, shown, anchors = []) =>
  ids(await chain.believedKeys(pinned.map((key) => key.shown), shown.map((key) => key.shown ?? key), anchors));

test('at the first visit what is shown is believed, unless the page was built with keys', async () => {
  const [own, other] = [makeKey(), makeKey()];
  assert.deepEqual(await believed([], [own]), ids([own.shown]));
  assert.deepEqual(await believed([], [own, other], [own.shown.id]), ids([own.shown]));
  assert.deepEqual(await believed([], [other], [own.shown.id]), []);
});

test('a new key beside a known one is not believed for its company', async () => {
  const [own, thief] = [makeKey(), makeKey()];
  assert.deepEqual(await believed([own], [own, thief]), ids([own.shown]));
});

test('a key for which a believed one speaks is believed, through any number of steps and in any order', async () => {
  const first = makeKey();
  const second = makeKey(first);
  const third = makeKey(second);
  const all = [first, second, third];
  assert.deepEqual(await believed([first], all), ids(all.map((key) => key.shown)));
  assert.deepEqual(await believed([first], [...all].reverse()), ids(all.map((key) => key.shown)));
  // The middle of the chain is no longer shown: what follows it hangs in the air.
  assert.deepEqual(await believed([first], [third]), ids([first.shown]));
  // It does not run backwards: who stole the newest key does not own the old ones.
  assert.deepEqual(await believed([third], [first, second, third]), ids([third.shown]));
});

test('signatures that say something else are worth nothing', async () => {
  const [own, thief] = [makeKey(), makeKey()];
  const { shown } = thief;
  const by = own.shown.id;
  const wrong = [
    { by, signature: own.speakFor(shown.id, shown.spki, 'something.else') },
    { by, signature: own.speakFor(own.shown.id, shown.spki) },
    { by, signature: own.speakFor(shown.id, own.shown.spki) },
    { by, signature: thief.speakFor(shown.id, shown.spki) },
    { by: shown.id, signature: thief.speakFor(shown.id, shown.spki) },
    { by, signature: '' },
    { by, signature: '!' },
  ];
  for (const one of wrong) {
    assert.deepEqual(await believed([own], [own, { ...shown, endorsements: [one] }]), ids([own.shown]), JSON.stringify(one));
  }
});

test('a key under the name of another is refused, even at the first visit', async () => {
  const [own, thief] = [makeKey(), makeKey()];
  assert.deepEqual(await believed([], [{ ...thief.shown, id: own.shown.id }]), []);
  assert.deepEqual(await believed([], [{ ...own.shown, spki: 'AAAA' }]), []);
  assert.deepEqual(await believed([], [{ ...own.shown, algorithm: 'RS256' }]), []);
});
