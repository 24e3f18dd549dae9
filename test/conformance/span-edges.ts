import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Entity } from '@orrery/collectors/model/entity';
import type { Span } from '@orrery/collectors/model/span';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { storeConfig } from '@orrery/collectors/store/config';
import { openStore } from '@orrery/collectors/store/open-store';
import { createSpansJob } from '@orrery/server/jobs/derive-from-spans';
import { createTrafficReader } from '@orrery/server/readers/traffic-reader';
import type { EdgeWindow } from '@orrery/server/inference/ports';

/** The real engine with the job that makes edges out of spans. */
export interface SpanEdgesEngine {
  /** The edges of some traces, moved as a whole to a time at which no counterpart is waited for any more. */
  edgesOf(spans: readonly Span[]): Promise<readonly EdgeWindow[]>;
  close(): Promise<void>;
}

/** Starts an engine and a spans job. Each case is a tenant, moved in time so that its first span began ten minutes ago. */
export async function openSpanEdges(): Promise<SpanEdgesEngine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-conformance-'));
  const store = await openStore(storeConfig.parse({ dataDir, engine: { memoryMb: 1024 } }), pino({ level: 'silent' }));
  const writer = createBlockWriter(store), reader = createTrafficReader(store);
  const job = createSpansJob(store, writer, Date.now);
  const at = Math.floor(Date.now() / 10_000) * 10_000 - 600_000;
  let tenants = 0;
  return {
    async edgesOf(spans) {
      if (spans.length === 0) return [];
      const tenant = `case-${++tenants}`;
      const first = spans.reduce((least, one) => (one.startNs < least ? one.startNs : least), spans[0]!.startNs);
      const shift = BigInt(at) * 1_000_000n - first;
      await writer.spans(spans.map((one) => ({ ...one, tenant, startNs: one.startNs + shift })), tenant);
      for (let pending = 1, rounds = 0; pending > 0 && rounds < 20; rounds++) pending = (await job.run()).pending;
      return reader.edgeWindows({ tenant, namespaces: null }, { from: at / 1000 - 60, to: at / 1000 + 540, step: 10 });
    },
    async close() {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** An end of an edge by the name that people know it by. */
export function endName(entity: Entity): string {
  return entity.app || entity.name || entity.kind;
}
