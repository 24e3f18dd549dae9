import type { Span } from '../model/span.ts';

/** Spans of one request that could not be kept, by reason. `sample` shows the beginning of the first one. */
export interface RejectedSpans {
  readonly reason: string;
  readonly count: number;
  readonly sample: string;
}

/** What came out of one export request: received = spans.length + the sum of rejections. */
export interface DecodedSpans {
  readonly spans: readonly Span[];
  readonly received: number;
  readonly rejections: readonly RejectedSpans[];
  /** What spans said wrong and stand without: they are among `spans`. */
  readonly faults: readonly RejectedSpans[];
  /** Attributes, events and links that the senders say they left out. */
  readonly lostUpstream: number;
}

/** A request body that is not an ExportTraceServiceRequest at all: answered 400 or INVALID_ARGUMENT. */
export class UndecodableRequest extends Error {
  constructor(problem: string, options?: { cause?: unknown }) {
    super(problem, options);
    this.name = 'UndecodableRequest';
  }
}

/** Gathers the outcome of one request. */
export class DecodeTally {
  readonly spans: Span[] = [];
  lostUpstream = 0;
  private received = 0;
  private readonly rejections: Counts = new Map();
  private readonly faults: Counts = new Map();

  accept(span: Span): void {
    this.received++;
    this.spans.push(span);
  }

  /** `reason` is one of a closed set; `sample` is asked for only when the reason is new. */
  reject(reason: string, sample: () => string): void {
    this.received++;
    count(this.rejections, reason, sample);
  }

  /** Of a span that is accepted all the same. */
  fault(reason: string, sample: () => string): void {
    count(this.faults, reason, sample);
  }

  finish(): DecodedSpans {
    return { spans: this.spans, received: this.received, rejections: listed(this.rejections), faults: listed(this.faults), lostUpstream: this.lostUpstream };
  }
}

type Counts = Map<string, { count: number; sample: string }>;

function count(counts: Counts, reason: string, sample: () => string): void {
  const known = counts.get(reason);
  if (known === undefined) counts.set(reason, { count: 1, sample: sample() });
  else known.count++;
}

function listed(counts: Counts): RejectedSpans[] {
  return [...counts].map(([reason, told]) => ({ reason, ...told }));
}
