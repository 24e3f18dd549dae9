import { LineError, type SampleLine } from './exposition-line.ts';
import { readOpenMetricsComment } from './exposition-metadata.ts';
import { labelText } from './hash64.ts';
import { checkSample } from './openmetrics-sample.ts';
import { HistogramCheck } from './openmetrics-histogram.ts';
import { metricTypes, ownLabel, sampleSuffixes, type MetricType } from './openmetrics-types.ts';

interface Family {
  readonly name: string;
  type: MetricType;
  readonly metadata: Set<string>;
  unit: string;
  hasSamples: boolean;
  /** Groups (label sets without `le` and the like) that were begun: none may be taken up again. */
  readonly groups: Set<string>;
  group: string | null;
  timestamp: number | null;
  readonly histogram: HistogramCheck;
}

/**
 * What OpenMetrics 1.0 asks of a page beyond the form of single lines: order of metadata, unique names,
 * grouping, timestamps, histograms. Throws `LineError` at the first breach.
 */
export class OpenMetricsRules {
  #family: Family | null = null;
  readonly #names = new Set<string>();
  #ended = false;

  blank(): void {
    throw new LineError('blank line');
  }

  comment(line: string): void {
    if (this.#ended) throw new LineError('text after # EOF');
    const read = readOpenMetricsComment(line);
    if (read.kind === 'comment') return;
    if (read.kind === 'EOF') {
      this.#close();
      this.#ended = true;
      return;
    }
    if (this.#family?.name !== read.name) this.#open(read.name);
    const family = this.#family!;
    if (family.hasSamples) throw new LineError(`${read.kind} after the samples of its family`);
    if (family.metadata.has(read.kind)) throw new LineError(`${read.kind} stands twice`);
    family.metadata.add(read.kind);
    if (read.kind === 'TYPE') family.type = metricType(read.text);
    if (read.kind === 'UNIT') family.unit = read.text;
  }

  sample(line: SampleLine): void {
    if (this.#ended) throw new LineError('text after # EOF');
    if (this.#family === null || suffixOf(this.#family, line.name) === null) this.#open(line.name);
    const family = this.#family!;
    const suffix = suffixOf(family, line.name) ?? '';
    family.hasSamples = true;
    checkSample(family.type, family.name, suffix, line);
    const group = labelText(line.labels, ownLabel(family.type, family.name));
    this.#checkOrder(family, group, line.timestamp);
    if (family.type === 'histogram' || family.type === 'gaugehistogram') family.histogram.add(group, suffix, line);
  }

  end(): void {
    if (!this.#ended) throw new LineError('page does not end with # EOF');
  }

  #checkOrder(family: Family, group: string, timestamp: number | null): void {
    if (group !== family.group) {
      if (family.groups.has(group)) throw new LineError('samples of one metric are not together');
      family.groups.add(group);
      family.group = group;
    } else {
      if ((timestamp === null) !== (family.timestamp === null)) throw new LineError('only some samples of one metric have a timestamp');
      if (timestamp !== null && family.timestamp !== null && timestamp < family.timestamp && family.type !== 'info') throw new LineError('timestamps go back');
    }
    family.timestamp = timestamp;
  }

  #open(name: string): void {
    this.#close();
    this.#family = { name, type: 'unknown', metadata: new Set(), unit: '', hasSamples: false, groups: new Set(), group: null, timestamp: null, histogram: new HistogramCheck() };
  }

  #close(): void {
    const family = this.#family;
    if (family === null) return;
    for (const suffix of new Set(['', ...sampleSuffixes[family.type]])) {
      if (this.#names.has(family.name + suffix)) throw new LineError('two families share a name');
      this.#names.add(family.name + suffix);
    }
    if (family.unit !== '') {
      if (!family.name.endsWith(`_${family.unit}`)) throw new LineError('the unit is not the suffix of the name');
      if (family.type === 'info' || family.type === 'stateset') throw new LineError(`${family.type} has no unit`);
    }
    family.histogram.finish();
    this.#family = null;
  }
}

function suffixOf(family: Family, name: string): string | null {
  if (!name.startsWith(family.name)) return null;
  const suffix = name.slice(family.name.length);
  return sampleSuffixes[family.type].includes(suffix) ? suffix : null;
}

function metricType(text: string): MetricType {
  const type = metricTypes.find((known) => known === text);
  if (type === undefined) throw new LineError('unknown metric type');
  return type;
}
