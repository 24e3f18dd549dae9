import { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { ToldEdge } from './display-edge.ts';
import { goldenSignals } from './golden-signals.ts';
import type { GraphNode, GraphType } from './graph.ts';
import { healthOf } from './health/edge-health.ts';
import { worst, type HealthJudge } from './health/rate-health.ts';
import { nodeKey, type NodeKey } from './node-key.ts';
import { nodeId } from './stable-id.ts';
import { SumTable } from './sum-table.ts';
import { TrafficSum } from './traffic-sum.ts';

interface NodeSum {
  readonly key: NodeKey;
  /** Of the sums: what comes in; what goes out is the next. */
  readonly row: number;
  /** A proxy of its own, or a ztunnel on its node, reported for it. */
  inMesh: boolean;
  unresolved: number;
}

/** Adds up the traffic of nodes while their edges are merged. */
export class NodeSums {
  readonly byId = new Map<string, NodeSum>();
  readonly called: ReadonlySet<string>;
  /** True once any proxy reported: only then can a node be outside of the mesh. */
  hasMesh = false;
  readonly #sums = SumTable.take();

  /** @param called ids of those that another node calls */
  constructor(called: ReadonlySet<string>) {
    this.called = called;
  }

  /** For the same nodes to be added up anew: where they lie is known. */
  clear(): void {
    this.#sums.clear();
    this.hasMesh = false;
    for (const node of this.byId.values()) {
      node.inMesh = false;
      node.unresolved = 0;
    }
  }

  /** They are read no more. */
  letGo(): void {
    this.#sums.giveBack();
  }

  addEdge(source: string, destination: string, edge: ToldEdge, sum: TrafficSum): void {
    const from = this.#node(source, edge.source);
    const to = this.#node(destination, edge.destination);
    // The latency of its calls is shown of a node that nobody calls.
    this.#sums.addCalling(from.row + 1, sum, !this.called.has(source));
    this.#sums.addCalled(to.row, sum);
    if (from.inMesh && to.inMesh) return;
    for (const { row } of edge.rows) {
      if (row.instrument !== Instrument.proxy && row.instrument !== Instrument.log) continue;
      this.hasMesh = true;
      if (row.side !== Side.destination) from.inMesh = true;
      if (row.side !== Side.source) to.inMesh = true;
    }
  }

  /** Takes out an edge that was added with the same sum. @returns whether that left no trace; else the nodes are to be added up anew */
  removeEdge(source: string, destination: string, sum: TrafficSum): boolean {
    const from = this.byId.get(source), to = this.byId.get(destination);
    if (!from || !to || !sum.isWhole || !this.#sums.isWhole(from.row + 1) || !this.#sums.isWhole(to.row)) return false;
    this.#sums.addCalling(from.row + 1, sum, !this.called.has(source), -1);
    this.#sums.addCalled(to.row, sum, -1);
    return true;
  }

  addUnresolved(entity: Entity, type: GraphType, count: number): void {
    const key = nodeKey(type, entity);
    this.#node(nodeId(key.text), key).unresolved += count;
  }

  /** What came in to a node and what went out. */
  pour({ row }: NodeSum, inbound: TrafficSum, outbound: TrafficSum): void {
    this.#sums.pour(row, inbound, 'responses');
    this.#sums.pour(row + 1, outbound, 'toCaller');
  }

  #node(id: string, key: NodeKey): NodeSum {
    let node = this.byId.get(id);
    if (!node) this.byId.set(id, (node = { key, row: 2 * this.byId.size, inMesh: false, unresolved: 0 }));
    return node;
  }
}

const neverInMesh: ReadonlySet<string> = new Set([EntityKind.external, EntityKind.world, EntityKind.unknown]);
const needsProxy: ReadonlySet<string> = new Set([EntityKind.workload, EntityKind.app]);

/** The nodes by id: inbound signals (outbound where nobody calls), and the worse health of both directions, as Kiali has it. */
export function buildNodes(sums: NodeSums, judge: HealthJudge, seconds: number): GraphNode[] {
  const nodes: GraphNode[] = [], inbound = new TrafficSum(false), outbound = new TrafficSum(false);
  for (const [id, node] of sums.byId) {
    const { key: { entity, label }, inMesh, unresolved } = node;
    sums.pour(node, inbound, outbound);
    const isRoot = !sums.called.has(id);
    const verdictIn = healthOf(judge, entity, 'inbound', inbound);
    const verdictOut = healthOf(judge, entity, 'outbound', outbound);
    const verdict = worst(verdictIn, verdictOut);
    nodes.push({
      id, entity, label,
      health: verdict.health,
      healthReason: verdict.reason !== '' && verdict === verdictOut ? `${verdict.reason} outbound` : verdict.reason,
      signals: goldenSignals(isRoot && inbound.measured === 0 ? outbound : inbound, seconds),
      isRoot,
      isIdle: false,
      isOutsideMesh: neverInMesh.has(entity.kind) || (sums.hasMesh && needsProxy.has(entity.kind) && !inMesh),
      unresolved,
    });
  }
  return nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
}
