import { printable } from '../model/source-report.ts';
import { LineError, readSampleLine, readSampleTail, type LabelPairs, type LineGrammar, type SampleLine } from './exposition-line.ts';
import { readNumber } from './exposition-number.ts';
import { InternTable } from './intern-table.ts';
import { OpenMetricsRules } from './openmetrics-rules.ts';
import { TextRules } from './text-rules.ts';

/** Receives what stands on a page, in order. `S` is whatever the caller keeps for one series. */
export interface ExpositionHandler<S extends object> {
  /** False: lines with this sample name are passed over unread. */
  wants(name: string): boolean;
  /**
   * A series that is not in the cache. `key` is its name and label block as written (bytes as Latin-1).
   * null: its sample is dropped and nothing is cached.
   */
  series(name: string, labels: LabelPairs, key: string): S | null;
  sample(series: S, value: number): void;
  /** A line that cannot be read; the rest stands. `line` counts from 1; `sample` holds its first bytes, printable. */
  malformed(line: number, reason: string, sample: string): void;
}

/** How a page is read. @typeParam S what the caller keeps of a series */
export interface ExpositionOptions<S extends object> {
  readonly format: 'text' | 'openmetrics';
  /** Series by their bytes as written; kept by the caller from page to page, so a known series is not read again. */
  readonly cache: Map<string, S>;
  /** Hold the page to every rule of its format; otherwise merged, interleaved and repeated families are fine. */
  readonly strict?: boolean;
  readonly interned?: InternTable;
  readonly maxLineBytes?: number;
}

/** Reads one page as it arrives; what it finds goes to the handlers. */
export interface ExpositionParser {
  push(chunk: Uint8Array): void;
  /** After the last chunk: the number of lines. */
  end(): number;
}

interface PageRules {
  blank(): void;
  comment(line: string): void;
  sample(line: SampleLine): void;
  end(): void;
}

const strictOpenMetrics: LineGrammar = { exact: true, timestamps: 'seconds', exemplars: true, unknownEscapes: 'keep', maxValueBytes: Infinity };
const strictText: LineGrammar = { exact: false, timestamps: 'milliseconds', exemplars: false, unknownEscapes: 'refuse', maxValueBytes: Infinity };
/** Real pages: pilot-agent joins text and OpenMetrics into one, ztunnel sends OpenMetrics as `text/plain`. */
const tolerant: LineGrammar = { exact: false, timestamps: 'any', exemplars: true, unknownEscapes: 'keep', maxValueBytes: 4096 };

const newline = 0x0a, carriageReturn = 0x0d, hash = 0x23, open = 0x7b, close = 0x7d, space = 0x20, tab = 0x09;

/**
 * A streaming parser of the Prometheus text format 0.0.4 and of OpenMetrics 1.0.
 * About 95 % of a proxy's page are label blocks that stood on the page before: a line is looked up by those
 * bytes first, and only its number is read.
 */
export function createExpositionParser<S extends object>(handler: ExpositionHandler<S>, options: ExpositionOptions<S>): ExpositionParser {
  return new Parser(handler, options);
}

class Parser<S extends object> implements ExpositionParser {
  readonly #handler: ExpositionHandler<S>;
  readonly #cache: Map<string, S>;
  readonly #rules: PageRules | null;
  readonly #grammar: LineGrammar;
  readonly #interned: InternTable;
  readonly #maxLineBytes: number;
  readonly #wanted = new Map<string, boolean>();
  readonly #openMetrics: boolean;
  #lastName = '';
  #lastWanted = false;
  #carry: Buffer[] = [];
  #carryBytes = 0;
  #overlong = false;
  #line = 0;
  #ended = false;

  constructor(handler: ExpositionHandler<S>, options: ExpositionOptions<S>) {
    this.#handler = handler;
    this.#cache = options.cache;
    this.#openMetrics = options.format === 'openmetrics';
    this.#rules = options.strict !== true ? null : this.#openMetrics ? new OpenMetricsRules() : new TextRules();
    this.#grammar = this.#rules === null ? tolerant : this.#openMetrics ? strictOpenMetrics : strictText;
    this.#interned = options.interned ?? new InternTable();
    this.#maxLineBytes = options.maxLineBytes ?? 256 * 1024;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let to = bytes.indexOf(newline); to !== -1; to = bytes.indexOf(newline, from)) {
      if (this.#carryBytes > 0 || this.#overlong) this.#finishCarried(bytes.subarray(from, to));
      else this.#readLine(bytes, from, to);
      from = to + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
  }

  end(): number {
    const unfinished = this.#carryBytes > 0 || this.#overlong;
    if (unfinished) {
      this.#finishCarried(Buffer.alloc(0));
      if (this.#rules !== null && !this.#openMetrics) this.#handler.malformed(this.#line, 'last line does not end', '');
    }
    try {
      this.#rules?.end();
      if (this.#rules === null && this.#openMetrics && !this.#ended) throw new LineError('page does not end with # EOF');
    } catch (error) {
      this.#reject(error, Buffer.alloc(0));
    }
    return this.#line;
  }

  /** Keeps the beginning of a line whose end is in a later chunk. The chunk's memory belongs to the caller. */
  #keep(part: Buffer): void {
    if (this.#overlong || this.#carryBytes + part.length > this.#maxLineBytes) {
      this.#overlong = true;
      if (this.#carry.length === 0) this.#carry.push(Buffer.from(part.subarray(0, 64)));
      return;
    }
    this.#carry.push(Buffer.from(part));
    this.#carryBytes += part.length;
  }

  #finishCarried(rest: Buffer): void {
    const overlong = this.#overlong || this.#carryBytes + rest.length > this.#maxLineBytes;
    const whole = Buffer.concat(overlong ? this.#carry : [...this.#carry, rest]);
    this.#carry = [];
    this.#carryBytes = 0;
    this.#overlong = false;
    if (!overlong) {
      this.#readLine(whole, 0, whole.length);
      return;
    }
    this.#line++;
    this.#handler.malformed(this.#line, `line is longer than ${this.#maxLineBytes} bytes`, printable(whole));
  }

  #readLine(bytes: Buffer, start: number, lineEnd: number): void {
    this.#line++;
    const end = this.#rules === null && bytes[lineEnd - 1] === carriageReturn && lineEnd > start ? lineEnd - 1 : lineEnd;
    try {
      if (this.#rules !== null) this.#readStrictly(this.#rules, bytes, start, end);
      else if (end > start && !this.#readKnown(bytes, start, end)) this.#readNew(bytes, start, end);
    } catch (error) {
      this.#reject(error, bytes.subarray(start, end));
    }
  }

  #reject(error: unknown, line: Buffer): void {
    if (!(error instanceof LineError)) throw error;
    this.#handler.malformed(this.#line, error.message, printable(line));
  }

  /** The short way: an unwanted name, or a series whose bytes are known. False: read the line whole. */
  #readKnown(bytes: Buffer, start: number, end: number): boolean {
    const first = bytes[start]!;
    if (first === hash) {
      if (bytes[start + 2] === 0x45 && bytes.toString('latin1', start, end).trimEnd() === '# EOF') this.#ended = true;
      return true;
    }
    if (!this.#isWanted(bytes, start, end)) return true;
    let blockEnd = end - 1;
    while (blockEnd > start && bytes[blockEnd] !== close) blockEnd--;
    if (blockEnd === start) return false;
    const series = this.#cache.get(bytes.toString('latin1', start, ++blockEnd));
    if (series === undefined) return false;
    const value = bytes[blockEnd] === space ? readNumber(bytes, blockEnd + 1, end) : null;
    this.#handler.sample(series, value ?? readSampleTail(bytes, blockEnd, end, this.#grammar, this.#interned).value);
    return true;
  }

  /** True also for lines whose name cannot be told yet (quoted, indented): those are read whole. */
  #isWanted(bytes: Buffer, start: number, end: number): boolean {
    let to = start;
    const last = this.#lastName;
    for (; to < end; to++) {
      const byte = bytes[to]!;
      if (byte === open || byte === space || byte === tab) break;
    }
    if (to === start) return true;
    if (to - start !== last.length || !startsWith(bytes, start, last)) {
      this.#lastName = bytes.toString('latin1', start, to);
      this.#lastWanted = this.#wants(this.#lastName);
    }
    return this.#lastWanted;
  }

  #wants(name: string): boolean {
    let wanted = this.#wanted.get(name);
    if (wanted === undefined) {
      wanted = this.#handler.wants(name);
      if (this.#wanted.size < 10_000) this.#wanted.set(name, wanted);
    }
    return wanted;
  }

  #readNew(bytes: Buffer, start: number, end: number): void {
    let from = start;
    while (from < end && (bytes[from] === space || bytes[from] === tab)) from++;
    if (from === end || bytes[from] === hash) return;
    const line = readSampleLine(bytes, from, end, this.#grammar, this.#interned);
    if (this.#wants(line.name)) this.#take(line, bytes.toString('latin1', from, line.seriesEnd));
  }

  #readStrictly(rules: PageRules, bytes: Buffer, start: number, end: number): void {
    let from = start;
    if (!this.#openMetrics) while (from < end && (bytes[from] === space || bytes[from] === tab)) from++;
    if (from === end) {
      rules.blank();
    } else if (bytes[from] === hash) {
      rules.comment(bytes.toString('utf8', from, end));
    } else {
      const line = readSampleLine(bytes, from, end, this.#grammar, this.#interned);
      rules.sample(line);
      if (this.#wants(line.name)) this.#take(line, bytes.toString('latin1', from, line.seriesEnd));
    }
  }

  #take(line: SampleLine, key: string): void {
    const known = this.#cache.get(key);
    const series = known ?? this.#handler.series(line.name, line.labels, key);
    if (series === null) return;
    if (known === undefined) this.#cache.set(key, series);
    this.#handler.sample(series, line.value);
  }
}

function startsWith(bytes: Buffer, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
