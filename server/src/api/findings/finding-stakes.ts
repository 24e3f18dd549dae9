import type { GraphEdge, GraphNode } from '../../inference/graph.ts';
import type { InventoryReader } from '../../inference/inventory.ts';
import type { FindingAtStake, ForeseenFinding } from '../../validation/findings/at-stake.ts';
import { judgeFindings, type JudgedFinding } from '../../validation/findings/judge-findings.ts';
import { clusterOf } from '../../validation/findings/validated-cluster.ts';
import { layOver } from '../../validation/lay-over.ts';
import { toConfigObject } from '../../validation/model/config-object.ts';
import type { Finding } from '../../validation/model/finding.ts';
import type { Undecided } from '../../validation/observed/answers.ts';
import { evidenceText } from '../../validation/observed/evidence-text.ts';
import type { Observer } from '../../validation/observed/observer.ts';
import { runProposed } from '../../validation/proposed/run-proposed.ts';
import { windowObject, type WindowObject } from '../graph/graph-objects.ts';
import type { Graphs } from '../graph/graphs.ts';
import type { Configurations } from './configurations.ts';
import type { StakesRequest } from './stakes-request.ts';

/** Answer of `POST /api/v1/findings/at-stake`. */
export interface StakesAnswer {
  readonly window: WindowObject;
  /** False where no configuration of the cluster is known: the objects were taken alone. */
  readonly configured: boolean;
  /** In the order of the request. */
  readonly findings: readonly FindingAtStake[];
  /** What the objects would do to the traffic of the window, gravest first. */
  readonly proposed: readonly ForeseenFinding[];
  readonly undecided: readonly Undecided[];
  /** False where telemetry covers too little of the window to speak of it as a whole. */
  readonly covers: boolean;
}

/** Ties findings of files to the traffic that this Orrery observed. */
export interface FindingStakes {
  /** May throw `ApiError`. */
  of(request: StakesRequest): Promise<StakesAnswer>;
}

/** What that is read from. */
export interface FindingStakesDeps {
  readonly tenant: string;
  readonly graphs: Pick<Graphs, 'ask'>;
  readonly configurations: Configurations;
  readonly observer: Pick<Observer, 'evidenceOf'>;
  readonly inventory: InventoryReader;
  /** Unix ms. */
  readonly now: () => number;
}

const mostEdges = 20, mostForeseen = 2_000;

/**
 * Ties findings that somebody else made, of manifests that are not applied, to the traffic that was observed, and tells what
 * these manifests would do to it. Stores nothing.
 */
export function createFindingStakes({ tenant, graphs, configurations, observer, inventory, now }: FindingStakesDeps): FindingStakes {
  return {
    async of({ cluster: wanted, window, objects: bodies, findings }) {
      const { graph, request } = await graphs.ask({ type: 'workload', window: { from: window.from ?? null, to: window.to ?? null }, namespaces: null });
      const atMs = request.live ? now() : Math.min(request.window.to * 1000, now());
      const clusters = await configurations.at(tenant, atMs);
      const known = wanted === undefined ? (clusters.length === 1 ? clusters[0] : undefined) : clusters.find(({ cluster }) => cluster === wanted);
      const name = wanted ?? known?.cluster ?? '';
      const [present, evidence] = await Promise.all([inventory.inventory({ tenant, namespaces: null }, Math.floor(atMs / 1000)), observer.evidenceOf(request.window)]);
      const applied = bodies.flatMap((body) => {
        const answer = toConfigObject(body, { cluster: name, defaultNamespace: 'default' });
        return answer.ok ? [answer.object] : [];
      });
      const made = findings.map((one): Finding => ({ ...one, kiali: undefined, object: { ...one.object, cluster: name }, message: one.code, origin: undefined }));
      const before = clusterOf(name, known?.objects ?? [], atMs), after = clusterOf(name, layOver(before.objects, applied), atMs);
      const foreseen = runProposed({ before, after, evidence });
      const judged = judgeFindings([{ ...after, findings: [...made, ...foreseen.findings] }], graph, present, [], atMs), byFinding = new Map(judged.map((one) => [one.finding, one]));
      const nodes = new Map(graph.nodes.map((node) => [node.id, node])), own = new Set(foreseen.findings);
      return {
        window: windowObject(graph), configured: known !== undefined, findings: made.map((finding) => atStake(byFinding.get(finding)!, nodes)),
        proposed: judged.filter(({ finding }) => own.has(finding)).slice(0, mostForeseen).map((one) => foreseenFinding(one, nodes)),
        undecided: foreseen.undecided, covers: evidence.covers,
      };
    },
  };
}

function foreseenFinding(judged: JudgedFinding, nodes: ReadonlyMap<string, GraphNode>): ForeseenFinding {
  const { code, severity, path, message, object: { group, kind, namespace, name }, observation } = judged.finding;
  return { code, severity, path, message, object: { group, kind, namespace, name }, evidence: observation ? evidenceText(observation) : '', atStake: atStake(judged, nodes) };
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
