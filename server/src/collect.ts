import { openStore } from '@orrery/collectors/store/open-store';
import type { Logger } from 'pino';
import type { OrreryConfig } from './config.ts';
import { startIntake } from './intake.ts';
import { createMetrics } from './self/metrics.ts';
import { stopInOrder } from './stop-in-order.ts';

/** `orrery collect`: intake alone. Returns how to end it: sources first, then the queue, then the store. */
export async function collect(config: OrreryConfig, logger: Logger, now: () => number = Date.now): Promise<{ stop(): Promise<boolean> }> {
  const store = await openStore(config.store, logger);
  try {
    const { sources, sink, sourceLog } = await startIntake(config, store, createMetrics(), logger, now);
    logger.info({ listeners: sources.addresses, store: store.mode }, 'orrery collects');
    return {
      stop: () => stopInOrder([
        { name: 'sources', withinMs: 1_500, run: () => sources.stop() },
        { name: 'queue', withinMs: 2_000, run: () => sink.stop() },
        { name: 'reports', withinMs: 500, run: () => sourceLog.stop() },
        { name: 'store', withinMs: 7_000, run: () => store.close() },
      ], logger),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
