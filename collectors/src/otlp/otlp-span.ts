import type { SpanEvent, SpanLink } from '../model/span.ts';
import { truncate, type AttributeCollector } from './attribute-collector.ts';
import type { SpanLimits } from './decode-context.ts';

/** A span as either encoding gives it, attributes already collected (their fields are in the context). */
export interface OtlpSpan {
  /** Lower-case hex of any length, as the other ids. */
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  name: string;
  kind: number;
  startNs: bigint;
  endNs: bigint;
  statusCode: number;
  statusMessage: string;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly collector: AttributeCollector;
  readonly events: SpanEvent[];
  readonly links: SpanLink[];
  /** What the sender says it left out. */
  lostAttributes: number;
  lostEvents: number;
  lostLinks: number;
  /** What is left out here, for the limits or for bad ids. */
  omittedEvents: number;
  omittedLinks: number;
}

/** A span of a scope with every field at the default of proto3, for a decoder to fill. */
export function emptySpan(scope: { readonly name: string; readonly version: string }, collector: AttributeCollector): OtlpSpan {
  return {
    traceId: '', spanId: '', parentSpanId: '', traceState: '', name: '', kind: 0, startNs: 0n, endNs: 0n,
    statusCode: 0, statusMessage: '', scopeName: scope.name, scopeVersion: scope.version, collector, events: [], links: [],
    lostAttributes: 0, lostEvents: 0, lostLinks: 0, omittedEvents: 0, omittedLinks: 0,
  };
}

const maxEventNameLength = 256;

/** An event as it is stored: its name cut, a time beyond what can be stored 0. */
export function spanEvent(timeNs: bigint, name: string, collector: AttributeCollector): SpanEvent {
  return { timeNs: timeNs <= latestStorable ? timeNs : 0n, name: truncate(name, maxEventNameLength), attributes: collector.attributes };
}

/** DateTime64(9) ends in the year 2262, with the signed 64-bit nanosecond. */
const latestStorable = 0x7fff_ffff_ffff_ffffn;

/** Links whose ids are not ids cannot be followed and are left out. */
export function addLink(span: OtlpSpan, traceId: string, spanId: string, limits: SpanLimits): void {
  const sound = traceId.length === 32 && spanId.length === 16 && !isZeroId(traceId) && !isZeroId(spanId);
  if (sound && span.links.length < limits.maxEvents) span.links.push({ traceId, spanId });
  else span.omittedLinks++;
}

const zeros = /^0*$/;

/** True for an empty id and for one of zeros alone, which both mean «none». */
export function isZeroId(id: string): boolean {
  return zeros.test(id);
}

/** What a span's times may be, nanoseconds. */
export interface TimeBounds { readonly earliestNs: bigint; readonly latestNs: bigint; readonly longestNs: bigint }

const dayNs = 86_400_000_000_000n;

/** From the year 2000 to a day ahead of the clock, and not longer than a leap year. */
export function timeBounds(nowMs: number): TimeBounds {
  return { earliestNs: 946_684_800_000_000_000n, latestNs: BigInt(Math.floor(nowMs)) * 1_000_000n + dayNs, longestNs: 366n * dayNs };
}

/** Why a span cannot be stored, undefined if it can: a closed set of texts, fit to count by. */
export function faultOf(span: OtlpSpan, bounds: TimeBounds): string | undefined {
  if (span.traceId.length !== 32) return 'trace id is not 16 bytes';
  if (isZeroId(span.traceId)) return 'trace id is all zeros';
  if (span.spanId.length !== 16) return 'span id is not 8 bytes';
  if (isZeroId(span.spanId)) return 'span id is all zeros';
  if (span.parentSpanId.length !== 0 && span.parentSpanId.length !== 16) return 'parent span id is not 8 bytes';
  if (span.startNs === 0n) return 'start time is missing';
  if (span.startNs < bounds.earliestNs) return 'start time is before the year 2000';
  if (span.endNs === 0n) return 'end time is missing';
  if (span.endNs < span.startNs) return 'ends before it starts';
  if (span.endNs > bounds.latestNs) return 'ends more than a day in the future';
  if (span.endNs - span.startNs > bounds.longestNs) return 'lasts longer than a year';
  return undefined;
}

/** Attributes, events and links that the sender says it left out. */
export function lostUpstreamOf(span: OtlpSpan): number {
  return span.lostAttributes + span.lostEvents + span.lostLinks;
}
