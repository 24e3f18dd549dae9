import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { displayEdges, type DisplayEdge } from './display-edge.ts';
import { foldRootCallers } from './fold-root-callers.ts';
import { foldWaypoints } from './fold-waypoints.ts';
import { GraphType } from './graph.ts';
import { chooseInstruments, mergeEdge } from './merge-edge.ts';
import { placeRows } from './placed-row.ts';
import type { EdgeBucket, EdgeWindow } from './ports.ts';
import { sumBuckets } from './sum-buckets.ts';
import { TrafficSum } from './traffic-sum.ts';
import type { Voice } from './voice.ts';

/** What some edges together carried, bucket by bucket. */
export interface BucketSums {
  /** Unix seconds, start of each bucket of the window. */
  readonly time: readonly number[];
  /** Parallel to `time`; a bucket without rows measures nothing. */
  readonly sums: readonly TrafficSum[];
  /** The edges over the whole window, by pair of workloads. */
  readonly edges: readonly DisplayEdge[];
}

/**
 * Sums the buckets of some edges by the rules of the graph. Who speaks (instrument, side, feed) is chosen once for the whole
 * window, so that a series never changes its teller in the middle.
 */
export function bucketSums(buckets: readonly EdgeBucket[], window: TimeWindow): BucketSums {
  const summed = sumBuckets(buckets);
  const bucketsOf = new Map(summed.map(({ row, buckets: parts }) => [row, parts]));
  const placed = foldRootCallers(foldWaypoints(placeRows(summed.map(({ row }) => row)).rows));
  const { edges } = displayEdges(placed, GraphType.workload);
  const choices = edges.map((edge) => chooseInstruments(edge.voices, edge.lastResort));

  const time: number[] = [];
  const sums: TrafficSum[] = [];
  for (let bucket = window.from; bucket < window.to; bucket += window.step) {
    const sum = new TrafficSum();
    const at = (row: EdgeWindow): EdgeWindow | undefined => bucketsOf.get(row)?.get(bucket);
    edges.forEach((edge, i) => mergeEdge(sum, voicesAt(edge.voices, at), voicesAt(edge.lastResort, at), choices[i]!));
    time.push(bucket);
    sums.push(sum);
  }
  return { time, sums, edges };
}

/** The voices with their rows of one bucket in place of the window's. */
function voicesAt(voices: readonly Voice[], at: (row: EdgeWindow) => EdgeWindow | undefined): Voice[] {
  return voices.map((voice) => {
    const rows = [voice.source, voice.destination, voice.middle].map((side) => side.flatMap((row) => at(row) ?? []));
    const [s = [], d = [], m = []] = rows;
    return { ...voice, source: s, destination: d, middle: m, measured: rows.flat().reduce((bits, row) => bits | row.measured, 0) };
  });
}
