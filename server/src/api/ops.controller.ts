import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { METRICS, READINESS } from './tokens.ts';

/** What `/readyz` says. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** Probes and metrics for whoever runs Orrery. */
@Controller()
export class OpsController {
  readonly #readiness: () => ReadinessReport;
  readonly #metrics: Registry;

  constructor(@Inject(READINESS) readiness: () => ReadinessReport, @Inject(METRICS) metrics: Registry) {
    this.#readiness = readiness;
    this.#metrics = metrics;
  }

  /** The process is alive: it answers. */
  @Get('healthz')
  @Header('cache-control', 'no-store')
  healthz(): { readonly alive: true } {
    return { alive: true };
  }

  @Get('readyz')
  readyz(@Res() res: ServerResponse): void {
    const report = this.#readiness();
    res.writeHead(report.ready ? 200 : 503, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    res.end(JSON.stringify(report));
  }

  @Get('metrics')
  async metrics(@Res() res: ServerResponse): Promise<void> {
    const text = await this.#metrics.metrics();
    res.writeHead(200, { 'content-type': this.#metrics.contentType, 'cache-control': 'no-store' });
    res.end(text);
  }
}
