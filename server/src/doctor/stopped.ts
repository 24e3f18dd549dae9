import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { engineLibrary, thisPlatform } from '@orrery/collectors/store/engine/library';
import type { OrreryConfig } from '../config.ts';
import { listenFailure, type ListenAttempt } from '@orrery/collectors/listen-failure';
import type { Finding } from './findings.ts';

/** Opens each configured port for a moment. */
export async function examinePorts({ server, otlp }: OrreryConfig): Promise<readonly Finding[]> {
  const attempts: readonly ListenAttempt[] = [
    { what: 'the API', host: server.host, port: server.port, setting: 'server.port' },
    { what: 'OTLP/gRPC', host: otlp.host, port: otlp.grpcPort, setting: 'otlp.grpcPort' },
    { what: 'OTLP/HTTP', host: otlp.host, port: otlp.httpPort, setting: 'otlp.httpPort' },
  ];
  return Promise.all(attempts.map(async (attempt): Promise<Finding> => {
    const failure = await tryToListen(attempt);
    if (failure === null) return { level: 'ok', what: `${attempt.what} can listen on ${attempt.host}:${attempt.port}` };
    return { level: 'problem', what: listenFailure(attempt, failure).message };
  }));
}

function tryToListen({ host, port }: ListenAttempt): Promise<Error | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', done);
    server.listen(port, host, () => server.close(() => done(null)));
  });
}

/** Whether the engine can run and write here, or the named server answers. */
export async function examineStore({ store }: OrreryConfig, doFetch: typeof fetch): Promise<readonly Finding[]> {
  return [store.url === undefined ? examineEngine(store.dataDir) : await examineServer(store.url, doFetch)];
}

function examineEngine(dataDir: string): Finding {
  const path = resolve(dataDir);
  try {
    engineLibrary(thisPlatform());
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
    return { level: 'ok', what: `the embedded engine can run on ${path}` };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { level: 'problem', what: text, ...(text.includes('EACCES') ? { advice: 'change the owner of that directory, or store.dataDir' } : {}) };
  }
}

async function examineServer(url: string, doFetch: typeof fetch): Promise<Finding> {
  const { origin } = new URL(url);
  try {
    const response = await doFetch(`${origin}/ping`, { signal: AbortSignal.timeout(5_000) });
    if (response.ok) return { level: 'ok', what: `ClickHouse answers at ${origin}` };
    return { level: 'problem', what: `${origin}/ping answers HTTP ${response.status}`, advice: 'is CLICKHOUSE_URL the HTTP interface (8123 or 8443)?' };
  } catch {
    return { level: 'problem', what: `no ClickHouse answers at ${origin}`, advice: 'is it running, reachable from here, and CLICKHOUSE_URL right?' };
  }
}
