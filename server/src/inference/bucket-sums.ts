import type { TimeWindow } from '@orrery/collectors/model/time-window';
import { displayEdges, type DisplayEdge } from './display-edge.ts';
import { plainRow } from './edge-row.ts';
import { foldRootCallers } from './fold-root-callers.ts';
import { foldWaypoints } from './fold-waypoints.ts';
import { GraphType } from './graph.ts';
import { chooseInstruments, mergeEdge } from './merge-edge.ts';
import { placeRows } from './placed-row.ts';
import type { EdgeBucket, EdgeWindow } from './ports.ts';
import { summedFields, type SummedField } from './row-columns.ts';
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

/**
 * The voices with their rows of one bucket in place of the window's. A row is stored where something was counted: who serves
 * and has none in a bucket in which another side has one served nothing then. The side that speaks for the window speaks there,
 * too, or what the callers alone saw would be requests in some buckets and beside them in the window.
 */
function voicesAt(voices: readonly Voice[], at: (row: EdgeWindow) => EdgeWindow | undefined): Voice[] {
  return voices.map((voice) => {
    const rowsAt = (side: readonly EdgeWindow[]): readonly EdgeWindow[] => side.flatMap((row) => at(row) ?? []);
    const [source, served, between] = [rowsAt(voice.source), rowsAt(voice.destination), rowsAt(voice.middle)];
    const nobody = source.length + served.length + between.length === 0;
    const destination = nobody || served.length > 0 ? served : voice.destination.map(silent);
    const middle = nobody || between.length > 0 ? between : voice.middle.map(silent);
    return { ...voice, source, destination, middle, measured: [...source, ...destination, ...middle].reduce((bits, row) => bits | row.measured, 0) };
  });
}

const zeros = Object.fromEntries(summedFields.map((field) => [field, 0])) as Readonly<Record<SummedField, number>>;

/** A row that counted nothing of what it measures. */
function silent(row: EdgeWindow): EdgeWindow {
  return { ...plainRow(row), ...zeros, openConnections: 0, responses: new Map<string, number>(), latency: new Map<number, number>() };
}
