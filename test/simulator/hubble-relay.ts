import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall, type ServerWritableStream, type ServiceDefinition } from '@grpc/grpc-js';
import { encodeFlow, encodeLostEvents, type HubbleFlowInput } from './encode-flow.ts';
import { hubbleType } from './hubble-schema.ts';

export interface HubbleRelayOptions {
  /** 0 = chosen freely. */
  readonly port: number;
  readonly nodeName: string;
  /** Flows kept for those who ask later; older ones are forgotten, as agents do. */
  readonly capacity?: number;
}

/** A Hubble relay of one node: serves `Observer.GetFlows` and `ServerStatus` from a ring of the newest flows. */
export interface HubbleRelay {
  readonly address: string;
  push(flow: HubbleFlowInput): void;
  /** Tells all followers that events were lost, as an agent does whose readers are too slow. */
  lose(count: number, timeMs: number): void;
  stop(): Promise<void>;
}

interface Kept { readonly timeMs: number; readonly bytes: Buffer }
type Follower = ServerWritableStream<Buffer, Buffer>;

const raw = (bytes: Buffer): Buffer => bytes;
const asBytes = { requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw };
const observer: ServiceDefinition = {
  GetFlows: { path: '/observer.Observer/GetFlows', requestStream: false, responseStream: true, ...asBytes },
  ServerStatus: { path: '/observer.Observer/ServerStatus', requestStream: false, responseStream: false, ...asBytes },
  Check: { path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false, ...asBytes },
};

/** `grpc.health.v1.HealthCheckResponse` with status SERVING; `hubble status` asks for it first. */
const serving = Buffer.of(0x08, 0x01);

/** Bytes that may wait for a follower who does not read; then it is told that events were lost. */
const followerBuffer = 4 << 20;

/** Serves `observer.Observer` from a ring of what it is given; who follows too slowly is told of lost flows, as by a real relay. */
export async function startHubbleRelay(options: HubbleRelayOptions): Promise<HubbleRelay> {
  const { nodeName, capacity = 4095 } = options;
  const followers = new Map<Follower, { lost: number }>();
  let ring: Kept[] = [];
  let seen = 0;

  const getFlows = (call: Follower): void => {
    const request = readRequest(call.request);
    const asked = ring.filter((kept) => kept.timeMs >= request.sinceMs && kept.timeMs <= request.untilMs);
    const first = request.number > 0 ? asked.slice(-request.number) : request.hasSince || !request.follow ? asked : [];
    for (const kept of first) call.write(kept.bytes);
    if (!request.follow) {
      call.end();
      return;
    }
    followers.set(call, { lost: 0 });
    for (const event of ['cancelled', 'close', 'error']) call.on(event, () => followers.delete(call));
  };
  const send = (bytes: Buffer): void => {
    for (const [call, state] of followers) {
      if (call.writableLength > followerBuffer) {
        state.lost++;
        continue;
      }
      if (state.lost > 0) {
        call.write(encodeLostEvents({ source: 'HUBBLE_RING_BUFFER', num_events_lost: state.lost }, nodeName, 0));
        state.lost = 0;
      }
      call.write(bytes);
    }
  };

  const server = new Server({ 'grpc.max_concurrent_streams': 64 });
  server.addService(observer, {
    GetFlows: getFlows,
    Check: (_call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => callback(null, serving),
    ServerStatus: (_call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      const type = hubbleType('ServerStatusResponse');
      const status = { num_flows: ring.length, max_flows: capacity, seen_flows: seen, num_connected_nodes: { value: 1 }, num_unavailable_nodes: { value: 0 }, version: 'orrery-sample-mesh' };
      callback(null, Buffer.from(type.encode(type.fromObject(status)).finish()));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port}`, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });

  return {
    address: `127.0.0.1:${port}`,
    push(flow) {
      const bytes = encodeFlow(flow, nodeName);
      seen++;
      ring.push({ timeMs: Date.parse(flow.time), bytes });
      if (ring.length > 2 * capacity) ring = ring.slice(-capacity);
      send(bytes);
    },
    lose(count, timeMs) {
      send(encodeLostEvents({ source: 'HUBBLE_RING_BUFFER', num_events_lost: count }, nodeName, timeMs));
    },
    async stop() {
      for (const call of followers.keys()) call.end();
      const cut = setTimeout(() => server.forceShutdown(), 500);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(cut);
    },
  };
}

interface Asked { readonly number: number; readonly follow: boolean; readonly hasSince: boolean; readonly sinceMs: number; readonly untilMs: number }

function readRequest(bytes: Buffer): Asked {
  const type = hubbleType('GetFlowsRequest');
  const request = type.toObject(type.decode(bytes), { longs: Number, defaults: true }) as {
    number: number; follow: boolean; since: { seconds: number; nanos: number } | null; until: { seconds: number; nanos: number } | null;
  };
  const ms = (time: { seconds: number; nanos: number }): number => time.seconds * 1000 + time.nanos / 1e6;
  return {
    number: request.number,
    follow: request.follow,
    hasSince: request.since !== null,
    sinceMs: request.since ? ms(request.since) : -Infinity,
    untilMs: request.until ? ms(request.until) : Infinity,
  };
}
