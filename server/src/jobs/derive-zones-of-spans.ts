import type { EdgeZoneTraffic } from '@orrery/collectors/model/edge-zone-traffic';
import { Side } from '@orrery/collectors/model/edge-traffic';
import type { BlockWriter } from '@orrery/collectors/store/block-writer';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import { createIdentityReader } from '../readers/identity-reader.ts';
import { bucketsOfCounterparts, insertedSpans } from './changed-spans.ts';
import { createDeriveJob } from './derive-job.ts';
import { createDerivedZones } from './derived-zones.ts';
import { edgeOf, isInbound, namespacesOf } from './edges-of-spans.ts';
import type { LeasedJob } from './leased-job.ts';
import { ownersOfPeers, type Owners } from './owners-of-peers.ts';
import type { SpanEntity } from './span-group.ts';
import { createToldEnds } from './distant-ends.ts';
import { createSpanGroups } from './span-groups.ts';
import { reachSeconds } from './span-range.ts';
import { ZoneSums } from './zone-sums.ts';

/** A bucket is computed once more after so long: counterparts are there by then. */
const settleMs = 30_000;

/**
 * Spans → how the requests of an edge, and their bytes where spans tell them, fall to the zones of its ends: those of the
 * resources of both (`cloud.availability_zone`), or of the one who had the address that was called.
 */
export function createSpanZonesJob(store: Pick<Store, 'query' | 'queryColumns' | 'command'>, writer: Pick<BlockWriter, 'edgeZoneTraffic' | 'edgeIdOf'>, now: () => number): LeasedJob {
  const groups = createSpanGroups(store, { zones: true }), untold = createToldEnds(), identities = createIdentityReader(store);
  return createDeriveJob<EdgeZoneTraffic>(store, {
    name: 'derive zones of spans',

    inserted: (sinceMs, oldestBucket) => insertedSpans(sinceMs, oldestBucket, sql`kind IN (2, 3, 4, 5) AND has(resource_attributes.keys, 'cloud.availability_zone')`),

    related: (changed) => bucketsOfCounterparts(store, changed),

    async compute(buckets, nowMs, revisit) {
      const tenant = buckets[0]!.tenant, starts = buckets.map((one) => one.bucket);
      const { groups: read, elsewhere } = await groups.read(tenant, starts, BigInt(nowMs) * 1_000_000n, nowMs / 1000 - reachSeconds);
      const owners = withZones(await ownersOfPeers(identities, tenant, read, Math.max(...starts) + 10));
      const sums = new ZoneSums(tenant, 'trace', 'otlp'), namespaces = namespacesOf(read);
      for (const group of read) {
        const edge = edgeOf({ ...group, young: false }, namespaces, owners);
        if (!edge || edge === 'wait' || group.isMirror) continue;
        const zones = { source: zoneOf(edge.source), destination: zoneOf(edge.destination) };
        sums.add(group.bucket, edge, isInbound(group) ? Side.destination : Side.source, zones, { requests: group.count, bytesSent: Math.round(group.bytesSent), bytesReceived: Math.round(group.bytesReceived) });
      }
      for (const one of untold(tenant, elsewhere)) revisit({ tenant, bucket: one }, nowMs);
      for (const one of buckets) if (nowMs - one.bucket * 1000 < reachSeconds * 1000 + settleMs) revisit(one, nowMs + settleMs);
      return sums.rows();
    },
  }, createDerivedZones(store, writer, 'trace', now));
}

/** Owners of addresses, each with the zone in which it had its address. */
function withZones(owners: Owners): Owners {
  return {
    service: owners.service,
    within(named, fromMs, toMs) {
      const found = owners.within(named, fromMs, toMs);
      if (found === null) return null;
      const entity: SpanEntity = { ...found.entity, zone: found.zone };
      return { ...found, entity };
    },
  };
}

/** Of an end that made spans, or whose address is known. */
function zoneOf(entity: SpanEntity): string {
  return entity.zone ?? '';
}
