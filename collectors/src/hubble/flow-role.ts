import { FlowRole, Verdict, type Flow } from '../model/flow.ts';
import { FlowEnums } from './flow-enums.ts';
import type { HubbleFlow } from './flow-message.ts';

const { observationPoint: Point, traceReason: Reason, trafficDirection: Direction, l7Type: L7 } = FlowEnums;
const traceEvent = 4;

/**
 * Whether the packet or message goes from server to client. Where the observation point could not tell, a reason
 * REPLY or SYN with ACK does.
 */
export function isReply(flow: HubbleFlow): boolean {
  if (flow.isReply !== null) return flow.isReply;
  return flow.traceReason === Reason.REPLY || (hasFlag(flow, 'SYN') && hasFlag(flow, 'ACK'));
}

/**
 * What a flow tells of its edge. One connection is seen many times (at the proxy, the overlay, the stack, the endpoint; as
 * a policy verdict; at layer 7), and only one of these rows on each side may count it.
 */
export function roleOf(flow: HubbleFlow): FlowRole {
  if (flow.verdict === Verdict.dropped) return FlowRole.drop;
  if (flow.l7 !== null) return flow.l7.type === L7.RESPONSE ? FlowRole.response : FlowRole.other;
  return isOpening(flow) ? FlowRole.open : FlowRole.other;
}

function isOpening(flow: HubbleFlow): boolean {
  const { l4, eventType, verdict, traceReason } = flow;
  if (l4 === null || (l4.protocol !== 'tcp' && l4.protocol !== 'udp' && l4.protocol !== 'sctp')) return false;
  if (eventType !== traceEvent && eventType !== 0) return false;
  if ((verdict !== Verdict.forwarded && verdict !== Verdict.unknown) || isReply(flow)) return false;
  // A REOPENED connection is new again: its closing entry was still in the table when the SYN came.
  if (traceReason === Reason.NEW || traceReason === Reason.REOPENED) return isHandedOn(flow);
  // An older Cilium gives no trace reasons: then only where the packet reaches the server, or each hop would count.
  return traceReason === 0 && flow.observationPoint === Point.TO_ENDPOINT && hasFlag(flow, 'SYN') && !hasFlag(flow, 'ACK');
}

/**
 * The endpoint's program sees each new connection once: where it hands the packet on. A packet on its way in that goes to
 * the proxy comes by again, from the proxy to the endpoint.
 */
function isHandedOn({ observationPoint, trafficDirection }: HubbleFlow): boolean {
  switch (observationPoint) {
    case 0: case Point.TO_ENDPOINT: case Point.TO_HOST: case Point.TO_STACK: case Point.TO_OVERLAY: case Point.TO_NETWORK:
      return true;
    case Point.TO_PROXY:
      return trafficDirection === Direction.EGRESS;
    default:
      return false;
  }
}

/**
 * Side of the edge where the flow was seen. `traffic_direction` is that of the connection, replies included. Without it,
 * an endpoint that is reached by a request is the server, and a policy that denied tells whose it was.
 */
export function sideOf(flow: HubbleFlow): Flow['side'] {
  if (flow.trafficDirection === Direction.INGRESS) return 'destination';
  if (flow.trafficDirection === Direction.EGRESS) return 'source';
  if (flow.policies.ingressDeniedBy.length > 0) return 'destination';
  const reply = isReply(flow);
  const atEndpoint = flow.observationPoint === Point.TO_ENDPOINT, fromEndpoint = flow.observationPoint === Point.FROM_ENDPOINT;
  return (atEndpoint && !reply) || (fromEndpoint && reply) ? 'destination' : 'source';
}

function hasFlag(flow: HubbleFlow, name: string): boolean {
  return flow.l4 !== null && flow.l4.tcpFlags.includes(name);
}
