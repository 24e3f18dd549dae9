import type { Rejection } from '../model/source-report.ts';
import { printable } from '../model/source-report.ts';
import { SpanKind, type Span } from '../model/span.ts';
import { IntakeReport } from '../pipeline/intake-report.ts';
import { Overloaded, StoreUnavailable } from '../pipeline/sink.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { tooOld, tooOldForEdges } from '../pipeline/too-old.ts';
import { tooBusy } from './body-error.ts';
import type { ByteBudget } from './byte-budget.ts';
import { decodeJson } from './decode-json.ts';
import type { DecodeContext } from './decode-context.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { UndecodableRequest, type DecodedSpans, type RejectedSpans } from './decoded-spans.ts';
import type { Encoding, ExportOutcome } from './export-outcome.ts';
import { GrpcCode } from './grpc-status.ts';

/** A sender is asked to wait this long while too many bytes are in work. */
const busyRetryMs = 1000;
/** And this long after a fault of the sink that is not its own word on waiting. */
const faultRetryMs = 5000;

/** The sender shall send it again. */
type PushBack = Extract<ExportOutcome, { ok: false }>;

/** Takes export requests of one receiver from bytes to the store, whatever the transport. */
export class TraceIntake {
  readonly report: IntakeReport;
  private readonly source: string;
  private readonly deps: SourceDeps;
  private readonly context: DecodeContext;
  private readonly budget: ByteBudget;

  constructor(source: 'otlp-grpc' | 'otlp-http', deps: SourceDeps, context: DecodeContext, budget: ByteBudget) {
    this.source = source;
    this.deps = deps;
    this.context = context;
    this.budget = budget;
    this.report = new IntakeReport({ tenant: deps.tenant, source, feed: 'otlp' });
  }

  /**
   * Resolves once the spans are in the store or it is known why not; never rejects.
   * @param hold what the request holds already; it is released
   */
  async export(body: Uint8Array, encoding: Encoding, hold = this.budget.hold()): Promise<ExportOutcome> {
    if (!hold.growTo(body.length)) return this.busy();
    try {
      return await this.decodeAndStore(body, encoding);
    } catch (error) {
      this.deps.logger.error({ err: error, source: this.source }, 'export request failed');
      return { ok: false, code: GrpcCode.internal, message: 'internal error' };
    } finally {
      hold.release();
    }
  }

  private async decodeAndStore(body: Uint8Array, encoding: Encoding): Promise<ExportOutcome> {
    const startMs = this.deps.now();
    const envelope = { tenant: this.deps.tenant, nowMs: startMs };
    let decoded: DecodedSpans;
    try {
      decoded = encoding === 'json' ? decodeJson(body, this.context, envelope) : decodeProtobuf(body, this.context, envelope);
    } catch (error) {
      if (!(error instanceof UndecodableRequest)) throw error;
      return this.refuse(body, error.message);
    }
    const { spans, received, rejections, faults, lostUpstream } = decoded;
    if (spans.length > 0) {
      try {
        await this.deps.sink.spans(spans);
      } catch (error) {
        return this.sinkFailed(error);
      }
    }
    // Only now: a request that is pushed back comes again, and would be counted twice.
    for (const { reason, count, sample } of [...rejections, ...faults, ...withoutEdges(spans, startMs)]) this.deps.log.reject(this.rejection(reason, count, sample));
    const durationMs = Math.max(0, this.deps.now() - startMs);
    this.report.settled({ received, stored: spans.length, rejected: received - spans.length, lostUpstream, newestMs: newestMs(spans), durationMs });
    return { ok: true, rejected: received - spans.length, message: partialMessage(decoded) };
  }

  /** A request that the transport refused for good before its body was whole: too large, or its compression is broken. */
  refused(message: string): void {
    this.countRefused('request is refused', message);
    this.report.failed(message);
  }

  /** A request that does not fit beside those in work, before or after it is whole. */
  busy(): PushBack {
    return this.pushBack(tooBusy().message, GrpcCode.resourceExhausted, busyRetryMs);
  }

  private refuse(body: Uint8Array, message: string): ExportOutcome {
    this.countRefused('request is not decodable', `${message}: ${printable(body)}`);
    this.report.failed(message);
    return { ok: false, code: GrpcCode.invalidArgument, message };
  }

  /** What is no request at all counts as one datum, received and rejected. */
  private countRefused(reason: string, sample: string): void {
    this.deps.log.reject(this.rejection(reason, 1, sample));
    this.report.settled({ received: 1, stored: 0, rejected: 1, lostUpstream: 0, newestMs: 0, durationMs: 0 });
  }

  private sinkFailed(error: unknown): ExportOutcome {
    if (error instanceof Overloaded) return this.pushBack(error.message, GrpcCode.resourceExhausted, error.retryAfterMs);
    if (error instanceof StoreUnavailable) return this.pushBack(error.message, GrpcCode.unavailable, error.retryAfterMs);
    this.deps.logger.error({ err: error, source: this.source }, 'the sink failed');
    return this.pushBack('the spans could not be stored', GrpcCode.unavailable, faultRetryMs);
  }

  private pushBack(message: string, code: GrpcCode, retryAfterMs: number): PushBack {
    this.report.failed(message);
    return { ok: false, code, message, retryAfterMs };
  }

  private rejection(reason: string, count: number, sample: string): Rejection {
    return { tenant: this.deps.tenant, timeMs: this.deps.now(), source: this.source, feed: 'otlp', target: '', reason, count, sample };
  }
}

function partialMessage({ received, spans, rejections }: DecodedSpans): string {
  if (rejections.length === 0) return '';
  return `rejected ${received - spans.length} of ${received} spans: ${rejections.map(({ reason, count }) => `${count} × ${reason}`).join(', ')}`;
}

/** Calls and messages that are kept as traces alone. */
function withoutEdges(spans: readonly Span[], nowMs: number): readonly RejectedSpans[] {
  const old = tooOld(spans, ({ startNs }) => startNs, nowMs).filter(({ kind }) => kind !== SpanKind.internal && kind !== SpanKind.unspecified), [first] = old;
  return first === undefined ? [] : [{ reason: tooOldForEdges, count: old.length, sample: printable(`${first.traceId} ${first.name}`) }];
}

function newestMs(spans: readonly Span[]): number {
  let newest = 0n;
  for (const { startNs, durationNs } of spans) {
    const end = startNs + durationNs;
    if (end > newest) newest = end;
  }
  return Number(newest / 1_000_000n);
}
