import { decodeJson } from '@orrery/collectors/hubble/decode-json';
import { decodeProtobuf } from '@orrery/collectors/hubble/decode-protobuf';
import { flowFromHubble } from '@orrery/collectors/hubble/flow-from-hubble';
import type { HubbleFlow } from '@orrery/collectors/hubble/flow-message';
import type { Flow } from '@orrery/collectors/model/flow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFlow, encodeLostEvents, encodeNodeStatus, type HubbleFlowInput } from '../simulator/encode-flow.ts';
import { sampleFiles, sampleLines, samplesMissing, type SampleName } from './hubble-samples.ts';

const context = { tenant: 'default', feed: 'hubble:test', cluster: '', clusterDomain: 'cluster.local' };

function flowOf(message: ReturnType<typeof decodeJson>): HubbleFlow {
  if (message.kind !== 'flow') throw new Error(`not a flow: ${message.kind}`);
  return message.flow;
}

function rows(name: SampleName): Flow[] {
  return sampleLines(name).map((line) => flowFromHubble(flowOf(decodeJson(line)), context));
}

function roles(name: SampleName): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { role } of rows(name)) counts[role] = (counts[role] ?? 0) + 1;
  return counts;
}

describe.skipIf(samplesMissing !== '')(`real flows${samplesMissing === '' ? '' : ` (skipped: ${samplesMissing})`}`, () => {
  // Counted from the files with a script of their own, by event type, observation point, flags and `l7.type`.
  it.each<[SampleName, Record<string, number>]>([
    ['mixed', { open: 1, other: 9 }],
    ['dns', { response: 165, other: 165 }],
    ['http', { response: 173, other: 175 }],
    ['icmp', { other: 18 }],
    ['redirected', { other: 400 }],
    ['tcp', { open: 12, response: 32, other: 356 }],
    ['udp', { response: 74, other: 326 }],
    ['fewDns', { response: 2, other: 3 }],
    ['fewHttp', { response: 2, other: 3 }],
    ['newer', { open: 1, drop: 3, other: 2 }],
  ])('%s: each connection and request counts once', (name, expected) => {
    expect(roles(name)).toEqual(expected);
  });

  it('measures the latency of 194 responses: 13 of 207 HTTP responses and all of DNS lack it', () => {
    const all = Object.keys(sampleFiles).flatMap((name) => rows(name as SampleName));
    const responses = all.filter((row) => row.role === 'response');
    expect(all.length).toBe(1922);
    expect(responses.filter((row) => row.protocol === 'http').length).toBe(207);
    expect(responses.filter((row) => row.protocol === 'http' && row.latencyNs >= 0n).length).toBe(194);
    expect(responses.filter((row) => row.protocol === 'dns').length).toBe(241);
    expect(responses.filter((row) => row.protocol === 'dns' && row.latencyNs >= 0n).length).toBe(0);
    expect(all.filter((row) => row.role !== 'response' && row.latencyNs >= 0n).length).toBe(0);
  });

  it('gives different records different keys, and the same record the same one', () => {
    const lines = (Object.keys(sampleFiles) as SampleName[]).flatMap((name) => sampleLines(name).map((line) => ({ line, row: undefined as Flow | undefined })));
    const records = new Set(lines.map(({ line }) => JSON.stringify(line)));
    const keys = new Set(lines.map(({ line }) => {
      const row = flowFromHubble(flowOf(decodeJson(line)), context);
      return `${row.node} ${row.timeNs} ${row.id}`;
    }));
    expect(records.size).toBe(1855);
    expect(keys.size).toBe(1855);
  });

  it('names client and server the same in both directions', () => {
    const toReviews = rows('tcp').filter((row) => row.destination.name === 'reviews-v2' && row.destinationPort === 9080);
    // Answers to the proxy go to the node's address, with the node's identity; they count nothing.
    const answers = toReviews.filter((row) => row.source.name === 'host');
    expect(answers.every((row) => row.role === 'other')).toBe(true);
    const reviews = toReviews.filter((row) => !answers.includes(row));
    expect(reviews.length).toBeGreaterThan(20);
    for (const row of reviews) {
      // What left the proxy carries the identity of the caller without its pod: then the application is what is known.
      const name = row.source.kind === 'workload' ? 'productpage-v1' : 'productpage';
      expect(row.source).toEqual({ kind: row.source.kind, namespace: 'bookinfo', name, app: 'productpage', version: 'v1', cluster: 'kind-kind' });
      expect(row.destination).toEqual({ kind: 'workload', namespace: 'bookinfo', name: 'reviews-v2', app: 'reviews', version: 'v2', cluster: 'kind-kind' });
    }
    expect(new Set(reviews.map((row) => row.source.kind))).toEqual(new Set(['workload', 'app']));
  });

  it('decodes the same from protobuf as from JSON', () => {
    for (const name of Object.keys(sampleFiles) as SampleName[]) {
      for (const line of sampleLines(name)) {
        const fromJson = flowOf(decodeJson(line));
        const fromProtobuf = flowOf(decodeProtobuf(encodeFlow(line.flow, line.node_name)));
        expect(fromProtobuf).toEqual(fromJson);
        expect(flowOf(decodeJson(line.flow))).toEqual(fromJson);
        expect(flowFromHubble(fromProtobuf, context)).toEqual(flowFromHubble(fromJson, context));
      }
    }
  });

  it('prints records that decode to themselves', () => {
    for (const name of Object.keys(sampleFiles) as SampleName[]) {
      for (const line of sampleLines(name)) {
        const flow = flowOf(decodeJson(line));
        expect(flowOf(decodeJson(JSON.parse(flowFromHubble(flow, context).raw)))).toEqual(flow);
      }
    }
  });
});

const word = fc.string({ maxLength: 20 });
const port = fc.nat(65_535);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const endpoint = fc.record({
  ID: fc.nat(), identity: fc.nat(), namespace: word, pod_name: word, cluster_name: word,
  labels: fc.array(fc.oneof(word, fc.constantFrom('reserved:world', 'reserved:host', 'k8s:app=shop', 'k8s:version=v1')), { maxLength: 5 }),
  workloads: fc.array(fc.record({ name: word, kind: fc.constantFrom('Deployment', 'ReplicaSet', 'Job') }), { maxLength: 2 }),
}, { requiredKeys: [] });
const flags = fc.dictionary(fc.constantFrom('FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'NS'), fc.boolean());
const time = fc.tuple(fc.date({ min: new Date('2001-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), fc.nat(999_999))
  .map(([date, nanos]) => date.toISOString().replace('Z', `${String(nanos).padStart(6, '0')}Z`));
const service = fc.record({ name: word, namespace: word });
const flowInput: fc.Arbitrary<HubbleFlowInput> = fc.record({
  time,
  verdict: fc.constantFrom('FORWARDED', 'DROPPED', 'ERROR', 'AUDIT', 'REDIRECTED', 'TRACED', 'TRANSLATED'),
  uuid: maybe(fc.oneof(fc.uuid(), word)),
  drop_reason_desc: maybe(fc.constantFrom('POLICY_DENIED', 'AUTH_REQUIRED', 'DROP_REASON_UNKNOWN')),
  IP: maybe(fc.record({ source: fc.ipV4(), destination: fc.ipV6(), encrypted: fc.boolean() })),
  l4: maybe(fc.oneof(
    fc.record({ TCP: fc.record({ source_port: port, destination_port: port, flags }) }),
    fc.record({ UDP: fc.record({ source_port: port, destination_port: port }) }),
    fc.constant({ ICMPv4: { type: 8 } }),
  )),
  source: maybe(endpoint), destination: maybe(endpoint),
  destination_names: fc.array(fc.domain(), { maxLength: 2 }),
  source_service: maybe(service), destination_service: maybe(service),
  l7: maybe(fc.record({
    type: fc.constantFrom('REQUEST', 'RESPONSE', 'SAMPLE'),
    latency_ns: fc.nat().map(String),
    http: maybe(fc.record({ code: fc.nat(599), method: fc.constantFrom('GET', 'POST'), url: fc.webUrl({ withQueryParameters: true }), protocol: word, headers: fc.array(fc.record({ key: fc.constantFrom('Content-Type', 'cookie'), value: fc.constantFrom('application/grpc+proto', 'text/html') })) })),
  })),
  event_type: maybe(fc.record({ type: fc.constantFrom(1, 4, 5, 129) })),
  is_reply: maybe(fc.boolean()), reply: maybe(fc.boolean()),
  traffic_direction: maybe(fc.constantFrom('INGRESS', 'EGRESS')),
  trace_observation_point: maybe(fc.constantFrom('TO_ENDPOINT', 'TO_STACK', 'TO_PROXY', 'FROM_ENDPOINT')),
  trace_reason: maybe(fc.constantFrom('NEW', 'REPLY', 'ESTABLISHED', 'REOPENED')),
}).map((flow) => JSON.parse(JSON.stringify(flow)) as HubbleFlowInput);

describe('both forms of one flow', () => {
  it('decode to the same, whatever is left out', () => {
    fc.assert(fc.property(flowInput, (flow) => {
      const fromJson = flowOf(decodeJson({ flow, node_name: 'node-a', time: flow.time }));
      const fromProtobuf = flowOf(decodeProtobuf(encodeFlow(flow, 'node-a')));
      expect(fromProtobuf).toEqual(fromJson);
      expect(flowFromHubble(fromProtobuf, context)).toEqual(flowFromHubble(fromJson, context));
    }), { numRuns: 500 });
  });

  it('name an edge the same whichever way the packet goes', () => {
    fc.assert(fc.property(flowInput, (flow) => {
      const there = { ...flow, is_reply: false };
      const back: HubbleFlowInput = JSON.parse(JSON.stringify({
        ...flow, is_reply: true, source: flow.destination, destination: flow.source, destination_names: undefined, source_names: flow.destination_names,
        source_service: flow.destination_service, destination_service: flow.source_service,
        IP: flow.IP && { ...flow.IP, source: flow.IP.destination, destination: flow.IP.source },
        l4: flow.l4?.TCP ? { TCP: { ...flow.l4.TCP, source_port: flow.l4.TCP.destination_port, destination_port: flow.l4.TCP.source_port } }
          : flow.l4?.UDP ? { UDP: { source_port: flow.l4.UDP.destination_port, destination_port: flow.l4.UDP.source_port } } : flow.l4,
      }));
      const ends = ({ source, destination, sourceIp, destinationIp, destinationPort, destinationService }: Flow) => ({ source, destination, sourceIp, destinationIp, destinationPort, destinationService });
      const row = (input: HubbleFlowInput) => flowFromHubble(flowOf(decodeJson({ flow: input })), context);
      expect(ends(row(back))).toEqual(ends(row(there)));
    }));
  });

  it('tell of lost events and nodes', () => {
    expect(decodeProtobuf(encodeLostEvents({ source: 'HUBBLE_RING_BUFFER', num_events_lost: 7 }, 'node-a', 0)))
      .toEqual(decodeJson({ lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: '7' }, node_name: 'node-a' }));
    expect(decodeProtobuf(encodeNodeStatus({ state_change: 'NODE_UNAVAILABLE', node_names: ['a', 'b'], message: 'gone' }, 'relay', 0)))
      .toEqual(decodeJson({ node_status: { state_change: 'NODE_UNAVAILABLE', node_names: ['a', 'b'], message: 'gone' } }));
  });
});
