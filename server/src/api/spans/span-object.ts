import type { Entity } from '@orrery/collectors/model/entity';
import { SpanKind, SpanStatus, type Span } from '@orrery/collectors/model/span';
import type { SpanClock } from './clock-skew.ts';

/** `Span` of the schema. */
export interface SpanObject {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly entity: Entity;
  readonly startMs: number;
  readonly skewMs: number;
  readonly warnings: readonly string[];
  readonly durationMs: number;
  readonly status: string;
  readonly statusMessage: string;
  readonly httpStatus: number | null;
  readonly grpcStatus: number | null;
  readonly attributes: readonly Attribute[];
  readonly resourceAttributes: readonly Attribute[];
}

interface Attribute {
  readonly key: string;
  readonly value: string;
}

/** A stored span as the schema has it: nanoseconds become milliseconds, «not given» becomes null, times are corrected by the clock. */
export function spanObject(span: Span, clock: SpanClock): SpanObject {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId === '' ? null : span.parentSpanId,
    name: span.name,
    kind: nameOf(SpanKind, span.kind),
    entity: span.entity,
    startMs: Number((span.startNs - clock.skewNs) / 1000n) / 1000,
    skewMs: Number(clock.skewNs) / 1e6,
    warnings: clock.warning === '' ? [] : [clock.warning],
    durationMs: Number(span.durationNs) / 1e6,
    status: nameOf(SpanStatus, span.status),
    statusMessage: span.statusMessage,
    httpStatus: span.httpStatus === 0 ? null : span.httpStatus,
    grpcStatus: span.grpcStatus < 0 ? null : span.grpcStatus,
    attributes: attributesOf(span.attributes),
    resourceAttributes: attributesOf(span.resourceAttributes),
  };
}

function nameOf(values: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(values).find(([, one]) => one === value)?.[0] ?? String(value);
}

function attributesOf(map: ReadonlyMap<string, string>): Attribute[] {
  return [...map].map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1));
}
