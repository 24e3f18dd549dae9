import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { envoyBounds, labelText } from '../../simulator/envoy-text.ts';
import { pairLabels, securityLabel, type ReportedPair } from '../../simulator/istio-labels.ts';
import type { Workload } from '../../simulator/scenario.ts';

const histograms = ['istio_request_bytes', 'istio_request_duration_milliseconds', 'istio_response_bytes'] as const;
/** Edges that each sidecar reports: two in, two out. */
const edgesPerTarget = 4;

export interface ScrapeLoad {
  readonly address: string;
  readonly paths: readonly string[];
  /** Lets a target's page show one more edge, to a workload of this name, from now on. */
  addEdge(target: number, destination: string): void;
  /** Counters stand still from now on. */
  freeze(): void;
  /** By how much the counters of all `destination` series have grown since each page was first served. */
  destinationRequests(): number;
  /** Pages and bytes served so far. */
  served(): { readonly pages: number; readonly bytes: number };
  stop(): Promise<void>;
}

/** Sidecar pages with moving counters, made of pre-built label texts: cheap enough to serve 200 targets beside the server. */
export async function startScrapeLoad(targets: number): Promise<ScrapeLoad> {
  const started = performance.now();
  const pages = Array.from({ length: targets }, (_, target) => Array.from({ length: edgesPerTarget }, (_, edge) => (edge < 2
    ? series('destination', `scrape-w${(target + targets - edge - 1) % targets}`, `scrape-w${target}`)
    : series('source', `scrape-w${target}`, `scrape-w${(target + edge - 1) % targets}`))));
  const first = new Map<number, number>(), last = new Map<number, number>();
  let served = 0, bytes = 0, frozen = 0;
  const counted = (): number => Math.floor((performance.now() - started) / 100) + 1;
  const server = createServer((request, response) => {
    const target = Number(/^\/sidecar\/(\d+)\//.exec(request.url ?? '')?.[1] ?? NaN);
    const page = pages[target];
    if (!page) {
      response.writeHead(404).end();
      return;
    }
    const count = frozen || counted();
    if (!first.has(target)) first.set(target, count);
    last.set(target, count);
    const body = render(page, count);
    served++;
    bytes += body.length;
    response.setHeader('content-type', 'text/plain; charset=UTF-8').end(body);
  });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths: pages.map((_, target) => `/sidecar/${target}/stats/prometheus`),
    addEdge: (target, destination) => { pages[target]?.push(series('source', `scrape-w${target}`, destination)); },
    freeze: () => { frozen = counted(); },
    destinationRequests: () => [...last].reduce((sum, [target, count]) => sum + (count - (first.get(target) ?? count)) * (edgesPerTarget / 2), 0),
    served: () => ({ pages: served, bytes }),
    stop: () => new Promise((done) => { server.close(() => { done(); }); server.closeAllConnections(); }),
  };
}

const workload = (name: string): Workload => ({ name, namespace: 'load', app: name, version: 'v1', dataPlane: 'sidecar', pods: 1, node: 'node-a' });

function series(reporter: 'source' | 'destination', source: string, destination: string): string {
  const pair: ReportedPair = {
    reporter, cluster: 'load', source: workload(source), destination: workload(destination), secured: true, protocol: 'http',
    service: { name: destination, namespace: 'load', port: 8080, backends: [] },
  };
  return labelText([...pairLabels(pair), ['response_code', '200'], ['grpc_response_status', ''], ['response_flags', '-'], securityLabel(pair)]);
}

function render(page: readonly string[], count: number): string {
  let out = '# TYPE istio_requests_total counter\n';
  for (const labels of page) out += `istio_requests_total{${labels}} ${count}\n`;
  for (const name of histograms) {
    out += `# TYPE ${name} histogram\n`;
    for (const labels of page) {
      for (const bound of envoyBounds) out += `${name}_bucket{${labels},le="${bound}"} ${bound < 10 ? Math.floor(count / 2) : count}\n`;
      out += `${name}_bucket{${labels},le="+Inf"} ${count}\n${name}_sum{${labels}} ${count * 8}\n${name}_count{${labels}} ${count}\n`;
    }
  }
  return out;
}
