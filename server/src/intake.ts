import { startCollectors, type RunningCollectors } from '@orrery/collectors/collectors';
import { createSink, type BlockSink } from '@orrery/collectors/pipeline/block-sink';
import { createSourceLog, type RunningSourceLog } from '@orrery/collectors/pipeline/source-log';
import type { Store } from '@orrery/collectors/store/store';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { createScrapeMemory } from '@orrery/collectors/store/scrape-memory';
import type { Logger } from 'pino';
import type { OrreryConfig } from './config.ts';
import { watchQueues } from './self/gauges.ts';
import type { SelfMetrics } from './self/metrics.ts';
import { observeSourceLog } from './self/observed-source-log.ts';

/** The way in: sources, the queue before the store, and the log of what became of it. */
export interface Intake {
  readonly sources: RunningCollectors;
  readonly sink: BlockSink;
  readonly sourceLog: RunningSourceLog;
}

/** Starts every configured source over a queue into `store`. */
export async function startIntake(config: OrreryConfig, store: Store, metrics: SelfMetrics, logger: Logger, now: () => number): Promise<Intake> {
  const writer = createBlockWriter(store);
  const sink = createSink(writer, createScrapeMemory(store));
  const sourceLog = createSourceLog(writer, (err) => logger.warn({ err }, 'could not store reports of sources'));
  watchQueues(metrics, () => sink.stats());
  const deps = { tenant: config.tenant, sink, log: observeSourceLog(sourceLog, metrics), logger, now };
  try {
    return { sources: await startCollectors(config, deps), sink, sourceLog };
  } catch (error) {
    await Promise.allSettled([sink.stop(), sourceLog.stop()]);
    throw error;
  }
}
