import { operationStep } from '@orrery/collectors/model/edge-operation';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createIdentityReader } from '../readers/identity-reader.ts';
import { bucketsOfCounterparts } from './counterparts-of-spans.ts';
import { createDeriveJob } from './derive-job.ts';
import { createDerivedOperations, type OperationMinute } from './derived-operations.ts';
import { bucketsOfFreshIdentities } from './fresh-identities.ts';
import type { LeasedJob } from './leased-job.ts';
import { ownersOfPeers } from './owners-of-peers.ts';
import { operationsOfSpans } from './operations-of-spans.ts';
import { createToldEnds } from './distant-ends.ts';
import { createSpanGroups } from './span-groups.ts';

type JobStore = Pick<Store, 'query' | 'queryColumns' | 'command'>;

/** A minute is computed this long after its end: exporters send every 5 s, and nobody waits for operations by the second. */
const graceMs = 15_000;
const keptSeconds = 6 * 3_600;

/**
 * Spans → operations of edges, a minute at a time: once when the minute is over, and again where spans came late. Reads the
 * same pairs as the edges' own job, so an operation always belongs to an edge that this one found.
 */
export function createOperationsJob(store: JobStore, writer: Pick<BlockWriter, 'edgeOperations' | 'edgeIdOf'>, now: () => number): LeasedJob {
  const groups = createSpanGroups(store, { operations: true }), untold = createToldEnds();
  const identities = createIdentityReader(store);
  const bucket = sql`toUnixTimestamp(start_bucket)`;

  return createDeriveJob<OperationMinute>(store, {
    name: 'derive operations',

    inserted: (sinceMs, oldestBucket) => sql`
      SELECT tenant, ${bucket} AS bucket, toUnixTimestamp(inserted_at) AS second, count() AS count FROM spans
      WHERE start_bucket >= toDateTime(${Math.floor(oldestBucket)}) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))})
      GROUP BY tenant, bucket, second`,

    async related(changed, sinceMs) {
      const readdressed = await bucketsOfFreshIdentities(store, sinceMs, 'spans', now() / 1000 - keptSeconds);
      return [...readdressed, ...await bucketsOfCounterparts(store, changed)];
    },

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
