import { param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { sizeAttributes } from './span-sql.ts';
import { reachSeconds, type SpanRange } from './span-range.ts';

/** What some spans need that most do not: questions that nobody needs are not asked. */
export interface SortsOfSpans {
  readonly proxies: boolean;
  readonly consumers: boolean;
  /** Clients and servers with one id, as Zipkin has them. */
  readonly shared: boolean;
  /** Sizes of bodies. */
  readonly sizes: boolean;
}

/** Tenants whose sorts are remembered. */
const remembered = 1_000;

/**
 * Tells the sorts of spans of a range. For buckets that are computed again soon the last answer is good enough; the
 * answer for settled ones is exact.
 */
export function createSortsOfSpans(store: Pick<Store, 'query'>): (range: SpanRange, exact: boolean) => Promise<SortsOfSpans> {
  const last = new Map<string, SortsOfSpans>();
  return async (range, exact) => {
    const known = last.get(range.tenant);
    if (known && !exact) return known;
    const around = range.between(-10, 10);
    // Halves may lie as far apart as any ends that are paired at once.
    const isHalf = (kind: 2 | 3): Sql => sql`kind = ${kind} AND cityHash64(trace_id, span_id) IN (SELECT cityHash64(trace_id, span_id) FROM spans WHERE ${range.between(-reachSeconds, reachSeconds)} AND kind = ${5 - kind})`;
    const [row] = await store.query<Record<keyof SortsOfSpans, number>>(sql`
      SELECT toUInt8(max(is_proxy)) AS proxies, max(hasAny(attributes.keys, ${param('Array(String)', Object.values(sizeAttributes).flat())})) AS sizes, max(kind = 5) AS consumers,
        max((${isHalf(2)}) OR (${isHalf(3)})) AS shared
      FROM spans WHERE ${around}`, { name: 'sorts of spans', timeoutMs: 20_000 });
    const sorts = { proxies: Boolean(row?.proxies), consumers: Boolean(row?.consumers), shared: Boolean(row?.shared), sizes: Boolean(row?.sizes) };
    if (last.size >= remembered) last.clear();
    last.set(range.tenant, sorts);
    return sorts;
  };
}
