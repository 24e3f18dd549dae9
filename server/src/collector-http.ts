import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { sendAlive, sendMetrics, sendReadiness, type ReadinessReport } from './api/http/ops-answers.ts';
import { guardMiddleware, type GuardPolicy } from './api/http/request-guard.ts';
import { sendError } from './api/http/send-error.ts';

/** Where a collector without an API listens, and what it answers. */
export interface CollectorHttpOptions {
  readonly host: string;
  readonly port: number;
  readonly policy: GuardPolicy;
  readonly readiness: () => ReadinessReport;
  readonly metrics: Registry;
  readonly flowsHandler: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  readonly logger: Logger;
}

/** What a collector without API serves on `server.port`: probes, metrics, flows over HTTP. */
export async function startCollectorHttp(options: CollectorHttpOptions): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const { host, port, policy, readiness, metrics, flowsHandler, logger } = options;
  const guard = guardMiddleware(policy);
  const route = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = (req.url ?? '').split('?')[0];
    if (req.method === 'POST' && path === '/api/v1/flows') return flowsHandler(req, res);
    if (req.method === 'GET' && path === '/healthz') return sendAlive(res);
    if (req.method === 'GET' && path === '/readyz') return sendReadiness(res, readiness());
    if (req.method === 'GET' && path === '/metrics') return sendMetrics(res, metrics);
    res.writeHead(404).end();
  };
  const server = createServer((req, res) => guard(req, res, () => void route(req, res).catch((error: unknown) => sendError(res, error, logger))));
  server.maxConnections = 2_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    }),
  };
}
