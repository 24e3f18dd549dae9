import type { sendUnaryData, ServerReadableStream, ServiceDefinition } from '@grpc/grpc-js';
import type { GrpcService } from '../pipeline/grpc-service.ts';
import type { SourceDeps } from '../pipeline/source-deps.ts';
import { AccessLogIntake, type StreamState } from './access-log-intake.ts';
import { readStream, SharedWindow, type RunningStream } from './access-log-stream.ts';

const reportIntervalMs = 5000;
const maxInWork = 16;
const windowBytes = 32 << 20;
const renewAfterMs = 5 * 60_000, quietMs = 250;

const raw = (bytes: Buffer): Buffer => bytes;

/** The service as bytes: decoding is ours. */
const definition: ServiceDefinition = {
  StreamAccessLogs: {
    path: '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs',
    requestStream: true, responseStream: false,
    requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw,
  },
};

/** Envoy's gRPC access log service: streams without acknowledgement, so all that can be told a sender is to wait. */
export function createAccessLogService(deps: SourceDeps): GrpcService {
  const intake = new AccessLogIntake(deps);
  const window = new SharedWindow(windowBytes);
  const streams = new Set<RunningStream>();
  intake.report.flush(deps.log, deps.now(), true);
  const timer = setInterval(() => intake.report.flush(deps.log, deps.now()), reportIntervalMs);
  timer.unref();
  return {
    protocol: 'envoy-als',
    definition,
    implementation: {
      StreamAccessLogs: (call: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
        const state: StreamState = { proxy: null };
        const stream = readStream(call, (message) => intake.take(message, state), { maxInWork, window, renewAfterMs, quietMs });
        streams.add(stream);
        void stream.ended.then(() => {
          streams.delete(stream);
          callback(null, Buffer.alloc(0));
        });
      },
    },
    refused: (reason) => intake.refused('message is refused', reason),
    async stop(graceMs) {
      for (const stream of streams) stream.end();
      const ended = Promise.all([...streams].map((stream) => stream.ended));
      const patience = setTimeout(() => intake.giveUp(), graceMs);
      let late: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => { late = setTimeout(resolve, graceMs + quietMs); })]);
      clearTimeout(patience);
      clearTimeout(late);
      clearInterval(timer);
      intake.report.flush(deps.log, deps.now());
    },
  };
}
