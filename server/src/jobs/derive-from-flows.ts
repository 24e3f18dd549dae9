import type { Entity } from '@orrery/collectors/model/entity';
import { spanLayout } from '@orrery/collectors/model/latency-layout';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { identifier, param, sql, type Sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createDeriveJob } from './derive-job.ts';
import { createDerivedRows } from './derived-rows.ts';
import { edgesOfFlows, type FlowGroup } from './edges-of-flows.ts';
import type { LeasedJob } from './leased-job.ts';
import { boundIndex, negativeBoundsNs } from './span-bounds.ts';

type JobStore = Pick<Store, 'query' | 'command'>;
type EntityFields = readonly [string, string, Entity['kind'], string, string, string];

/** Flows → edge traffic of the instrument `flow`. */
export function createFlowsJob(store: JobStore, writer: Pick<BlockWriter, 'edgeTraffic' | 'edgeIdOf'>, now: () => number): LeasedJob {
  const bucket = sql`intDiv(toUnixTimestamp64Nano(time), 10000000000) * 10`;

  return createDeriveJob(store, {
    name: 'derive from flows',

    inserted: (sinceMs, oldestBucket) => sql`
      SELECT tenant, ${bucket} AS bucket, toUnixTimestamp(inserted_at) AS second, count() AS count FROM flows
      WHERE time >= toDateTime64(${Math.floor(oldestBucket)}, 9) AND inserted_at >= fromUnixTimestamp64Milli(${param('Int64', Math.floor(sinceMs))})
      GROUP BY tenant, bucket, second`,

    async compute(buckets) {
      const tenant = buckets[0]!.tenant;
      const starts = buckets.map((one) => one.bucket);
      const first = Math.min(...starts), last = Math.max(...starts);
      const rows = await store.query<Omit<FlowGroup, 'source' | 'destination' | 'latencyIndex'> & { source: EntityFields; destination: EntityFields; bound: number }>(sql`
        SELECT bucket, role, side, ${entityFields('source')} AS source, ${entityFields('destination')} AS destination, destination_service AS service, destination_port AS port, protocol,
          http_status AS httpStatus, dns_rcode AS dnsRcode, drop_reason AS dropReason, encrypted, bound, sum(greatest(latency_ns, 0)) AS latencyNs, count() AS count
        FROM (
          SELECT *, ${bucket} AS bucket, if(latency_ns < 0, 0, roundDown(-latency_ns, ${param('Array(Int64)', negativeBoundsNs)})) AS bound FROM flows
          WHERE tenant = ${tenant} AND toStartOfMinute(time) >= toDateTime(${Math.floor(first / 60) * 60}) AND time >= toDateTime64(${first}, 9) AND time < toDateTime64(${last + 10}, 9)
            AND ${bucket} IN ${param('Array(Int64)', starts)}
          LIMIT 1 BY node, time, id
        ) GROUP BY bucket, role, side, source, destination, service, port, protocol, httpStatus, dnsRcode, dropReason, encrypted, bound`,
      { name: 'group flows', timeoutMs: 20_000 });
      return edgesOfFlows(tenant, rows.map(({ bound, source, destination, ...row }) =>
        ({ ...row, source: entityOf(source), destination: entityOf(destination), latencyIndex: bound === 0 ? -1 : boundIndex(bound) })));
    },
  }, createDerivedRows(store, writer, 'flow', spanLayout, now));
}

function entityFields(end: 'source' | 'destination'): Sql {
  const column = (name: string): Sql => identifier(`${end}_${name}`);
  return sql`array(${column('cluster')}, ${column('namespace')}, ${column('kind')}, ${column('name')}, ${column('app')}, ${column('version')})`;
}

function entityOf([cluster, namespace, kind, name, app, version]: EntityFields): Entity {
  return { cluster, namespace, kind, name, app, version };
}
