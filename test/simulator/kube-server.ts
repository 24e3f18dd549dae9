import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './orrery-process.ts';

/** A real API server on loopback, with an etcd of its own. */
export interface KubeServer {
  readonly port: number;
  readonly caFile: string;
  /** Of an administrator, and of a user `reader` who has no rights of its own. */
  readonly tokens: { readonly admin: string; readonly reader: string };
  /** Kills it and starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Forgets every version but the present one. */
  compact(): Promise<void>;
  /** As the administrator. Answers of 400 and above are errors, unless `allow` names them. */
  call(method: string, path: string, body?: unknown, allow?: readonly number[]): Promise<KubeAnswer>;
  stop(): Promise<void>;
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[];
}

/** Why no API server can run here; `''` where one can. */
export function kubeServerMissing(): string {
  const parts = process.env['REAL_PARTS'];
  if (parts === undefined) return '$REAL_PARTS is not set';
  const missing = ['kube-apiserver', 'etcd'].filter((name) => !existsSync(join(parts, name)));
  return missing.length > 0 ? `no ${missing.join(' and no ')} in $REAL_PARTS` : '';
}

/** Starts etcd and the API server. @throws Error where it is not ready within 60 s */
export async function startKubeServer(): Promise<KubeServer> {
  const parts = process.env['REAL_PARTS'] ?? '', dir = mkdtempSync(join(tmpdir(), 'orrery-kube-'));
  const [port, etcdPort, peerPort] = [await freePort(), await freePort(), await freePort()];
  const tokens = { admin: 'admin-of-this-test', reader: 'reader-of-this-test' };
  makeKeys(dir, tokens);
  const start = (name: string, args: readonly string[]): ChildProcess => {
    const log = openSync(join(dir, `${name}.log`), 'a');
    return spawn(join(parts, name), args, { stdio: ['ignore', log, log], cwd: dir });
  };
  const etcd = start('etcd', [
    `--data-dir=${join(dir, 'etcd')}`, `--listen-client-urls=http://127.0.0.1:${etcdPort}`, `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`, '--unsafe-no-fsync',
  ]);
  const startApi = (): ChildProcess => start('kube-apiserver', [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`, `--secure-port=${port}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', '--service-cluster-ip-range=10.0.0.0/16',
    '--tls-cert-file=server.crt', '--tls-private-key-file=server.key', '--client-ca-file=ca.crt', '--service-account-issuer=https://kubernetes.default.svc',
    '--service-account-key-file=sa.pub', '--service-account-signing-key-file=sa.key', '--authorization-mode=RBAC', '--token-auth-file=tokens.csv', '--disable-admission-plugins=ServiceAccount',
  ]);
  let api = startApi();
  const ca = readFileSync(join(dir, 'ca.crt'));
  const call = (method: string, path: string, body?: unknown, allow: readonly number[] = []): Promise<KubeAnswer> => send({ port, ca, token: tokens.admin }, method, path, body, allow);
  const ready = async (): Promise<void> => {
    for (let attempt = 0; attempt < 600; attempt++) {
      if ((await call('GET', '/readyz', undefined, [500, 401, 403]).catch(() => undefined))?.status === 200) return;
      if (api.exitCode !== null) break;
      await sleep(100);
    }
    throw new Error(`the API server is not ready: ${readFileSync(join(dir, 'kube-apiserver.log'), 'utf8').slice(-500)}`);
  };
  const server: KubeServer = {
    port, caFile: join(dir, 'ca.crt'), tokens, call,
    async restart() {
      await kill(api);
      api = startApi();
      await ready();
    },
    async compact() {
      const etcdCall = (path: string, body: unknown): Promise<Response> => fetch(`http://127.0.0.1:${etcdPort}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
      const { header } = await (await etcdCall('kv/range', { key: Buffer.from('/').toString('base64') })).json() as { header: { revision: string } };
      const answer = await etcdCall('kv/compaction', { revision: header.revision, physical: true });
      if (!answer.ok) throw new Error(`etcd does not compact: ${await answer.text()}`);
    },
    async stop() {
      await kill(api);
      await kill(etcd);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await ready();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** On SIGTERM an API server holds open watches for long, and one whose etcd is gone never ends. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function makeKeys(dir: string, tokens: KubeServer['tokens']): void {
  mkdirSync(dir, { recursive: true });
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test-ca', '-days', '2');
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=kube-apiserver');
  writeFileSync(join(dir, 'san.txt'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth');
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-out', 'server.crt', '-extfile', 'san.txt');
  openssl('genrsa', '-out', 'sa.key', '2048');
  openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
  writeFileSync(join(dir, 'tokens.csv'), `${tokens.admin},admin,1,"system:masters"\n${tokens.reader},reader,2\n`);
}

interface Target { readonly port: number; readonly ca: Buffer; readonly token: string }

function send({ port, ca, token }: Target, method: string, path: string, body: unknown, allow: readonly number[]): Promise<KubeAnswer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, ca, method, path, timeout: 20_000, headers: { authorization: `Bearer ${token}`, 'content-type': type } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8'), status = answer.statusCode ?? 0;
        if (status >= 400 && !allow.includes(status)) return reject(new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`));
        resolve({ status, body: text.startsWith('{') ? JSON.parse(text) as unknown : text, warnings: warningsOf(answer.rawHeaders) });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer in 20 s`)));
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** `299 - "text"`, one header each. */
function warningsOf(headers: readonly string[]): string[] {
  return headers.flatMap((value, n) => (n % 2 === 1 && headers[n - 1]?.toLowerCase() === 'warning' ? [value.replace(/^\d+ \S+ "(.*)"$/s, '$1').replaceAll('\\"', '"')] : []));
}
