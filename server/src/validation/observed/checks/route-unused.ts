import { serviceName } from '../../mesh/hosts.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { ObservedCheck } from '../observed-check.ts';
import { sumOf, trafficOf } from '../edge-counts.ts';
import { arrivalsOf } from '../traffic/arrivals.ts';
import { routeKinds } from '../traffic/routing-index.ts';
import { routesTo } from '../traffic/splits.ts';
import type { Mesh } from '../../mesh/mesh.ts';

/** Hosts that are routed, and nobody calls. */
export const routeUnused: ObservedCheck = {
  code: 'observed/route-unused',
  severity: 'info',
  kinds: routeKinds,
  title: 'Hosts routed without traffic',
  meaning: 'The route sends requests to a host that nobody called in the whole window, though traffic of its namespace was seen: the service is gone or was replaced, callers use another name, or another route takes the requests first. Every proxy carries such routes, and whoever reads them believes them.',
  remedy: 'Take the route out, or see which name the callers use and which route takes their requests (`istioctl proxy-config routes`).',
  needs: { span: 'long', sample: 1_000, of: 'requests' },
  unseen: 'Calls that come less often than the window is long, and callers of which no telemetry is read. The sample is what was seen of the whole mesh.',
  example: {
    configured: 'A VirtualService for `legacy-search`, routing to the host of that name.',
    told: 'In six hours 900,000 requests were seen in the mesh, none of them to `legacy-search`.',
    fine: 'One caller asks it now and then.',
  },
  run({ mesh, objects, traffic, unchanged }, answers) {
    const seen = Math.round(sumOf(traffic.evidence.edges, trafficOf)), { namespaces } = arrivalsOf(traffic.evidence);
    const isCalled = (host: string): boolean => traffic.toHost(host).some((edge) => trafficOf(edge) > 0);
    for (const object of routeKinds.flatMap((kind) => objects(kind))) {
      const hosts = routedHosts(object, mesh);
      if (hosts.size === 0) continue;
      if (!unchanged(object)) {
        answers.undecided(object, 'changed within the window');
        continue;
      }
      const unused = [...hosts].filter(([host]) => !isCalled(host));
      if (unused.length === 0 || !answers.suffices(object, seen)) continue;
      for (const [host, path] of unused) {
        if (!namespaces.has(serviceName(host, mesh)?.namespace ?? object.namespace)) answers.undecided(object, 'nothing is seen of its namespace');
        else answers.found(object, path, `nobody calls ${host}, which it routes to`, {
          sample: seen, of: 'requests', pValue: null, edgeIds: [],
          measures: [{ name: `to ${host}`, unit: 'requests', observed: 0, configured: null, interval: null }],
        });
      }
    }
  },
};

/** Full hosts to which a route gives any weight, with the list of destinations that each is in first. */
function routedHosts(object: ConfigObject, mesh: Mesh): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  for (const { path, destinations } of routesTo(object, mesh)) {
    for (const { host, weight } of destinations) if (weight > 0 && !hosts.has(host)) hosts.set(host, path);
  }
  return hosts;
}
