import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import protobuf from 'protobufjs';
import { decodeAccessLog } from '@orrery/collectors/envoy/decode-access-log';
import { accessLogOfEntry, loggingProxy } from '@orrery/collectors/envoy/access-log-of-entry';
import { application, EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { edgesOfAccessLog, mirroredAuthority } from '@orrery/server/jobs/edges-of-access-log';
import { suiteFrom, type ConformanceCase, type Suite } from './suite.ts';

interface Relation { readonly source: string; readonly dest: string; readonly detectPoint: string }
interface Expected { readonly ipToService: Readonly<Record<string, string>>; readonly cases: readonly { readonly file: string; readonly expected: readonly Relation[] }[] }

/** The fields of the messages that the samples have, as Envoy's data plane API numbers them. */
const proto = `syntax = "proto3";
message Message { Identifier identifier = 1; HttpLogs http_logs = 2; }
message Identifier { Node node = 1; string log_name = 2; }
message Node { string id = 1; string cluster = 2; Struct metadata = 3; }
message Struct { map<string, Value> fields = 1; }
message Value { string string_value = 3; }
message HttpLogs { repeated Entry log_entry = 1; }
message Entry { Common common_properties = 1; Request request = 3; Response response = 4; }
message Common { Address downstream_remote_address = 2; Address downstream_local_address = 3; Time start_time = 5; Address upstream_remote_address = 13; string upstream_cluster = 15; }
message Address { Socket socket_address = 1; }
message Socket { string address = 2; uint32 port_value = 3; }
message Time { int64 seconds = 1; int32 nanos = 2; }
message Request { string authority = 3; string path = 5; }
message Response { Code response_code = 1; }
message Code { uint32 value = 1; }`;

/**
 * What the proxies of the samples call themselves, and what SkyWalking's table of addresses calls them: Orrery takes the proxy's
 * own end from its node, not from an address.
 */
const names: Readonly<Record<string, string>> = { 'istio-ingressgateway': 'ingress', product: 'productpage', reviews: 'review' };

const mirrored = new RegExp(mirroredAuthority);

/** SkyWalking's samples of access logs: which edge, told by which side. As bytes of the wire through our decoder. */
export function skywalkingAls(): Suite {
  return suiteFrom('graph-golden/skywalking-envoy-als', (path) => {
    const { cases, ipToService } = JSON.parse(readFileSync(resolve(path, 'expected.json'), 'utf8')) as Expected;
    const ownerOf = (address: string): Entity | null => ipToService[address] === undefined ? null : application('', 'default', ipToService[address]);
    return {
      cases: cases.map(({ file, expected }): ConformanceCase => ({
        name: file,
        run() {
          const message = decodeAccessLog(encode(JSON.parse(readFileSync(resolve(path, file), 'utf8')) as SampleMessage));
          const proxy = loggingProxy(message.node!, message.logName);
          deepStrictEqual(proxy.address === '', false);
          const found = message.entries.map((entry) => accessLogOfEntry('t', proxy, entry))
            .flatMap((log) => edgesOfAccessLog({ ...log, isMirror: mirrored.test(log.authority) }, { caller: ownerOf(log.callerAddress), upstream: ownerOf(log.upstreamAddress) })).map(({ edge, side }): Relation => ({
            source: nameOf(edge.source), dest: nameOf(edge.destination), detectPoint: side === 'destination' ? 'server' : 'client',
          }));
          deepStrictEqual(found, expected);
        },
      })),
      skipped: [{ case: 'envoy-metric.prototxt', reason: 'a message of Envoy’s metrics service (StreamMetrics): statistics of one proxy, no access log entry and no edge in it' }],
    };
  });
}

/** An unknown caller of a gateway is the world (`UNKNOWN` there), one of a sidecar nobody (`''`). */
function nameOf({ kind, app, name }: Entity): string {
  if (kind === EntityKind.world) return 'UNKNOWN';
  const called = app || name;
  return names[called] ?? called;
}

interface SampleMessage {
  readonly identifier: { readonly node: { readonly id: string; readonly cluster: string; readonly metadata: Readonly<Record<string, string>> }; readonly logName: string };
  readonly httpLogs: { readonly logEntry: readonly { readonly commonProperties: { readonly startTime: string }; readonly response: { readonly responseCode: number } }[] };
}

/** protobuf's JSON has short forms for times, structures and wrapped numbers. */
function encode({ identifier, httpLogs }: SampleMessage): Uint8Array {
  const type = protobuf.parse(proto).root.lookupType('Message');
  const fields = Object.fromEntries(Object.entries(identifier.node.metadata).map(([key, value]) => [key, { stringValue: value }]));
  return type.encode(type.fromObject({
    identifier: { logName: identifier.logName, node: { id: identifier.node.id, cluster: identifier.node.cluster, metadata: { fields } } },
    httpLogs: {
      logEntry: httpLogs.logEntry.map((entry) => ({
        ...entry,
        commonProperties: { ...entry.commonProperties, startTime: { seconds: Math.floor(Date.parse(entry.commonProperties.startTime) / 1000) } },
        response: { responseCode: { value: entry.response.responseCode } },
      })),
    },
  })).finish();
}
