import { operationStep } from '@orrery/collectors/model/edge-operation';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import type { Store } from '@orrery/collectors/store/store';
import { createIdentityReader } from '../readers/identity-reader.ts';
import { insertedSpans, relatedToSpans } from './changed-spans.ts';
import { createDeriveJob, keptSeconds } from './derive-job.ts';
import { createDerivedOperations, type OperationMinute } from './derived-operations.ts';
import type { LeasedJob } from './leased-job.ts';
import { ownersOfPeers } from './owners-of-peers.ts';
import { operationsOfSpans } from './operations-of-spans.ts';
import { createToldEnds } from './distant-ends.ts';
import { createSpanGroups } from './span-groups.ts';

type JobStore = Pick<Store, 'query' | 'queryColumns' | 'command'>;

/** A minute is computed this long after its end: exporters send every 5 s, and nobody waits for operations by the second. */
const graceMs = 15_000;

/**
 * Spans → operations of edges, a minute at a time: once when the minute is over, and again where spans came late. Reads the
 * same pairs as the edges' own job, so an operation always belongs to an edge that this one found.
 */
export function createOperationsJob(store: JobStore, writer: Pick<BlockWriter, 'edgeOperations' | 'edgeIdOf'>, now: () => number): LeasedJob {
  const groups = createSpanGroups(store, { operations: true }), untold = createToldEnds();
  const identities = createIdentityReader(store);

  return createDeriveJob<OperationMinute>(store, {
    name: 'derive operations',

    inserted: insertedSpans,

    related: (changed, sinceMs) => relatedToSpans(store, changed, sinceMs, now() / 1000 - keptSeconds),

    async compute(buckets, nowMs, revisit) {
      const tenant = buckets[0]!.tenant;
      const computed: OperationMinute[] = [];
      for (const minute of new Set(buckets.map((one) => one.bucket - (one.bucket % operationStep)))) {
        const settledAt = (minute + operationStep) * 1000 + graceMs;
        if (settledAt > nowMs) {
          revisit({ tenant, bucket: minute }, settledAt);
          continue;
        }
        const { groups: read, elsewhere } = await groups.read(tenant, Array.from({ length: operationStep / 10 }, (_, i) => minute + i * 10), BigInt(nowMs - graceMs) * 1_000_000n, (nowMs - graceMs) / 1000);
        const owners = await ownersOfPeers(identities, tenant, read, minute + operationStep);
        const { operations, waiting } = operationsOfSpans(tenant, read, owners);
        if (waiting.size > 0) revisit({ tenant, bucket: minute }, nowMs + graceMs);
        for (const one of untold(tenant, elsewhere)) revisit({ tenant, bucket: one - (one % operationStep) }, nowMs);
        computed.push({ tenant, minute, operations });
      }
      return computed;
    },
  }, createDerivedOperations(store, writer, now));
}
