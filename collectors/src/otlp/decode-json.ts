import { printable } from '../model/source-report.ts';
import { readAnyValue } from './any-value-json.ts';
import { AttributeCollector } from './attribute-collector.ts';
import type { DecodeContext } from './decode-context.ts';
import type { DecodeEnvelope } from './decode-protobuf.ts';
import { DecodeTally, UndecodableRequest, type DecodedSpans } from './decoded-spans.ts';
import { asHex, asInt32, asInteger64, asList, asObject, asText, asUint32, JsonShapeError } from '../wire/json-shape.ts';
import { addLink, emptySpan, faultOf, lostUpstreamOf, spanEvent, timeBounds, type OtlpSpan, type TimeBounds } from './otlp-span.ts';
import { otlpResource, spanFromOtlp, type OtlpResource } from './span-from-otlp.ts';

interface Decoding {
  readonly tally: DecodeTally;
  readonly context: DecodeContext;
  readonly tenant: string;
  readonly bounds: TimeBounds;
}

/**
 * Decodes an ExportTraceServiceRequest in OTLP JSON: lowerCamelCase names alone, unknown ones ignored. A span
 * with a field of the wrong sort is rejected alone.
 * @throws UndecodableRequest when the body is not JSON or the objects around the spans are wrong.
 */
export function decodeJson(body: Uint8Array, context: DecodeContext, envelope: DecodeEnvelope): DecodedSpans {
  const d: Decoding = { tally: new DecodeTally(), context, tenant: envelope.tenant, bounds: timeBounds(envelope.nowMs) };
  try {
    const request = asObject(parse(body), 'the request');
    for (const item of asList(request['resourceSpans'], 'resourceSpans')) takeResourceSpans(d, item);
  } catch (error) {
    if (error instanceof JsonShapeError || error instanceof SyntaxError) {
      throw new UndecodableRequest(`not a JSON ExportTraceServiceRequest: ${problemOf(error)}`, { cause: error });
    }
    throw error;
  }
  return d.tally.finish();
}

/** Numbers too large for a double, in the fields that hold 64-bit integers. A quoted key cannot occur inside a string unescaped. */
const largeNumber = /("(?:startTimeUnixNano|endTimeUnixNano|timeUnixNano|intValue)"\s*:\s*)(-?\d{16,20})(?=\s*[,}])/g;

function parse(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body);
  return JSON.parse(text.replace(largeNumber, '$1"$2"'));
}

/** V8 quotes the input in its messages; only the kind of fault and its place are passed on. */
function problemOf(error: Error): string {
  if (error instanceof JsonShapeError) return error.message;
  const place = /at position \d+/.exec(error.message)?.[0];
  return place === undefined ? 'invalid JSON' : `invalid JSON ${place}`;
}

function takeResourceSpans(d: Decoding, item: unknown): void {
  const resourceSpans = asObject(item, 'resourceSpans[]');
  const resourceJson = asObject(resourceSpans['resource'], 'resource');
  const collector = new AttributeCollector(d.context, false);
  readAttributes(d, collector, resourceJson['attributes']);
  d.tally.lostUpstream += asUint32(resourceJson['droppedAttributesCount'], 'droppedAttributesCount');
  const resource = otlpResource(collector.attributes, d.context.sampling);
  for (const scopeItem of asList(resourceSpans['scopeSpans'], 'scopeSpans')) {
    const scopeSpans = asObject(scopeItem, 'scopeSpans[]');
    const scopeJson = asObject(scopeSpans['scope'], 'scope');
    const scope = { name: asText(scopeJson['name'], 'scope.name'), version: asText(scopeJson['version'], 'scope.version') };
    for (const span of asList(scopeSpans['spans'], 'spans')) takeSpan(d, resource, scope, span);
  }
}

function takeSpan(d: Decoding, resource: OtlpResource, scope: { name: string; version: string }, item: unknown): void {
  const sample = (): string => printable(plainFields(item));
  let span: OtlpSpan;
  try {
    span = readSpan(d, scope, item);
  } catch (error) {
    if (!(error instanceof JsonShapeError)) throw error;
    d.tally.reject('span is not valid OTLP JSON', () => `${error.message}: ${sample()}`);
    return;
  }
  const fault = faultOf(span, d.bounds);
  if (fault !== undefined) {
    d.tally.reject(fault, sample);
    return;
  }
  d.tally.lostUpstream += lostUpstreamOf(span);
  d.tally.accept(spanFromOtlp(span, resource, d.tenant, d.context, (fault) => d.tally.fault(fault, sample)));
}

function readSpan(d: Decoding, scope: { name: string; version: string }, item: unknown): OtlpSpan {
  const json = asObject(item, 'span');
  d.context.fields.clear();
  const span = emptySpan(scope, new AttributeCollector(d.context, true));
  span.traceId = asHex(json['traceId'], 'traceId');
  span.spanId = asHex(json['spanId'], 'spanId');
  span.parentSpanId = asHex(json['parentSpanId'], 'parentSpanId');
  span.traceState = asText(json['traceState'], 'traceState');
  span.name = asText(json['name'], 'name');
  span.kind = asInt32(json['kind'], 'kind');
  span.startNs = asInteger64(json['startTimeUnixNano'], 'startTimeUnixNano', false);
  span.endNs = asInteger64(json['endTimeUnixNano'], 'endTimeUnixNano', false);
  readAttributes(d, span.collector, json['attributes']);
  span.lostAttributes = asUint32(json['droppedAttributesCount'], 'droppedAttributesCount');
  span.lostEvents = asUint32(json['droppedEventsCount'], 'droppedEventsCount');
  span.lostLinks = asUint32(json['droppedLinksCount'], 'droppedLinksCount');
  for (const event of asList(json['events'], 'events')) readEvent(d, span, event);
  for (const link of asList(json['links'], 'links')) {
    const linkJson = asObject(link, 'links[]');
    addLink(span, asHex(linkJson['traceId'], 'links[].traceId'), asHex(linkJson['spanId'], 'links[].spanId'), d.context.limits);
  }
  const status = asObject(json['status'], 'status');
  span.statusCode = asInt32(status['code'], 'status.code');
  span.statusMessage = asText(status['message'], 'status.message');
  return span;
}

function readEvent(d: Decoding, span: OtlpSpan, item: unknown): void {
  if (span.events.length >= d.context.limits.maxEvents) {
    span.omittedEvents++;
    return;
  }
  const event = asObject(item, 'events[]');
  const collector = new AttributeCollector(d.context, false);
  readAttributes(d, collector, event['attributes']);
  const timeNs = asInteger64(event['timeUnixNano'], 'events[].timeUnixNano', false);
  span.events.push(spanEvent(timeNs, asText(event['name'], 'events[].name'), collector));
}

function readAttributes(d: Decoding, collector: AttributeCollector, list: unknown): void {
  for (const item of asList(list, 'attributes')) {
    const json = asObject(item, 'attributes[]');
    collector.add(asText(json['key'], 'attributes[].key'), readAnyValue(json['value'], d.context.rules));
  }
}

/** The plain fields of a span as JSON: nested ones could be too deep to print. */
function plainFields(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  return JSON.stringify(Object.fromEntries(Object.entries(item).filter(([, value]) => typeof value !== 'object')));
}
