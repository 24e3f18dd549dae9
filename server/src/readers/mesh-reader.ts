import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Measured, type Instrument, type Intent, type Side } from '@orrery/collectors/model/edge-traffic';
import { unknownEntity } from '@orrery/collectors/model/entity';
import { identifier, joinSql, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { SteppedWindow } from '../inference/diff/activity.ts';
import type { MeshReader } from '../inference/mesh-series.ts';
import type { EdgeWindow, Scope } from '../inference/ports.ts';
import type { Speakers, SpokenEdges } from '../inference/speakers.ts';
import { edgeIdSet } from './edge-id-set.ts';
import { createEdgeNames } from './edge-names.ts';
import { createLatencyLayouts } from './latency-layouts.ts';
import { callerErrorCount, connectFailedCount, neverLeftCount, neverLeftErrorCount } from './response-sql.ts';
import { tierProgress } from './tier-progress.ts';
import { noTiers, tierSegments } from './tier-segments.ts';

const readTimeoutMs = 20_000;
/** In the place of a name that is not known. */
const unnamed: Edge = { source: unknownEntity, destination: unknownEntity, service: '', serviceGuessed: false, port: 0 };
/** Tellers summed at most; feeds are few in life, and each costs a condition on every row. */
const maxTellers = 64;

interface TellerColumns {
  readonly id: readonly string[];
  readonly instrument: readonly Instrument[];
  readonly side: readonly Side[];
  readonly feed: readonly string[];
  readonly intent: readonly Intent[];
  readonly via_names: readonly (readonly string[])[];
  readonly bits: readonly number[];
  readonly r: readonly number[];
  readonly c: readonly number[];
  readonly d: readonly number[];
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/** Sums the traffic of whole scopes in the store, one row a step. @param now Unix milliseconds */
export function createMeshReader(store: Pick<Store, 'query' | 'queryColumns'>, now: () => number = Date.now): MeshReader {
  const names = createEdgeNames(store);
  const layouts = createLatencyLayouts(store);

  async function rowsOf(scope: Scope, window: SteppedWindow, columns: string): Promise<Sql> {
    const { from, step, stepSeconds, steps } = window;
    const segments = tierSegments({ from, to: from + steps * stepSeconds, step }, step === 10 ? noTiers : await tierProgress(store, scope.tenant), now() / 1000);
    const selected = joinSql(columns.split(' ').map(identifier), ', ');
    const namespaces = scope.namespaces && param('Array(String)', scope.namespaces);
    const inScope = namespaces ? sql`AND edge_id IN (SELECT edge_id FROM edges WHERE tenant = ${scope.tenant} AND (source_namespace IN ${namespaces} OR destination_namespace IN ${namespaces}))` : sql``;
    return joinSql(segments.map((segment) => sql`
      SELECT ${selected} FROM ${identifier(segment.table)} FINAL
      WHERE tenant = ${scope.tenant} AND bucket >= toDateTime(${segment.from}) AND bucket < toDateTime(${segment.to}) AND measured != 0 ${inScope}
      SETTINGS do_not_merge_across_partitions_select_final = 1`), ' UNION ALL ');
  }

  const at = (window: SteppedWindow): Sql => sql`intDiv(toUnixTimestamp(bucket) - ${window.from}, ${window.stepSeconds})`;

  async function sumsOf(scope: Scope, window: SteppedWindow, speakers: Speakers): Promise<readonly { at: number; asked: number; failures: number; bytes: number; told: number; carried: number }[]> {
    const rows = await rowsOf(scope, window, 'edge_id instrument side feed intent measured requests_estimated errors_estimated bytes_sent bytes_received bucket');
    return store.query(sql`
      SELECT ${at(window)} AS at, sumIf(requests_estimated, speaking) AS asked, sumIf(errors_estimated, speaking) AS failures,
        sumIf(bytes_sent + bytes_received, carrying) AS bytes, countIf(speaking) AS told, countIf(carrying) AS carried
      FROM (SELECT *,
          bitAnd(measured, ${Measured.requests}) != 0 AND (${spokenBy(speakers.requests)}) AS speaking,
          bitAnd(measured, ${Measured.bytes}) != 0 AND (${spokenBy(speakers.bytes)}) AS carrying
        FROM (${rows}) WHERE intent = 'primary')
      GROUP BY at ORDER BY at`, { name: 'mesh series', timeoutMs: readTimeoutMs });
  }

  /** What flags say, of the few rows that have any. */
  async function outcomesOf(scope: Scope, window: SteppedWindow, speakers: Speakers): Promise<readonly { at: number; stayed: number; stayedErrors: number; seen: number; failed: number; failedThere: number }[]> {
    if (speakers.callers.length === 0) return [];
    const rows = await rowsOf(scope, window, 'edge_id instrument side feed intent measured requests requests_estimated responses bucket');
    const weight = sql`if(requests > 0, requests_estimated / requests, 1)`;
    return store.query(sql`
      SELECT ${at(window)} AS at, sumIf(${neverLeftCount} * ${weight}, calling) AS stayed, sumIf(${neverLeftErrorCount} * ${weight}, calling) AS stayedErrors, sumIf(${callerErrorCount} * ${weight}, calling) AS seen,
        sumIf(${connectFailedCount} * ${weight}, calling) AS failed, sumIf(${connectFailedCount}, speaking) AS failedThere
      FROM (SELECT *, (${spokenBy(speakers.callers)}) AS calling, side != 'source' AND (${spokenBy(speakers.requests)}) AS speaking
        FROM (${rows}) WHERE intent = 'primary' AND bitAnd(measured, ${Measured.requests}) != 0 AND arrayExists(k -> NOT endsWith(k, ' -'), mapKeys(responses)))
      GROUP BY at`, { name: 'mesh outcomes', timeoutMs: readTimeoutMs });
  }

  return {
    async tellers(scope, window) {
      if (scope.namespaces?.length === 0 || window.steps === 0) return [];
      const rows = await rowsOf(scope, window, 'edge_id instrument side feed intent via measured requests connections_opened drops bucket');
      const columns = await store.queryColumns(sql`
        SELECT lower(hex(edge_id)) AS id, instrument, side, feed, intent, arraySort(groupUniqArrayArray(via)) AS via_names, groupBitOr(measured) AS bits,
          sum(requests) AS r, sum(connections_opened) AS c, sum(drops) AS d, toUnixTimestamp(min(bucket)) AS first, toUnixTimestamp(max(bucket)) AS last
        FROM (${rows}) GROUP BY edge_id, instrument, side, feed, intent`,
      { name: 'tellers', timeoutMs: readTimeoutMs }) as unknown as TellerColumns;
      await names.load(scope.tenant, [...new Set(columns.id)]);
      return columns.id.map((id, i) => teller(columns, i, names.get(scope.tenant, id)));
    },

    async steps(scope, window, speakers) {
      if (window.steps === 0 || speakers.requests.length + speakers.bytes.length === 0) return [];
      const [sums, outcomes] = await Promise.all([sumsOf(scope, window, speakers), outcomesOf(scope, window, speakers)]);
      const found = new Map(outcomes.map((row) => [row.at, row]));
      return sums.map((row) => {
        const outcome = found.get(row.at);
        return {
          at: row.at, requests: row.asked, errors: row.failures, bytes: row.bytes, hasRequests: row.told > 0, hasBytes: row.carried > 0,
          stayed: outcome?.stayed ?? 0, stayedErrors: outcome?.stayedErrors ?? 0, callerErrors: outcome?.seen ?? 0, connectFailed: outcome?.failed ?? 0, connectFailedThere: outcome?.failedThere ?? 0,
        };
      });
    },

    async latency(scope, window, speakers) {
      if (window.steps === 0 || speakers.latency.length === 0) return [];
      const rows = await rowsOf(scope, window, 'edge_id instrument side feed intent measured layout_id latency bucket');
      const found = await store.query<{ at: number; layout: number; indexes: number[]; counts: number[] }>(sql`
        SELECT ${at(window)} AS at, layout_id AS layout,
          sumMap(latency) AS sums, mapKeys(sums) AS indexes, mapValues(sums) AS counts
        FROM (${rows}) WHERE intent = 'primary' AND bitAnd(measured, ${Measured.latency}) != 0 AND (${spokenBy(speakers.latency)})
        GROUP BY at, layout ORDER BY at, layout`, { name: 'mesh latency', timeoutMs: readTimeoutMs });
      await layouts.load(found.map((row) => row.layout));
      return found.map((row) => ({ at: row.at, layout: layouts.get(row.layout), counts: new Map(row.indexes.map((index, i) => [index, row.counts[i]!])) }));
    },
  };
}

/** Whether a row is told by one of these tellers about an edge that it speaks for. */
function spokenBy(groups: readonly SpokenEdges[]): Sql {
  if (groups.length === 0) return sql`0`;
  return joinSql(groups.slice(0, maxTellers).map(({ instrument, side, feed, edgeIds, others }) => {
    const teller = sql`instrument = ${instrument} AND side = ${side} AND feed = ${feed}`;
    if (others.size === 0) return sql`(${teller})`;
    return others.size < edgeIds.size ? sql`(${teller} AND edge_id NOT IN ${edgeIdSet([...others])})` : sql`(${teller} AND edge_id IN ${edgeIdSet([...edgeIds])})`;
  }), ' OR ');
}

function teller(c: TellerColumns, i: number, edge: EdgeWindow['edge']): EdgeWindow {
  const { edge: _edge, bucket: _bucket, origin: _origin, tenant: _tenant, ...nothing } = edgeTraffic({ tenant: '', bucket: 0, edge: edge ?? unnamed, instrument: c.instrument[i]!, side: c.side[i]!, feed: c.feed[i]! });
  return {
    ...nothing, edge, edgeId: c.id[i]!, intent: c.intent[i]!, via: c.via_names[i]!, measured: c.bits[i]!,
    requests: c.r[i]!, requestsEstimated: c.r[i]!, connectionsOpened: c.c[i]!, drops: c.d[i]!, firstBucket: c.first[i]!, lastBucket: c.last[i]!,
  };
}
