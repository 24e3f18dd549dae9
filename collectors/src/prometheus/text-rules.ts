import { LineError, type SampleLine } from './exposition-line.ts';
import { readTextComment } from './exposition-metadata.ts';
import { parseNumber } from './exposition-number.ts';
import { labelOf } from './openmetrics-sample.ts';

const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/** What text 0.0.4 asks of a page beyond the form of single lines. Throws `LineError` at the first breach. */
export class TextRules {
  readonly #types = new Map<string, string>();
  readonly #helped = new Set<string>();
  readonly #sampled = new Set<string>();

  blank(): void {
    // Blank lines are free.
  }

  comment(line: string): void {
    const read = readTextComment(line);
    if (read.kind === 'HELP') {
      if (this.#helped.has(read.name)) throw new LineError('HELP stands twice');
      this.#helped.add(read.name);
    } else if (read.kind === 'TYPE') {
      if (this.#types.has(read.name)) throw new LineError('TYPE stands twice');
      if (this.#sampled.has(read.name)) throw new LineError('TYPE after the samples of its family');
      if (!types.includes(read.text.trim().toLowerCase())) throw new LineError('unknown metric type');
      this.#types.set(read.name, read.text.trim().toLowerCase());
    }
  }

  sample(line: SampleLine): void {
    this.#sampled.add(line.name);
    this.#checkNumberLabel(line, line.name, 'summary', 'quantile');
    if (line.name.endsWith('_bucket')) this.#checkNumberLabel(line, line.name.slice(0, -'_bucket'.length), 'histogram', 'le');
  }

  end(): void {
    // The format has no end mark.
  }

  #checkNumberLabel(line: SampleLine, family: string, type: string, label: string): void {
    if (this.#types.get(family) !== type) return;
    const text = labelOf(line, label);
    if (text !== null && parseNumber(text) === null) throw new LineError(`label ${label} is not a number`);
  }
}
