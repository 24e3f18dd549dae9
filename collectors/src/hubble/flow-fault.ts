import { noEndpoint, type HubbleEndpoint, type HubbleFlow } from './flow-message.ts';

const year2000Ns = 946_684_800_000_000_000n;
const dayNs = 86_400_000_000_000n;

/** Why a flow cannot be stored, null if it can: a closed set of texts, fit to count by. */
export function faultOf(flow: HubbleFlow, nowMs: number): string | null {
  if (flow.timeNs === 0n) return 'time is missing';
  if (flow.timeNs < year2000Ns) return 'time is before the year 2000';
  if (flow.timeNs > BigInt(Math.floor(nowMs)) * 1_000_000n + dayNs) return 'time is more than a day in the future';
  const nobody = isNobody(flow.source) && isNobody(flow.destination) && flow.sourceIp === '' && flow.destinationIp === '';
  return nobody ? 'neither source nor destination is given' : null;
}

function isNobody(endpoint: HubbleEndpoint): boolean {
  return endpoint === noEndpoint || (endpoint.identity === 0 && endpoint.podName === '' && endpoint.namespace === '' && endpoint.labels.length === 0);
}
