import { nextWindow, tierSteps, type TierStep, type TimeWindow } from '@orrery/collectors/model/time-window';
import { readNative } from '@orrery/collectors/store/native-reader';
import { RecentKeys } from '@orrery/collectors/store/recent-keys';
import { identifier, joinSql, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { edgeRows, plainRow } from '../inference/edge-row.ts';
import { noRows, type RowColumns } from '../inference/row-columns.ts';
import { RowReading } from '../inference/row-reading.ts';
import type { EdgeBucket, Scope, TrafficReader } from '../inference/ports.ts';
import { answerColumns, decodeTraffic, type AnswerColumns } from './decode-traffic.ts';
import { edgeIdSet } from './edge-id-set.ts';
import { createEdgeNames } from './edge-names.ts';
import { createLatencyLayouts } from './latency-layouts.ts';
import { createPacker } from './parts/pack-apart.ts';
import { isLive } from './parts/window-parts.ts';
import { watchTables } from './parts/table-parts.ts';
import { createWindowSums, type WindowSums } from './parts/window-sums.ts';
import { tierProgress } from './tier-progress.ts';
import { tierRows } from './tier-rows.ts';
import { tierSegments, tierTables, type TierProgress, type TierSegment } from './tier-segments.ts';
import { answerColumns as answered, sumColumns } from './traffic-columns.ts';

type ReaderStore = Pick<Store, 'query' | 'queryNative'>;

const readTimeoutMs = 20_000;
const maxEdgeIds = 5_000;
/** How far the clock of a sender may be ahead for its data to be read already. */
const aheadSeconds = 10;
/** The server takes form fields of up to 128 KiB. */
const idsPerQuery = 2_000;
/** Sums may be read from any tier. */
const coarsest = 3600;
/**
 * How long the tiers' progress is not asked for again. What was complete then still is, and what was read of a finer tier goes on
 * to be: nothing that was told can go missing, but what comes late into a complete bucket is told when it is asked for again.
 */
const progressMs = 5_000;
/** For so long finer tiers may stand for what a coarser one has reached. */
const settledMs = 30_000;
const windowsRemembered = 16;
/** Whose parts are kept packed. */
const tenantsRemembered = 2;

/**
 * Reads the waist from ClickHouse. Rows are deduplicated by their natural key (FINAL inside each partition, of which the
 * bucket is a part), withdrawn rows are left out, buckets are summed; nothing is chosen or merged beyond that.
 * @param now Unix milliseconds
 */
export function createTrafficReader(store: ReaderStore, now: () => number = Date.now): TrafficReader {
  const names = createEdgeNames(store);
  const layouts = createLatencyLayouts(store);
  const pack = createPacker();
  const tables = watchTables(store, now);

  const sums = new RecentKeys<WindowSums>(tenantsRemembered);
  function sumsOf(tenant: string): WindowSums {
    let found = sums.get(tenant);
    if (!found) sums.set(tenant, (found = createWindowSums({ store, tables, names, layouts, pack, now }, tenant)));
    return found;
  }

  const known = new RecentKeys<{ readonly atMs: number; readonly progress: Promise<TierProgress> }>(tenantsRemembered);
  async function progress(tenant: string): Promise<TierProgress> {
    const last = known.get(tenant);
    if (last && now() - last.atMs < progressMs) return last.progress;
    const asked = { atMs: now(), progress: tierProgress(store, tenant) };
    known.set(tenant, asked);
    return await asked.progress.catch((error: unknown) => {
      if (known.get(tenant) === asked) known.set(tenant, { ...asked, atMs: -Infinity });
      throw error;
    });
  }

  async function read(tenant: string, query: Sql, name: string): Promise<{ readonly rows: RowColumns; readonly answer: AnswerColumns }> {
    const native = readNative(await store.queryNative(query, { name, timeoutMs: readTimeoutMs }));
    if (native.rows === 0) return { rows: noRows, answer: answerColumns(native) };
    const answer = answerColumns(native);
    await Promise.all([names.load(tenant, [...new Set(answer.texts('edge_id'))]), layouts.load(answer.numbers('layout_id'))]);
    return { rows: decodeTraffic(native.rows, answer, (id) => names.get(tenant, id), (id) => layouts.get(id)), answer };
  }

  /** By tenant and length of window, in tens of minutes: how far the tiers had come when all was read for it. */
  const settled = new RecentKeys<{ readonly reached: TierProgress; readonly atMs: number }>(windowsRemembered);
  /**
   * What a window is read of, and what is read beside for who asks next. Where a coarser tier has just come further, its new
   * buckets are read beside what is asked, and the finer ones that were read before stand for them until then: both say the
   * same. Where rows came late into a coarse bucket, it goes on to stand for the finer ones in the same way: what it tells is what was told.
   */
  async function segmentsOf(tenant: string, windowSums: WindowSums, window: TimeWindow, at: number): Promise<{ readonly segments: readonly TierSegment[]; readonly ahead: readonly TierSegment[] }> {
    const reached = await progress(tenant), to = untilNow(window, at / 1000);
    const of = (one: TimeWindow, by: TierProgress): TierSegment[] => tierSegments(one, by, at / 1000, coarsest);
    const segments = of(to, reached), key = `${window.step} ${Math.floor((window.to - window.from) / 600)} ${tenant}`, before = settled.get(key);
    if (before && at - before.atMs < settledMs && !windowSums.holds(segments)) {
      const finer = of(to, before.reached);
      if (windowSums.holds(finer)) return { segments: finer, ahead: segments };
    }
    settled.set(key, { reached, atMs: at });
    return { segments, ahead: isLive(segments, at / 1000) ? of(untilNow(nextWindow(window), at / 1000 + tierSteps[0]), reached) : [] };
  }

  async function readEdges(scope: Scope, window: TimeWindow, watched = false): Promise<RowReading> {
    if (scope.namespaces?.length === 0) return RowReading.of(noRows);
    const at = now(), windowSums = sumsOf(scope.tenant), { segments, ahead } = await segmentsOf(scope.tenant, windowSums, window, at);
    const kept = await windowSums.read(segments, { step: window.step, namespaces: scope.namespaces, watched }, at);
    if (kept) {
      windowSums.prepare(ahead);
      return kept;
    }
    const { rows } = await read(scope.tenant, sql`
      SELECT ${answered} FROM (SELECT ${sumColumns} FROM (${tierRows(scope, segments, window.step, null)}) GROUP BY edge_id, instrument, side, feed, intent, layout_id)`, 'edge windows');
    // Not before: the two would share the engine.
    if (isLive(segments, at / 1000)) windowSums.prepare(segments);
    return RowReading.of(rows);
  }

  return {
    readEdges,
    edgeWindows: async (scope, window) => edgeRows((await readEdges(scope, window)).columns).filter(({ measured }) => measured !== 0),

    async edgeBuckets(scope, window, edgeIds) {
      if (scope.namespaces?.length === 0 || edgeIds.length === 0) return [];
      if (edgeIds.length > maxEdgeIds) throw new RangeError(`a time series can cover at most ${maxEdgeIds} stored edges, not ${edgeIds.length}`);
      const segments = tierSegments(untilNow(window, now() / 1000), await progress(scope.tenant), now() / 1000);
      const found: EdgeBucket[] = [];
      for (let first = 0; first < edgeIds.length; first += idsPerQuery) {
        const { rows, answer } = await read(scope.tenant, sql`
          SELECT ${answered}, at FROM (SELECT ${sumColumns}, toUnixTimestamp(bucket) - toUnixTimestamp(bucket) % ${window.step} AS at
          FROM (${tierRows(scope, segments, window.step, edgeIdSet(edgeIds.slice(first, first + idsPerQuery)))}) GROUP BY edge_id, instrument, side, feed, intent, layout_id, at)`, 'edge buckets');
        if (rows.keys.length === 0) continue;
        const at = answer.numbers('at');
        edgeRows(rows).forEach((row, i) => found.push({ ...plainRow(row), bucket: at[i]! }));
      }
      return found;
    },

    async dataRange(tenant, window) {
      const windowSums = sumsOf(tenant), { segments } = await segmentsOf(tenant, windowSums, window, now()), known = windowSums.range(segments, window.step);
      if (known) return known;
      const end = ({ table, step, from, to }: TierSegment, order: Sql): Sql => sql`
        SELECT ${step} AS step, toUnixTimestamp(bucket) AS at FROM (SELECT bucket FROM ${identifier(table)} WHERE tenant = ${tenant} AND bucket >= toDateTime(${from}) AND bucket < toDateTime(${to}) AND measured != 0 ORDER BY ${order} LIMIT 1)`;
      const ends = segments.flatMap((segment) => [end(segment, sql`tenant, bucket`), end(segment, sql`tenant DESC, bucket DESC`)]);
      const found = ends.length === 0 ? [] : await store.query<{ step: number; at: number }>(joinSql(ends, ' UNION ALL '), { name: 'data of a window', timeoutMs: readTimeoutMs });
      return { first: Math.min(...found.map(({ at }) => at)), last: Math.max(...found.map(({ at, step }) => at + Math.max(0, step - window.step))) };
    },

    async oldestBucket(scope) {
      const oldest = (step: TierStep): Sql => sql`SELECT ${step} AS step, toUnixTimestamp(bucket) AS at FROM (SELECT bucket FROM ${identifier(tierTables[step])} WHERE tenant = ${scope.tenant} ORDER BY tenant, bucket LIMIT 1)`;
      const rows = await store.query<{ step: number; at: number }>(joinSql(tierSteps.map(oldest), ' UNION ALL '), { name: 'oldest bucket', timeoutMs: readTimeoutMs });
      return beginning(rows);
    },

    changeToken: async () => (await tables.now()).changeToken,
  };
}

/** When data began: the oldest bucket of all tiers, and within that of finer ones, which may have forgotten what is older. */
function beginning(oldest: readonly { readonly step: number; readonly at: number }[]): number | null {
  let found: { readonly step: number; readonly at: number } | null = null;
  for (const one of [...oldest].sort((a, b) => b.step - a.step)) {
    if (found === null || one.at < found.at || one.at < found.at + found.step) found = one;
  }
  return found?.at ?? null;
}

/** A window that is snapped to hours reaches up to an hour beyond now; of that there is nothing to read but the newest steps. */
function untilNow(window: TimeWindow, nowSeconds: number): TimeWindow {
  const to = Math.min(window.to, Math.max(window.from + window.step, Math.ceil(nowSeconds / 10) * 10 + aheadSeconds));
  return { ...window, to };
}
