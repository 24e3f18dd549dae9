import { totalmem } from 'node:os';
import { z } from 'zod';

const gibibyte = 1024 ** 3;

/** Where telemetry is stored. Without `url` an embedded engine runs on `dataDir`. */
export const storeConfig = z.strictObject({
  /** ClickHouse over HTTP, credentials included, e.g. `https://orrery:secret@clickhouse:8443`. Never logged. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** The same server with a user who may only SELECT; without it the writing user reads with `readonly = 2`. */
  readerUrl: z.url({ protocol: /^https?$/ }).optional(),
  database: z.string().regex(/^[a-z_][a-z0-9_]*$/).default('orrery'),
  /** Directory of the embedded engine. */
  dataDir: z.string().min(1).default('.orrery'),
  /** Days that spans and flows are kept. */
  ttlDays: z.int().min(1).max(3650).default(7),
  /** Name of a ClickHouse cluster: migrations then run ON CLUSTER with replicated tables. */
  cluster: z.string().regex(/^[A-Za-z0-9_-]+$/).optional(),
  engine: z.strictObject({
    /** Ceiling of the embedded engine's memory in MiB. */
    memoryMb: z.int().min(512).default(() => Math.round(Math.min(4, Math.max(1, totalmem() / gibibyte * 0.4)) * 1024)),
    /** fsync each insert, so that acknowledged rows survive power loss too (they survive SIGKILL anyway). */
    durable: z.boolean().default(false),
    startTimeoutMs: z.int().min(1_000).default(30_000),
  }).prefault({}),
});

/** `store:` of the configuration, with its defaults. */
export type StoreConfig = z.infer<typeof storeConfig>;
