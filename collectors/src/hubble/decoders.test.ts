import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtoWriter } from '../wire/proto-writer.ts';
import { WireError } from '../wire/wire-error.ts';
import { JsonShapeError } from '../wire/json-shape.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { flowFromHubble } from './flow-from-hubble.ts';
import { readLine } from './read-line.ts';

const context = { tenant: 'default', feed: 'hubble:test', cluster: '', clusterDomain: 'cluster.local' };

/** A response whose flow has something in every message that is read. */
function response(): Buffer {
  const text = (w: ProtoWriter): void => void w.string(1, 'a').string(2, 'b');
  return new ProtoWriter()
    .message(1, (flow) => {
      flow.message(1, (time) => time.int64(1, 1_770_000_000).int64(2, 5)).varint(2, 1).message(5, text).string(11, 'node-a').string(34, 'id').varint(36, 1).string(37, 'topology.kubernetes.io/zone=eu-1a').message(26, (value) => value.varint(1, 1));
      flow.message(6, (l4) => l4.message(1, (tcp) => tcp.varint(1, 4000).varint(2, 80).message(3, (flags) => flags.varint(2, 1).varint(5, 0))));
      for (const end of [8, 9]) flow.message(end, (endpoint) => endpoint.varint(1, 7).string(3, 'shop').string(4, 'k8s:app=cart').string(5, 'cart-0').message(6, text));
      flow.message(15, (l7) => l7.varint(1, 2).varint(2, 1_000_000).message(101, (http) => http.varint(1, 200).string(2, 'GET').message(5, text)).message(100, (dns) => dns.string(1, 'x.').varint(6, 3)));
      flow.message(20, text).message(21, text).message(19, (type) => type.varint(1, 4)).message(21_005, text).varint(22, 1).varint(24, 101);
    })
    .string(1000, 'node-a')
    .finish();
}

/** Decodes and maps, or fails by name. */
function settlesProtobuf(bytes: Uint8Array): void {
  try {
    const message = decodeProtobuf(bytes);
    if (message.kind === 'flow') expect(JSON.parse(flowFromHubble(message.flow, context).raw)).toBeTypeOf('object');
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
  }
}

describe('protobuf', () => {
  it('goes over fields that it does not know', () => {
    const known = decodeProtobuf(response());
    const more = new ProtoWriter().message(150_000, (any) => any.string(1, 'type.googleapis.com/retina.RetinaMetadata')).fixed64(5000, 7n).finish();
    expect(decodeProtobuf(Buffer.concat([response(), more]))).toEqual(known);
    expect(decodeProtobuf(more)).toEqual({ kind: 'other' });
    expect(known).toMatchObject({ kind: 'flow', flow: { nodeName: 'node-a', nodeZone: 'eu-1a', isReply: true, l4: { tcpFlags: ['SYN'] }, l7: { http: { code: 200 }, dns: { rcode: 3 } } } });
  });

  it('decodes or names a fault for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), settlesProtobuf), { numRuns: 1000 });
  });

  it('decodes or names a fault for a broken response', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 4 }), fc.nat(1000), (changes, cut) => {
      const bytes = response();
      for (const [at, to] of changes) bytes[at % bytes.length] = to;
      settlesProtobuf(bytes);
      settlesProtobuf(bytes.subarray(0, cut % bytes.length));
    }), { numRuns: 1000 });
  });

  it('refuses a time that is none', () => {
    const at = (seconds: bigint, nanos: number) => new ProtoWriter().message(1001, (time) => time.int64(1, seconds).int64(2, nanos)).finish();
    expect(() => decodeProtobuf(at(0n, -1))).toThrow('not a time');
    expect(() => decodeProtobuf(at(1n << 62n, 0))).toThrow('not a time');
  });
});

describe('JSON', () => {
  it('takes names in lowerCamelCase, numbers as strings and enums by number, as protobuf JSON allows', () => {
    const flow = { time: '2026-03-01T01:00:00+01:00', verdict: 1, nodeName: 'node-a', isReply: true, l4: { TCP: { sourcePort: '4000', destinationPort: 80 } }, trafficDirection: 'INGRESS', l7: { type: 'RESPONSE', latencyNs: 5 }, IP: null };
    expect(decodeJson({ flow })).toMatchObject({ kind: 'flow', flow: { timeNs: 1_772_323_200_000_000_000n, verdict: 1, nodeName: 'node-a', isReply: true, l4: { sourcePort: 4000 }, trafficDirection: 1, l7: { type: 2, latencyNs: 5n } } });
  });

  it('passes by agent and debug events, and names of enums that it does not know', () => {
    expect(decodeJson({ agent_event: { type: 'AGENT_STARTED' }, node_name: 'a' })).toEqual({ kind: 'other' });
    expect(decodeJson({ flow: { verdict: 'QUANTUM', trace_reason: 'toString' } })).toMatchObject({ flow: { verdict: 0, traceReason: 0 } });
    expect(() => decodeJson({ something: 'else' })).toThrow('the line is not a Hubble flow');
  });

  it('decodes or names a fault for any value, and for flows with any value in a known place', () => {
    const keys = ['time', 'uuid', 'verdict', 'IP', 'l4', 'source', 'destination', 'l7', 'is_reply', 'reply', 'event_type', 'labels', 'workloads', 'http', 'dns', 'TCP', 'flags', 'headers', 'destination_names', 'source_service', 'drop_reason_desc', 'egress_denied_by', 'latency_ns'];
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.jsonValue({ maxDepth: 1 }), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 })),
    })).value;
    fc.assert(fc.property(fc.oneof(value, fc.record({ flow: value })), (input) => {
      try {
        decodeJson(input);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonShapeError);
      }
      expect(['flow', 'rejected', 'message']).toContain(readLine(JSON.stringify(input), context, Date.now()).kind);
    }), { numRuns: 2000 });
  });

  it('settles for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => {
      expect(readLine(line, context, 0).kind).toMatch(/rejected|message/);
    }));
  });
});
