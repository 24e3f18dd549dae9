import { z } from 'zod';
import { hubbleConfig } from './hubble/config.ts';
import { otlpConfig } from './otlp/config.ts';
import { scrapeConfig } from './prometheus/config.ts';

/** The part of the configuration that belongs to sources; each source owns its own. */
export const collectorsConfig = z.strictObject({
  otlp: otlpConfig.prefault({}),
  scrape: scrapeConfig.prefault({}),
  hubble: hubbleConfig.prefault({}),
});

/** Settings of every source, with their defaults. */
export type CollectorsConfig = z.output<typeof collectorsConfig>;
