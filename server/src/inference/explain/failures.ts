import { Measured, Side } from '@orrery/collectors/model/edge-traffic';
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { Counts } from '../counts.ts';
import { bucketSums } from '../bucket-sums.ts';
import type { DisplayEdge } from '../display-edge.ts';
import type { EdgeBucket, EdgeWindow } from '../ports.ts';
import { outcomeOf, type Outcome } from '../response-outcome.ts';
import { speakingVoices } from '../speakers.ts';
import { addCounts, TrafficSum } from '../traffic-sum.ts';
import type { FailureSeries } from './onset.ts';

/** What is counted: requests by their codes; without codes, requests by their errors; without requests, connections. */
export type Counted = 'codes' | 'errors' | 'connections';

/** How the failures of some edges came. */
export interface Failures {
  readonly counted: Counted;
  /** 4xx count as failures where they are this many that health minds them. */
  readonly minds4xx: boolean;
  readonly failures: number;
  readonly all: number;
  readonly series: FailureSeries;
  /** The whole window, by the rules of the graph. */
  readonly sum: TrafficSum;
  /** What each side told, by response key: of those who speak. */
  readonly atSource: ReadonlyMap<string, number>;
  readonly atDestination: ReadonlyMap<string, number>;
  readonly sourceTells: boolean;
  readonly destinationTells: boolean;
  /** Attempts of the source's proxies and the requests that they were for; 0 where not measured. */
  readonly attempts: number;
  readonly asked: number;
  /** Rows that spoke or stood beside, for references. */
  readonly rows: readonly EdgeWindow[];
}

/** Kiali minds 4xx from 10 % on. */
const mind4xxFrom = 0.1;

/** Adds up the failures of some edges as their callers met them; where no caller told, as the destination answered. */
export function failuresOf(buckets: readonly EdgeBucket[], window: TimeWindow): Failures {
  const { time, sums, edges } = bucketSums(buckets, window);
  const sum = new TrafficSum();
  for (const one of sums) addAll(sum, one);
  const codes = metBy(sum);
  const coded = count(codes, (outcome) => isRequest(outcome));
  const counted: Counted = coded > 0 ? 'codes' : (sum.measured & Measured.requests) !== 0 && sum.requests > 0 ? 'errors' : 'connections';
  const minds4xx = coded > 0 && count(codes, (outcome) => is4xx(outcome)) / coded >= mind4xxFrom;
  const measure = { counted, minds4xx };
  const sides = bySide(edges);
  return {
    ...measure, sum, ...sides,
    failures: failed(sum, measure), all: allOf(sum, measure),
    series: { time, step: window.step, failures: sums.map((one) => failed(one, measure)), all: sums.map((one) => allOf(one, measure)) },
  };
}

/** Whether an outcome is one of the failures that are explained. */
export function isFailure(outcome: Outcome, minds4xx: boolean): boolean {
  return outcome.isError || (minds4xx && is4xx(outcome));
}

/** What the callers got, else what the destination answered. */
function metBy(sum: TrafficSum): Counts<string> {
  return sum.toCaller.size > 0 ? sum.toCaller : sum.responses;
}

function failed(sum: TrafficSum, { counted, minds4xx }: Pick<Failures, 'counted' | 'minds4xx'>): number {
  if (counted === 'codes') return count(metBy(sum), (outcome) => isRequest(outcome) && isFailure(outcome, minds4xx));
  return counted === 'errors' ? Math.min(sum.errors, sum.requests) : Math.min(sum.connectionsFailed + sum.drops, sum.connections + sum.drops);
}

function allOf(sum: TrafficSum, { counted }: Pick<Failures, 'counted'>): number {
  if (counted === 'codes') return count(metBy(sum), isRequest);
  return counted === 'errors' ? sum.requests : sum.connections + sum.drops;
}

function isRequest({ kind }: Outcome): boolean {
  return kind === 'http' || kind === 'grpc';
}

function is4xx({ kind, code }: Outcome): boolean {
  return (kind === 'http' || code.length === 3) && code.startsWith('4') && code.length === 3;
}

function count(codes: Counts<string>, test: (outcome: Outcome) => boolean): number {
  let total = 0;
  for (const [key, n] of codes) if (test(outcomeOf(key))) total += n;
  return total;
}

/** What both sides of the speaking instruments told. */
function bySide(edges: readonly DisplayEdge[]): Pick<Failures, 'atSource' | 'atDestination' | 'sourceTells' | 'destinationTells' | 'attempts' | 'asked' | 'rows'> {
  const atSource = new Map<string, number>(), atDestination = new Map<string, number>();
  let attempts = 0, asked = 0;
  const rows = new Set<EdgeWindow>();
  for (const edge of edges) {
    for (const bit of [Measured.requests, Measured.connections, Measured.drops]) {
      for (const voice of speakingVoices(edge, bit)) {
        for (const [side, list, into] of [[Side.source, voice.source, atSource], [Side.destination, voice.destination, atDestination], [Side.middle, voice.middle, atDestination]] as const) {
          for (const row of list) {
            if (rows.has(row)) continue;
            rows.add(row);
            for (const [key, n] of row.responses) into.set(key, (into.get(key) ?? 0) + n);
            if (side === Side.source && (row.measured & Measured.attempts) !== 0) {
              attempts += row.attempts;
              asked += row.requests;
            }
          }
        }
      }
    }
  }
  return { atSource, atDestination, sourceTells: atSource.size > 0, destinationTells: atDestination.size > 0, attempts, asked, rows: [...rows] };
}

/** Several edges as one, with what their callers got and the source's own outcomes. */
function addAll(into: TrafficSum, one: TrafficSum): void {
  into.addCalled(one);
  addCounts(into.toCaller, one.toCaller);
  addCounts(into.clientOutcomes, one.clientOutcomes);
}
