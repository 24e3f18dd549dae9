import { edgeId } from './fixture-columns.ts';
import type { FixtureEdge, FixtureMesh } from './fixture-mesh.ts';

/** Answers of `blastRadius`, `trafficCost` and `strictImpact` for a made-up mesh, in the shapes of the schema. */
export function fixtureInsight(mesh: FixtureMesh, now: () => number): {
  blastRadius(subject: { readonly node?: string | null; readonly edge?: string | null }): unknown;
  trafficCost(): unknown;
  strictImpact(namespace: string): unknown;
} {
  const window = (): unknown => ({ from: now() - 300, to: now(), step: 10, coveredSeconds: 300, settled: false });
  const common = (): object => ({ window: window(), truncated: false, partial: [] });
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
      const dependents = [...shares].map(([name, share]) => ({ node: { id: name }, depth: 1, share, atStakePerSecond: share * 100, isEntryPoint: entry(name) }));
      const entryPoints = [...shares.keys()].filter(entry);
      return { ...common(), node: node ?? null, edge: edge ?? null, perSecond: 40, dependents, totalDependents: dependents.length, entryPoints, totalEntryPoints: entryPoints.length, entryAtStakePerSecond: 12, edges: [...ways], dependencies: [], totalDependencies: 0, settled: true };
    },
    trafficCost() {
      const items = mesh.edges.filter((edge) => edge.rps !== null).map((edge) => ({ edge: edgeId(edge), namespace: '', bytes: 1e9, cost: 0.01, monthlyCost: monthlyCost(edge), parts: [{ kind: monthlyCost(edge) === 0 ? 'sameZone' : 'crossZone', bytes: 1e9, cost: 0.01 }] }));
      const total = items.reduce((sum, item) => sum + item.monthlyCost, 0);
      return { ...common(), currency: 'USD', prices: [], items, totalItems: items.length, total: { namespace: '', parts: [], bytes: 1e9 * items.length, cost: 0.01, monthlyCost: total }, unknownBytes: 4e9 };
    },
    strictImpact(namespace) {
      const into = mesh.edges.filter((edge) => namespace === '' || namespaceOf(edge.destination) === namespace);
      const breaking = into.filter((edge) => edge.mtls !== null && edge.mtls < 1).map((edge) => ({ edge: edgeId(edge) }));
      const unknown = into.filter((edge) => edge.mtls === null).map((edge) => ({ edge: edgeId(edge) }));
      return { ...common(), namespace, breaking, totalBreaking: breaking.length, unknown, totalUnknown: unknown.length, plaintextRequestsPerSecond: 1, plaintextConnectionsPerSecond: 0, callersOutsideMesh: [], totalCallersOutsideMesh: 0, safe: breaking.length + unknown.length === 0 };
    },
  };
}
