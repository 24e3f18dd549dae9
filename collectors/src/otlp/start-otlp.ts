import type { GrpcService } from '../pipeline/grpc-service.ts';
import type { RunningSource, SourceDeps } from '../pipeline/source-deps.ts';
import { browserPolicy } from './browser-guard.ts';
import { ByteBudget } from './byte-budget.ts';
import type { OtlpConfig } from './config.ts';
import { createDecodeContext } from './decode-context.ts';
import { openGrpcReceiver } from './grpc-receiver.ts';
import { openHttpReceiver } from './http-receiver.ts';
import { TraceIntake } from './trace-intake.ts';

const reportIntervalMs = 5000;
const drainGraceMs = 10_000;

/**
 * Starts the receivers of OTLP over gRPC and over HTTP.
 * @param services of other sources on the gRPC port; they are stopped with it
 * @throws when a port is taken; nothing is left listening then.
 */
export async function startOtlp(config: OtlpConfig, deps: SourceDeps, services: readonly GrpcService[] = []): Promise<RunningSource> {
  const context = createDecodeContext({
    redact: config.redact, sampling: config.sampling,
    limits: { maxAttributes: config.maxAttributes, maxValueLength: config.maxValueLength, maxEvents: config.maxEvents },
  });
  const budget = new ByteBudget(config.maxInFlightBytes);
  const intakes = {
    grpc: new TraceIntake('otlp-grpc', deps, context, budget),
    http: new TraceIntake('otlp-http', deps, context, budget),
  };
  const { host, maxConnections, maxRequestBytes } = config, requestTimeoutMs = config.requestTimeoutSeconds * 1000;
  const grpc = await openGrpcReceiver({ intake: intakes.grpc, services, host, port: config.grpcPort, maxConnections, maxRequestBytes, budget, requestTimeoutMs }).catch(async (error: unknown) => {
    await Promise.all(services.map((service) => service.stop(0)));
    throw error;
  });
  const http = await openHttpReceiver({
    intake: intakes.http, host, port: config.httpPort, maxConnections, maxRequestBytes, budget, browsers: browserPolicy(host, config.allowedHosts, config.allowedOrigins),
    requestTimeoutMs, logger: deps.logger,
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
      ...services.map(({ protocol }) => ({ protocol, address: grpc.address })),
    ],
    stop: async () => {
      await Promise.all([grpc.stop(drainGraceMs), http.stop(drainGraceMs)]);
      clearInterval(timer);
      report();
    },
  };
}
