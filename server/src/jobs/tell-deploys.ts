import { createHash } from 'node:crypto';
import { joinFields } from '@orrery/collectors/model/entity';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { EventSink } from '../events/event-sink.ts';
import type { MeshEvent } from '../events/event.ts';
import { VersionsSeen, type NewVersion, type SeenVersion } from '../events/versions-seen.ts';
import { storeNow } from './job-progress.ts';
import type { JobReport, LeasedJob } from './leased-job.ts';

/** Names of edges are read this far back again: they carry the clock of the process that wrote them. */
const overlapSeconds = 120;
/** More versions at once than any release has: the rest is not told. */
const mostAtOnce = 200;
const mostVersions = 500_000;
/** A cluster that is watched tells its deploys itself, some time before or after telemetry shows them. */
const toldMs = 900_000;
const timeoutMs = 20_000;

/**
 * Tells a deploy where telemetry names a version of an entity that it had not had:
 * 1. all versions that edges name at first are known;
 * 2. from then on a version that is new on a known entity is a deploy at the time of its first traffic;
 * 3. it is told once, by its id, and not where its cluster is watched and told of the same workload around that time.
 * What appears while no process runs is taken as known by the next one.
 */
export function createDeploysJob(store: Pick<Store, 'query'>, sink: EventSink): LeasedJob {
  let seen = new VersionsSeen(), sinceSeconds = 0;

  async function firstTraffic({ tenant, cluster, namespace, kind, name, version, seenAt }: NewVersion): Promise<number> {
    const of = (end: 'source' | 'destination'): ReturnType<typeof sql> => end === 'source'
      ? sql`(source_cluster = ${cluster} AND source_namespace = ${namespace} AND source_kind = ${kind} AND source_name = ${name} AND source_version = ${version})`
      : sql`(destination_cluster = ${cluster} AND destination_namespace = ${namespace} AND destination_kind = ${kind} AND destination_name = ${name} AND destination_version = ${version})`;
    const [first] = await store.query<{ bucket: number }>(sql`
      SELECT toUnixTimestamp(min(bucket)) AS bucket FROM edge_traffic_10s
      WHERE tenant = ${tenant} AND edge_id IN (SELECT edge_id FROM edges WHERE tenant = ${tenant} AND (${of('source')} OR ${of('destination')}))`, { name: 'first traffic of a version', timeoutMs });
    const bucket = Number(first?.bucket ?? 0);
    return bucket === 0 ? seenAt : Math.min(bucket, seenAt);
  }

  async function isTold({ tenant, cluster, namespace, name }: NewVersion, timeMs: number): Promise<boolean> {
    const near = (ms: number): ReturnType<typeof sql> => sql`fromUnixTimestamp64Milli(${param('Int64', Math.floor(ms))})`;
    const [told] = await store.query<{ count: number }>(sql`
      SELECT count() AS count FROM events WHERE tenant = ${tenant} AND source = 'kubernetes' AND kind IN ('deploy', 'rollout') AND namespace = ${namespace} AND entity_name = ${name} AND (cluster = ${cluster} OR cluster = '' OR ${cluster} = '')
        AND time >= ${near(timeMs - toldMs)} AND time <= ${near(timeMs + toldMs)}`, { name: 'deploys of a cluster', timeoutMs });
    return Number(told?.count ?? 0) > 0;
  }

  return {
    name: 'tell deploys',
    async run(): Promise<JobReport> {
      const now = await storeNow(store);
      const rows = await store.query<SeenVersion>(sql`
        SELECT tenant, cluster, namespace, kind, name, version, max(seen) AS seenAt FROM (
          SELECT tenant, source_cluster AS cluster, source_namespace AS namespace, source_kind AS kind, source_name AS name, source_version AS version, toUnixTimestamp(seen_at) AS seen FROM edges
          WHERE seen_at >= toDateTime(${sinceSeconds}) UNION ALL
          SELECT tenant, destination_cluster, destination_namespace, destination_kind, destination_name, destination_version, toUnixTimestamp(seen_at) FROM edges WHERE seen_at >= toDateTime(${sinceSeconds}))
        WHERE version != '' AND name != '' AND kind IN ('workload', 'app', 'gateway', 'waypoint')
        GROUP BY tenant, cluster, namespace, kind, name, version LIMIT ${mostVersions}`, { name: 'versions of entities', timeoutMs });
      const fresh = seen.take(rows.map((row) => ({ ...row, seenAt: Number(row.seenAt) }))).slice(0, mostAtOnce);
      let written = 0;
      for (const [tenant, versions] of Map.groupBy(fresh, (one) => one.tenant)) {
        const known = await sink.known(tenant, versions.map(idOf));
        const events: MeshEvent[] = [];
        for (const version of versions) {
          if (known.has(idOf(version))) continue;
          const timeMs = (await firstTraffic(version)) * 1000;
          if (!(await isTold(version, timeMs))) events.push(deployOf(version, timeMs));
        }
        await sink.write(tenant, events);
        written += events.length;
      }
      sinceSeconds = Math.floor(now / 1000) - overlapSeconds;
      return { lagSeconds: 0, written, pending: 0 };
    },
    reset(): void {
      seen = new VersionsSeen();
      sinceSeconds = 0;
    },
  };
}

function idOf({ cluster, namespace, kind, name, version }: NewVersion): string {
  return createHash('sha256').update(joinFields(['telemetry', cluster, namespace, kind, name, version])).digest('hex').slice(0, 32);
}

function deployOf(version: NewVersion, timeMs: number): MeshEvent {
  const { cluster, namespace, kind, name, before } = version;
  return {
    id: idOf(version), timeMs, endMs: timeMs, kind: 'deploy', title: `${name} ${version.version}`, body: '', cluster, namespace, entityKind: kind, entityName: name,
    before, after: version.version, source: 'telemetry', url: '',
  };
}
