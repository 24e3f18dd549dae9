import { hash } from 'node:crypto';
import { FlowRole, Verdict, type Flow } from '../model/flow.ts';
import { entityOfEndpoint } from './entity-of-endpoint.ts';
import { FlowEnums } from './flow-enums.ts';
import type { HubbleEndpoint, HubbleFlow, HubbleService } from './flow-message.ts';
import { isReply, roleOf, sideOf } from './flow-role.ts';
import { boundedPrint, printFlow } from './print-flow.ts';

/** What the rows of one stream have in common. */
export interface FlowContext {
  readonly tenant: string;
  readonly feed: string;
  /** Name of the cluster where Cilium was given none, `''` if there is none. */
  readonly cluster: string;
  /** DNS domain of the cluster. */
  readonly clusterDomain: string;
}

/**
 * A Hubble flow as a row, its ends swapped for replies so that `source` is the client.
 *
 * The natural key beside node and time is the flow's uuid, else a hash of what was decoded of it: a flow that comes both
 * from a relay and from an export file is stored once. (A file whose field mask takes the uuid away is the exception.)
 */
export function flowFromHubble(flow: HubbleFlow, context: FlowContext): Flow {
  const reply = isReply(flow);
  const printed = printFlow(flow);
  const ends = reply ? swapEnds(flow) : flow;
  const role = roleOf(flow);
  const port = (reply ? flow.l4?.sourcePort : flow.l4?.destinationPort) ?? 0;
  return {
    tenant: context.tenant,
    id: /^[\w-]{1,64}$/.test(flow.uuid) ? flow.uuid : hash('sha256', printed, 'hex').slice(0, 32),
    timeNs: flow.timeNs,
    node: flow.nodeName,
    feed: context.feed,
    role,
    verdict: verdictOf(flow.verdict),
    dropReason: role === FlowRole.drop ? flow.dropReason : '',
    side: sideOf(flow),
    source: entityOfEndpoint(ends.source, context.cluster, []),
    destination: entityOfEndpoint(ends.destination, context.cluster, ends.destinationNames),
    sourcePod: ends.source.podName,
    destinationPod: ends.destination.podName,
    sourceZone: zoneOf(ends.source, flow.nodeZone),
    destinationZone: zoneOf(ends.destination, flow.nodeZone),
    sourceIp: ends.sourceIp,
    destinationIp: ends.destinationIp,
    destinationPort: port <= 65_535 ? port : 0,
    destinationService: serviceHost(ends.destinationService, context.clusterDomain),
    protocol: protocolOf(flow),
    ...outcomeOf(flow),
    // False stands for «not encrypted» and for «not told» alike, so it proves nothing.
    encrypted: flow.encrypted ? 1 : -1,
    raw: boundedPrint(flow, printed),
  };
}

/** Only an endpoint of its own node has a number for the agent that saw it. */
function zoneOf({ id }: HubbleEndpoint, nodeZone: string): string {
  return id === 0 ? '' : nodeZone;
}

const verdicts: readonly Verdict[] = Object.values(Verdict);

function verdictOf(number: number): Verdict {
  return verdicts.find((verdict) => verdict === number) ?? Verdict.unknown;
}

type Ends = Pick<HubbleFlow, 'source' | 'destination' | 'destinationNames' | 'sourceIp' | 'destinationIp' | 'destinationService'>;

function swapEnds(flow: HubbleFlow): Ends {
  return {
    source: flow.destination, destination: flow.source, destinationNames: flow.sourceNames,
    sourceIp: flow.destinationIp, destinationIp: flow.sourceIp, destinationService: flow.sourceService,
  };
}

/**
 * The addressed service as a DNS host, as Istio's `destination_service` writes it: an edge seen by a sidecar and by Hubble
 * must have one name. Some exporters already put `<name>.<namespace>[.svc…]` into `name`.
 */
function serviceHost({ name, namespace }: HubbleService, clusterDomain: string): string {
  if (name === '') return '';
  const host = name.toLowerCase();
  if (/\.svc(?:\.|$)/.test(host)) return host.endsWith('.svc') ? `${host}.${clusterDomain}` : host;
  if (namespace === '') return host.includes('.') ? host : '';
  return `${host.endsWith(`.${namespace}`) ? host : `${host}.${namespace}`}.svc.${clusterDomain}`;
}

function protocolOf({ l7, l4 }: HubbleFlow): string {
  if (l7?.http) return l7.http.isGrpc ? 'grpc' : 'http';
  if (l7?.dns) return 'dns';
  return l7?.kafka ? 'kafka' : l4?.protocol ?? '';
}

const longestLatencyNs = 1n << 62n;

function outcomeOf({ l7 }: HubbleFlow): Pick<Flow, 'httpStatus' | 'httpMethod' | 'latencyNs' | 'dnsRcode'> {
  const answered = l7 !== null && l7.type === FlowEnums.l7Type.RESPONSE;
  const status = l7?.http?.code ?? 0, rcode = l7?.dns?.rcode ?? -1;
  return {
    httpStatus: status < 1000 ? status : 0,
    httpMethod: l7?.http?.method ?? '',
    latencyNs: answered && l7.latencyNs > 0n && l7.latencyNs < longestLatencyNs ? l7.latencyNs : -1n,
    // 12 bits with the extension of EDNS (RFC 6891).
    dnsRcode: answered && rcode <= 4095 ? rcode : -1,
  };
}
