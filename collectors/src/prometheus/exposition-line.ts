import { readNumber } from './exposition-number.ts';
import type { InternTable } from './intern-table.ts';

/** How a line may be written. `exact`: OpenMetrics' single blanks and no trailing comma; else text 0.0.4's freedom. */
export interface LineGrammar {
  readonly exact: boolean;
  /** Timestamps: OpenMetrics has seconds with a fraction, text 0.0.4 has whole milliseconds, `any` takes both unread. */
  readonly timestamps: 'seconds' | 'milliseconds' | 'any';
  readonly exemplars: boolean;
  /** Escapes other than `\\`, `\"` and `\n`: an error, or kept as they stand. */
  readonly unknownEscapes: 'refuse' | 'keep';
  /** Longest value of a label. */
  readonly maxValueBytes: number;
}

/** Flat pairs: name, value, name, value, …. */
export type LabelPairs = readonly string[];

/** OpenMetrics: a trace or the like behind a sample; its own value, and Unix seconds where they are written. */
export interface Exemplar {
  readonly labels: LabelPairs;
  readonly value: number;
  readonly timestamp: number | null;
}

/** One sample line, read whole. */
export interface SampleLine {
  readonly name: string;
  readonly labels: LabelPairs;
  /** Index after the name and its label block: the bytes before it name the series. */
  readonly seriesEnd: number;
  readonly value: number;
  /** As written: seconds or milliseconds by the grammar. */
  readonly timestamp: number | null;
  readonly exemplar: Exemplar | null;
}

/** What is wrong with a line. */
export class LineError extends Error {}

const space = 0x20, tab = 0x09, quote = 0x22, backslash = 0x5c, comma = 0x2c, equals = 0x3d, open = 0x7b, close = 0x7d, hash = 0x23;
const maxExemplarChars = 128;
const maxLabels = 128;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads `bytes[start, end)` as one sample line. Throws `LineError`. */
export function readSampleLine(bytes: Buffer, start: number, end: number, grammar: LineGrammar, interned: InternTable): SampleLine {
  const line = new LineCursor(bytes, start, end, grammar, interned);
  line.blanks();
  let name = line.at() === open ? '' : line.name(':');
  let seriesEnd = line.position;
  let labels: LabelPairs = [];
  line.blanks();
  const hasBlock = line.at() === open;
  if (hasBlock) {
    const block = line.labelBlock(name === '');
    labels = block.labels;
    name = name === '' ? block.name : name;
    seriesEnd = line.position;
  }
  line.position = seriesEnd;
  if (name === '') throw new LineError('no metric name');
  return { name, labels, seriesEnd, ...readTail(line, grammar, hasBlock) };
}

/** The value, timestamp and exemplar of a line whose series is known already: `bytes[from, end)` follows the label block. */
export function readSampleTail(bytes: Buffer, from: number, end: number, grammar: LineGrammar, interned: InternTable): Pick<SampleLine, 'value' | 'timestamp' | 'exemplar'> {
  return readTail(new LineCursor(bytes, from, end, grammar, interned), grammar, true);
}

function readTail(line: LineCursor, grammar: LineGrammar, afterBlock: boolean): Pick<SampleLine, 'value' | 'timestamp' | 'exemplar'> {
  line.separator(afterBlock && !grammar.exact);
  const value = line.number('value');
  let timestamp: number | null = null;
  let exemplar: Exemplar | null = null;
  if (line.gap() && line.at() !== hash) {
    timestamp = readTimestamp(line, grammar);
    line.gap();
  }
  if (line.at() === hash) {
    if (!grammar.exemplars) throw new LineError('unexpected text after the timestamp');
    exemplar = readExemplar(line);
  }
  line.finish();
  return { value, timestamp, exemplar };
}

function readTimestamp(line: LineCursor, grammar: LineGrammar): number {
  const from = line.position;
  const timestamp = line.number('timestamp');
  if (!Number.isFinite(timestamp)) throw new LineError('timestamp is not finite');
  if (grammar.timestamps === 'milliseconds' && !/^-?\d+$/.test(line.text(from, line.position))) throw new LineError('timestamp is not a whole number of milliseconds');
  return timestamp;
}

function readExemplar(line: LineCursor): Exemplar {
  if (!line.afterBlank()) throw new LineError('no space before the exemplar');
  line.position++;
  line.separator(false);
  if (line.at() !== open) throw new LineError('exemplar without labels');
  const { labels } = line.labelBlock(false);
  let chars = 0;
  for (const text of labels) chars += [...text].length;
  if (chars > maxExemplarChars) throw new LineError(`exemplar labels are longer than ${maxExemplarChars} characters`);
  line.separator(false);
  const value = line.number('exemplar value');
  let timestamp: number | null = null;
  if (line.gap()) {
    timestamp = line.number('exemplar timestamp');
    if (!Number.isFinite(timestamp)) throw new LineError('exemplar timestamp is not finite');
  }
  return { labels, value, timestamp };
}

/** Walks over one line. Positions are indexes into the whole buffer. */
class LineCursor {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #grammar: LineGrammar;
  readonly #interned: InternTable;
  position: number;

  constructor(bytes: Buffer, start: number, end: number, grammar: LineGrammar, interned: InternTable) {
    this.#bytes = bytes;
    this.#end = end;
    this.#grammar = grammar;
    this.#interned = interned;
    this.position = start;
  }

  at(): number {
    return this.position < this.#end ? this.#bytes[this.position]! : -1;
  }

  text(from: number, to: number): string {
    return this.#interned.get(this.#bytes.toString('latin1', from, to));
  }

  afterBlank(): boolean {
    return isBlank(this.#bytes[this.position - 1] ?? 0);
  }

  /** Skips blanks where the grammar lets them stand anywhere. */
  blanks(): void {
    if (!this.#grammar.exact) while (isBlank(this.at())) this.position++;
  }

  /** The blank between two parts; `optional` where text 0.0.4 lets it be missing. */
  separator(optional: boolean): void {
    if (!this.gap() && !optional) throw new LineError(this.position >= this.#end ? 'no value' : 'no space before the value');
  }

  /** Passes a blank if one is there: exactly one space, or any blanks. Says whether something follows it. */
  gap(): boolean {
    if (this.#grammar.exact) {
      if (this.at() !== space) return false;
      this.position++;
      return true;
    }
    const from = this.position;
    this.blanks();
    return this.position > from && this.position < this.#end;
  }

  finish(): void {
    this.blanks();
    if (this.position < this.#end) throw new LineError('unexpected text at the end of the line');
  }

  number(what: string): number {
    const from = this.position;
    while (this.position < this.#end && !isBlank(this.#bytes[this.position]!)) this.position++;
    const value = readNumber(this.#bytes, from, this.position);
    if (value === null) throw new LineError(this.position === from ? `no ${what}` : `${what} is not a number`);
    return value;
  }

  /** A metric name (`extra` = ':') or a label name (`extra` = ''). */
  name(extra: ':' | ''): string {
    const from = this.position;
    while (isNameByte(this.at(), this.position > from, extra)) this.position++;
    if (this.position === from) throw new LineError(extra === ':' ? 'invalid metric name' : 'invalid label name');
    return this.text(from, this.position);
  }

  /** `{a="1",b="2"}`; with `named`, a quoted metric name may stand first: `{"my.metric",a="1"}`. */
  labelBlock(named: boolean): { name: string; labels: LabelPairs } {
    this.position++;
    const labels: string[] = [];
    let name = '';
    this.blanks();
    for (let first = true; this.at() !== close; first = false) {
      const quoted = this.at() === quote;
      const label = quoted ? this.quoted() : this.name('');
      this.blanks();
      if (named && first && quoted && this.at() !== equals) {
        name = label;
      } else {
        if (this.at() !== equals) throw new LineError('label without =');
        this.position++;
        this.blanks();
        if (this.at() !== quote) throw new LineError('label value without quotes');
        addLabel(labels, label, this.quoted());
        this.blanks();
      }
      if (this.at() === comma) {
        this.position++;
        this.blanks();
        if (this.#grammar.exact && this.at() === close) throw new LineError('comma at the end of the labels');
      } else if (this.at() !== close) {
        throw new LineError('no comma between labels');
      }
    }
    this.position++;
    return { name, labels };
  }

  quoted(): string {
    const from = ++this.position;
    let plain = true, ascii = true;
    for (; ; this.position++) {
      const byte = this.at();
      if (byte === -1) throw new LineError('label value does not end');
      if (byte === quote) break;
      if (byte >= 0x80) ascii = false;
      if (byte === backslash) {
        plain = false;
        this.position++;
      }
    }
    const to = this.position++;
    if (to - from > this.#grammar.maxValueBytes) throw new LineError(`label value is longer than ${this.#grammar.maxValueBytes} bytes`);
    if (plain && ascii) return this.text(from, to);
    const raw = ascii ? this.#bytes.toString('latin1', from, to) : decodeUtf8(this.#bytes.subarray(from, to));
    return this.#interned.get(plain ? raw : unescape(raw, this.#grammar.unknownEscapes));
  }
}

function addLabel(labels: string[], name: string, value: string): void {
  if (labels.length >= 2 * maxLabels) throw new LineError(`more than ${maxLabels} labels`);
  if (name === '__name__') throw new LineError('label __name__ is reserved');
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) throw new LineError('label named twice');
  labels.push(name, value);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new LineError('label value is not UTF-8');
  }
}

function unescape(raw: string, unknown: 'refuse' | 'keep'): string {
  return raw.replace(/\\(.)/gsu, (both, char: string) => {
    if (char === 'n') return '\n';
    if (char === '\\' || char === '"') return char;
    if (unknown === 'refuse') throw new LineError('unknown escape in a label value');
    return both;
  });
}

function isBlank(byte: number): boolean {
  return byte === space || byte === tab;
}

function isNameByte(byte: number, digits: boolean, extra: ':' | ''): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f
    || (digits && byte >= 0x30 && byte <= 0x39) || (extra === ':' && byte === 0x3a);
}
