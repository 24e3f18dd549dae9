import type { Page } from '../simulator/mesh.ts';

/** A counter of the mesh's proxies that grows at a known rate a second; labels that are not given are `unknown`. */
interface Series {
  readonly reporter: 'source' | 'destination' | 'waypoint';
  /** `<namespace>/<workload>`; '' where the proxy does not know. */
  readonly source: string;
  readonly destination: string;
  /** Host that was addressed. */
  readonly host: string;
  /** Name of the service or ServiceEntry behind the host, where it is not the host itself. */
  readonly service?: string;
  readonly code: string;
  readonly flags?: string;
  readonly rate: number;
}

const both = (series: Omit<Series, 'reporter'>): Series[] => [{ ...series, reporter: 'source' }, { ...series, reporter: 'destination' }];
const inMesh = (destination: string): { readonly destination: string; readonly host: string; readonly service: string } => {
  const [namespace = '', workload = ''] = destination.split('/');
  return { destination, host: `${workload}.${namespace}.svc.cluster.local`, service: workload };
};

/** What the two sides of an edge, its waypoint and the outside make different: the cases that a generated mesh does not have. */
const series: readonly Series[] = [
  // Refused by one replica, retried and answered by another: the source counts it once, the destination each attempt.
  { reporter: 'source', source: 'front/web', ...inMesh('back/pay'), code: '200', rate: 20 },
  { reporter: 'destination', source: 'front/web', ...inMesh('back/pay'), code: '200', rate: 20 },
  { reporter: 'destination', source: 'front/web', ...inMesh('back/pay'), code: '503', rate: 4 },
  // The source stops waiting: its 504 is the destination's code 0, within a namespace and between two.
  ...both({ source: 'back/cart', ...inMesh('back/stock'), code: '200', rate: 18 }),
  { reporter: 'source', source: 'back/cart', ...inMesh('back/stock'), code: '504', flags: 'UT', rate: 3 },
  { reporter: 'destination', source: 'back/cart', ...inMesh('back/stock'), code: '0', flags: 'DC', rate: 3 },
  ...both({ source: 'front/web', ...inMesh('back/cart'), code: '200', rate: 15 }),
  { reporter: 'source', source: 'front/web', ...inMesh('back/cart'), code: '504', flags: 'UT', rate: 2 },
  { reporter: 'destination', source: 'front/web', ...inMesh('back/cart'), code: '0', flags: 'DC', rate: 2 },
  // No healthy upstream: it never left the source, which therefore knows no workload.
  { reporter: 'source', source: 'front/web', destination: '', host: 'mail.back.svc.cluster.local', service: 'mail', code: '503', flags: 'UH', rate: 2 },
  // Out of the mesh: unknown, refused, and by a ServiceEntry.
  { reporter: 'source', source: 'front/web', destination: '', host: 'PassthroughCluster', code: '200', rate: 5 },
  { reporter: 'source', source: 'back/cart', destination: '', host: 'BlackHoleCluster', code: '502', rate: 2 },
  { reporter: 'source', source: 'back/pay', destination: '', host: 'api.acquirer.example', code: '200', rate: 6 },
  // Into the mesh, from what has no proxy.
  { reporter: 'destination', source: '', ...inMesh('front/web'), code: '200', rate: 30 },
  // Ambient, through a waypoint.
  { reporter: 'waypoint', source: 'back/pay', ...inMesh('ledgers/book'), code: '200', rate: 8 },
  // A namespace that Kiali does not show: seen from the one that it does, and on its own.
  ...both({ source: 'hidden/job', ...inMesh('back/stock'), code: '200', rate: 7 }),
  ...both({ source: 'hidden/job', ...inMesh('hidden/store'), code: '200', rate: 9 }),
];

/** Namespaces of these proxies that Kiali is to show. */
export const shownNamespaces = ['front', 'back', 'ledgers'];
export const hiddenNamespace = 'hidden';

/** The page of these proxies, as Envoy's would be; counters began at `startMs`. */
export function oddPage(cluster: string, startMs: number): Page {
  return {
    path: '/odd/stats/prometheus', kind: 'envoy', pod: 'odd', namespace: 'front', workload: 'odd',
    render: (nowMs) => `# TYPE istio_requests_total counter\n${series.map((one) => `istio_requests_total{${labelsOf(one, cluster)}} ${Math.floor((one.rate * (nowMs - startMs)) / 1000)}\n`).join('')}`,
  };
}

function labelsOf({ reporter, source, destination, host, service = host, code, flags = '-' }: Series, cluster: string): string {
  const [sourceNamespace, sourceWorkload] = ends(source), [namespace, workload] = ends(destination);
  const labels = {
    reporter, source_workload: sourceWorkload, source_workload_namespace: sourceNamespace, source_canonical_service: sourceWorkload, source_canonical_revision: source === '' ? 'unknown' : 'v1',
    source_cluster: source === '' ? 'unknown' : cluster, source_principal: 'unknown', source_app: sourceWorkload, source_version: source === '' ? 'unknown' : 'v1',
    destination_workload: workload, destination_workload_namespace: namespace, destination_canonical_service: workload, destination_canonical_revision: destination === '' ? 'latest' : 'v1',
    destination_cluster: destination === '' ? 'unknown' : cluster, destination_principal: 'unknown', destination_app: workload, destination_version: destination === '' ? 'unknown' : 'v1',
    destination_service: host, destination_service_name: service, destination_service_namespace: service === host ? 'unknown' : host.split('.')[1],
    request_protocol: 'http', response_code: code, response_flags: flags, grpc_response_status: '', connection_security_policy: reporter === 'source' ? 'unknown' : 'none',
  };
  return Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(',');
}

const ends = (end: string): readonly [namespace: string, workload: string] => {
  const [namespace = 'unknown', workload = 'unknown'] = end === '' ? [] : end.split('/');
  return [namespace, workload];
};
