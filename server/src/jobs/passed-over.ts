import type { Rejection } from '@orrery/collectors/model/source-report';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** Rows of a tenant that no edge is made of any more. */
export interface PassedOver { readonly tenant: string; readonly count: number }

/**
 * Counts raw rows that came in time to become edges, while no process of the installation made any, and whose buckets are too old
 * for it now. Rows that were too old when they came are not among them: who took them in told of them.
 * @param inserted as `Derivation` has it
 * @param sinceMs Unix ms: what was inserted before has been seen
 * @param oldestBucket Unix seconds: the first bucket that edges are still derived into
 */
export async function countPassedOver(store: Pick<Store, 'query'>, inserted: (sinceMs: number, oldestBucket: number) => Sql, sinceMs: number, oldestBucket: number, keptSeconds: number): Promise<readonly PassedOver[]> {
  const rows = await store.query<PassedOver>(sql`
    SELECT tenant, sum(count) AS count FROM (${inserted(sinceMs, sinceMs / 1000 - keptSeconds)})
    WHERE bucket < ${Math.floor(oldestBucket)} AND second - bucket < ${keptSeconds} GROUP BY tenant`, { name: 'rows without edges', timeoutMs: 20_000 });
  return rows.map(({ tenant, count }) => ({ tenant, count: Number(count) }));
}

/** Tells of rows that were passed over where rejections are told, once for each token. @param now Unix ms */
export function tellPassedOver(writer: Pick<BlockWriter, 'rejections'>, source: string, now: () => number): (rows: readonly PassedOver[], token: string) => Promise<void> {
  return (rows, token) => writer.rejections(rows.map(({ tenant, count }): Rejection => ({
    tenant, timeMs: now(), source, feed: '', target: '', reason: 'came while nobody made edges, for more than 6 h: stored, but in no edge', count, sample: '',
  })), token);
}
