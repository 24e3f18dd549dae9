import { Client, credentials, type ChannelCredentials, type ClientReadableStream } from '@grpc/grpc-js';
import { readFile } from 'node:fs/promises';
import { ProtoWriter } from '../wire/proto-writer.ts';
import type { RelayConfig } from './config.ts';

const raw = (bytes: Buffer): Buffer => bytes;

/** A connection to a relay; messages stay bytes, decoding is ours. */
export interface RelayClient {
  /** Calls `Observer.GetFlows`: flows since a time, then those that come. */
  getFlows(sinceMs: number): ClientReadableStream<Buffer>;
  close(): void;
}

/** @throws where a file of the TLS configuration cannot be read. */
export async function connectRelay(config: RelayConfig): Promise<RelayClient> {
  const client = new Client(config.address, await credentialsOf(config), {
    'grpc.max_receive_message_length': 4 << 20,
    // Relays allow pings every five minutes where nothing flows, and cut off who sends more.
    'grpc.keepalive_time_ms': 310_000,
    'grpc.keepalive_timeout_ms': 20_000,
    // Reconnecting is paced by `observeRelay`.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1000,
    ...(config.tls?.serverName === undefined ? {} : { 'grpc.ssl_target_name_override': config.tls.serverName, 'grpc.default_authority': config.tls.serverName }),
  });
  return {
    getFlows: (sinceMs) => client.makeServerStreamRequest('/observer.Observer/GetFlows', raw, raw, encodeRequest(sinceMs)),
    close: () => client.close(),
  };
}

async function credentialsOf({ tls }: RelayConfig): Promise<ChannelCredentials> {
  if (tls === undefined) return credentials.createInsecure();
  const pem = async (file: string | undefined): Promise<Buffer | null> => (file === undefined ? null : readFile(file));
  return credentials.createSsl(await pem(tls.caFile), await pem(tls.keyFile), await pem(tls.certFile));
}

/** `GetFlowsRequest` { follow 3, since 7 }. */
function encodeRequest(sinceMs: number): Buffer {
  const seconds = Math.floor(sinceMs / 1000);
  return new ProtoWriter()
    .varint(3, 1)
    .message(7, (since) => since.int64(1, seconds).int64(2, Math.round((sinceMs - seconds * 1000) * 1e6)))
    .finish();
}
