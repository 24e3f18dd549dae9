import { redactUrl } from '../model/redact-url.ts';
import { asList, asObject, asText, asUint32, type JsonObject } from '../wire/json-shape.ts';
import { bounded, listed } from './bounds.ts';
import { FlowEnums, tcpFlagNames } from './flow-enums.ts';
import { isGrpcContentType, type HubbleDns, type HubbleHttp, type HubbleL4, type HubbleL7 } from './flow-message.ts';
import { bool, either, enumNumber, text, texts, uint64 } from './json-fields.ts';

const l4Protocols = [['TCP', 'tcp'], ['UDP', 'udp'], ['ICMPv4', 'icmp'], ['ICMPv6', 'icmpv6'], ['SCTP', 'sctp'], ['VRRP', 'vrrp'], ['IGMP', 'igmp']] as const;

/** The first transport that `l4` holds; null for one that is not known. Ports are 0 where there are none. @throws JsonShapeError */
export function readL4(l4: JsonObject): HubbleL4 | null {
  for (const [name, protocol] of l4Protocols) {
    const value = l4[name];
    if (value === undefined || value === null) continue;
    const transport = asObject(value, `l4.${name}`);
    const hasPorts = protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
    return {
      protocol,
      sourcePort: hasPorts ? asUint32(either(transport, 'source_port', 'sourcePort'), `l4.${name}.source_port`) : 0,
      destinationPort: hasPorts ? asUint32(either(transport, 'destination_port', 'destinationPort'), `l4.${name}.destination_port`) : 0,
      tcpFlags: protocol === 'tcp' ? readTcpFlags(asObject(transport['flags'], 'l4.TCP.flags')) : [],
    };
  }
  return null;
}

function readTcpFlags(flags: JsonObject): string[] {
  return tcpFlagNames.filter((name) => name !== '' && bool(flags[name], `l4.TCP.flags.${name}`));
}

/** `l7` of a flow: HTTP and DNS in parts, of Kafka only that it was. @throws JsonShapeError */
export function readL7(l7: JsonObject): HubbleL7 {
  return {
    type: enumNumber(l7['type'], 'l7.type', FlowEnums.l7Type),
    latencyNs: uint64(either(l7, 'latency_ns', 'latencyNs'), 'l7.latency_ns'),
    http: l7['http'] === undefined || l7['http'] === null ? null : readHttp(asObject(l7['http'], 'l7.http')),
    dns: l7['dns'] === undefined || l7['dns'] === null ? null : readDns(asObject(l7['dns'], 'l7.dns')),
    kafka: l7['kafka'] !== undefined && l7['kafka'] !== null,
  };
}

function readDns(dns: JsonObject): HubbleDns {
  return {
    query: text(dns, 'query', 'query'),
    rcode: asUint32(dns['rcode'], 'l7.dns.rcode'),
    ips: texts(dns['ips'], 'l7.dns.ips'),
    qtypes: texts(dns['qtypes'], 'l7.dns.qtypes'),
  };
}

function readHttp(http: JsonObject): HubbleHttp {
  const headers: string[] = [];
  let isGrpc = false;
  for (const element of asList(http['headers'], 'l7.http.headers')) {
    const header = asObject(element, 'l7.http.headers');
    const key = text(header, 'key', 'key');
    listed(headers, key);
    if (isGrpcContentType(key, text(header, 'value', 'value'))) isGrpc = true;
  }
  return {
    code: asUint32(http['code'], 'l7.http.code'),
    method: text(http, 'method', 'method'),
    url: bounded(redactUrl(asText(http['url'], 'l7.http.url'))),
    protocol: text(http, 'protocol', 'protocol'),
    headers,
    isGrpc,
  };
}
