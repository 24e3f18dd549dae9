import { Metadata, Server, ServerCredentials, type sendUnaryData, type ServerInterceptor, type ServerUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';
import { createServer, type Socket } from 'node:net';
import type { GrpcService } from '../pipeline/grpc-service.ts';
import { boundArrival } from './bound-arrival.ts';
import type { ByteBudget } from './byte-budget.ts';
import { encodeStatus, encodeSuccess, type ExportOutcome } from './export-outcome.ts';
import { listen, type Receiver } from './receiver.ts';
import type { TraceIntake } from './trace-intake.ts';
import { watchCall } from './watch-call.ts';

/** Where OTLP/gRPC is received, by whom, and within which bounds. */
export interface GrpcReceiverOptions {
  readonly intake: TraceIntake;
  /** Services of other sources on the same port. */
  readonly services?: readonly GrpcService[];
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly maxRequestBytes: number;
  /** Of all requests in work, as they arrive and after. */
  readonly budget: ByteBudget;
  /** In which a request must have arrived. */
  readonly requestTimeoutMs: number;
}

/** In which a sender must have begun to speak. */
const prefaceTimeoutMs = 10_000;
/** In which connections must have ended once the last request is answered. */
const partingMs = 1000;

const raw = (bytes: Buffer): Buffer => bytes;

/** The service as bytes: decoding is ours. OTLP's other signals are not registered, so gRPC answers UNIMPLEMENTED. */
const traceService: ServiceDefinition = {
  Export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false, responseStream: false,
    requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw,
  },
};

/** Listens for OTLP/gRPC, gzip included, and for the services beside it; the size limit holds after decompression. */
export async function openGrpcReceiver(options: GrpcReceiverOptions): Promise<Receiver> {
  const services = options.services ?? [];
  const refusedBy = new Map(services.flatMap((service) => Object.values(service.definition).map(({ path }) => [path, (reason: string) => service.refused(reason)])));
  const server = new Server({
    'grpc.max_receive_message_length': options.maxRequestBytes,
    'grpc.max_concurrent_streams': 64,
    // Connections are renewed now and then, so that a load balancer can spread them, and stalled ones end.
    'grpc.max_connection_age_ms': 10 * 60_000,
    // So long the streams of a connection that is renewed go on: their services end them within that time.
    'grpc.max_connection_age_grace_ms': 10 * 60_000,
    'grpc.max_connection_idle_ms': 5 * 60_000,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    interceptors: [callInterceptor(options, refusedBy)],
  });
  const answering = new Set<Promise<void>>();
  server.addService(traceService, {
    Export: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      // `export` never rejects.
      const answered = options.intake.export(call.request, 'protobuf').then((outcome) => {
        answer(outcome, callback);
        answering.delete(answered);
      });
      answering.add(answered);
    },
  });
  for (const { definition, implementation } of services) server.addService(definition, implementation);

  // grpc-js bounds streams but not connections, so the listening socket is ours.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    const silent = setTimeout(() => destroySilent(socket), prefaceTimeoutMs);
    socket.once('close', () => {
      clearTimeout(silent);
      sockets.delete(socket);
    });
    injector.injectConnection(socket);
  });
  listener.maxConnections = options.maxConnections;
  const address = await listen(listener, options.host, options.port);

  return {
    address,
    stop: async (graceMs) => {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      // A session in which the sender has not even said hello would never end by itself.
      for (const socket of sockets) destroySilent(socket);
      const ended = Promise.all([closed, new Promise<void>((resolve) => server.tryShutdown(() => resolve()))]);
      await Promise.all([within(graceMs, Promise.all(answering)), ...services.map((service) => service.stop(graceMs))]);
      // What is open now is a request that has not arrived whole, which comes again, or a peer that does not let go.
      await within(Math.min(partingMs, graceMs), ended);
      server.forceShutdown();
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

/** @param refusedBy who is told of what is refused before a handler sees it, by method; others are of the trace service */
function callInterceptor({ intake, budget, maxRequestBytes, requestTimeoutMs }: GrpcReceiverOptions, refusedBy: ReadonlyMap<string, (reason: string) => void>): ServerInterceptor {
  return ({ path, requestStream: isStream }, call) => {
    const refused = refusedBy.get(path);
    const arrival = boundArrival(call, {
      hold: budget.hold(), maxBytes: maxRequestBytes, timeoutMs: requestTimeoutMs, isStream,
      busy: () => {
        const outcome = intake.busy();
        refused?.(outcome.message);
        return failure(outcome);
      },
    });
    return watchCall(call, { isStream, arrival, onRefused: refused ?? ((reason) => intake.refused(reason)) });
  };
}

/** Resolves when `done` does, but after `ms` at the latest. */
async function within(ms: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([done, new Promise((resolve) => { timer = setTimeout(resolve, ms); })]);
  clearTimeout(timer);
}

/** Ends a connection over which nothing has come. */
function destroySilent(socket: Socket): void {
  if (socket.bytesRead === 0) socket.destroy();
}

function answer(outcome: ExportOutcome, callback: sendUnaryData<Buffer>): void {
  if (outcome.ok) {
    callback(null, encodeSuccess('protobuf', outcome.rejected, outcome.message));
    return;
  }
  callback(failure(outcome));
}

function failure({ code, message, retryAfterMs }: Extract<ExportOutcome, { ok: false }>): { readonly code: number; readonly details: string; readonly metadata: Metadata } {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', encodeStatus('protobuf', code, message, retryAfterMs));
  return { code, details: message, metadata };
}
