import { createEnvoyProxy, type EnvoyProxy } from './envoy-proxy.ts';
import type { ConnectionHappening, Pod, RequestHappening } from './happening.ts';
import type { Scenario } from './scenario.ts';
import { createZtunnel, type Ztunnel } from './ztunnel.ts';

/** All proxies of the mesh: given what happened, each records the part that it would have seen. */
export interface MeshProxies {
  request(request: RequestHappening): void;
  connection(connection: ConnectionHappening): void;
  /** Paths of the metrics pages with what a scraper must know of each. */
  readonly pages: readonly Page[];
}

export interface Page {
  readonly path: string;
  readonly kind: 'envoy' | 'ztunnel';
  readonly pod: string;
  readonly namespace: string;
  readonly workload: string;
  render(nowMs: number): string;
}

/** An Envoy beside each pod that has a sidecar or is a gateway or waypoint, a ztunnel on each node, and the pages that they serve. */
export function createMeshProxies(scenario: Scenario, pods: readonly Pod[], startMs: number): MeshProxies {
  const envoys = new Map<string, EnvoyProxy>();
  const ztunnels = new Map<string, Ztunnel>();
  const pages: Page[] = [];
  for (const pod of pods) {
    const { workload } = pod;
    const hasEnvoy = workload.dataPlane === 'sidecar' || workload.app === 'waypoint';
    if (hasEnvoy) {
      const proxy = createEnvoyProxy(scenario.cluster, startMs);
      envoys.set(pod.name, proxy);
      const folder = workload.app === 'waypoint' ? 'waypoint' : workload.gateway ? 'gateway' : 'sidecar';
      pages.push({ path: `/${folder}/${pod.name}/stats/prometheus`, kind: 'envoy', pod: pod.name, namespace: workload.namespace, workload: workload.name, render: (now) => proxy.render(now) });
    }
    if (!ztunnels.has(workload.node)) {
      const ztunnel = createZtunnel(scenario.cluster, workload.node);
      ztunnels.set(workload.node, ztunnel);
      pages.push({ path: `/ztunnel/${workload.node}/metrics`, kind: 'ztunnel', pod: `ztunnel-${workload.node}`, namespace: 'istio-system', workload: 'ztunnel', render: () => ztunnel.render() });
    }
  }
  return {
    pages,
    request(request) {
      const { caller, callee, source, destination, waypoint } = request;
      if (waypoint) {
        if (source) envoys.get(waypoint.name)?.request('waypoint', request, source);
        return;
      }
      if (source && caller.workload.dataPlane === 'sidecar') envoys.get(caller.name)?.request('source', request, source);
      if (destination && callee?.workload.dataPlane === 'sidecar') envoys.get(callee.name)?.request('destination', request, destination);
    },
    connection(connection) {
      const { caller, callee } = connection;
      if (caller.workload.dataPlane === 'sidecar' && callee?.workload.dataPlane === 'sidecar') {
        envoys.get(caller.name)?.connection('source', connection);
        envoys.get(callee.name)?.connection('destination', connection);
      }
      for (const ztunnel of ztunnels.values()) ztunnel.connection(connection);
    },
  };
}
