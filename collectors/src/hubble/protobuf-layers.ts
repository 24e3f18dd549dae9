import { redactUrl } from '../model/redact-url.ts';
import type { ProtoReader } from '../wire/proto-reader.ts';
import { bounded, listed } from './bounds.ts';
import { tcpFlagNames } from './flow-enums.ts';
import { isGrpcContentType, type Draft, type HubbleDns, type HubbleHttp, type HubbleL4, type HubbleL7 } from './flow-message.ts';
import { readTexts, text, within } from './protobuf-fields.ts';

const l4Protocols: readonly (HubbleL4['protocol'] | undefined)[] = [undefined, 'tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'vrrp', 'igmp'];

/** A message `flow.Layer4`; null for a transport that is not known. @throws WireError */
export function readL4(r: ProtoReader): HubbleL4 | null {
  let l4: HubbleL4 | null = null;
  for (let field = r.next(); field !== 0; field = r.next()) {
    const protocol = l4Protocols[field];
    if (protocol === undefined) r.skip();
    else l4 = within(r, (inner) => readTransport(inner, protocol));
  }
  return l4;
}

function readTransport(r: ProtoReader, protocol: HubbleL4['protocol']): HubbleL4 {
  const l4: Draft<HubbleL4> = { protocol, sourcePort: 0, destinationPort: 0, tcpFlags: [] };
  const hasPorts = protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (hasPorts && field === 1) l4.sourcePort = r.uint32();
    else if (hasPorts && field === 2) l4.destinationPort = r.uint32();
    else if (protocol === 'tcp' && field === 3) l4.tcpFlags = within(r, readTcpFlags);
    else r.skip();
  }
  return l4;
}

function readTcpFlags(r: ProtoReader): string[] {
  let set = 0;
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field < tcpFlagNames.length) set = r.bool() ? set | (1 << field) : set & ~(1 << field);
    else r.skip();
  }
  return tcpFlagNames.filter((_, field) => (set & (1 << field)) !== 0);
}

/** A message `flow.Layer7`. @throws WireError */
export function readL7(r: ProtoReader): HubbleL7 {
  const l7: Draft<HubbleL7> = { type: 0, latencyNs: 0n, http: null, dns: null, kafka: false };
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: l7.type = r.int32(); break;
      case 2: l7.latencyNs = r.uint64(); break;
      case 100: l7.dns = within(r, readDns); break;
      case 101: l7.http = within(r, readHttp); break;
      case 102: l7.kafka = true; r.skip(); break;
      default: r.skip();
    }
  }
  return l7;
}

function readDns(r: ProtoReader): HubbleDns {
  const ips: string[] = [], qtypes: string[] = [];
  let query = '', rcode = 0;
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) query = text(r);
    else if (field === 2) listed(ips, text(r));
    else if (field === 6) rcode = r.uint32();
    else if (field === 7) listed(qtypes, text(r));
    else r.skip();
  }
  return { query, rcode, ips, qtypes };
}

function readHttp(r: ProtoReader): HubbleHttp {
  const http: Draft<HubbleHttp> = { code: 0, method: '', url: '', protocol: '', headers: [], isGrpc: false };
  const headers: string[] = [];
  for (let field = r.next(); field !== 0; field = r.next()) {
    switch (field) {
      case 1: http.code = r.uint32(); break;
      case 2: http.method = text(r); break;
      case 3: http.url = bounded(redactUrl(r.string())); break;
      case 4: http.protocol = text(r); break;
      case 5: {
        const [key, value] = within(r, (header) => readTexts(header, 1, 2));
        listed(headers, key);
        if (isGrpcContentType(key, value)) http.isGrpc = true;
        break;
      }
      default: r.skip();
    }
  }
  return { ...http, headers };
}
