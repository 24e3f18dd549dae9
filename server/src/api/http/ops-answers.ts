import type { ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';

/** What `/readyz` says. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** `/healthz`: the process is alive, since it answers. */
export function sendAlive(res: ServerResponse): void {
  sendJson(res, 200, { alive: true });
}

/** `/readyz`: 503 with the reasons while the process cannot do its work. */
export function sendReadiness(res: ServerResponse, report: ReadinessReport): void {
  sendJson(res, report.ready ? 200 : 503, report);
}

/** `/metrics` in the Prometheus text format. */
export async function sendMetrics(res: ServerResponse, registry: Registry): Promise<void> {
  const text = await registry.metrics();
  res.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' });
  res.end(text);
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}
