import { pino } from 'pino';
import type { Rejection, SourceReport } from '@orrery/collectors/model/source-report';
import type { Span } from '@orrery/collectors/model/span';
import { otlpConfig } from '@orrery/collectors/otlp/config';
import { startOtlp } from '@orrery/collectors/otlp/start-otlp';
import type { Sink } from '@orrery/collectors/pipeline/sink';
import type { OtlpJson } from './otlp-schema.ts';

/** Running receivers on free ports, over a sink that only remembers. */
export interface Receivers {
  readonly grpc: string;
  readonly http: string;
  readonly spans: Span[];
  readonly reports: SourceReport[];
  readonly rejections: Rejection[];
  /** What the sink does with the next batches instead of storing them, first in first out. */
  readonly next: (() => Promise<void>)[];
  stop(): Promise<void>;
}

/** @param config put over the defaults and free ports */
export async function startReceivers(config: Record<string, unknown> = {}): Promise<Receivers> {
  const spans: Span[] = [], reports: SourceReport[] = [], rejections: Rejection[] = [], next: (() => Promise<void>)[] = [];
  const refuse = (): never => {
    throw new Error('traces only');
  };
  const sink: Sink = {
    spans: async (rows) => {
      await next.shift()?.();
      spans.push(...rows);
    },
    flows: refuse, accessLogs: refuse, edgeTraffic: refuse, edgeOperations: refuse, edgeZoneTraffic: refuse, seriesNames: refuse, scrapeState: refuse, lastScrapeStates: refuse, seriesNamesOf: refuse,
  };
  const log = { report: (row: SourceReport) => void reports.push(row), reject: (row: Rejection) => void rejections.push(row) };
  const running = await startOtlp(
    otlpConfig.parse({ grpcPort: 0, httpPort: 0, ...config }),
    { tenant: 'default', sink, log, logger: pino({ level: 'silent' }), now: Date.now },
  );
  const address = (protocol: string): string => running.addresses.find((a) => a.protocol === protocol)?.address ?? '';
  return { grpc: address('otlp-grpc'), http: address('otlp-http'), spans, reports, rejections, next, stop: () => running.stop() };
}

/** A request of one span a minute ago, with what is given put over it. */
export function oneSpan(over: OtlpJson = {}): OtlpJson {
  const startNs = BigInt(Date.now() - 60_000) * 1_000_000n;
  return {
    resourceSpans: [{
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
      scopeSpans: [{ spans: [{
        traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', name: 'GET /', kind: 2,
        startTimeUnixNano: String(startNs), endTimeUnixNano: String(startNs + 5_000_000n), ...over,
      }] }],
    }],
  };
}
