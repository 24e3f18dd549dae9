import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ApiAnswer, ClusterApi, GetRequest, StreamEnd, StreamRequest } from './cluster-api.ts';
import type { ClusterConfig } from './config.ts';
import { isFailure, readRefusal } from './watch/read-answer.ts';
import type { WatchFailure } from './watch/watch-input.ts';
import { version } from '../version.ts';

export interface ApiOptions {
  /** A connection without a byte for this long is dead. */
  readonly quietMs: number;
  readonly now: () => number;
}

/** Answers read at a time: lists of 500 pods are several MB each. */
const mostAtOnce = 4;
/** One answer: a page of 500 objects of the largest size etcd takes would be more, one of real objects is 1 to 10 MB. */
const mostAnswerBytes = 512 * 1024 * 1024;

/**
 * The API server that a kubeconfig (or the pod's service account) names. `@kubernetes/client-node` knows about clusters,
 * contexts, certificates, proxies and credentials of every kind (tokens in files, exec plugins, OIDC); requests and
 * streams are read here, because its own watch ends for good, silently, on most errors.
 *
 * The kubeconfig is read again after each 401, so credentials that another program renews are taken up.
 * @throws Error where the kubeconfig cannot be read or names no cluster
 */
export async function openClusterApi(config: ClusterConfig, { quietMs, now }: ApiOptions): Promise<ClusterApi> {
  const library = await import('@kubernetes/client-node');
  let kubeconfig = load(library.KubeConfig, config);
  let waiting: (() => void)[] = [], running = 0, closed = false;

  const turn = async (): Promise<() => void> => {
    if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    return () => {
      running--;
      waiting.shift()?.();
    };
  };
  const renewCredentials = (): void => {
    try {
      kubeconfig = load(library.KubeConfig, config);
    } catch {
      // Being rewritten at this moment: the next refusal reads it again.
    }
  };
  const open = (request: { readonly path: string; readonly signal: AbortSignal }, headers: Readonly<Record<string, string>>, idle: Idle): Promise<IncomingMessage> =>
    connect(kubeconfig, request, headers, idle);

  return {
    async get(request) {
      const done = await turn();
      const idle = createIdle(quietMs);
      try {
        if (closed) return { kind: 'network', message: 'the connection is closed' };
        const answer = await readAnswer(request, (headers) => open(request, headers, idle), idle);
        if (isFailure(answer) && answer.kind === 'status' && answer.code === 401) renewCredentials();
        return answer;
      } catch (error) {
        return idle.failure() ?? networkFailure(error);
      } finally {
        idle.stop();
        done();
      }
    },
    async stream(request) {
      const idle = createIdle(quietMs);
      const startedMs = now();
      const end = (failure: WatchFailure | undefined): StreamEnd => ({ failure, livedMs: now() - startedMs });
      try {
        const failure = await readStream(request, await open(request, { accept: 'application/json' }, idle), idle);
        if (failure?.kind === 'status' && failure.code === 401) renewCredentials();
        return end(failure);
      } catch (error) {
        return end(idle.failure() ?? (error instanceof UnreadableStream ? { kind: 'malformed', message: error.message } : networkFailure(error)));
      } finally {
        idle.stop();
      }
    },
    close() {
      closed = true;
      for (const resume of waiting) resume();
      waiting = [];
    },
  };
}

/** What the reader of a stream threw. */
class UnreadableStream extends Error {}

function load(Config: new () => KubeConfig, { kubeconfig, context, inCluster }: ClusterConfig): KubeConfig {
  const config = new Config();
  if (inCluster) config.loadFromCluster();
  else if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`${kubeconfig ?? 'the kubeconfig'}: ${context === undefined ? 'has no current context' : `has no context ${context}`}`);
  if (!URL.canParse(cluster.server)) throw new Error(inCluster ? 'this is no pod of a cluster: KUBERNETES_SERVICE_HOST is not set' : `the server of cluster ${cluster.name} is no URL`);
  return config;
}

async function connect(kubeconfig: KubeConfig, { path, signal }: { readonly path: string; readonly signal: AbortSignal }, headers: Readonly<Record<string, string>>, idle: Idle): Promise<IncomingMessage> {
  const server = kubeconfig.getCurrentCluster()?.server ?? '';
  const options: RequestOptions = { headers: { 'user-agent': `orrery/${version}`, ...headers }, signal };
  await kubeconfig.applyToHTTPSOptions(options);
  const url = new URL(server);
  const target = new URL(`${url.origin}${url.pathname.replace(/\/$/, '')}${path}`);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(target, options, resolve);
    idle.watch((error) => request.destroy(error));
    // A connection that fails after the answer began tells the answer too; this listener keeps it from being unhandled.
    request.on('error', reject);
    request.end();
  });
}

async function readAnswer({ accept, ifNoneMatch }: GetRequest, open: (headers: Readonly<Record<string, string>>) => Promise<IncomingMessage>, idle: Idle): Promise<ApiAnswer | WatchFailure> {
  const answer = await open({ accept: accept ?? 'application/json', ...(ifNoneMatch ? { 'if-none-match': ifNoneMatch } : {}) });
  const body = await readBody(answer, idle);
  const status = answer.statusCode ?? 0;
  if (status === 304) return { body: '', unchanged: true, etag: ifNoneMatch ?? '' };
  return status === 200 ? { body, unchanged: false, etag: answer.headers.etag ?? '' } : readRefusal(status, body, answer.headers['retry-after'] ?? '');
}

async function readStream({ onOpen, onBytes }: StreamRequest, answer: IncomingMessage, idle: Idle): Promise<WatchFailure | undefined> {
  if (answer.statusCode !== 200) return readRefusal(answer.statusCode ?? 0, await readBody(answer, idle), answer.headers['retry-after'] ?? '');
  onOpen();
  for await (const bytes of answer as AsyncIterable<Buffer>) {
    idle.heard();
    try {
      onBytes(bytes);
    } catch (error) {
      answer.destroy();
      throw new UnreadableStream(error instanceof Error ? error.message : 'cannot be read');
    }
  }
  return undefined;
}

async function readBody(answer: IncomingMessage, idle: Idle): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    idle.heard();
    bytes += part.length;
    if (bytes > mostAnswerBytes) throw new Error(`an answer has more than ${mostAnswerBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, bytes).toString('utf8');
}

/** Ends an exchange in which nothing is heard, from before the connection is made until its last byte. */
interface Idle {
  watch(end: (error: Error) => void): void;
  heard(): void;
  failure(): WatchFailure | undefined;
  stop(): void;
}

function createIdle(quietMs: number): Idle {
  let end: ((error: Error) => void) | undefined, silent = false;
  const message = `nothing was heard for ${Math.round(quietMs / 1000)} s`;
  const timer = setTimeout(() => {
    silent = true;
    end?.(new Error(message));
  }, quietMs);
  return {
    watch: (how) => {
      end = how;
      if (silent) how(new Error(message));
    },
    heard: () => void timer.refresh(),
    failure: () => (silent ? { kind: 'silence', message } : undefined),
    stop: () => clearTimeout(timer),
  };
}

function networkFailure(error: unknown): WatchFailure {
  const code = (error as { readonly code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'network', message: (message === '' && typeof code === 'string' ? code : message).slice(0, 300) };
}
