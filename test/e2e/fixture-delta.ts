import { deltaColumns, type GraphDeltaColumns } from '@orrery/server/inference/diff/delta-columns';
import type { EdgeDelta, NodeDelta, SignalChange } from '@orrery/server/inference/diff/graph-delta';
import { edgeId } from './fixture-columns.ts';
import type { FixtureEdge, FixtureMesh } from './fixture-mesh.ts';

interface Windows { readonly before: { readonly from: number; readonly to: number }; readonly after: { readonly from: number; readonly to: number } }

/** Edges of the shop whose traffic is new, faster, more, or differs by chance alone. */
const told: Readonly<Record<string, Pick<EdgeDelta, 'presence' | 'verdict'> & { readonly change: SignalChange }>> = {
  'orders~wallet': { presence: 'added', verdict: 'changed', change: change('requests', 0, 35, 'changed') },
  'auth~session': { presence: 'both', verdict: 'better', change: change('p99', 56, 38, 'better') },
  'web~recommend': { presence: 'both', verdict: 'changed', change: change('requests', 120, 180, 'changed') },
};
const undecided: ReadonlySet<string> = new Set(['partner-api~orders', 'orders~flags']);

/** A comparison of a made-up mesh: what fails or is degraded now did not before, and two edges are gone. */
export function fixtureDelta(mesh: FixtureMesh, { before, after }: Windows): GraphDeltaColumns {
  const edges = [...mesh.edges.flatMap(deltaOf), ...goneOf(mesh)];
  const known = new Map(mesh.nodes.map((node) => [node.name, node]));
  const ends = [...new Set(edges.flatMap((edge) => [edge.source, edge.destination]))];
  const nodes = ends.map((id): NodeDelta => {
    const node = known.get(id);
    const bad = node?.health === 'Failure' || node?.health === 'Degraded';
    return {
      id, label: id, entity: { cluster: 'prod-eu-1', namespace: node?.namespace ?? 'shop', kind: 'workload', name: id, app: id, version: '' } as NodeDelta['entity'],
      presence: node ? 'both' : 'gone', verdict: bad ? 'worse' : 'changed', healthBefore: 'Healthy', healthAfter: bad ? (node.health as 'Failure') : 'Healthy',
      signals: bad ? [change('errorRatio', 0.002, Number.parseFloat(node.reason) / 100, 'worse')] : [],
    };
  }).map((node) => (node.presence === 'both' && node.signals.length === 0 ? { ...node, verdict: 'same' as const } : node));
  const changed = new Set(edges.map((edge) => edge.id));
  const rest = mesh.edges.map(edgeId).filter((id) => !changed.has(id) && !undecided.has(id));
  return deltaColumns({
    type: 'workload', before: { ...before, step: 10, coveredSeconds: 300, settled: true }, after: { ...after, step: 10, coveredSeconds: 300, settled: true },
    falseDiscoveryRate: 0.05, tests: 240, edges, nodes, unchangedEdges: rest, undecidedEdges: [...undecided], unchangedNodes: [], partial: [],
  });
}

function deltaOf(edge: FixtureEdge): EdgeDelta[] {
  const id = edgeId(edge), one = told[id];
  const of = { id, source: edge.source, destination: edge.destination, healthBefore: 'Healthy', healthAfter: edge.health as 'Failure', atStake: edge.rps ?? 0 } as const;
  if (one) return [{ ...of, presence: one.presence, verdict: one.verdict, signals: [one.change] }];
  if (edge.errorRatio === null || edge.errorRatio === 0) return [];
  return [{ ...of, presence: 'both', verdict: 'worse', signals: [change('errorRatio', 0.003, edge.errorRatio, 'worse'), change('p99', 120, edge.p99Ms, 'unknown')] }];
}

/** Edges that the later window has no more, where the mesh is the shop. */
function goneOf(mesh: FixtureMesh): EdgeDelta[] {
  if (!mesh.nodes.some((node) => node.name === 'promo')) return [];
  return [['reviews', 'pricing'], ['promo', 'coupons']].map(([source = '', destination = '']) => ({
    id: `${source}~${destination}`, source, destination, presence: 'gone', verdict: 'changed', healthBefore: 'Healthy', healthAfter: 'NA', atStake: 30, signals: [change('requests', 30, 0, 'changed')],
  }));
}

function change(signal: SignalChange['signal'], before: number, after: number | null, verdict: SignalChange['verdict']): SignalChange {
  const unknown = verdict === 'unknown';
  return { signal, before, after, difference: (after ?? 0) - before, relative: null, pValue: unknown ? null : 1e-5, qValue: unknown ? null : 4e-4, verdict, reason: unknown ? 'within what this traffic varies by' : '' };
}
