import { startCollectors, type RunningCollectors } from '@orrery/collectors/collectors';
import { createSink, laneNames, type BlockSink } from '@orrery/collectors/pipeline/block-sink';
import { createSourceLog, type RunningSourceLog } from '@orrery/collectors/pipeline/source-log';
import type { Store } from '@orrery/collectors/store/store';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { createScrapeMemory } from '@orrery/collectors/store/scrape-memory';
import type { Logger } from 'pino';
import type { OrreryConfig } from './config.ts';
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
  const sourceLog = createSourceLog(writer, (err) => logger.warn({ err }, 'could not store reports of sources yet; they are kept'));
  watchQueues(sink, metrics);
  const deps = { tenant: config.tenant, sink, log: observeSourceLog(sourceLog, metrics), logger, now };
  try {
    return { sources: await startCollectors(config, deps), sink, sourceLog };
  } catch (error) {
    await Promise.allSettled([sink.stop(), sourceLog.stop()]);
    throw error;
  }
}

const queueGauges = [
  ['orrery_ingest_queue_rows', 'Rows waiting for the store.', 'queuedRows'],
  ['orrery_ingest_queue_bytes', 'Estimated bytes of rows waiting for the store.', 'queuedBytes'],
  ['orrery_ingest_blocks', 'Blocks written to the store since the start.', 'writtenBlocks'],
  ['orrery_ingest_block_retries', 'Blocks that were sent again since the start.', 'retries'],
  ['orrery_ingest_pushed_back', 'Requests that were told to come back later since the start.', 'overloads'],
] as const;

function watchQueues(sink: BlockSink, metrics: SelfMetrics): void {
  for (const [name, help, stat] of queueGauges) {
    metrics.gauge(name, help, ['lane'], () => laneNames.map((lane) => ({ labels: { lane }, value: sink.stats()[lane][stat] })));
  }
}
