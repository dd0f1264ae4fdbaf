/// <reference lib="webworker" />
/** A tab's worker: its own core for everything pure; the database and the sync only while this tab leads. */

import { drawerOf, keepAnswer, mayKeep, recallAnswer } from './answers';
import { loadCore, type CallCore, type CoreHandle } from './core-module';
import { openDevice, type Device } from './device';
import { kept, LEFT, ME } from './kept';
import { openLeader } from './leader';
import { prove, type Inspection } from './prove';
import type { ServerKey } from './key-chain';
import { askServer, type Answered, type Keeping } from './queries';
import { openReceiptBook, type ReceiptBook } from './receipts';
import { openServer } from './server';
import { loadSqlite } from './store';
import { joinTabs, type Tabs } from './tabs';
import { openTrust, type TrustInfo, type TrustStore } from './trust';
import { verifyAll } from './verify-all';
import { CoreError, errorData, type Me, type Notice, type Reply, type Request, type Violation } from './wire';

const worker = self as unknown as DedicatedWorkerGlobalScope; // compiled with the page's library as well

const post = (message: Reply | Notice): void => worker.postMessage(message);
const server = openServer((input, init) => fetch(input, init));

/**
 * Core and database cost a phone more than all else, and a screen that only shows what the server answers can do without: it lets
 * them begin when it stands. Whatever needs one of them begins it at once.
 */
let begin: () => void = () => undefined;
const begun = new Promise<void>((resolve) => (begin = resolve));
const NEEDS_NEITHER: ReadonlySet<string> = new Set(
  // A tab that leads has said that it is ready before it is asked for the last two.
  [
    ...['ready', 'ask', 'visible', 'me.kept', 'inspect', 'judge', 'verify', 'verifyMany', 'trustInfo', 'refreshTrust', 'rules', 'riskmap'],
    ...['outbox.state', 'mine'],
  ],
);

const newCore = (): Promise<CoreHandle> => loadCore((detail) => post({ event: 'broken', detail }));
let loading: Promise<CoreHandle> | null = null;
async function needCore(): Promise<CoreHandle> {
  await begun;
  loading ??= newCore();
  loading.catch(() => (loading = null)); // no network on the first visit: asked again next time
  return (core ??= await loading);
}
const call: CallCore = (operation, request) => {
  if (!core) throw new CoreError({ code: 'unavailable', rule: 'shell.core', detail: 'not loaded' });
  return core.call(operation, request);
};
let core: CoreHandle | null = null;
let receipts: ReceiptBook | null = null;

/** Texts of data that the core reads once: fetched when first needed, given again to a core that was opened anew. */
const DATA = { 'units.load': '/assets/units.txt' } as const;
type DataName = keyof typeof DATA;
const texts = new Map<DataName, Promise<string>>();
const given = new Set<DataName>();

async function fetchText(path: string): Promise<string> {
  const response = await fetch(path);
  // A single-page server answers unknown paths with its page.
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || type.includes('text/html')) {
    throw new CoreError({ code: 'unavailable', rule: 'shell.data', detail: path });
  }
  return response.text();
}

function dataOf(name: DataName): Promise<string> {
  let text = texts.get(name);
  if (!text) {
    text = fetchText(DATA[name]).catch((error: unknown) => {
      texts.delete(name); // no network on the first visit: asked again next time
      throw error instanceof CoreError
        ? error
        : new CoreError({ code: 'offline', rule: 'shell.data', detail: DATA[name] });
    });
    texts.set(name, text);
  }
  return text;
}

async function need(name: DataName): Promise<void> {
  await needCore();
  const read = await dataOf(name);
  if (given.has(name)) return;
  call(name, { text: read });
  given.add(name);
}

/** Levels by packs and figures of a request, and what else needs no record: a module apart, downloaded when it is first asked. */
let workshop: Promise<CallCore> | null = null;
async function openWorkshop(): Promise<CallCore> {
  try {
    const [{ loadWorkshop }, units] = await Promise.all([import('./workshop'), dataOf('units.load')]);
    return await loadWorkshop(units, (detail) => post({ event: 'broken', detail }));
  } catch (error) {
    workshop = null; // no network on the first visit: asked again next time
    throw error instanceof CoreError ? error : new CoreError({ code: 'offline', rule: 'shell.data', detail: 'workshop' });
  }
}

/** The keys that sign trust bundles, written in by the build. */
declare const __TRUST_PINS__: readonly string[];

/** Who judges certificates, a module apart from the core, with the bundle that it was given: answers to one are never told to another. */
interface Judge {
  call: CallCore;
  trust: TrustStore;
}
let judge: Promise<Judge> | null = null;

/** Downloaded with the first certificate. A code that breaks it breaks nothing else: the next one meets a new judge. */
function needJudge(): Promise<Judge> {
  if (judge) return judge;
  const mine = openJudge(() => forget());
  const forget = (): void => {
    if (judge === mine) judge = null;
  };
  mine.catch(forget); // no network on the first visit: asked again next time
  judge = mine;
  return mine;
}

async function openJudge(onBroken: () => void): Promise<Judge> {
  try {
    const { loadVerifier } = await import('./verifier');
    const call = await loadVerifier(onBroken);
    return { call, trust: openTrust({ call, pins: __TRUST_PINS__, fetch: (input, init) => fetch(input, init), now: Date.now }) };
  } catch (error) {
    throw error instanceof CoreError ? error : new CoreError({ code: 'offline', rule: 'shell.data', detail: 'verifier' });
  }
}

/** The judge with a bundle, which is looked after from the first time somebody needs it. */
async function needTrust(): Promise<CallCore> {
  const { call, trust } = await needJudge();
  await trust.ready();
  watchTrust();
  return call;
}

const refreshTrust = async (): Promise<boolean> => (await needJudge()).trust.refresh();

/** The verifier keeps the inspection between the two calls: only checks and answers pass. */
async function verifyOne(call: CallCore, text: string, rules: string): Promise<object> {
  const { checks, ticket } = call<Inspection & { ticket: number }>('certificate.begin', { text });
  const answers = await prove({ checks });
  return call('certificate.finish', { ticket, answers, now: Date.now(), policy: { rules } });
}

const TRUST_EVERY_MS = 3_600_000;
let watching = false;
function watchTrust(): void {
  if (watching) return;
  watching = true;
  const look = (): void => void refreshTrust().catch(() => undefined); // no verifier either: the next certificate asks for it
  look();
  worker.addEventListener('online', look);
  setInterval(look, TRUST_EVERY_MS);
}

/** Opens the core over a database, or over none; whatever it had read is given to it again. */
async function attach(port: Parameters<CoreHandle['attach']>[0]): Promise<void> {
  (await needCore()).attach(port);
  const again = [...given];
  given.clear();
  for (const name of again) await need(name);
}

async function book(): Promise<ReceiptBook> {
  await needCore();
  receipts ??= openReceiptBook(call, async () => (await server<{ keys: ServerKey[] }>('GET', '/v1/keys')).keys);
  return receipts;
}

let device: Promise<Device> | null = null;
const thisDevice = (): Promise<Device> => (device ??= openDevice());

const tabs: Tabs = joinTabs(
  'lachan.database',
  begun,
  async () => {
    loadSqlite().catch(() => undefined); // downloads while the core does; told when the store is opened
    await needCore();
    return openLeader({
      call,
      attach,
      spare: newCore,
      server,
      device: await thisDevice(),
      receipts: await book(),
      needUnits: () => need('units.load'),
      announce: (notice) => tabs.announce(notice),
    });
  },
  post,
);

// Once records can be kept, the units are fetched as well: whoever goes offline a minute after the first visit can
// declare.
void tabs
  .ask('ready', [])
  .then(() => need('units.load'))
  .catch(() => undefined);

async function lastSignedIn(): Promise<Me | null> {
  const me = await kept<Me>(ME).catch(() => undefined);
  return me && me.expiresAt > Date.now() ? me : null;
}

/** Who is signed in as this device knows it, however long ago the server said so; null while a sign-out has not reached the server. */
async function whoIsHere(): Promise<Me | '' | null> {
  const [hasLeft, me] = await Promise.all([kept<boolean>(LEFT), kept<Me>(ME)]).catch(() => [true, undefined] as const);
  return hasLeft ? null : (me ?? '');
}

type Method = (...args: never[]) => unknown;

interface Checked {
  violations: Violation[];
  warnings: Violation[];
}

/** What needs no database: answered by this tab itself. */
const pure: Record<string, Method> = {
  begin: () => undefined,
  'me.kept': lastSignedIn,
  async ask(query: string, args: object, keeping?: Keeping): Promise<Answered> {
    const told = await askServer(server, query, args);
    const key = keeping?.as ?? JSON.stringify(args);
    if (told) {
      const { answer, account } = told;
      // Looked up after the answer: whoever has left meanwhile has no drawer any more.
      if (keeping && keeping.keeps !== false && mayKeep(account, await whoIsHere())) void keepAnswer(account, query, key, answer, Date.now());
      return { answer, from: 'server' };
    }
    const drawer = keeping ? drawerOf(await whoIsHere(), Date.now()) : null;
    const before = drawer === null ? null : await recallAnswer(drawer, query, key, Date.now());
    if (before) return { ...before, from: 'kept' };
    begin();
    return (await tabs.ask('ask.here', [query, args])) as Answered; // askHere of leader.ts
  },
  async check(request: object): Promise<Checked> {
    await need('units.load');
    return call('check', { ...request, now: Date.now() });
  },
  async form(request: object) {
    await needCore();
    return call('form', request);
  },
  async searchUnits(query: string, day: string | undefined, limit: number | undefined) {
    await need('units.load');
    return call('units.search', { query, now: Date.now(), ...(day ? { day } : {}), ...(limit ? { limit } : {}) });
  },
  async unit(code: string) {
    await need('units.load');
    return call('units.find', { code, now: Date.now() });
  },
  async unitChildren(code: string) {
    await need('units.load');
    return call('units.children', { code, now: Date.now() });
  },
  async inspect(text: string) {
    return (await needTrust())('certificate.inspect', { text });
  },
  async judge(inspection: object, answers: unknown) {
    return (await needTrust())('certificate.judge', { inspection, answers, now: Date.now() });
  },
  async verify(text: string, rules: string) {
    return verifyOne(await needTrust(), text, rules);
  },
  async verifyMany(list: string[], rules: string) {
    const trusted = await needTrust();
    return verifyAll(list, (text) => verifyOne(trusted, text, rules));
  },
  async trustInfo() {
    return (await needTrust())<TrustInfo>('trust.info', {});
  },
  /** Looks for a newer bundle now; whether one was taken. */
  async refreshTrust() {
    await needTrust();
    return refreshTrust();
  },
  async rules(operation: string, request: object) {
    const { call: ask } = await needJudge();
    await needTrust().catch(() => undefined); // without a bundle there are the sets of the program
    return ask(`rules.${operation}`, { ...request, now: Date.now() });
  },
  async riskmap(operation: string, request: object) {
    workshop ??= openWorkshop();
    return (await workshop)(`riskmap.${operation}`, request);
  },
  async scan(text: string) {
    await needCore();
    return call('scan', { text });
  },
  async qr(text: string, level: string) {
    await needCore();
    return call('qr', { text, level });
  },
  async verifyReceipt(receipt: unknown, bytes: string | undefined) {
    return (await book()).verify(receipt, bytes);
  },
};

worker.addEventListener('message', (event: MessageEvent<Request>) => {
  const { id, method, args } = event.data;
  if (!NEEDS_NEITHER.has(method)) begin();
  const run = async (): Promise<unknown> => {
    const own = pure[method];
    // Arguments come from facade.ts, which is typed; here they are only passed on.
    if (own) return (own as (...given: unknown[]) => unknown)(...args);
    return tabs.ask(method, args);
  };
  run().then(
    (value) => post({ id, value }),
    (error: unknown) => post({ id, error: errorData(error) }),
  );
});
