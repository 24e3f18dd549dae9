import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { sendAlive, sendMetrics, sendReadiness, type ReadinessReport } from './http/ops-answers.ts';
import { METRICS, READINESS } from './tokens.ts';

/** Probes and metrics for whoever runs Orrery. */
@Controller()
export class OpsController {
  readonly #readiness: () => ReadinessReport;
  readonly #metrics: Registry;

  constructor(@Inject(READINESS) readiness: () => ReadinessReport, @Inject(METRICS) metrics: Registry) {
    this.#readiness = readiness;
    this.#metrics = metrics;
  }

  @Get('healthz')
  healthz(@Res() res: ServerResponse): void {
    sendAlive(res);
  }

  @Get('readyz')
  readyz(@Res() res: ServerResponse): void {
    sendReadiness(res, this.#readiness());
  }

  @Get('metrics')
  async metrics(@Res() res: ServerResponse): Promise<void> {
    await sendMetrics(res, this.#metrics);
  }
}
