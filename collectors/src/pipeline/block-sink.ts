import type { AccessLog } from '../model/access-log.ts';
import type { EdgeOperation } from '../model/edge-operation.ts';
import type { EdgeTraffic } from '../model/edge-traffic.ts';
import type { EdgeZoneTraffic } from '../model/edge-zone-traffic.ts';
import type { Flow } from '../model/flow.ts';
import type { ScrapeState, SeriesName } from '../model/scrape-sample.ts';
import type { Span } from '../model/span.ts';
import type { BlockWriter, ScrapeMemory } from './block-writer.ts';
import { defaultLane, Lane, type LaneOptions, type LaneStats } from './lane.ts';
import type { Sink } from './sink.ts';

const laneNames = ['spans', 'flows', 'accessLogs', 'edgeTraffic', 'edgeOperations', 'edgeZoneTraffic', 'seriesNames', 'scrapeStates'] as const;
/** The kinds of rows, each with a lane of its own. */
export type LaneName = (typeof laneNames)[number];

/** A sink over a block writer, with one bounded lane for each kind of row. */
export interface BlockSink extends Sink {
  stats(): Readonly<Record<LaneName, LaneStats>>;
  /** Refuses new rows, writes what is queued, then resolves. */
  stop(): Promise<void>;
}

/**
 * @param writer where blocks go
 * @param memory what scraping reads back
 * @param options overrides of `defaultLane`, for all lanes
 */
export function createSink(writer: BlockWriter, memory: ScrapeMemory, options: Partial<LaneOptions> = {}): BlockSink {
  const lane = { ...defaultLane, ...options };
  // Scrapes come from our own clock, access logs one way: nobody waits for their acknowledgement, and a longer linger makes larger blocks.
  const patient = { ...lane, lingerMs: Math.max(lane.lingerMs, 200) };
  const lanes = {
    spans: new Lane<Span>((rows, token) => writer.spans(rows, token), spanBytes, lane),
    flows: new Lane<Flow>((rows, token) => writer.flows(rows, token), flowBytes, lane),
    accessLogs: new Lane<AccessLog>((rows, token) => writer.accessLogs(rows, token), accessLogBytes, patient),
    edgeTraffic: new Lane<EdgeTraffic>((rows, token) => writer.edgeTraffic(rows, token), edgeTrafficBytes, patient),
    edgeOperations: new Lane<EdgeOperation>((rows, token) => writer.edgeOperations(rows, token), edgeOperationBytes, patient),
    edgeZoneTraffic: new Lane<EdgeZoneTraffic>((rows, token) => writer.edgeZoneTraffic(rows, token), edgeZoneTrafficBytes, patient),
    seriesNames: new Lane<SeriesName>((rows, token) => writer.seriesNames(rows, token), seriesNameBytes, patient),
    scrapeStates: new Lane<ScrapeState>((rows, token) => writer.scrapeStates(rows, token), scrapeStateBytes, patient),
  };
  return {
    spans: (rows) => lanes.spans.add(rows),
    flows: (rows) => lanes.flows.add(rows),
    accessLogs: (rows) => lanes.accessLogs.add(rows),
    edgeTraffic: (rows) => lanes.edgeTraffic.add(rows),
    edgeOperations: (rows) => lanes.edgeOperations.add(rows),
    edgeZoneTraffic: (rows) => lanes.edgeZoneTraffic.add(rows),
    seriesNames: (rows) => lanes.seriesNames.add(rows),
    scrapeState: (rows) => lanes.scrapeStates.add(rows),
    lastScrapeStates: (tenant, feed, target) => memory.lastScrapeStates(tenant, feed, target),
    seriesNamesOf: (tenant, series) => memory.seriesNamesOf(tenant, series),
    stats: () => ({
      spans: lanes.spans.stats(),
      flows: lanes.flows.stats(),
      accessLogs: lanes.accessLogs.stats(),
      edgeTraffic: lanes.edgeTraffic.stats(),
      edgeOperations: lanes.edgeOperations.stats(),
      edgeZoneTraffic: lanes.edgeZoneTraffic.stats(),
      seriesNames: lanes.seriesNames.stats(),
      scrapeStates: lanes.scrapeStates.stats(),
    }),
    stop: async () => {
      await Promise.all(Object.values(lanes).map((one) => one.stop()));
    },
  };
}

// Sizes are estimates of what a row holds in memory, in bytes: they bound the queue, they bill nobody.

function spanBytes(rows: readonly Span[]): number {
  let bytes = 0;
  for (const row of rows) {
    bytes += 400 + row.name.length + row.statusMessage.length + 100 * row.events.length;
    for (const [key, value] of row.attributes) bytes += key.length + value.length;
  }
  return bytes;
}

function flowBytes(rows: readonly Flow[]): number {
  let bytes = 0;
  for (const row of rows) bytes += 500 + row.raw.length;
  return bytes;
}

function accessLogBytes(rows: readonly AccessLog[]): number {
  let bytes = 0;
  for (const row of rows) bytes += 700 + row.path.length;
  return bytes;
}

function edgeTrafficBytes(rows: readonly EdgeTraffic[]): number {
  let bytes = 0;
  for (const row of rows) bytes += 600 + 16 * row.latency.size + 32 * row.responses.size;
  return bytes;
}

function edgeOperationBytes(rows: readonly EdgeOperation[]): number {
  let bytes = 0;
  for (const row of rows) bytes += 400 + row.operation.length + 16 * row.latency.size;
  return bytes;
}

function edgeZoneTrafficBytes(rows: readonly EdgeZoneTraffic[]): number {
  return rows.length * 400;
}

function seriesNameBytes(rows: readonly SeriesName[]): number {
  let bytes = 0;
  for (const row of rows) {
    bytes += 100;
    for (const [key, value] of row.labels) bytes += key.length + value.length;
  }
  return bytes;
}

function scrapeStateBytes(rows: readonly ScrapeState[]): number {
  let bytes = 0;
  for (const row of rows) bytes += 200 + 24 * row.series.length;
  return bytes;
}
