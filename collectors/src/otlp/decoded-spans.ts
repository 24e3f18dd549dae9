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
  private readonly rejections = new Map<string, { count: number; sample: string }>();

  accept(span: Span): void {
    this.received++;
    this.spans.push(span);
  }

  /** `reason` is one of a closed set; `sample` is asked for only when the reason is new. */
  reject(reason: string, sample: () => string): void {
    this.received++;
    const known = this.rejections.get(reason);
    if (known === undefined) this.rejections.set(reason, { count: 1, sample: sample() });
    else known.count++;
  }

  finish(): DecodedSpans {
    const rejections = [...this.rejections].map(([reason, { count, sample }]) => ({ reason, count, sample }));
    return { spans: this.spans, received: this.received, rejections, lostUpstream: this.lostUpstream };
  }
}
