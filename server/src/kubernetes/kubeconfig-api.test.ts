import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterApi } from './cluster-api.ts';
import { openClusterApi } from './kubeconfig-api.ts';

const quietMs = 500;
let server: Server, dir: string, kubeconfig: string, api: ClusterApi;
let answer: (req: IncomingMessage, res: ServerResponse) => void = (_req, res) => res.end();

function writeKubeconfig(token: string): void {
  const { port } = server.address() as AddressInfo;
  writeFileSync(kubeconfig, JSON.stringify({
    'current-context': 'a', contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }, { name: 'broken', context: { cluster: 'nowhere', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${port}/prefix/`, 'insecure-skip-tls-verify': true } }], users: [{ name: 'a', user: { token } }],
  }));
}

const config = (more: object = {}): Parameters<typeof openClusterApi>[0] => ({ name: 'c', kubeconfig, inCluster: false, clusterDomain: 'cluster.local', ...more });
const signal = new AbortController().signal;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'orrery-kubeconfig-'));
  kubeconfig = join(dir, 'config');
  server = createServer((req, res) => answer(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  writeKubeconfig('first');
  api = await openClusterApi(config(), { quietMs, now: () => 0 });
});
afterAll(() => {
  api.close();
  server.close();
  server.closeAllConnections();
  rmSync(dir, { recursive: true, force: true });
});

describe('an answer', () => {
  it('comes from the server that the kubeconfig names, with its credentials', async () => {
    answer = (req, res) => res.setHeader('etag', '"1"').end(`${req.url ?? ''} ${req.headers.authorization ?? ''}`);
    expect(await api.get({ path: '/api/v1/pods?limit=1', signal })).toEqual({ body: '/prefix/api/v1/pods?limit=1 Bearer first', unchanged: false, etag: '"1"' });
  });

  it('that is unchanged says so', async () => {
    answer = (req, res) => res.writeHead(req.headers['if-none-match'] === '"1"' ? 304 : 200).end();
    expect(await api.get({ path: '/apis', ifNoneMatch: '"1"', signal })).toEqual({ body: '', unchanged: true, etag: '"1"' });
  });

  it('that is a refusal is a failure with what the server says', async () => {
    answer = (_req, res) => res.writeHead(429, { 'retry-after': '3' }).end(JSON.stringify({ kind: 'Status', code: 429, message: 'too many' }));
    expect(await api.get({ path: '/', signal })).toEqual({ kind: 'status', code: 429, message: 'too many', retryAfterMs: 3_000 });
  });

  it('401 makes the kubeconfig be read again', async () => {
    answer = (req, res) => res.writeHead(req.headers.authorization === 'Bearer renewed' ? 200 : 401).end('ok');
    expect(await api.get({ path: '/', signal })).toMatchObject({ kind: 'status', code: 401 });
    writeKubeconfig('renewed');
    expect(await api.get({ path: '/', signal })).toMatchObject({ kind: 'status', code: 401 });
    expect(await api.get({ path: '/', signal })).toMatchObject({ body: 'ok' });
  });

  it('that never comes, stops in the middle or breaks off is a failure', async () => {
    answer = () => undefined;
    expect(await api.get({ path: '/', signal })).toMatchObject({ kind: 'silence' });
    answer = (_req, res) => void res.write('{"items":[');
    expect(await api.get({ path: '/', signal })).toMatchObject({ kind: 'silence' });
    answer = (_req, res) => {
      res.writeHead(200, { 'content-length': '100' }).write('{"items":[');
      setImmediate(() => res.destroy());
    };
    expect(await api.get({ path: '/', signal })).toMatchObject({ kind: 'network' });
  });

  it('waits its turn, and every turn comes', async () => {
    let open = 0, most = 0;
    answer = (_req, res) => {
      most = Math.max(most, ++open);
      setTimeout(() => { open--; res.end('ok'); }, 5);
    };
    const answers = await Promise.all(Array.from({ length: 30 }, () => api.get({ path: '/', signal })));
    expect(answers.every((one) => 'body' in one && one.body === 'ok')).toBe(true);
    expect(most).toBeLessThanOrEqual(5);
  });
});

describe('a stream', () => {
  const follow = async (onBytes: (bytes: Buffer) => void = () => undefined, stop = signal): Promise<{ opened: boolean; failure: unknown }> => {
    let opened = false;
    const { failure } = await api.stream({ path: '/watch', signal: stop, onOpen: () => (opened = true), onBytes });
    return { opened, failure };
  };

  it('gives bytes as they come, and ends in good order', async () => {
    const pieces: string[] = [];
    answer = (_req, res) => {
      res.write('one\n');
      setTimeout(() => res.end('two\n'), 20);
    };
    expect(await follow((bytes) => void pieces.push(bytes.toString()))).toEqual({ opened: true, failure: undefined });
    expect(pieces.join('')).toBe('one\ntwo\n');
  });

  it('that is refused is never opened', async () => {
    answer = (_req, res) => res.writeHead(403).end('{"kind":"Status","message":"forbidden","code":403}');
    expect(await follow()).toEqual({ opened: false, failure: { kind: 'status', code: 403, message: 'forbidden', retryAfterMs: 0 } });
  });

  it('in which nothing is heard is given up; bytes keep it alive', async () => {
    let timer: NodeJS.Timeout | undefined;
    answer = (_req, res) => {
      let beats = 0;
      timer = setInterval(() => (++beats <= 12 ? void res.write('\n') : clearInterval(timer)), quietMs / 10);
    };
    let heard = 0;
    expect(await follow(() => void heard++)).toMatchObject({ opened: true, failure: { kind: 'silence' } });
    expect(heard).toBe(12);
  });

  it('that breaks off, and one that cannot be read, are failures of their kinds', async () => {
    answer = (_req, res) => {
      res.write('half');
      setImmediate(() => res.destroy());
    };
    expect(await follow()).toMatchObject({ failure: { kind: 'network' } });
    answer = (_req, res) => res.end('x');
    expect(await follow(() => { throw new RangeError('too long'); })).toMatchObject({ failure: { kind: 'malformed', message: 'too long' } });
  });

  it('ends at once when it is stopped', async () => {
    const stop = new AbortController();
    answer = (_req, res) => void res.write('x');
    expect(await follow(() => stop.abort(), stop.signal)).toMatchObject({ opened: true });
  });
});

describe('a kubeconfig', () => {
  it.each([[{ context: 'other' }, 'other'], [{ context: 'broken' }, 'broken'], [{ kubeconfig: '/nowhere/config' }, '/nowhere/config']])('%j that leads nowhere is refused with what is wrong', async (more, reason) => {
    await expect(openClusterApi(config(more), { quietMs, now: () => 0 })).rejects.toThrow(reason);
  });
});
