import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { buildNodes, NodeSums } from './build-nodes.ts';
import { createDrawings, type KeptDrawing } from './drawings.ts';
import { EdgeColumns } from './edge-columns.ts';
import type { GraphColumns } from './graph-columns.ts';
import type { GraphType } from './graph.ts';
import { healthJudge, type HealthJudge } from './health/rate-health.ts';
import { defaultHealthConfig, type HealthConfig } from './health/tolerance.ts';
import { coveredSeconds, isSettled, measureGraph, qualityOf } from './measure-graph.ts';
import { measureAgain, type Measured } from './measure-again.ts';
import type { RowReading } from './row-reading.ts';
import { nodeColumns, StringTable, versionOf } from './to-columns.ts';
import { TrafficSum } from './traffic-sum.ts';

export interface ColumnOptions {
  readonly type: GraphType;
  readonly window: TimeWindow;
  /** Unix seconds. */
  readonly now: number;
  /** Unix seconds when data began, null or left out where that is not known. */
  readonly began?: number | null;
  readonly health?: HealthConfig;
  readonly partial?: readonly string[];
}

/**
 * Builds plain graphs straight to columns: what `toColumns(buildServiceGraph(rows, …))` gives, without making 20,000 edges
 * objects whose details the columns leave out. Keeps what it drew and measured: where the next columns differ in a few
 * rows, only their edges are measured again. Readings are let go once they are measured.
 */
export function createColumnBuilder(): (reading: RowReading, options: ColumnOptions) => GraphColumns {
  const draw = createDrawings();
  const measured = new WeakMap<KeptDrawing, Measured>();
  return (reading, { type, window, now, began, health, partial = [] }) => {
    const { kept, isKept } = draw(reading, type), before = measured.get(kept);
    const seconds = coveredSeconds(reading.range, window, now, began), judge = healthJudge(health ?? defaultHealthConfig);
    const isSame = before?.seconds === seconds && before.judge === judge;
    // Should measuring fail, what it began with is no more what it was.
    measured.delete(kept);
    const graph = (isSame ? measureAgain(kept, before, reading) : null) ?? measure(kept, reading, judge, seconds, before);
    if (isKept) measured.set(kept, graph);

    const strings = new StringTable(), graphNodes = buildNodes(graph.nodes, judge, seconds);
    const nodes = nodeColumns(graphNodes, strings), edges = graph.edges.toColumns(graphNodes, strings);
    const quality = qualityOf(kept.said, partial);
    // The drawing reads of it again only where the next reading is this one changed: then whoever changed it has it still.
    reading.letGo();
    return { version: versionOf(strings.list, nodes, edges, quality), type, ...window, coveredSeconds: seconds, settled: isSettled(window, now), strings: strings.list, nodes, edges, quality };
  };
}

/** @param before what the drawing came to: all of it is put down anew, in the same place */
function measure(kept: KeptDrawing, reading: RowReading, judge: HealthJudge, seconds: number, before: Measured | undefined): Measured {
  kept.put(reading);
  const { said, type } = kept, sum = new TrafficSum(false), { edges, nodes } = before ?? { edges: new EdgeColumns(kept.edges), nodes: new NodeSums(said.called) };
  nodes.clear();
  measureGraph({ ...said, edge: (i) => kept.edges.edge(i) }, type, judge, sum, (drawn, verdict, i) => { edges.put(i, drawn, verdict, sum, seconds); }, nodes);
  return { seconds, judge, edges, nodes };
}
