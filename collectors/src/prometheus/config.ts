import { z } from 'zod';

const seconds = z.number().positive();

/** One group of targets that are scraped alike. */
const scrapeJob = z.strictObject({
  /** Names the feed: `scrape:<name>`. */
  name: z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, "_", "." and "-" only'),
  intervalSeconds: z.number().min(1).max(3600).default(15),
  /** 10, or the interval where that is shorter. */
  timeoutSeconds: seconds.max(600).optional(),
  /** Cluster of workloads whose labels name none (or Istio's `Kubernetes`, which means the same). */
  cluster: z.string().default(''),
  /** URLs or `host:port`. */
  targets: z.array(z.string()).default([]),
  /** `file_sd` files, JSON or YAML; patterns with `*` are allowed. Re-read when they change. */
  files: z.array(z.string()).default([]),
  scheme: z.enum(['http', 'https']).default('http'),
  path: z.string().startsWith('/').default('/stats/prometheus'),
  /** Labels of the static targets, e.g. `namespace` and `workload` of a waypoint. */
  labels: z.record(z.string(), z.string()).default({}),
  maxBodyBytes: z.number().int().positive().default(64 * 1024 * 1024),
  maxSeriesPerTarget: z.number().int().positive().default(50_000),
  maxServicesPerTarget: z.number().int().positive().default(1000),
}).transform((job) => ({ ...job, timeoutSeconds: job.timeoutSeconds ?? Math.min(10, job.intervalSeconds) }))
  .refine((job) => job.timeoutSeconds <= job.intervalSeconds, { path: ['timeoutSeconds'], message: 'must not be longer than intervalSeconds' });

/** `scrape:` of the configuration file. */
export const scrapeConfig = z.strictObject({
  jobs: z.array(scrapeJob).default([]).refine((jobs) => new Set(jobs.map(({ name }) => name)).size === jobs.length, 'job names must differ'),
  /** Scrapes under way at once. */
  concurrency: z.number().int().min(1).max(1000).default(16),
  /** Series of all targets together. */
  maxSeries: z.number().int().positive().default(500_000),
  fileRefreshSeconds: seconds.default(5),
  /** Workloads that are gateways: `name`, `namespace/name`, `*end-of-name`. */
  gateways: z.array(z.string()).default(['istio-ingressgateway', 'istio-egressgateway', 'istio-eastwestgateway', '*-eastwestgateway']),
  /** Those of them that pass connections of other networks through without opening them. */
  eastWestGateways: z.array(z.string()).default(['istio-eastwestgateway', '*-eastwestgateway']),
  /** Workloads that are waypoints, likewise. */
  waypoints: z.array(z.string()).default(['waypoint', '*-waypoint']),
});

/** `scrape:` of the configuration, with its defaults. */
export type ScrapeConfig = z.infer<typeof scrapeConfig>;
/** One job: its targets and how they are scraped. */
export type ScrapeJob = z.infer<typeof scrapeJob>;
