/** The metric types of OpenMetrics 1.0 and what the samples of each may look like. */
export const metricTypes = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'stateset', 'info', 'summary', 'unknown'] as const;
/** One of `metricTypes`. */
export type MetricType = (typeof metricTypes)[number];

/** Suffixes of a family's sample names. */
export const sampleSuffixes: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  stateset: [''],
  info: ['_info'],
  summary: ['', '_count', '_sum', '_created'],
  unknown: [''],
};

/** The label that tells the samples of one metric apart: not part of what groups them. */
export function ownLabel(type: MetricType, family: string): string {
  switch (type) {
    case 'histogram': case 'gaugehistogram': return 'le';
    case 'summary': return 'quantile';
    case 'stateset': return family;
    case 'counter': case 'gauge': case 'info': case 'unknown': return '';
  }
}

/** Whether a sample may carry an exemplar. */
export function mayHaveExemplar(type: MetricType, suffix: string): boolean {
  return (type === 'counter' && suffix === '_total') || ((type === 'histogram' || type === 'gaugehistogram') && suffix === '_bucket');
}
