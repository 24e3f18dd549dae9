import { printable } from '../model/source-report.ts';
import { ProtoReader } from '../wire/proto-reader.ts';
import { WireError } from '../wire/wire-error.ts';
import { readKeyValue, type ValueDecoding } from './any-value-protobuf.ts';
import { AttributeCollector } from './attribute-collector.ts';
import type { DecodeContext } from './decode-context.ts';
import { DecodeTally, UndecodableRequest, type DecodedSpans } from './decoded-spans.ts';
import { addLink, emptySpan, faultOf, lostUpstreamOf, spanEvent, timeBounds, type OtlpSpan, type TimeBounds } from './otlp-span.ts';
import { otlpResource, spanFromOtlp, type OtlpResource } from './span-from-otlp.ts';

/** What a request is decoded for. */
export interface DecodeEnvelope {
  readonly tenant: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

interface Decoding extends ValueDecoding {
  readonly body: Uint8Array;
  readonly tally: DecodeTally;
  readonly tenant: string;
  readonly bounds: TimeBounds;
}

/**
 * Decodes an `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`. A span that is malformed is
 * rejected alone, its frame being whole.
 * @throws UndecodableRequest when the request around the spans is broken.
 */
export function decodeProtobuf(body: Uint8Array, context: DecodeContext, envelope: DecodeEnvelope): DecodedSpans {
  const r = new ProtoReader(body);
  const d: Decoding = { r, body, tally: new DecodeTally(), context, tenant: envelope.tenant, bounds: timeBounds(envelope.nowMs) };
  try {
    for (let field = r.next(); field !== 0; field = r.next()) {
      if (field === 1) {
        const outer = r.enter();
        readResourceSpans(d);
        r.leave(outer);
      } else r.skip();
    }
  } catch (error) {
    if (error instanceof WireError) throw new UndecodableRequest(`not a protobuf ExportTraceServiceRequest: ${error.message}`, { cause: error });
    throw error;
  }
  return d.tally.finish();
}

/** Fields may come in any order, so the resource is read first, in a pass of its own that goes over the spans. */
function readResourceSpans(d: Decoding): void {
  const { r } = d;
  const start = r.offset;
  const collector = new AttributeCollector(d.context, false);
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) {
      const outer = r.enter();
      readResource(d, collector);
      r.leave(outer);
    } else r.skip();
  }
  const resource = otlpResource(collector.attributes, d.context.sampling);
  r.rewind(start);
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 2) {
      const outer = r.enter();
      readScopeSpans(d, resource);
      r.leave(outer);
    } else r.skip();
  }
}

function readResource(d: Decoding, collector: AttributeCollector): void {
  const { r } = d;
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) readKeyValue(d, collector);
    else if (field === 2) d.tally.lostUpstream += r.uint32();
    else r.skip();
  }
}

function readScopeSpans(d: Decoding, resource: OtlpResource): void {
  const { r } = d;
  const start = r.offset;
  const scope = { name: '', version: '' };
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) {
      const outer = r.enter();
      for (let inner = r.next(); inner !== 0; inner = r.next()) {
        if (inner === 1) scope.name = r.string(d.context.values);
        else if (inner === 2) scope.version = r.string(d.context.values);
        else r.skip();
      }
      r.leave(outer);
    } else r.skip();
  }
  r.rewind(start);
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 2) takeSpan(d, resource, scope);
    else r.skip();
  }
}

function takeSpan(d: Decoding, resource: OtlpResource, scope: { name: string; version: string }): void {
  const { r, tally } = d;
  const mark = r.mark();
  const outer = r.enter();
  const start = r.offset;
  const end = r.messageEnd;
  const sample = (): string => printable(d.body.subarray(start, end));
  let span: OtlpSpan;
  try {
    span = readSpan(d, scope);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    r.recover(mark, end);
    tally.reject('span is not valid protobuf', () => `${error.problem} in field ${error.path}: ${sample()}`);
    return;
  }
  r.leave(outer);
  const fault = faultOf(span, d.bounds);
  if (fault !== undefined) {
    tally.reject(fault, sample);
    return;
  }
  tally.lostUpstream += lostUpstreamOf(span);
  tally.accept(spanFromOtlp(span, resource, d.tenant, d.context, (fault) => tally.fault(fault, sample)));
}

function readSpan(d: Decoding, scope: { name: string; version: string }): OtlpSpan {
  const { r, context } = d;
  context.fields.clear();
  const collector = new AttributeCollector(context, true);
  const span = emptySpan(scope, collector);
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: span.traceId = r.hex(); break;
      case 2: span.spanId = r.hex(); break;
      case 3: span.traceState = r.string(context.values); break;
      case 4: span.parentSpanId = r.hex(); break;
      case 5: span.name = r.string(context.values); break;
      case 6: span.kind = r.int32(); break;
      case 7: span.startNs = r.fixed64(); break;
      case 8: span.endNs = r.fixed64(); break;
      case 9: readKeyValue(d, collector); break;
      case 10: span.lostAttributes = r.uint32(); break;
      case 11: readEvent(d, span); break;
      case 12: span.lostEvents = r.uint32(); break;
      case 13: readLink(d, span); break;
      case 14: span.lostLinks = r.uint32(); break;
      case 15: readStatus(d, span); break;
      default: r.skip();
    }
  }
  return span;
}

function readEvent(d: Decoding, span: OtlpSpan): void {
  const { r, context } = d;
  if (span.events.length >= context.limits.maxEvents) {
    span.omittedEvents++;
    r.skip();
    return;
  }
  const collector = new AttributeCollector(context, false);
  let timeNs = 0n, name = '';
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: timeNs = r.fixed64(); break;
      case 2: name = r.string(context.values); break;
      case 3: readKeyValue(d, collector); break;
      default: r.skip();
    }
  }
  r.leave(outer);
  span.events.push(spanEvent(timeNs, name, collector));
}

function readLink(d: Decoding, span: OtlpSpan): void {
  const { r } = d;
  let traceId = '', spanId = '';
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) traceId = r.hex();
    else if (field === 2) spanId = r.hex();
    else r.skip();
  }
  r.leave(outer);
  addLink(span, traceId, spanId, d.context.limits);
}

function readStatus(d: Decoding, span: OtlpSpan): void {
  const { r } = d;
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 2) span.statusMessage = r.string(d.context.values);
    else if (field === 3) span.statusCode = r.int32();
    else r.skip();
  }
  r.leave(outer);
}
