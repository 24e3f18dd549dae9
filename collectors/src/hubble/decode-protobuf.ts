import { ProtoReader } from '../wire/proto-reader.ts';
import { listed } from './bounds.ts';
import { dropReasonName } from './drop-reason.ts';
import { FlowEnums, nameOf } from './flow-enums.ts';
import { emptyFlow, zoneOfLabels, type Draft, type HubbleFlow, type HubbleMessage, type HubblePolicies } from './flow-message.ts';
import { readEndpoint, readPolicy, readService } from './protobuf-endpoint.ts';
import { readBoolValue, readTimestamp, text, within } from './protobuf-fields.ts';
import { readL4, readL7 } from './protobuf-layers.ts';

/**
 * Decodes an `observer.GetFlowsResponse`.
 * @throws WireError when the bytes are not one.
 */
export function decodeProtobuf(bytes: Uint8Array): HubbleMessage {
  const r = new ProtoReader(bytes);
  let message: HubbleMessage = { kind: 'other' };
  let nodeName = '';
  let timeNs = 0n;
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: message = { kind: 'flow', flow: within(r, readFlow) }; break;
      case 2: message = within(r, readNodeStatus); break;
      case 3: message = within(r, readLostEvents); break;
      case 1000: nodeName = text(r); break;
      case 1001: timeNs = within(r, readTimestamp); break;
      default: r.skip();
    }
  }
  if (message.kind === 'lostEvents') return { ...message, nodeName };
  if (message.kind !== 'flow') return message;
  const { flow } = message;
  return { kind: 'flow', flow: { ...flow, nodeName: flow.nodeName || nodeName, timeNs: flow.timeNs || timeNs } };
}

function readFlow(r: ProtoReader): HubbleFlow {
  const flow: Draft<HubbleFlow> = { ...emptyFlow };
  const sourceNames: string[] = [], destinationNames: string[] = [], nodeLabels: string[] = [];
  const policies = { egressAllowedBy: [] as string[], ingressAllowedBy: [] as string[], egressDeniedBy: [] as string[], ingressDeniedBy: [] as string[] } satisfies HubblePolicies;
  let deprecatedReason = 0, reason = 0, deprecatedReply = false;
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: flow.timeNs = within(r, readTimestamp); break;
      case 2: flow.verdict = r.int32(); break;
      case 3: deprecatedReason = r.uint32(); break;
      case 5: within(r, (ip) => readIp(ip, flow)); break;
      case 6: flow.l4 = within(r, readL4); break;
      case 8: flow.source = within(r, readEndpoint); break;
      case 9: flow.destination = within(r, readEndpoint); break;
      case 11: flow.nodeName = text(r); break;
      case 13: listed(sourceNames, text(r)); break;
      case 14: listed(destinationNames, text(r)); break;
      case 15: flow.l7 = within(r, readL7); break;
      case 16: deprecatedReply = r.bool(); break;
      case 19: flow.eventType = within(r, readEventType); break;
      case 20: flow.sourceService = within(r, readService); break;
      case 21: flow.destinationService = within(r, readService); break;
      case 22: flow.trafficDirection = r.int32(); break;
      case 24: flow.observationPoint = r.int32(); break;
      case 25: reason = r.int32(); break;
      case 26: flow.isReply = within(r, readBoolValue); break;
      case 34: flow.uuid = text(r); break;
      case 36: flow.traceReason = r.int32(); break;
      case 37: listed(nodeLabels, text(r)); break;
      case 21_001: listed(policies.egressAllowedBy, within(r, readPolicy)); break;
      case 21_002: listed(policies.ingressAllowedBy, within(r, readPolicy)); break;
      case 21_004: listed(policies.egressDeniedBy, within(r, readPolicy)); break;
      case 21_005: listed(policies.ingressDeniedBy, within(r, readPolicy)); break;
      default: r.skip();
    }
  }
  if (deprecatedReply) flow.isReply ??= true;
  flow.dropReason = dropReasonName(reason || deprecatedReason);
  flow.nodeZone = zoneOfLabels(nodeLabels);
  flow.sourceNames = sourceNames;
  flow.destinationNames = destinationNames;
  flow.policies = policies;
  return flow;
}

function readIp(r: ProtoReader, flow: Draft<HubbleFlow>): void {
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) flow.sourceIp = text(r);
    else if (field === 2) flow.destinationIp = text(r);
    else if (field === 4) flow.encrypted = r.bool();
    else r.skip();
  }
}

function readEventType(r: ProtoReader): number {
  let type = 0;
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) type = r.int32();
    else r.skip();
  }
  return type;
}

function readNodeStatus(r: ProtoReader): HubbleMessage {
  let state = '', message = '';
  const nodeNames: string[] = [];
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) state = nameOf(FlowEnums.nodeState, r.int32());
    else if (field === 2) listed(nodeNames, text(r));
    else if (field === 3) message = text(r);
    else r.skip();
  }
  return { kind: 'nodeStatus', state, nodeNames, message };
}

function readLostEvents(r: ProtoReader): HubbleMessage {
  let source = '', count = 0n;
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) source = nameOf(FlowEnums.lostEventSource, r.int32());
    else if (field === 2) count = r.uint64();
    else r.skip();
  }
  return { kind: 'lostEvents', source, count, nodeName: '' };
}
