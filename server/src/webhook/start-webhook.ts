import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { answerOf, readReview, type Review, type Verdict } from './admission-review.ts';
import type { WebhookConfig } from './config.ts';
import { judgeChange } from './judge-change.ts';
import { createKnownConfiguration, type KnownConfiguration, type KnownConfigurationDeps } from './known-configuration.ts';

/** What the webhook judges by. */
export interface WebhookDeps extends KnownConfigurationDeps {
  readonly logger: Logger;
}

/** `address` is `host:port`, with the port that was really taken. */
export interface RunningWebhook {
  readonly address: string;
  stop(): Promise<void>;
}

/** An object of Kubernetes has 1.5 MB at most, a review holds two of them. */
const mostBytes = 8 * 1024 * 1024;
const reloadMs = 30_000;

/**
 * Starts the admission webhook. It never stands in the way: what it does not know, cannot read or is too slow for is
 * admitted, with a warning that says so; and the configuration that is shipped tells API servers to go on without it.
 * @throws Error where certificates cannot be read or the port cannot be opened
 */
export async function startWebhook(config: WebhookConfig, deps: WebhookDeps): Promise<RunningWebhook> {
  const { logger } = deps, known = createKnownConfiguration(config.cluster, deps);
  let material = readTls(config);
  const server = createServer({ ...material.context, requestTimeout: 10_000, headersTimeout: 5_000 }, (req, res) => {
    respond(req, res, known, config, logger).catch((err: unknown) => {
      logger.warn({ err }, 'an admission review could not be answered');
      res.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const reload = setInterval(() => {
    try {
      const next = readTls(config, material.mark);
      if (next.mark === material.mark) return;
      server.setSecureContext(next.context);
      material = next;
    } catch (err) {
      logger.warn({ err }, 'the certificate of the webhook cannot be read again; the one of before is kept');
    }
  }, reloadMs);
  const refreshing = refreshAlways(known, config.refreshSeconds * 1000, logger);
  const { address, port } = server.address() as AddressInfo;
  return {
    address: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    async stop() {
      clearInterval(reload);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, refreshing.stop()]);
    },
  };
}

interface TlsMaterial {
  /** Changes with the files. */
  readonly mark: string;
  readonly context: { readonly cert?: Buffer; readonly key?: Buffer; readonly ca?: Buffer; readonly requestCert?: boolean; readonly rejectUnauthorized?: boolean };
}

/** @param known the mark of what was read before: equal files are not read again */
function readTls({ tls }: WebhookConfig, known = ''): TlsMaterial {
  if (tls === undefined) return { mark: known, context: {} };
  const files = [tls.cert, tls.key, ...(tls.clientCa === undefined ? [] : [tls.clientCa])];
  const mark = files.map((file) => `${file} ${statSync(file).mtimeMs}`).join('\n');
  if (mark === known) return { mark, context: {} };
  const client = tls.clientCa === undefined ? {} : { ca: readFileSync(tls.clientCa), requestCert: true, rejectUnauthorized: true };
  return { mark, context: { cert: readFileSync(tls.cert), key: readFileSync(tls.key), ...client } };
}

function refreshAlways(known: KnownConfiguration, everyMs: number, logger: Logger): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined, stopped = false, running = Promise.resolve();
  const once = async (): Promise<void> => {
    await known.refresh().catch((err: unknown) => logger.warn({ err }, 'the webhook could not take in the configuration'));
    if (!stopped) timer = setTimeout(() => { running = once(); }, everyMs);
  };
  running = once();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function respond(req: IncomingMessage, res: ServerResponse, known: KnownConfiguration, config: WebhookConfig, logger: Logger): Promise<void> {
  const end = (status: number, body: object): void => {
    if (res.headersSent) return;
    res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    res.end(JSON.stringify(body));
  };
  if (req.method === 'GET' && req.url === '/healthz') return end(200, { known: known.validator() !== undefined });
  if (req.method !== 'POST') return end(405, { error: 'reviews are posted' });
  const review = await readBody(req).then((body) => readReview(JSON.parse(body), known.cluster)).catch(() => undefined);
  // Nobody can be answered without the uid of the question: the API server then goes by its failurePolicy.
  if (review === undefined) return end(400, { error: 'the body is no AdmissionReview of admission.k8s.io/v1' });
  const late = setTimeout(() => end(200, answerOf(review.uid, admitted(`no answer within ${config.timeoutMs} ms`))), config.timeoutMs);
  // A turn of the event loop: a timer that is due already goes first.
  await new Promise((resolve) => setImmediate(resolve));
  end(200, answerOf(review.uid, verdictOf(review, known, config, logger)));
  clearTimeout(late);
}

function verdictOf({ change }: Review, known: KnownConfiguration, { deny }: WebhookConfig, logger: Logger): Verdict {
  if (change === undefined) return { allowed: true, warnings: [] };
  const validator = known.validator();
  if (validator === undefined) return admitted('the configuration of the cluster is not known yet');
  try {
    return judgeChange(validator, change, deny);
  } catch (err) {
    logger.error({ err }, 'an admission review failed');
    known.forget();
    return admitted('an internal error');
  }
}

/** What cannot be judged is let in, and it is said that it was not judged. */
function admitted(reason: string): Verdict {
  return { allowed: true, warnings: [`orrery did not validate this: ${reason}`] };
}

async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > mostBytes) throw new Error(`a review has more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, length).toString('utf8');
}
