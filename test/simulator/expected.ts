import {
  indexScenario, isPlaintext, troublesOf,
  type Call, type Fault, type Scenario, type ScenarioIndex, type Workload,
} from './scenario.ts';

/**
 * What a truthful console must show of a scenario, worked out from the declaration alone:
 * 1. walk every root's tree of calls with its rate; a call that fails and is not ignored ends its caller;
 * 2. an edge's requests are what its destination answered plus what never left the caller (design rule 2);
 * 3. errors are answers ≥ 500 and requests without an answer; retried attempts count at the destination;
 * 4. who reports an edge follows from the data plane and the instrumentation of its two ends.
 */
export interface ExpectedEdge {
  readonly source: ExpectedNode;
  readonly destination: ExpectedNode;
  /** Service host as addressed, `''` where there is none. */
  readonly service: string;
  /** null where nothing measures requests. */
  readonly requestsPerSecond: number | null;
  readonly errorRatio: number | null;
  /** Share of requests or connections known to be mutual TLS; null where nobody can know. */
  readonly mtlsShare: number | null;
  /** `<instrument>/<side>` of each witness. */
  readonly evidence: readonly string[];
  readonly health: 'Healthy' | 'Degraded' | 'Failure' | null;
}

export interface ExpectedNode {
  readonly kind: 'workload' | 'database' | 'topic' | 'external' | 'unknown';
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly version: string;
}

interface Tally {
  readonly source: ExpectedNode; readonly destination: ExpectedNode; readonly service: string;
  requests: number; errors: number; measuresRequests: boolean;
  readonly evidence: Set<string>; mtlsShare: number | null;
}

/** Edges between workloads while `faults` act, sorted by source and destination. */
export function expectedEdges(scenario: Scenario, faults: readonly Fault[]): readonly ExpectedEdge[] {
  const index = indexScenario(scenario);
  const tallies = new Map<string, Tally>();
  const tally = (source: ExpectedNode, destination: ExpectedNode, service: string): Tally => {
    const key = `${nodeKey(source)} → ${nodeKey(destination)}`;
    const found = tallies.get(key) ?? { source, destination, service, requests: 0, errors: 0, measuresRequests: false, evidence: new Set<string>(), mtlsShare: null };
    tallies.set(key, found);
    return found;
  };
  const visit = createVisit(index, faults, tally);
  for (const root of scenario.roots) {
    visit({ kind: 'request', protocol: 'http', operation: root.operation, probability: 1, onError: 'fail' }, index.workload(root.gateway), root.perSecond);
  }
  for (const stream of scenario.streams) {
    const from = index.workload(stream.from);
    for (const { workload } of index.service(stream.service).backends) {
      const to = index.workload(workload);
      const edge = tally(workloadNode(from), workloadNode(to), stream.service);
      for (const witness of proxyWitnesses(from, to)) edge.evidence.add(witness);
      edge.mtlsShare = knownSecurity(from, to, faults);
    }
  }
  for (const flow of scenario.flows) {
    for (const { workload, weight } of index.service(flow.service).backends) {
      const edge = tally(workloadNode(index.workload(flow.from)), workloadNode(index.workload(workload)), flow.service);
      edge.evidence.add('flow/source').add('flow/destination');
      if (flow.l7 === 'http') {
        edge.measuresRequests = true;
        edge.requests += flow.perSecond * weight;
      }
    }
  }
  return [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => finish(edge));
}

type Visit = (call: Call, caller: Workload, rate: number) => number;

/** Adds a call made `rate` times a second; returns the share of these calls that fail for the caller. */
function createVisit(index: ScenarioIndex, faults: readonly Fault[], tally: (source: ExpectedNode, destination: ExpectedNode, service: string) => Tally): Visit {
  const byTrace = (edge: Tally, caller: Workload, rate: number): void => {
    if (!caller.spans) return;
    edge.evidence.add('trace/source');
    edge.measuresRequests = true;
    edge.requests += rate;
  };
  /** A handler's calls in turn: each only as often as none before it failed. */
  const handle = (operationName: string, workload: Workload, rate: number): number => {
    let alive = 1;
    for (const call of index.operation(operationName).calls) {
      const failed = visit(call, workload, rate * alive * call.probability);
      if (call.onError === 'fail') alive *= 1 - call.probability * failed;
    }
    return 1 - alive;
  };
  const visit: Visit = (call, caller, rate) => {
    switch (call.kind) {
      case 'query': {
        const database = index.database(call.database);
        byTrace(tally(workloadNode(caller), databaseNode(database), ''), caller, rate);
        return 0;
      }
      case 'publish': {
        const topic = topicNode(index.topic(call.topic));
        const produced = tally(workloadNode(caller), topic, '');
        const consumed = tally(topic, workloadNode(index.workload(call.consumer)), '');
        if (caller.spans) produced.evidence.add('trace/source');
        consumed.evidence.add('trace/destination');
        return 0;
      }
      case 'external': {
        byTrace(tally(workloadNode(caller), { kind: 'external', namespace: '', name: call.host, app: '', version: '' }, ''), caller, rate);
        // ztunnel knows no such address and says so.
        if (caller.dataPlane === 'ambient') tally(workloadNode(caller), unknownNode, '').evidence.add('proxy/source');
        return 0;
      }
      case 'request': return request(call, caller, rate);
    }
  };
  const request = (call: Call & { kind: 'request' }, caller: Workload, rate: number): number => {
    const operation = index.operation(call.operation);
    const service = index.service(operation.service);
    const { noHealthyUpstream = 0, noCluster = 0, terminated = 0, timeout = 0, failed = 0, notFound = 0 } = troublesOf(call, caller.name, faults);
    // Where the callee counts nothing at all, the caller's proxy speaks for the edge; otherwise what it alone saw ended is its outcome.
    if (terminated !== 0 && terminated !== 1) throw new Error('a share of terminated connections would be seen as client outcomes');
    const unsent = noHealthyUpstream + noCluster + terminated;
    const answered = 1 - unsent - timeout - failed - notFound;
    const refusal = service.backends.reduce((sum, { workload, weight }) => sum + weight * (index.workload(workload).refuses ?? 0), 0);
    const tries = (call.retries ?? 0) + 1;
    let attempts = 0;
    for (let k = 0; k < tries; k++) attempts += refusal ** k;
    let failing = unsent + timeout + failed + answered * refusal ** tries;
    for (const { workload, weight } of service.backends) {
      const to = index.workload(workload);
      const edge = tally(workloadNode(caller), workloadNode(to), service.name);
      const handled = answered * attempts * weight * (1 - (to.refuses ?? 0));
      const handlerFails = handled > 0 ? handle(call.operation, to, rate * handled) : 0;
      edge.measuresRequests = true;
      // A request that never left names no workload: it belongs to the service's only one, or to each by weight.
      edge.requests += rate * weight * (unsent + timeout + failed + notFound) + rate * answered * attempts * weight;
      edge.errors += rate * weight * (unsent + timeout + failed) + rate * answered * attempts * weight * (to.refuses ?? 0) + rate * handled * handlerFails;
      failing += handled * handlerFails;
      for (const witness of terminated === 1 ? ['proxy/source'] : proxyWitnesses(caller, to, service.waypoint !== undefined)) edge.evidence.add(witness);
      if (caller.spans) edge.evidence.add('trace/source');
      if (caller.spans && to.spans) edge.evidence.add('trace/destination');
      edge.mtlsShare = terminated === 1 ? null : knownSecurity(caller, to, faults);
    }
    return failing;
  };
  return visit;
}

/** Proxies that tell of an edge. A waypoint stands in the middle and names both ends. */
function proxyWitnesses(from: Workload, to: Workload, waypoint = false): readonly string[] {
  if (from.dataPlane === 'ambient' && to.dataPlane === 'ambient' && waypoint) return ['proxy/middle'];
  return [
    ...(from.dataPlane !== 'none' ? ['proxy/source'] : []),
    ...(to.dataPlane !== 'none' ? ['proxy/destination'] : []),
  ];
}

function knownSecurity(from: Workload, to: Workload, faults: readonly Fault[]): number | null {
  if (to.dataPlane === 'none') return null;
  return from.dataPlane === 'none' || isPlaintext(to.name, faults) ? 0 : 1;
}

function finish({ evidence, measuresRequests, requests, errors, ...edge }: Tally): ExpectedEdge {
  const ratio = requests > 0 ? errors / requests : 0;
  return {
    source: edge.source, destination: edge.destination, service: edge.service, mtlsShare: edge.mtlsShare,
    requestsPerSecond: measuresRequests ? requests : null,
    errorRatio: measuresRequests ? ratio : null,
    evidence: [...evidence].sort(),
    // Kiali's defaults for 5xx: any is Degraded, a tenth is Failure.
    health: measuresRequests ? (ratio >= 0.1 ? 'Failure' : ratio > 0 ? 'Degraded' : 'Healthy') : null,
  };
}

const unknownNode: ExpectedNode = { kind: 'unknown', namespace: '', name: '', app: '', version: '' };

function workloadNode({ namespace, name, app, version }: Workload): ExpectedNode {
  return { kind: 'workload', namespace, name, app, version };
}

function databaseNode({ system, address, port, namespace }: { readonly system: string; readonly address: string; readonly port: number; readonly namespace: string }): ExpectedNode {
  return { kind: 'database', namespace: '', name: `${system}:${address}:${port}/${namespace}`, app: '', version: '' };
}

function topicNode({ system, name }: { readonly system: string; readonly name: string }): ExpectedNode {
  return { kind: 'topic', namespace: '', name: `${system}:${name}`, app: '', version: '' };
}

/** `<namespace>/<name>` of a workload, `<kind> <name>` of anything else. */
export function nodeKey(node: ExpectedNode): string {
  return node.kind === 'workload' ? `${node.namespace}/${node.name}` : `${node.kind} ${node.name}`.trim();
}
