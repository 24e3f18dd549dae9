import { edgeId } from './fixture-columns.ts';
import type { FixtureEdge, FixtureMesh } from './fixture-mesh.ts';

/** Answers of `blastRadius`, `trafficCost`, `mtlsPosture` and `strictImpact` for a made-up mesh, in the shapes of the schema. */
export function fixtureInsight(mesh: FixtureMesh, now: () => number): {
  blastRadius(subject: { readonly node?: string | null; readonly edge?: string | null }): unknown;
  trafficCost(): unknown;
  mtlsPosture(): unknown;
  strictImpact(namespace: string): unknown;
} {
  const window = (): unknown => ({ from: now() - 300, to: now(), step: 10, coveredSeconds: 300, settled: false });
  const common = (): object => ({ window: window(), truncated: false, partial: mesh.partial ?? [] });
  const namespaceOf = (name: string): string => mesh.nodes.find((node) => node.name === name)?.namespace ?? '';
  const monthlyCost = (edge: FixtureEdge): number => (namespaceOf(edge.source) === namespaceOf(edge.destination) ? 0 : (edge.rps ?? 0) * 0.04);
  return {
    blastRadius({ node, edge }) {
      const subject = mesh.edges.find((one) => edgeId(one) === edge);
      const start = node ?? subject?.source;
      if (start === undefined || !mesh.nodes.some((one) => one.name === start)) return null;
      const shares = new Map(subject ? [[start, 0.5]] : []);
      const ways = new Set<string>();
      const queue = [start];
      for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
        for (const into of mesh.edges.filter((one) => one.destination === at && !one.idle)) {
          ways.add(edgeId(into));
          if (shares.has(into.source) || into.source === start) continue;
          shares.set(into.source, (shares.get(at) ?? 1) * 0.6);
          queue.push(into.source);
        }
      }
      const entry = (name: string): boolean => !mesh.edges.some((one) => one.destination === name);
      const dependents = [...shares].map(([name, share]) => ({ node: { id: name, label: name }, depth: 1, share, atStakePerSecond: share * 100, isEntryPoint: entry(name) }));
      const entryPoints = [...shares.keys()].filter(entry);
      return { ...common(), node: node ?? null, edge: edge ?? null, perSecond: 40, dependents, totalDependents: dependents.length, entryPoints, totalEntryPoints: entryPoints.length, entryAtStakePerSecond: 12, edges: [...ways], dependencies: [], totalDependencies: 0, settled: true };
    },
    trafficCost() {
      const items = mesh.edges.filter((edge) => edge.rps !== null).map((edge) => ({ edge: edgeId(edge), namespace: '', bytes: 1e9, cost: 0.01, monthlyCost: monthlyCost(edge), parts: [{ kind: monthlyCost(edge) === 0 ? 'sameZone' : 'crossZone', bytes: 1e9, cost: 0.01 }] }));
      const total = items.reduce((sum, item) => sum + item.monthlyCost, 0);
      return { ...common(), currency: 'USD', prices: [], items, totalItems: items.length, total: { namespace: '', parts: [], bytes: 1e9 * items.length, cost: 0.01, monthlyCost: total }, unknownBytes: 4e9 };
    },
    mtlsPosture() {
      const of = (namespace: string, into: readonly FixtureEdge[]): object => {
        const plain = into.filter(isPlain).length, unknown = into.filter((edge) => edge.mtls === null).length, known = into.length - unknown;
        const counts = (share: number | null): object => ({ secured: 1, plaintext: 1, share });
        return { namespace, requests: counts(known === 0 ? null : 1 - plain / known), connections: counts(null), edges: into.length, plaintextEdges: plain, unknownEdges: unknown };
      };
      const edges = mesh.edges.filter((edge) => !edge.idle);
      const namespaces = [...new Set(mesh.nodes.map((node) => node.namespace))].filter((name) => name !== '').sort();
      const identity = { node: 'payment', entity: { cluster: 'prod-eu-1', namespace: 'payments', kind: 'workload', name: 'payment', app: 'payment', version: 'v1' }, principals: ['spiffe://cluster.local/ns/default/sa/default'], unexpected: ['spiffe://cluster.local/ns/default/sa/default'] };
      return { ...common(), total: of('', edges), namespaces: namespaces.map((name) => of(name, edges.filter((edge) => namespaceOf(edge.destination) === name))), plaintextEdges: [], totalPlaintextEdges: 0, unknownEdges: [], totalUnknownEdges: 0, identities: mesh.nodes.some((node) => node.name === 'payment') ? [identity] : [], totalIdentities: 1 };
    },
    strictImpact(namespace) {
      const into = mesh.edges.filter((edge) => namespace === '' || namespaceOf(edge.destination) === namespace);
      const breaking = into.filter(isPlain).map(postureEdge);
      const unknown = into.filter((edge) => edge.mtls === null).map(postureEdge);
      return { ...common(), namespace, breaking, totalBreaking: breaking.length, unknown, totalUnknown: unknown.length, plaintextRequestsPerSecond: 1, plaintextConnectionsPerSecond: 0, callersOutsideMesh: [], totalCallersOutsideMesh: 0, safe: breaking.length + unknown.length === 0 };
    },
  };
}

function isPlain({ mtls }: FixtureEdge): boolean {
  return mtls !== null && mtls < 1;
}

function postureEdge(edge: FixtureEdge): unknown {
  return {
    edge: edgeId(edge), source: { id: edge.source, label: edge.source }, destination: { id: edge.destination, label: edge.destination }, sourceOutsideMesh: edge.source.startsWith('partner'),
    plaintextRequestsPerSecond: edge.mtls === null ? 0 : (edge.rps ?? 0) * (1 - edge.mtls), plaintextConnectionsPerSecond: 0, requestsPerSecond: edge.rps, connectionsPerSecond: null,
  };
}
