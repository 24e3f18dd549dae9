import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { SourceReport } from '@orrery/collectors/model/source-report';
import type { Store } from '@orrery/collectors/store/store';
import type { Logger } from 'pino';
import type { OrreryConfig } from './config.ts';
import type { InventoryReader } from './inference/inventory.ts';
import { createInventoryReader } from './kubernetes/inventory/inventory-reader.ts';
import { startKubernetes, type RunningKubernetes } from './kubernetes/start-kubernetes.ts';
import { createConfigUploads, type ConfigUploads } from './kubernetes/upload.ts';
import { createConfigReader, type ConfigReader } from './readers/config-reader.ts';
import { createOpenAddressReader } from './readers/open-address-reader.ts';
import { watchKubernetes } from './self/gauges.ts';
import type { SelfMetrics } from './self/metrics.ts';
import { createConfigWriter } from './writers/config-writer.ts';
import { createKubernetesRecords } from './writers/kubernetes-records.ts';

/** Clusters, directories and uploads of configuration over a store. */
export interface ConnectedKubernetes {
  /** Configuration as it was at a time, of whatever source. */
  readonly config: ConfigReader;
  readonly inventory: InventoryReader;
  readonly uploads: ConfigUploads;
  stop(): Promise<void>;
}

/** Starts following what is configured under `kubernetes`. */
export function connectKubernetes({ tenant, kubernetes }: OrreryConfig, store: Store, log: { report(report: SourceReport): void }, metrics: SelfMetrics, logger: Logger, now: () => number): ConnectedKubernetes {
  const config = createConfigReader(store);
  const records = createKubernetesRecords(tenant, store, { reader: config, writer: createConfigWriter(store) }, createOpenAddressReader(store));
  const running: RunningKubernetes = startKubernetes(kubernetes, { tenant, store, records, log, logger, now, random: Math.random, holder: `${hostname()}:${process.pid}:${randomUUID()}` });
  watchKubernetes(metrics, () => running.statuses(), now);
  return {
    config,
    inventory: createInventoryReader(running.clusters, config, now),
    uploads: createConfigUploads(kubernetes.maxUploadMb * 1024 * 1024, new Set(kubernetes.clusters.map(({ name }) => name)), records, now),
    stop: () => running.stop(),
  };
}
