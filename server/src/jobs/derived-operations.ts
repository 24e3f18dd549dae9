import type { EdgeOperation } from '@orrery/collectors/model/edge-operation';
import { spanLayout } from '@orrery/collectors/model/latency-layout';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createEdgeNames } from '../readers/edge-names.ts';
import type { RecomputedRows } from './derive-job.ts';
import { createRowVersions } from './row-versions.ts';

/** All operations of one minute of a tenant, recomputed. */
export interface OperationMinute {
  readonly tenant: string;
  /** Unix seconds. */
  readonly minute: number;
  readonly operations: readonly EdgeOperation[];
}

interface Standing { readonly id: string; readonly side: EdgeOperation['side']; readonly operation: string; readonly requests: number; readonly errors: number; readonly estimated: number }

/**
 * Writes recomputed minutes of the instrument `trace`: what differs from what stands in the store, and a withdrawal for each
 * operation that is gone. Two rows that count the same are taken for equal: a latency alone does not change.
 * @param now Unix ms; versions grow with it, and never fall behind the last one
 */
export function createDerivedOperations(store: Pick<Store, 'query'>, writer: Pick<BlockWriter, 'edgeOperations' | 'edgeIdOf'>, now: () => number): RecomputedRows<OperationMinute> {
  const names = createEdgeNames(store);
  const nextVersion = createRowVersions('operations', now);

  const changesOf = async ({ tenant, minute, operations }: OperationMinute): Promise<EdgeOperation[]> => {
    const standing = new Map((await store.query<Standing>(sql`
      SELECT lower(hex(edge_id)) AS id, side, operation, requests, errors, requests_estimated AS estimated FROM edge_operation FINAL
      WHERE tenant = ${tenant} AND bucket = toDateTime(${minute}) AND instrument = 'trace' AND origin = 0 AND requests > 0`,
    { name: 'standing operations', timeoutMs: 10_000 })).map((row) => [`${row.id} ${row.side} ${row.operation}`, row]));
    const changed: EdgeOperation[] = [];
    for (const row of operations) {
      const key = `${writer.edgeIdOf(tenant, row.edge)} ${row.side} ${row.operation}`;
      const known = standing.get(key);
      standing.delete(key);
      if (known?.requests !== row.requests || known.errors !== row.errors || known.estimated !== row.requestsEstimated) changed.push(row);
    }
    await names.load(tenant, [...new Set([...standing.values()].map(({ id }) => id))]);
    for (const { id, side, operation } of standing.values()) {
      const edge = names.get(tenant, id);
      if (edge) changed.push({ tenant, bucket: minute, edge, instrument: 'trace', side, feed: 'otlp', operation, origin: 0n, requests: 0, errors: 0, requestsEstimated: 0, layout: spanLayout, latency: new Map() });
    }
    return changed;
  };

  return {
    async write(_buckets, minutes) {
      let written = 0;
      for (const minute of minutes) {
        const changed = await changesOf(minute);
        if (changed.length === 0) continue;
        const { version, token } = nextVersion();
        await writer.edgeOperations(changed, token, version);
        written += changed.length;
      }
      return written;
    },
  };
}
