import { spanLayout } from '@orrery/collectors/model/latency-layout';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import type { Store } from '@orrery/collectors/store/store';
import { createIdentityReader } from '../readers/identity-reader.ts';
import { insertedSpans, relatedToSpans } from './changed-spans.ts';
import { createDeriveJob, keptSeconds } from './derive-job.ts';
import { createDerivedRows } from './derived-rows.ts';
import { edgesOfSpans } from './edges-of-spans.ts';
import type { LeasedJob } from './leased-job.ts';
import { tellPassedOver } from './passed-over.ts';
import { ownersOfPeers } from './owners-of-peers.ts';
import { createToldEnds } from './distant-ends.ts';
import { createSpanGroups } from './span-groups.ts';

type JobStore = Pick<Store, 'query' | 'queryColumns' | 'command'>;

/** Exporters send batches every 5 s: a counterpart is waited for this long before its absence says something. */
const graceMs = 10_000;

/** Spans → edge traffic of the instrument `trace`. */
export function createSpansJob(store: JobStore, writer: Pick<BlockWriter, 'edgeTraffic' | 'edgeIdOf' | 'rejections'>, now: () => number): LeasedJob {
  const groups = createSpanGroups(store), untold = createToldEnds();
  const identities = createIdentityReader(store);

  return createDeriveJob(store, {
    name: 'derive from spans',

    passedOver: tellPassedOver(writer, 'otlp', now),

    inserted: insertedSpans,

    related: (changed, sinceMs) => relatedToSpans(store, changed, sinceMs, now() / 1000 - keptSeconds),

    async compute(buckets, nowMs, revisit) {
      const tenant = buckets[0]!.tenant;
      const { groups: read, open, elsewhere } = await groups.read(tenant, buckets.map((one) => one.bucket), BigInt(nowMs - graceMs) * 1_000_000n, (nowMs - graceMs) / 1000);
      const owners = await ownersOfPeers(identities, tenant, read, Math.max(...buckets.map((one) => one.bucket)) + 10);
      const { rows, waiting } = edgesOfSpans(tenant, read, owners);
      for (const one of waiting) revisit({ tenant, bucket: one }, nowMs + graceMs);
      for (const one of open) revisit({ tenant, bucket: one }, (one + 10) * 1000 + graceMs);
      for (const one of untold(tenant, elsewhere)) revisit({ tenant, bucket: one }, nowMs);
      return rows;
    },
  }, createDerivedRows(store, writer, 'trace', spanLayout, now));
}
