import type { EdgeEvidence } from '../../evidence/evidence.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { ObservedContext } from '../observed-check.ts';
import { boundTo, takes } from './callers.ts';
import type { RouteRule } from './route-rules.ts';
import { askedOf, type SideReport } from './side-report.ts';
import { subsetNamed, targetOf } from './target.ts';

/** What callers' proxies sent by an edge to one host. */
export interface AskedEdge {
  readonly edge: EdgeEvidence;
  readonly host: string;
  readonly asked: SideReport;
}

/**
 * What takes an object and may take one of its routes: requests of callers that the object is for to the route's
 * destinations. Where nothing tells the subset of what was called, it may.
 */
export function takingRoute(object: ConfigObject, { destinations }: Pick<RouteRule, 'destinations'>, { mesh, traffic }: Pick<ObservedContext, 'mesh' | 'traffic'>): AskedEdge[] {
  const bound = boundTo(object, mesh), found = new Map<EdgeEvidence, AskedEdge>();
  for (const { host, subset } of destinations) {
    const known = subset === undefined ? undefined : subsetNamed(host, subset, object.namespace, mesh);
    const target = targetOf(host, known, mesh);
    for (const edge of traffic.toHost(host)) {
      if (found.has(edge) || target.includes(edge) === false || !takes(object, bound, edge, host, mesh)) continue;
      const asked = askedOf(traffic.evidence, edge, host);
      if (asked !== null && asked.requests > 0) found.set(edge, { edge, host, asked });
    }
  }
  return [...found.values()];
}
