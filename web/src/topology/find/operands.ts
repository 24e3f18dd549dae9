import { failureShare } from '../graph/reason.ts';
import { isPlaintext, type TopologyEdge, type TopologyNode } from '../graph/topology.ts';

/** What an expression is asked about: a node, or an edge with its two ends. */
export type Subject =
  | { readonly kind: 'node'; readonly node: TopologyNode }
  | { readonly kind: 'edge'; readonly edge: TopologyEdge; readonly source: TopologyNode; readonly destination: TopologyNode };

/** Units that may follow a number, by what one of them is in the operand's own: `p99 > 1.5 s` is `p99 > 1500`. */
type Units = Readonly<Record<string, number>>;

/** Texts: any of them may match (an edge has two namespaces). Numbers: null = not measured. */
export type Operand =
  | { readonly type: 'text'; readonly help: string; readonly of: (subject: Subject) => readonly string[] }
  | { readonly type: 'number'; readonly help: string; readonly units: Units; readonly of: (subject: Subject) => number | null }
  | { readonly type: 'flag'; readonly help: string; readonly of: (subject: Subject) => boolean };

function ends(subject: Subject): readonly TopologyNode[] {
  return subject.kind === 'node' ? [subject.node] : [subject.source, subject.destination];
}

function text(help: string, of: (node: TopologyNode) => string): Operand {
  return { type: 'text', help, of: (subject) => ends(subject).map(of) };
}

function edgeText(help: string, of: (subject: Subject & { kind: 'edge' }) => readonly string[]): Operand {
  return { type: 'text', help, of: (subject) => (subject.kind === 'edge' ? of(subject) : []) };
}

function number(help: string, units: Units, of: (one: TopologyNode | TopologyEdge) => number | null): Operand {
  return { type: 'number', help, units, of: (subject) => of(subject.kind === 'node' ? subject.node : subject.edge) };
}

function edgeNumber(help: string, units: Units, of: (edge: TopologyEdge) => number | null): Operand {
  return { type: 'number', help, units, of: (subject) => (subject.kind === 'edge' ? of(subject.edge) : null) };
}

function state(name: TopologyNode['state'], help: string): Operand {
  return { type: 'flag', help, of: (subject) => stateOf(subject) === name };
}

function stateOf(subject: Subject): TopologyNode['state'] {
  return (subject.kind === 'node' ? subject.node : subject.edge).state;
}

const times100 = (share: number | null): number | null => (share === null ? null : share * 100);
const namespace = text('namespace; of an edge: of either end', (node) => node.namespace);
const workload = text('name of the entity; of an edge: of either end', (node) => node.name);
const perCent: Units = { '%': 1 };
const milliseconds: Units = { ms: 1, s: 1000 };
const perSecond: Units = { rps: 1, '/s': 1 };
const bytes: Units = { 'B/s': 1, 'kB/s': 1e3, 'MB/s': 1e6, 'GB/s': 1e9 };
const errors = number('errors, per cent of requests; where callers alone saw more, of what they got', perCent, (one) => times100(failureShare(one)));
const p99 = number('response time, 99th percentile, ms', milliseconds, (one) => one.p99Ms);
const traffic = number('requests per second', perSecond, (one) => one.rps);

/** Operands of the find language, Kiali's where Kiali has one. */
export const operands: Readonly<Record<string, Operand>> = {
  name: text('text on the card or name of the entity', (node) => `${node.label}\n${node.name}`),
  ns: namespace,
  namespace,
  app: text('canonical service or service.name', (node) => node.app),
  version: text('canonical revision or service.version', (node) => node.version),
  workload,
  wl: workload,
  cluster: text('cluster', (node) => node.cluster),
  kind: text('workload, app, service, gateway, database, topic, external, world', (node) => node.kind),
  source: edgeText('caller', ({ source }) => [source.label, source.name]),
  destination: edgeText('callee', ({ destination }) => [destination.label, destination.name]),
  sourcens: edgeText('namespace of the caller', ({ source }) => [source.namespace]),
  destns: edgeText('namespace of the callee', ({ destination }) => [destination.namespace]),
  protocol: edgeText('http, grpc, tcp, dns, database, messaging', ({ edge }) => [edge.protocol]),
  '%httperr': errors,
  '%err': errors,
  errors,
  rps: traffic,
  traffic,
  p50: number('response time, median, ms', milliseconds, (one) => one.p50Ms),
  p90: number('response time, 90th percentile, ms', milliseconds, (one) => one.p90Ms),
  p99,
  responsetime: p99,
  rt: p99,
  mtls: edgeNumber('mutual TLS, per cent of requests or connections', perCent, (edge) => times100(edge.mtlsShare)),
  throughput: edgeNumber('bytes per second, both directions', bytes, (edge) => edge.bytesPerSecond),
  connections: edgeNumber('connections opened per second', perSecond, (edge) => edge.connectionsPerSecond),
  confidence: edgeNumber('how well the evidence agrees, 0 to 1', {}, (edge) => edge.confidence),
  failing: state('failing', 'health is Failure'),
  degraded: state('degraded', 'health is Degraded'),
  healthy: state('healthy', 'health is Healthy'),
  idle: state('idle', 'no traffic in the window'),
  unknown: state('unknown', 'traffic without any measured outcome'),
  worse: { type: 'flag', help: 'compared: got worse, failing or not', of: (subject) => stateOf(subject) === 'worse' || stateOf(subject) === 'broken' },
  better: state('better', 'compared: got better'),
  added: state('added', 'compared: not there in A'),
  gone: state('gone', 'left the graph; compared: not there in B'),
  changed: number('compared: the largest change beyond chance, per cent of what it was; of shares, points', perCent, (one) => one.change),
  plaintext: { type: 'flag', help: 'edge with less than 100 % mutual TLS', of: (subject) => subject.kind === 'edge' && isPlaintext(subject.edge) },
  outside: { type: 'flag', help: 'node outside of the mesh', of: (subject) => subject.kind === 'node' && subject.node.isOutsideMesh },
  trafficsource: { type: 'flag', help: 'node that nobody calls', of: (subject) => subject.kind === 'node' && subject.node.isRoot },
};
