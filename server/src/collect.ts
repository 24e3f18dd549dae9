import { listenFailure } from '@orrery/collectors/listen-failure';
import { openStore } from '@orrery/collectors/store/open-store';
import type { Logger } from 'pino';
import { guardPolicy } from './api/http/request-guard.ts';
import { startCollectorHttp } from './collector-http.ts';
import type { OrreryConfig } from './config.ts';
import { startIntake } from './intake.ts';
import { readiness } from './self/health.ts';
import { createMetrics } from './self/metrics.ts';
import { observeStore } from './self/observed-store.ts';
import { noTracing } from './self/tracing.ts';
import { stopInOrder, type StopStep } from './stop-in-order.ts';

/** `orrery collect`: intake alone, with probes and metrics. `stop` ends sources first, then the queue, then the store. */
export async function collect(config: OrreryConfig, logger: Logger, now: () => number = Date.now): Promise<{ stop(): Promise<boolean> }> {
  const { host, port, allowedHosts, allowedOrigins } = config.server;
  const metrics = createMetrics();
  const store = observeStore(await openStore(config.store, logger), metrics, noTracing, '');
  const steps: StopStep[] = [{ name: 'store', withinMs: 7_000, run: () => store.close() }];
  let stopping = false;
  const stop = (): Promise<boolean> => {
    stopping = true;
    return stopInOrder(steps, logger);
  };
  try {
    const { sources, sink, sourceLog } = await startIntake(config, store, metrics, logger, now);
    steps.unshift(
      { name: 'sources', withinMs: 1_500, run: () => sources.stop() },
      { name: 'queue', withinMs: 2_000, run: () => sink.stop() },
      { name: 'reports', withinMs: 500, run: () => sourceLog.stop() },
    );
    const http = await startCollectorHttp({
      host, port, logger,
      policy: guardPolicy(host, allowedHosts, allowedOrigins),
      readiness: () => readiness({ storeReady: () => store.isReady(), refusesRows: () => store.refusesRows(), stopping: () => stopping }),
      metrics: metrics.registry,
      flowsHandler: sources.flowsHandler,
    }).catch((error: unknown) => Promise.reject(listenFailure({ what: 'the collector', host, port, setting: 'server.port' }, error)));
    steps.splice(1, 0, { name: 'http', withinMs: 500, run: () => http.stop() });
    logger.info({ listeners: [...sources.addresses, { protocol: 'http', address: http.address }], store: store.mode }, 'orrery collects');
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
