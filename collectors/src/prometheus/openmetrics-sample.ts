import { LineError, type SampleLine } from './exposition-line.ts';
import { parseNumber } from './exposition-number.ts';
import { mayHaveExemplar, type MetricType } from './openmetrics-types.ts';

/** Checks labels, value and exemplar of one sample against the type of its family. Throws `LineError`. */
export function checkSample(type: MetricType, family: string, suffix: string, line: SampleLine): void {
  if (line.exemplar !== null && !mayHaveExemplar(type, suffix)) throw new LineError('an exemplar may not stand here');
  switch (type) {
    case 'counter':
      if (suffix === '_total') checkCount(line.value);
      return;
    case 'summary':
      if (suffix === '') checkQuantile(line);
      else if (suffix !== '_created') checkCount(line.value);
      return;
    case 'histogram':
      if (suffix === '_bucket') checkBucketBound(line);
      if (suffix !== '_created') checkCount(line.value);
      return;
    case 'gaugehistogram':
      if (suffix === '_bucket') checkBucketBound(line);
      if (suffix === '_gsum') {
        if (Number.isNaN(line.value)) throw new LineError('sum is NaN');
      } else {
        checkCount(line.value);
      }
      return;
    case 'info':
      if (line.value !== 1) throw new LineError('an info has the value 1');
      return;
    case 'stateset':
      if (labelOf(line, family) === null) throw new LineError('a stateset has a label of its own name');
      if (line.value !== 0 && line.value !== 1) throw new LineError('a state is 0 or 1');
      return;
    case 'gauge': case 'unknown':
  }
}

/** Value of a label, null if it is not there. */
export function labelOf(line: Pick<SampleLine, 'labels'>, name: string): string | null {
  for (let i = 0; i < line.labels.length; i += 2) if (line.labels[i] === name) return line.labels[i + 1] ?? '';
  return null;
}

function checkCount(value: number): void {
  if (Number.isNaN(value) || value < 0) throw new LineError('a count is neither NaN nor negative');
}

function checkQuantile(line: SampleLine): void {
  const quantile = parseNumber(labelOf(line, 'quantile') ?? '');
  if (quantile === null || !(quantile >= 0 && quantile <= 1)) throw new LineError('label quantile is not from 0 to 1');
  if (line.value < 0) throw new LineError('a quantile is not negative');
}

function checkBucketBound(line: SampleLine): void {
  const text = labelOf(line, 'le');
  const bound = text === null ? null : parseNumber(text);
  if (bound === null || Number.isNaN(bound)) throw new LineError('label le is not a number');
  if (bound === Infinity && text !== '+Inf') throw new LineError('the last bucket is written le="+Inf"');
}
