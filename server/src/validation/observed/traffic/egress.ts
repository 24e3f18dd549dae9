import { Intent, Measured, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { Counted } from '../edge-counts.ts';
import type { Evidence } from '../../evidence/evidence.ts';

/** Envoy's clusters for what the registry does not know: let through, or dropped. */
export type EgressCluster = 'PassthroughCluster' | 'BlackHoleCluster';

/** What a workload sent to a host that the registry did not lead to. */
export interface Egress {
  readonly source: Entity;
  readonly cluster: EgressCluster;
  /** As the client named it; `''` where nothing names it. */
  readonly host: string;
  readonly of: Counted;
  readonly count: number;
  readonly edgeId: string;
}

const name = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)+\.?(?::\d+)?$/;
const address = /^[\d.]+(?::\d+)?$/;

/** Passthrough and BlackHole traffic as the callers' proxies report it, busiest first. */
export function egressOf({ rows }: Evidence): Egress[] {
  return rows.flatMap((row): Egress[] => {
    const { edge, side, intent, measured, requests, connectionsOpened, edgeId } = row;
    const cluster = edge?.destination.name;
    if (edge === null || edge.destination.kind !== EntityKind.external || (cluster !== 'PassthroughCluster' && cluster !== 'BlackHoleCluster')) return [];
    if (side !== Side.source || intent !== Intent.primary) return [];
    const of = (measured & Measured.requests) !== 0 ? 'requests' : 'connections', count = of === 'requests' ? requests : connectionsOpened;
    return count > 0 ? [{ source: edge.source, cluster, host: hostName(edge.service), of, count, edgeId }] : [];
  }).sort((a, b) => b.count - a.count || (a.edgeId < b.edgeId ? -1 : 1));
}

/** A name that a ServiceEntry could hold, without port; `''` for addresses and what is no name. */
function hostName(service: string): string {
  return name.test(service) && !address.test(service) ? service.replace(/\.?(?::\d+)?$/, '') : '';
}
