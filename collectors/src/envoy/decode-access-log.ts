import { hash } from 'node:crypto';
import { ProtoReader } from '../wire/proto-reader.ts';
import type { AccessLogEntry, AccessLogMessage, SocketAddress } from './access-log-entry.ts';
import { readEnvoyNode, type EnvoyNode } from './envoy-node.ts';
import { responseFlag, unauthorizedField } from './response-flags.ts';

type Draft = { -readonly [K in keyof AccessLogEntry]: AccessLogEntry[K] };

const maxTextLength = 1024, maxIdLength = 64;

/**
 * Decodes an `envoy.service.accesslog.v3.StreamAccessLogsMessage`; field numbers are those of Envoy's data plane API.
 * @throws WireError where the bytes are not such a message.
 */
export function decodeAccessLog(body: Uint8Array): AccessLogMessage {
  const r = new ProtoReader(body);
  const entries: AccessLogEntry[] = [];
  let node: EnvoyNode | null = null, logName = '';
  const readEntry = (read: (r: ProtoReader) => Draft): AccessLogEntry => {
    const start = r.offset, entry = entered(r, read);
    if (entry.id === '') entry.id = hash('sha1', body.subarray(start, r.offset));
    return entry;
  };
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) within(r, (part) => {
      if (part === 1) node = entered(r, readEnvoyNode);
      else if (part === 2) logName = text(r);
      else return false;
      return true;
    });
    else if (field === 2 || field === 3) within(r, (part) => part === 1 ? (entries.push(readEntry(field === 2 ? readHttp : readTcp)), true) : false);
    else r.skip();
  }
  return { node, logName, entries };
}

/** Reads the message of the field at hand; fields that `read` does not take are gone over. */
function within(r: ProtoReader, read: (field: number) => boolean): void {
  const outer = r.enter();
  for (let field = r.next(); field !== 0; field = r.next()) if (!read(field)) r.skip();
  r.leave(outer);
}

function entered<T>(r: ProtoReader, read: (r: ProtoReader) => T): T {
  const outer = r.enter();
  const value = read(r);
  r.leave(outer);
  return value;
}

function draft(protocol: AccessLogEntry['protocol']): Draft {
  return {
    id: '', protocol, type: 0, sampleRate: 0, startNs: 0n, durationNs: null, directRemote: null, downstreamRemote: null, downstreamLocal: null, upstreamRemote: null,
    upstreamCluster: '', flags: '', attempts: 0, isTls: false, localPrincipal: '', peerPrincipal: '', authority: '', path: '', method: 0,
    responseCode: 0, grpcStatus: -1, bytesSent: 0, bytesReceived: 0,
  };
}

function readHttp(r: ProtoReader): Draft {
  const entry = draft('http');
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) readCommon(r, entry);
    else if (field === 3) readRequest(r, entry);
    else if (field === 4) readResponse(r, entry);
    else r.skip();
  }
  return entry;
}

function readTcp(r: ProtoReader): Draft {
  const entry = draft('tcp');
  for (let field = r.next(); field !== 0; field = r.next()) {
    if (field === 1) readCommon(r, entry);
    else if (field === 2) within(r, (part) => {
      if (part === 1) entry.bytesSent = Number(r.uint64());
      else if (part === 2) entry.bytesReceived = Number(r.uint64());
      else return false;
      return true;
    });
    else r.skip();
  }
  return entry;
}

/** `AccessLogCommon`. Where no duration is logged, the time to the last byte sent to the caller is the duration. */
function readCommon(r: ProtoReader, entry: Draft): void {
  let lastByteNs: bigint | null = null;
  within(r, (field) => {
    switch (field) {
      case 1: entry.sampleRate = r.double(); break;
      case 2: entry.downstreamRemote = readAddress(r); break;
      case 3: entry.downstreamLocal = readAddress(r); break;
      case 4: readTls(r, entry); break;
      case 5: entry.startNs = readNanoseconds(r); break;
      case 12: lastByteNs = readNanoseconds(r); break;
      case 13: entry.upstreamRemote = readAddress(r); break;
      case 15: entry.upstreamCluster = text(r); break;
      case 16: entry.flags = readFlags(r); break;
      case 20: entry.directRemote = readAddress(r); break;
      case 23: entry.durationNs = readNanoseconds(r); break;
      case 24: entry.attempts = r.uint32(); break;
      case 26: entry.id = text(r).slice(0, maxIdLength); break;
      case 33: entry.type = r.uint32(); break;
      default: return false;
    }
    return true;
  });
  entry.durationNs ??= lastByteNs;
}

/** `Timestamp` or `Duration`: seconds and nanoseconds. */
function readNanoseconds(r: ProtoReader): bigint {
  let seconds = 0n, nanos = 0;
  within(r, (field) => {
    if (field === 1) seconds = r.int64();
    else if (field === 2) nanos = r.int32();
    else return false;
    return true;
  });
  return seconds * 1_000_000_000n + BigInt(nanos);
}

function readAddress(r: ProtoReader): SocketAddress {
  let address = '', port = 0;
  within(r, (field) => {
    if (field !== 1) return false;
    within(r, (part) => {
      if (part === 2) address = text(r);
      else if (part === 3) port = r.uint32() & 0xffff;
      else return false;
      return true;
    });
    return true;
  });
  return { address, port };
}

function readFlags(r: ProtoReader): string {
  const flags: string[] = [];
  within(r, (field) => {
    const flag = responseFlag(field);
    if (flag === '') return false;
    if (field === unauthorizedField) {
      r.bytes();
      flags.push(flag);
    } else if (r.bool()) flags.push(flag);
    return true;
  });
  return [...new Set(flags)].join(',');
}

function readTls(r: ProtoReader, entry: Draft): void {
  entry.isTls = true;
  within(r, (field) => {
    if (field === 4) entry.localPrincipal = readPrincipal(r);
    else if (field === 5) entry.peerPrincipal = readPrincipal(r);
    else return false;
    return true;
  });
}

/** The first URI among the subject alternative names of a certificate. */
function readPrincipal(r: ProtoReader): string {
  let principal = '';
  within(r, (field) => {
    if (field !== 1) return false;
    within(r, (part) => {
      if (part !== 1) return false;
      const uri = text(r);
      principal ||= uri;
      return true;
    });
    return true;
  });
  return principal;
}

function readRequest(r: ProtoReader, entry: Draft): void {
  within(r, (field) => {
    switch (field) {
      case 1: entry.method = r.uint32(); break;
      case 3: entry.authority = text(r); break;
      case 5: entry.path = text(r).split('?', 1)[0] ?? ''; break;
      case 12: entry.bytesSent = Number(r.uint64()); break;
      default: return false;
    }
    return true;
  });
}

/** The gRPC status stands in the trailers, or in the headers of an answer that has nothing else. */
function readResponse(r: ProtoReader, entry: Draft): void {
  within(r, (field) => {
    switch (field) {
      case 1: within(r, (part) => part === 1 ? (entry.responseCode = r.uint32(), true) : false); break;
      case 3: entry.bytesReceived = Number(r.uint64()); break;
      case 4: case 5: {
        const status = readGrpcStatus(r);
        if (status >= 0) entry.grpcStatus = status;
        break;
      }
      default: return false;
    }
    return true;
  });
}

/** An entry of a map of headers; -1 for any other header. */
function readGrpcStatus(r: ProtoReader): number {
  let key = '', value = '';
  within(r, (field) => {
    if (field === 1) key = text(r);
    else if (field === 2) value = text(r);
    else return false;
    return true;
  });
  return key === 'grpc-status' && /^\d{1,5}$/.test(value) ? Number(value) : -1;
}

function text(r: ProtoReader): string {
  return r.string().slice(0, maxTextLength);
}
