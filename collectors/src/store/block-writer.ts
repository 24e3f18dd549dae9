import type { AccessLog } from '../model/access-log.ts';
import { edgeId, edgeText, type Edge } from '../model/edge.ts';
import type { EdgeOperation } from '../model/edge-operation.ts';
import type { EdgeTraffic } from '../model/edge-traffic.ts';
import type { EdgeZoneTraffic } from '../model/edge-zone-traffic.ts';
import type { Flow } from '../model/flow.ts';
import type { LatencyLayout } from '../model/latency-layout.ts';
import type { ScrapeState, SeriesName } from '../model/scrape-sample.ts';
import type { Rejection, SourceReport } from '../model/source-report.ts';
import type { Span } from '../model/span.ts';
import { encodeBlock, type TableRow } from './native-block.ts';
import { RecentKeys } from './recent-keys.ts';
import { accessLogRow } from './rows/access-log-row.ts';
import { edgeOperationRow } from './rows/edge-operation-row.ts';
import { edgeRow, type EdgeRow } from './rows/edge-row.ts';
import { edgeTrafficRow, type EdgeTrafficRow } from './rows/edge-traffic-row.ts';
import { edgeZoneTrafficRow } from './rows/edge-zone-traffic-row.ts';
import { flowRow } from './rows/flow-row.ts';
import { latencyLayoutRow } from './rows/latency-layout-row.ts';
import { scrapeStateRow, seriesNameRow } from './rows/scrape-row.ts';
import { rejectionRow, sourceReportRow } from './rows/source-row.ts';
import { spanRow } from './rows/span-row.ts';
import { StoreError } from './store-error.ts';
import type { Store } from './store.ts';

/** Rows of the model → blocks in the store. Each call is one block; the same token again writes nothing twice. */
export interface BlockWriter {
  spans(rows: readonly Span[], token: string): Promise<void>;
  flows(rows: readonly Flow[], token: string): Promise<void>;
  accessLogs(rows: readonly AccessLog[], token: string): Promise<void>;
  /**
   * Names edges and latency layouts that the store may not know yet, then writes the rows: a fact never stands without its name.
   * @param version of rows with equal keys the highest stands; 0 for rows from scrapes, growing where a job recomputes.
   */
  edgeTraffic(rows: readonly EdgeTraffic[], token: string, version?: number): Promise<void>;
  /** As `edgeTraffic`, for what edges do. */
  edgeOperations(rows: readonly EdgeOperation[], token: string, version?: number): Promise<void>;
  /** As `edgeTraffic`, for what travels between zones. */
  edgeZoneTraffic(rows: readonly EdgeZoneTraffic[], token: string, version?: number): Promise<void>;
  seriesNames(rows: readonly SeriesName[], token: string): Promise<void>;
  scrapeStates(rows: readonly ScrapeState[], token: string): Promise<void>;
  sourceReports(rows: readonly SourceReport[], token: string): Promise<void>;
  rejections(rows: readonly Rejection[], token: string): Promise<void>;
  /** `edge_id` of an edge, 32 hex digits. */
  edgeIdOf(tenant: string, edge: Edge): string;
}

/** Edges and layouts remembered as written. 100,000 edges of about 300 bytes of canonical text, at most twice. */
const rememberedEdges = 100_000;
const rememberedLayouts = 1_000;
/** An edge's name is written again after this long, so that `seen_at` keeps it from its TTL. */
const refreshSeconds = 3_600;

interface KnownEdge {
  readonly id: string;
  /** Unix seconds when its name was last stored, 0 if never. */
  readonly writtenAt: number;
}

/** @param now Unix milliseconds; for `seen_at` of edges. */
export function createBlockWriter(store: Pick<Store, 'insertNative' | 'edgeKey'>, now: () => number = Date.now): BlockWriter {
  const edges = new RecentKeys<KnownEdge>(rememberedEdges);
  const layouts = new RecentKeys<true>(rememberedLayouts);

  async function insert<Row>(declaration: TableRow<Row>, rows: readonly Row[], token: string): Promise<void> {
    if (rows.length === 0) return;
    await store.insertNative(declaration.table, declaration.columns.map((one) => one.name), encode(declaration, rows), token);
  }

  function encode<Row>(declaration: TableRow<Row>, rows: readonly Row[]): Uint8Array {
    try {
      return encodeBlock(declaration, rows);
    } catch (error) {
      throw new StoreError(`${declaration.table}: a row cannot be encoded: ${String(error)}`, 'UNENCODABLE', true, error);
    }
  }

  function known(tenant: string, edge: Edge): { text: string; entry: KnownEdge } {
    const text = edgeText(tenant, edge);
    let entry = edges.get(text);
    if (!entry) edges.set(text, (entry = { id: edgeId(store.edgeKey, tenant, edge), writtenAt: 0 }));
    return { text, entry };
  }

  /** Names the edges and layouts of facts that the store may not know yet. Returns the id of each fact's edge. */
  async function named(rows: readonly { readonly tenant: string; readonly edge: Edge; readonly layout: LatencyLayout | null }[], token: string): Promise<string[]> {
    const seenAt = Math.floor(now() / 1000);
    const unnamed = new Map<string, EdgeRow>();
    const newLayouts = new Map<number, LatencyLayout>();
    const ids = rows.map(({ tenant, edge, layout }) => {
      const { text, entry } = known(tenant, edge);
      if (seenAt - entry.writtenAt >= refreshSeconds) unnamed.set(text, { tenant, edgeId: entry.id, edge, seenAt });
      if (layout && !layouts.get(String(layout.id))) newLayouts.set(layout.id, layout);
      return entry.id;
    });
    await Promise.all([
      insert(edgeRow, [...unnamed.values()], `${token}:edges`),
      insert(latencyLayoutRow, [...newLayouts.values()], `${token}:layouts`),
    ]);
    for (const [text, row] of unnamed) edges.set(text, { id: row.edgeId, writtenAt: seenAt });
    for (const id of newLayouts.keys()) layouts.set(String(id), true);
    return ids;
  }

  return {
    spans: (rows, token) => insert(spanRow, rows, token),
    flows: (rows, token) => insert(flowRow, rows, token),
    accessLogs: (rows, token) => insert(accessLogRow, rows, token),
    async edgeTraffic(rows, token, version = 0) {
      const ids = await named(rows, token);
      await insert(edgeTrafficRow, rows.map((traffic, i): EdgeTrafficRow => ({ traffic, edgeId: ids[i]!, version })), token);
    },
    async edgeOperations(rows, token, version = 0) {
      const ids = await named(rows, token);
      await insert(edgeOperationRow, rows.map((operation, i) => ({ operation, edgeId: ids[i]!, version })), token);
    },
    async edgeZoneTraffic(rows, token, version = 0) {
      const ids = await named(rows.map((row) => ({ ...row, layout: null })), token);
      await insert(edgeZoneTrafficRow, rows.map((traffic, i) => ({ traffic, edgeId: ids[i]!, version })), token);
    },
    seriesNames: (rows, token) => insert(seriesNameRow, rows, token),
    scrapeStates: (rows, token) => insert(scrapeStateRow, rows, token),
    sourceReports: (rows, token) => insert(sourceReportRow, rows, token),
    rejections: (rows, token) => insert(rejectionRow, rows, token),
    edgeIdOf: (tenant, edge) => known(tenant, edge).entry.id,
  };
}
