import type { Store } from '@orrery/collectors/store/store';
import { distantEnds, type DistantEnd } from './distant-ends.ts';
import { createSortsOfSpans } from './sorts-of-spans.ts';
import { groupsOf, type GroupColumns, type SpanGroup } from './span-group.ts';
import { createSpanNames } from './span-names.ts';
import { pairQueries } from './span-pairs.ts';
import { reachSeconds, spanRange } from './span-range.ts';

/** The spans of some buckets, paired with their counterparts. */
export interface PairedSpans {
  readonly groups: readonly SpanGroup[];
  /** Counterparts farther away than is looked at once: what is known of their buckets has to be computed again too. */
  readonly distant: readonly DistantEnd[];
  /** Buckets in which something is open and that are not settled: later their counterparts are looked for farther away. */
  readonly open: ReadonlySet<number>;
}

/** Reads the spans of dirty buckets, paired with their counterparts and grouped; texts travel once, by their hash. */
export interface SpanGroups {
  /**
   * @param buckets of 10 s, Unix seconds
   * @param youngSinceNs spans that ended after it are young, Unix ns
   * @param settledUntil counterparts of buckets that ended before it (Unix seconds) had time to arrive
   */
  read(tenant: string, buckets: readonly number[], youngSinceNs: bigint, settledUntil: number): Promise<PairedSpans>;
}

/** Of what spans differ in, whether they are grouped apart by it. */
export interface SpanGrouping { readonly operations?: boolean; readonly zones?: boolean }

export function createSpanGroups(store: Pick<Store, 'query' | 'queryColumns'>, { operations = false, zones = false }: SpanGrouping = {}): SpanGroups {
  const names = createSpanNames(store, zones);
  const sortsOf = createSortsOfSpans(store);

  return {
    async read(tenant, buckets, youngSinceNs, settledUntil) {
      const settled = buckets.filter((bucket) => bucket + 10 <= settledUntil);
      const sorts = await sortsOf(spanRange(tenant, buckets), settled.length > 0);
      const paired = async (beyond: readonly DistantEnd[]): Promise<SpanGroup[]> => {
        const range = spanRange(tenant, buckets, [...new Set(beyond.map(({ bucket }) => bucket))]);
        const queries = pairQueries({ range, sorts, names, youngSinceNs, operations });
        const read = await Promise.all(queries.map(([name, query]) => store.queryColumns(query, { name, timeoutMs: 20_000 }))) as unknown as GroupColumns[];
        await names.load(range.near(-reachSeconds, reachSeconds), read.flatMap(({ entity, peer, descendant }) => [...entity, ...peer, ...descendant]), read.flatMap((columns) => columns.attributes));
        return read.flatMap((columns) => groupsOf(columns, names.entity, names.attributes));
      };
      const groups = await paired([]);
      const open = new Set(groups.filter(isOpen).map(({ bucket }) => bucket));
      const sought = settled.filter((bucket) => open.has(bucket));
      const distant = sought.length === 0 ? [] : await distantEnds(store, spanRange(tenant, sought), sorts.consumers);
      for (const bucket of settled) open.delete(bucket);
      return { groups: distant.length === 0 ? groups : await paired(distant), distant, open };
    },
  };
}

/** True for what names another end that is not there though it had time to arrive. */
function isOpen({ kind, peer, young, isRoot, latencyIndex, attributes }: SpanGroup): boolean {
  if (young || peer) return false;
  if (kind === 2) return !isRoot;
  if (kind === 5) return latencyIndex < 0;
  return kind === 3 && attributes.dbSystem === '' && attributes.messagingDestination === '';
}
