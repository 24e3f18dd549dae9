import { latencyLayout, type LatencyLayout } from '@orrery/collectors/model/latency-layout';
import { RecentKeys } from '@orrery/collectors/store/recent-keys';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';

/** Layouts by id, remembered in the process: an id is a hash of its bounds. */
export interface LatencyLayouts {
  load(ids: Iterable<number>): Promise<void>;
  get(id: number): LatencyLayout | null;
}

const remembered = 10_000;

export function createLatencyLayouts(store: Pick<Store, 'query'>): LatencyLayouts {
  const layouts = new RecentKeys<LatencyLayout>(remembered);
  return {
    get: (id) => layouts.get(String(id)) ?? null,
    async load(ids) {
      const missing = [...new Set(ids)].filter((id) => id !== 0 && layouts.get(String(id)) === undefined);
      if (missing.length === 0) return;
      const rows = await store.query<{ id: number; bounds: number[] }>(
        sql`SELECT layout_id AS id, bounds_ms AS bounds FROM latency_layouts WHERE layout_id IN ${param('Array(UInt32)', missing)} LIMIT 1 BY layout_id`,
        { name: 'latency layouts', timeoutMs: 10_000 });
      for (const row of rows) layouts.set(String(row.id), latencyLayout(row.bounds));
    },
  };
}
