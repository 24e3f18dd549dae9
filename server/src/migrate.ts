import { openStore } from '@orrery/collectors/store/open-store';
import type { Logger } from 'pino';
import type { OrreryConfig } from './config.ts';

/** `orrery migrate`: opening a store migrates it. */
export async function migrate(config: OrreryConfig, logger: Logger): Promise<void> {
  const store = await openStore(config.store, logger);
  await store.close();
}
