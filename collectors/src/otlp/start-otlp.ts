import type { RunningSource, SourceDeps } from '../pipeline/source-deps.ts';
import { ByteBudget } from './byte-budget.ts';
import type { OtlpConfig } from './config.ts';
import { createDecodeContext } from './decode-context.ts';
import { openGrpcReceiver } from './grpc-receiver.ts';
import { openHttpReceiver } from './http-receiver.ts';
import { TraceIntake } from './trace-intake.ts';

const reportIntervalMs = 5000;
const drainGraceMs = 10_000;

/** Starts the receivers of OTLP over gRPC and over HTTP. @throws when a port is taken; nothing is left listening then. */
export async function startOtlp(config: OtlpConfig, deps: SourceDeps): Promise<RunningSource> {
  const context = createDecodeContext({
    redact: config.redact,
    limits: { maxAttributes: config.maxAttributes, maxValueLength: config.maxValueLength, maxEvents: config.maxEvents },
  });
  const budget = new ByteBudget(config.maxInFlightBytes);
  const intakes = {
    grpc: new TraceIntake('otlp-grpc', deps, context, budget),
    http: new TraceIntake('otlp-http', deps, context, budget),
  };
  const { host, maxConnections, maxRequestBytes } = config;
  const grpc = await openGrpcReceiver({ intake: intakes.grpc, host, port: config.grpcPort, maxConnections, maxRequestBytes });
  const http = await openHttpReceiver({
    intake: intakes.http, host, port: config.httpPort, maxConnections, maxRequestBytes, budget,
    requestTimeoutMs: config.requestTimeoutSeconds * 1000, logger: deps.logger,
  }).catch(async (error: unknown) => {
    await grpc.stop(0);
    throw error;
  });

  const report = (always = false): void => {
    intakes.grpc.report.flush(deps.log, deps.now(), always);
    intakes.http.report.flush(deps.log, deps.now(), always);
  };
  report(true);
  const timer = setInterval(report, reportIntervalMs);
  timer.unref();

  return {
    addresses: [
      { protocol: 'otlp-grpc', address: grpc.address },
      { protocol: 'otlp-http', address: http.address },
    ],
    stop: async () => {
      await Promise.all([grpc.stop(drainGraceMs), http.stop(drainGraceMs)]);
      clearInterval(timer);
      report();
    },
  };
}
