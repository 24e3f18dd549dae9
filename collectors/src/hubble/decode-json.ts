import { asBool, asObject, asUint32, JsonShapeError, type JsonObject } from '../wire/json-shape.ts';
import { bounded } from './bounds.ts';
import { dropReasonName } from './drop-reason.ts';
import { FlowEnums, numberOf } from './flow-enums.ts';
import { emptyFlow, zoneOfLabels, type HubbleFlow, type HubbleMessage } from './flow-message.ts';
import { readEndpoint, readPolicies, readService } from './json-endpoint.ts';
import { bool, either, enumNumber, readTime, text, texts, uint64 } from './json-fields.ts';
import { readL4, readL7 } from './json-layers.ts';

/**
 * Decodes one line of an agent's export file or of `hubble observe -o json`: an `observer.ExportEvent`, or a bare `Flow`
 * as older versions write it. Protobuf JSON, so: 64-bit integers as strings, enums as names, zero fields left out, field
 * names as in the `.proto` file or in lowerCamelCase. Unknown fields and names of enums are ignored.
 * @param value what `JSON.parse` gave
 * @throws JsonShapeError where a field is not what it should be
 */
export function decodeJson(value: unknown): HubbleMessage {
  const event = asObject(value, 'the line');
  const nodeName = text(event, 'node_name', 'nodeName');
  const timeNs = readTime(event['time'], 'time');
  const lost = either(event, 'lost_events', 'lostEvents');
  if (lost !== undefined) return readLostEvents(asObject(lost, 'lost_events'), nodeName);
  const status = either(event, 'node_status', 'nodeStatus');
  if (status !== undefined) return readNodeStatus(asObject(status, 'node_status'));
  if (event['flow'] === undefined) {
    if (isBareFlow(event)) return { kind: 'flow', flow: readFlow(event) };
    if (either(event, 'agent_event', 'agentEvent') !== undefined || either(event, 'debug_event', 'debugEvent') !== undefined) return { kind: 'other' };
    throw new JsonShapeError('the line', 'a Hubble flow');
  }
  const flow = readFlow(asObject(event['flow'], 'flow'));
  return { kind: 'flow', flow: { ...flow, nodeName: flow.nodeName || nodeName, timeNs: flow.timeNs || timeNs } };
}

/** A flow outside an envelope always tells its verdict or what it is about; agent and debug events have none of these. */
function isBareFlow(event: JsonObject): boolean {
  return ['verdict', 'IP', 'l4', 'l7', 'source', 'destination', 'uuid'].some((name) => event[name] !== undefined);
}

function readFlow(flow: JsonObject): HubbleFlow {
  const ip = asObject(either(flow, 'IP', 'ip'), 'IP');
  const isReply = either(flow, 'is_reply', 'isReply');
  const deprecatedReply = bool(flow['reply'], 'reply');
  return {
    ...emptyFlow,
    timeNs: readTime(flow['time'], 'time'),
    uuid: text(flow, 'uuid', 'uuid'),
    nodeName: text(flow, 'node_name', 'nodeName'),
    nodeZone: zoneOfLabels(texts(either(flow, 'node_labels', 'nodeLabels'), 'node_labels')),
    verdict: enumNumber(flow['verdict'], 'verdict', FlowEnums.verdict),
    dropReason: readDropReason(flow),
    isReply: isReply === undefined || isReply === null ? deprecatedReply || null : asBool(isReply, 'is_reply'),
    sourceIp: text(ip, 'source', 'source'),
    destinationIp: text(ip, 'destination', 'destination'),
    encrypted: bool(ip['encrypted'], 'IP.encrypted'),
    l4: readL4(asObject(flow['l4'], 'l4')),
    source: readEndpoint(flow['source'], 'source'),
    destination: readEndpoint(flow['destination'], 'destination'),
    sourceNames: texts(either(flow, 'source_names', 'sourceNames'), 'source_names'),
    destinationNames: texts(either(flow, 'destination_names', 'destinationNames'), 'destination_names'),
    sourceService: readService(either(flow, 'source_service', 'sourceService'), 'source_service'),
    destinationService: readService(either(flow, 'destination_service', 'destinationService'), 'destination_service'),
    l7: flow['l7'] === undefined || flow['l7'] === null ? null : readL7(asObject(flow['l7'], 'l7')),
    eventType: asUint32(asObject(either(flow, 'event_type', 'eventType'), 'event_type')['type'], 'event_type.type'),
    trafficDirection: enumNumber(either(flow, 'traffic_direction', 'trafficDirection'), 'traffic_direction', FlowEnums.trafficDirection),
    observationPoint: enumNumber(either(flow, 'trace_observation_point', 'traceObservationPoint'), 'trace_observation_point', FlowEnums.observationPoint),
    traceReason: enumNumber(either(flow, 'trace_reason', 'traceReason'), 'trace_reason', FlowEnums.traceReason),
    policies: readPolicies(flow),
  };
}

/** The newer field names its reason; the older one is the same number. */
function readDropReason(flow: JsonObject): string {
  const described = either(flow, 'drop_reason_desc', 'dropReasonDesc');
  if (typeof described === 'string' && described !== '' && described !== 'DROP_REASON_UNKNOWN') return bounded(described);
  const number = typeof described === 'number' ? asUint32(described, 'drop_reason_desc') : 0;
  return dropReasonName(number || asUint32(either(flow, 'drop_reason', 'dropReason'), 'drop_reason'));
}

function readLostEvents(lost: JsonObject, nodeName: string): HubbleMessage {
  const source = lost['source'];
  return {
    kind: 'lostEvents',
    source: typeof source === 'string' && numberOf(FlowEnums.lostEventSource, source) > 0 ? source : '',
    count: uint64(either(lost, 'num_events_lost', 'numEventsLost'), 'lost_events.num_events_lost'),
    nodeName,
  };
}

function readNodeStatus(status: JsonObject): HubbleMessage {
  const state = either(status, 'state_change', 'stateChange');
  return {
    kind: 'nodeStatus',
    state: typeof state === 'string' && numberOf(FlowEnums.nodeState, state) > 0 ? state : '',
    nodeNames: texts(either(status, 'node_names', 'nodeNames'), 'node_status.node_names'),
    message: text(status, 'message', 'message'),
  };
}
