import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { envoyBounds, labelText } from '../../simulator/envoy-text.ts';
import { pairLabels, securityLabel, type ReportedPair } from '../../simulator/istio-labels.ts';
import type { Workload } from '../../simulator/scenario.ts';
import { meshCluster, type MeshCall, type MeshWorkload } from './graph-mesh.ts';

/** One page with both sides of some calls, whose counters grow with the time since it started. */
export interface MeshFeed { readonly url: string; stop(): Promise<void> }

/** Serves the proxies' counters of `calls`, so that a scrape each second changes just these edges. */
export async function startMeshFeed(calls: readonly MeshCall[]): Promise<MeshFeed> {
  const started = performance.now();
  const series = calls.flatMap((call) => (['destination', 'source'] as const).map((reporter) => {
    const pair: ReportedPair = {
      reporter, cluster: meshCluster, source: workloadOf(call.source), destination: workloadOf(call.destination), secured: true, protocol: 'http',
      service: { name: call.destination.name, namespace: call.destination.namespace, port: 8080, backends: [] },
    };
    return { labels: labelText([...pairLabels(pair), ['response_code', '200'], ['grpc_response_status', ''], ['response_flags', '-'], securityLabel(pair)]), perSecond: call.requestsPerSecond };
  }));
  const server = createServer((_, response) => {
    const seconds = (performance.now() - started) / 1000;
    let page = '# TYPE istio_requests_total counter\n';
    for (const { labels, perSecond } of series) page += `istio_requests_total{${labels}} ${Math.floor(seconds * perSecond)}\n`;
    page += '# TYPE istio_request_duration_milliseconds histogram\n';
    for (const { labels, perSecond } of series) {
      const count = Math.floor(seconds * perSecond);
      for (const bound of envoyBounds) page += `istio_request_duration_milliseconds_bucket{${labels},le="${bound}"} ${Math.floor(count * (1 - Math.exp(-bound / 12)))}\n`;
      page += `istio_request_duration_milliseconds_bucket{${labels},le="+Inf"} ${count}\nistio_request_duration_milliseconds_sum{${labels}} ${count * 12}\nistio_request_duration_milliseconds_count{${labels}} ${count}\n`;
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(page);
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stats/prometheus`,
    stop: () => new Promise((done) => { server.close(() => { done(); }); server.closeAllConnections(); }),
  };
}

const workloadOf = ({ name, namespace }: MeshWorkload): Workload => ({ name, namespace, app: name, version: 'v1', dataPlane: 'sidecar', pods: 1, node: 'node-a' });
