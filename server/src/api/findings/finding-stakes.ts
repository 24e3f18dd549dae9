import type { GraphEdge, GraphNode } from '../../inference/graph.ts';
import type { InventoryReader } from '../../inference/inventory.ts';
import type { FindingAtStake } from '../../validation/findings/at-stake.ts';
import { judgeFindings, type JudgedFinding } from '../../validation/findings/judge-findings.ts';
import { clusterOf, type ValidatedCluster } from '../../validation/findings/validated-cluster.ts';
import { layOver } from '../../validation/lay-over.ts';
import { toConfigObject } from '../../validation/model/config-object.ts';
import type { Finding } from '../../validation/model/finding.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { Graphs } from '../graph/graphs.ts';
import type { Configurations } from './configurations.ts';
import type { StakesRequest } from './stakes-request.ts';

export interface StakesAnswer {
  readonly window: WindowObject;
  /** False where no configuration of the cluster is known: the objects were taken alone. */
  readonly configured: boolean;
  /** In the order of the request. */
  readonly findings: readonly FindingAtStake[];
}

export interface FindingStakes {
  /** May throw `ApiError`. */
  of(request: StakesRequest): Promise<StakesAnswer>;
}

export interface FindingStakesDeps {
  readonly tenant: string;
  readonly graphs: Pick<Graphs, 'ask'>;
  readonly configurations: Configurations;
  readonly inventory: InventoryReader;
  /** Unix ms. */
  readonly now: () => number;
}

const mostEdges = 20;

/** Ties findings that somebody else made, of manifests that are not applied, to the traffic that was observed. Stores nothing. */
export function createFindingStakes({ tenant, graphs, configurations, inventory, now }: FindingStakesDeps): FindingStakes {
  return {
    async of({ cluster: wanted, window, objects: bodies, findings }) {
      const { graph, request } = await graphs.ask({ type: 'workload', window: { from: window.from ?? null, to: window.to ?? null }, namespaces: null });
      const atMs = request.live ? now() : Math.min(request.window.to * 1000, now());
      const clusters = await configurations.at(tenant, atMs);
      const known = wanted === undefined ? (clusters.length === 1 ? clusters[0] : undefined) : clusters.find(({ cluster }) => cluster === wanted);
      const name = wanted ?? known?.cluster ?? '';
      const present = await inventory.inventory({ tenant, namespaces: null }, Math.floor(atMs / 1000));
      const applied = bodies.flatMap((body) => {
        const answer = toConfigObject(body, { cluster: name, defaultNamespace: 'default' });
        return answer.ok ? [answer.object] : [];
      });
      const made = findings.map((one): Finding => ({ ...one, kiali: undefined, object: { ...one.object, cluster: name }, message: one.code, origin: undefined }));
      const cluster: ValidatedCluster = { ...clusterOf(name, layOver(known?.objects ?? [], applied), atMs), findings: made };
      const judged = new Map(judgeFindings([cluster], graph, present, [], atMs).map((one) => [one.finding, one]));
      const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
      return { window: windowObject(graph), configured: known !== undefined, findings: made.map((finding) => atStake(judged.get(finding)!, nodes)) };
    },
  };
}

function atStake({ rank, stake: { requestsPerSecond, errorsPerSecond, flaggedPerSecond }, dependents, edges }: JudgedFinding, nodes: ReadonlyMap<string, GraphNode>): FindingAtStake {
  return {
    rank, requestsPerSecond, errorsPerSecond, flaggedPerSecond, dependents: dependents?.dependents ?? null, entryPoints: dependents?.entryPoints ?? null, totalEdges: edges.length,
    edges: edges.toSorted((a, b) => rateOf(b) - rateOf(a)).slice(0, mostEdges).map(({ id, source, destination, signals, health }) => ({
      id, source: nameOf(nodes.get(source)), destination: nameOf(nodes.get(destination)), requestsPerSecond: signals.requestsPerSecond, errorRatio: signals.errorRatio, health,
    })),
  };
}

const rateOf = ({ signals }: GraphEdge): number => signals.requestsPerSecond ?? signals.connectionsPerSecond ?? 0;

function nameOf(node: GraphNode | undefined): string {
  if (node === undefined) return '';
  return node.entity.namespace === '' ? node.entity.name : `${node.entity.namespace}/${node.entity.name}`;
}
