/** A bad network between the browser and the server, as bad as a test wants it. */

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Seen {
  method: string;
  path: string;
  /** 0: the server never got it. */
  status: number;
  answered: boolean;
  body: string;
}

type Matches = (method: string, path: string) => boolean;

interface Rule {
  matches: Matches;
  act: 'loseRequest' | 'loseAnswer' | 'twice' | 'answer';
  times: number;
  answer?: { status: number; headers: Record<string, string>; body: string | Buffer };
}

export interface Proxy {
  url: string;
  /** All that went through, in order. */
  seen: Seen[];
  /** While offline every connection breaks off. */
  offline(is: boolean): void;
  /** The server gets it, commits, and answers; the answer never arrives. */
  loseAnswer(path: string, times?: number): void;
  loseRequest(path: string, times?: number): void;
  /** The server gets it twice; the browser gets the second answer. */
  sendTwice(path: string, times?: number): void;
  /** Somebody in between answers in place of the server. */
  answer(path: string, status: number, headers: Record<string, string>, body: string | Buffer, times?: number): void;
  /** From now on nothing is spoilt any more. */
  clear(): void;
  /** Answers wait this long. */
  slow(ms: number): void;
  target(port: number): void;
  close(): Promise<void>;
}

function readAll(stream: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => resolve(Buffer.concat(parts)));
    stream.on('error', reject);
  });
}

export async function startProxy(): Promise<Proxy> {
  let port = 0;
  let down = false;
  let delay = 0;
  const rules: Rule[] = [];
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();

  const take = (method: string, path: string): Rule | undefined => {
    const rule = rules.find((each) => each.times > 0 && each.matches(method, path));
    if (rule) --rule.times;
    return rule;
  };

  const forward = (request: IncomingMessage, body: Buffer): Promise<{ response: IncomingMessage; body: Buffer }> =>
    new Promise((resolve, reject) => {
      const { method, url, headers } = request;
      const onward = http.request({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
        readAll(response).then((text) => resolve({ response, body: text }), reject);
      });
      onward.on('error', reject);
      onward.end(body);
    });

  const serve = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const body = await readAll(request);
    const entry: Seen = {
      method,
      path,
      status: 0,
      answered: false,
      body: method === 'POST' ? body.toString('utf8') : '',
    };
    seen.push(entry);
    const rule = take(method, path);
    if (down || rule?.act === 'loseRequest') {
      request.socket.destroy();
      return;
    }
    if (rule?.act === 'answer' && rule.answer) {
      entry.answered = true;
      reply.writeHead(rule.answer.status, rule.answer.headers).end(rule.answer.body);
      return;
    }
    if (rule?.act === 'twice') await forward(request, body);
    const { response, body: text } = await forward(request, body);
    entry.status = response.statusCode ?? 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    if (down || rule?.act === 'loseAnswer') {
      request.socket.destroy();
      return;
    }
    entry.answered = true;
    reply.writeHead(entry.status, response.headers).end(text);
  };

  const server = http.createServer((request, reply) => {
    serve(request, reply).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // listen on a TCP port gives an AddressInfo, never a pipe's name.
  const own = (server.address() as AddressInfo).port;

  const on =
    (path: string): Matches =>
    (_method, url) =>
      url.split('?')[0] === path;
  const add = (path: string, act: Rule['act'], times: number, answer?: Rule['answer']): void => {
    rules.push({ matches: on(path), act, times, ...(answer ? { answer } : {}) });
  };

  return {
    // "localhost" is a secure context without a certificate, as storage and signing need it.
    url: `http://localhost:${own}`,
    seen,
    offline(is) {
      down = is;
      if (is) for (const socket of sockets) socket.destroy();
    },
    loseAnswer: (path, times = 1) => add(path, 'loseAnswer', times),
    loseRequest: (path, times = 1) => add(path, 'loseRequest', times),
    sendTwice: (path, times = 1) => add(path, 'twice', times),
    answer: (path, status, headers, body, times = 1) => add(path, 'answer', times, { status, headers, body }),
    clear() {
      rules.length = 0;
    },
    slow(ms) {
      delay = ms;
    },
    target(next) {
      port = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
