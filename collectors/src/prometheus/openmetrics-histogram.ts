import { LineError, type SampleLine } from './exposition-line.ts';
import { parseNumber } from './exposition-number.ts';
import { labelOf } from './openmetrics-sample.ts';

interface Group {
  bound: number;
  count: number;
  negativeBuckets: boolean;
  total: number | null;
  sum: number | null;
  gauge: boolean;
}

/** Follows the histograms of one family: buckets ascend to +Inf, counts agree, sum and count come together. */
export class HistogramCheck {
  readonly #groups = new Map<string, Group>();
  #timestamps = new Map<string, number | null>();

  /** Takes one sample of the histogram that `group` names. Throws `LineError`. */
  add(group: string, suffix: string, line: SampleLine): void {
    if (suffix === '_created') return;
    const metric = this.#metric(group, line.timestamp);
    if (suffix === '_bucket') {
      const bound = parseNumber(labelOf(line, 'le') ?? '') ?? NaN;
      if (bound <= metric.bound) throw new LineError('buckets do not ascend');
      if (line.value < metric.count) throw new LineError('bucket counts go down');
      if (bound < 0) metric.negativeBuckets = true;
      metric.bound = bound;
      metric.count = line.value;
    } else if (suffix === '_count' || suffix === '_gcount') {
      metric.total = line.value;
      metric.gauge = suffix === '_gcount';
    } else {
      metric.sum = line.value;
      metric.gauge = suffix === '_gsum';
    }
  }

  finish(): void {
    for (const metric of this.#groups.values()) check(metric);
    this.#groups.clear();
    this.#timestamps.clear();
  }

  /** A later timestamp begins the same histogram anew. */
  #metric(group: string, timestamp: number | null): Group {
    let metric = this.#groups.get(group);
    if (metric !== undefined && this.#timestamps.get(group) !== timestamp) {
      check(metric);
      metric = undefined;
    }
    if (metric === undefined) {
      metric = { bound: -Infinity, count: 0, negativeBuckets: false, total: null, sum: null, gauge: false };
      this.#groups.set(group, metric);
      this.#timestamps.set(group, timestamp);
    }
    return metric;
  }
}

function check(metric: Group): void {
  if (metric.bound !== Infinity) throw new LineError('no bucket le="+Inf"');
  if (metric.total !== null && metric.total !== metric.count) throw new LineError('count and the last bucket differ');
  if ((metric.total === null) !== (metric.sum === null)) throw new LineError('sum and count do not come together');
  if (metric.sum === null) return;
  if (!metric.gauge && metric.negativeBuckets) throw new LineError('a histogram with negative buckets has no sum');
  if (metric.gauge && !metric.negativeBuckets && metric.sum < 0) throw new LineError('negative sum without negative buckets');
}
