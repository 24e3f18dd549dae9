import type { Store } from '@orrery/collectors/store/store';
import { distantEnds, receiversElsewhere, type DistantEnd, type OtherEnd } from './distant-ends.ts';
import { createSortsOfSpans, type SortsOfSpans } from './sorts-of-spans.ts';
import { groupsOf, type GroupColumns, type SpanGroup } from './span-group.ts';
import { createSpanNames } from './span-names.ts';
import { pairQueries } from './span-pairs.ts';
import { reachSeconds, spanRange, type SpanRange } from './span-range.ts';

/** The spans of some buckets, paired with their counterparts. */
export interface PairedSpans {
  readonly groups: readonly SpanGroup[];
  /** Other ends in other buckets, which have to be computed again: farther away than is looked at once, or not looked for from there. */
  readonly elsewhere: readonly OtherEnd[];
  /** Buckets that are not settled, and of which other ends have to be looked for farther away once they are. */
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

/** Names and sorts of spans are remembered from one read to the next. */
export function createSpanGroups(store: Pick<Store, 'query' | 'queryColumns'>, { operations = false, zones = false }: SpanGrouping = {}): SpanGroups {
  const names = createSpanNames(store, zones);
  const sortsOf = createSortsOfSpans(store);

  return {
    async read(tenant, buckets, youngSinceNs, settledUntil) {
      const computed = new Set(buckets), settled = buckets.filter((bucket) => bucket + 10 <= settledUntil);
      const sorts = await sortsOf(spanRange(tenant, buckets), settled.length > 0);
      const paired = async (of: SortsOfSpans, beyond: readonly DistantEnd[]): Promise<SpanGroup[]> => {
        const range = spanRange(tenant, buckets, [...new Set(beyond.map(({ bucket }) => bucket))]);
        const queries = pairQueries({ range, sorts: of, names, youngSinceNs, operations });
        const read = await Promise.all(queries.map(([name, query]) => store.queryColumns(query, { name, timeoutMs: 20_000 }))) as unknown as GroupColumns[];
        await names.load(range.near(-reachSeconds, reachSeconds), read.flatMap(({ entity, peer, descendant }) => [...entity, ...peer, ...descendant]), read.flatMap((columns) => columns.attributes));
        return read.flatMap((columns) => groupsOf(columns, names.entity, names.attributes));
      };
      const groups = await paired(sorts, []);
      const lacking = new Set(groups.filter(isOpen).map(({ bucket }) => bucket)), sending = new Set(groups.filter(isSent).map(({ bucket }) => bucket));
      const within = (some: ReadonlySet<number>): SpanRange | null => {
        const found = settled.filter((bucket) => some.has(bucket));
        return found.length === 0 ? null : spanRange(tenant, found);
      };
      const sought = within(lacking), sent = within(sending);
      const [distant, receivers] = await Promise.all([sought ? distantEnds(store, sought, sorts.consumers) : [], sent ? receiversElsewhere(store, sent) : []]);
      const open = lacking.union(sending).difference(new Set(settled));
      const found = { ...sorts, shared: sorts.shared || distant.some(({ isHalf }) => isHalf) };
      return { groups: distant.length === 0 ? groups : await paired(found, distant), elsewhere: [...distant.filter(({ bucket, isMended }) => isMended && !computed.has(bucket)), ...receivers], open };
    },
  };
}

/**
 * True for what may have another end that is not there though it had time to arrive (of a server without a parent the client with
 * its own id; of a client one more server, for several may serve it), or that is there only because buckets farther away were read
 * with this one.
 */
function isOpen({ kind, peer, isFar, young, latencyIndex, attributes }: SpanGroup): boolean {
  if (young) return false;
  if (kind === 2) return !peer || isFar;
  if (kind === 5) return latencyIndex < 0;
  return kind === 3 && attributes.dbSystem === '' && attributes.messagingDestination === '';
}

/** True for messages that were sent. */
function isSent({ kind, attributes }: SpanGroup): boolean {
  return kind === 4 || (kind === 3 && attributes.messagingDestination !== '');
}
