import type { CollectorsConfig } from './config.ts';
import { createAccessLogService } from './envoy/access-log-service.ts';
import { createFlowsHandler, type FlowsHandler } from './hubble/flows-handler.ts';
import { startHubble } from './hubble/start-hubble.ts';
import { listenFailure } from './listen-failure.ts';
import { startOtlp } from './otlp/start-otlp.ts';
import type { RunningSource, SourceDeps } from './pipeline/source-deps.ts';
import { startScraping } from './prometheus/start-scraping.ts';

/** All configured sources, running. */
export interface RunningCollectors {
  readonly addresses: RunningSource['addresses'];
  /** Takes `POST /api/v1/flows` on whatever server the process has. */
  readonly flowsHandler: FlowsHandler;
  /** Ends intake of every source and waits for what is in flight. */
  stop(): Promise<void>;
}

/**
 * Starts each configured source. If one cannot start, those already running are stopped and the error says why:
 * for a port, which setting it came from and what holds it.
 * @throws ListenFailure
 */
export async function startCollectors(config: CollectorsConfig, deps: SourceDeps): Promise<RunningCollectors> {
  const outcomes = await Promise.allSettled([
    startOtlp(config.otlp, deps, [createAccessLogService(deps)]).catch((error: unknown) => Promise.reject(otlpFailure(config.otlp, error))),
    startScraping(config.scrape, deps),
    startHubble(config.hubble, deps),
  ]);
  const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(running.map((source) => source.stop())));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  return { addresses: running.flatMap((source) => source.addresses), flowsHandler: createFlowsHandler(config.hubble, deps), stop };
}

/** Node's listen errors carry the port, which tells the two receivers apart. */
function otlpFailure({ host, grpcPort, httpPort }: CollectorsConfig['otlp'], error: unknown): unknown {
  const port = error instanceof Error && 'port' in error ? error.port : undefined;
  if (port === grpcPort) return listenFailure({ what: 'OTLP/gRPC', host, port: grpcPort, setting: 'otlp.grpcPort' }, error);
  if (port === httpPort) return listenFailure({ what: 'OTLP/HTTP', host, port: httpPort, setting: 'otlp.httpPort' }, error);
  return error;
}
