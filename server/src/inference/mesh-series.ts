import type { LatencyCounts, LatencyLayout } from '@orrery/collectors/model/latency-layout';
import type { SteppedWindow } from './diff/activity.ts';
import { LatencySum } from './merge-latency.ts';
import type { EdgeWindow, Scope } from './ports.ts';
import type { Speakers } from './speakers.ts';

/** What one step of a window held, over all edges; sampling-corrected. */
export interface MeshStep {
  readonly at: number;
  readonly requests: number;
  readonly errors: number;
  readonly bytes: number;
  /** Requests of the sources beside another teller: those that never left them, and failures to connect, which the other may know of. */
  readonly stayed: number;
  readonly stayedErrors: number;
  /** Errors that those sources alone saw: beside the requests (rule 2). */
  readonly callerErrors: number;
  readonly connectFailed: number;
  readonly connectFailedThere: number;
  readonly hasRequests: boolean;
  readonly hasBytes: boolean;
}

export interface MeshLatency { readonly at: number; readonly layout: LatencyLayout | null; readonly counts: LatencyCounts }

/** Reads the traffic of a whole scope without its edges. */
export interface MeshReader {
  /** Who told what of which edge: rows as of `TrafficReader.edgeWindows`, with empty maps and only the counts that choose between tellers. */
  tellers(scope: Scope, window: SteppedWindow): Promise<readonly EdgeWindow[]>;
  steps(scope: Scope, window: SteppedWindow, speakers: Speakers): Promise<readonly MeshStep[]>;
  latency(scope: Scope, window: SteppedWindow, speakers: Speakers): Promise<readonly MeshLatency[]>;
}

/** Arrays parallel to `time`; null = nothing measured in that step. */
export interface MeshSeries {
  readonly time: readonly number[];
  readonly requestsPerSecond: readonly (number | null)[];
  readonly errorsPerSecond: readonly (number | null)[];
  /** Timeouts and resets that callers alone saw; not part of the two before. */
  readonly callerErrorsPerSecond: readonly (number | null)[];
  readonly bytesPerSecond: readonly (number | null)[];
}

/**
 * The series of a scope. Requests that never left their source are added (rule 2). Connection failures are added as far as
 * the sources of a step saw more of them than the destinations: the graph compares them edge by edge, so over a window
 * this series may hold fewer of them, never more requests than its edges.
 */
export function meshSeries(window: SteppedWindow, steps: readonly MeshStep[]): MeshSeries {
  const byStep = new Map(steps.map((step) => [step.at, step]));
  const time = Array.from({ length: window.steps }, (_, i) => window.from + i * window.stepSeconds);
  const rate = (has: (step: MeshStep) => boolean, count: (step: MeshStep) => number): (number | null)[] => time.map((_, i) => {
    const step = byStep.get(i);
    return step && has(step) ? count(step) / window.stepSeconds : null;
  });
  const neverArrived = (step: MeshStep): number => Math.max(0, step.connectFailed - step.connectFailedThere);
  return {
    time,
    requestsPerSecond: rate((step) => step.hasRequests, (step) => step.requests + step.stayed + neverArrived(step)),
    errorsPerSecond: rate((step) => step.hasRequests, (step) => step.errors + step.stayedErrors + neverArrived(step)),
    callerErrorsPerSecond: rate((step) => step.hasRequests, (step) => step.callerErrors),
    bytesPerSecond: rate((step) => step.hasBytes, (step) => step.bytes),
  };
}

/** The 99th percentile of each step over all edges, milliseconds; layouts are put together as in the graph. */
export function meshP99(window: SteppedWindow, latencies: readonly MeshLatency[]): (number | null)[] {
  const sums = new Map<number, LatencySum>();
  for (const { at, layout, counts } of latencies) {
    let sum = sums.get(at);
    if (!sum) sums.set(at, (sum = new LatencySum()));
    sum.add(layout, counts);
  }
  return Array.from({ length: window.steps }, (_, i) => sums.get(i)?.quantiles(0.5, 0.9, 0.99).q3 ?? null);
}
