import { storeConfig } from '@orrery/collectors/store/config';
import { openStore } from '@orrery/collectors/store/open-store';
import { sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import pino from 'pino';
import { flowsPerUnit } from '../load/lib/flow-units.ts';
import { spansPerUnit } from '../load/lib/span-units.ts';

/** What the store holds of acknowledged units. */
export interface Stored {
  /** Acknowledged rows found, each once. */
  readonly distinct: number;
  readonly lost: number;
  /** Rows that a reader would count although their id was there already. */
  readonly duplicated: number;
  /** Rows before deduplication. */
  readonly rawSpans: number;
  readonly rawFlows: number;
  /** Requests on the edges made of them. */
  readonly edgeRequests: { readonly traceSource: number; readonly traceDestination: number; readonly flow: number; readonly proxyDestination: number };
}

interface UnitRow { readonly unit: number; readonly ids: number; readonly rows: number }

/** Opens the data directory of a stopped server and counts acknowledged units of spans and flows, id by id. */
export async function countStored(dataDir: string, acked: { readonly spanUnits: ReadonlySet<number>; readonly flowUnits: ReadonlySet<number> }): Promise<Stored> {
  const store = await openStore(storeConfig.parse({ dataDir }), pino({ level: 'silent' }));
  try {
    // Trace ids end in the number of the pair, eight pairs to a unit; flow ids are `<name>-<unit>-<index>`.
    const spans = tallyUnits(acked.spanUnits, spansPerUnit, await store.query<UnitRow>(sql`
      SELECT intDiv(reinterpretAsUInt64(reverse(substring(trace_id, 9, 8))) - 1, 8) AS unit, uniqExact(trace_id, span_id) AS ids, count() AS rows
      FROM spans FINAL WHERE app LIKE 'chaos-%' GROUP BY unit`, { name: 'chaos spans' }));
    const flows = tallyUnits(acked.flowUnits, flowsPerUnit, await store.query<UnitRow>(sql`
      SELECT toUInt64(splitByChar('-', id)[2]) AS unit, uniqExact(id) AS ids, count() AS rows
      FROM flows FINAL WHERE id LIKE 'chaosflow-%' GROUP BY unit`, { name: 'chaos flows' }));
    return {
      distinct: spans.distinct + flows.distinct, lost: spans.lost + flows.lost, duplicated: spans.duplicated + flows.duplicated,
      rawSpans: await countRows(store, 'spans'), rawFlows: await countRows(store, 'flows'),
      edgeRequests: await edgeRequests(store),
    };
  } finally {
    await store.close();
  }
}

function tallyUnits(acked: ReadonlySet<number>, perUnit: number, rows: readonly UnitRow[]): { distinct: number; lost: number; duplicated: number } {
  const byUnit = new Map(rows.map((row) => [Number(row.unit), row]));
  let distinct = 0, lost = 0, duplicated = 0;
  for (const unit of acked) {
    const row = byUnit.get(unit);
    const ids = Number(row?.ids ?? 0);
    distinct += Math.min(perUnit, ids);
    lost += Math.max(0, perUnit - ids);
    duplicated += Number(row?.rows ?? 0) - ids;
  }
  return { distinct, lost, duplicated };
}

async function countRows(store: Store, table: 'spans' | 'flows'): Promise<number> {
  const statement = table === 'spans' ? sql`SELECT count() AS n FROM spans WHERE app LIKE 'chaos-%'` : sql`SELECT count() AS n FROM flows WHERE id LIKE 'chaosflow-%'`;
  return Number((await store.query<{ n: number }>(statement, { name: 'chaos rows' }))[0]?.n ?? 0);
}

async function edgeRequests(store: Store): Promise<Stored['edgeRequests']> {
  const rows = await store.query<{ instrument: string; side: string; requests: number }>(sql`
    SELECT instrument, side, sum(requests) AS requests
    FROM (SELECT edge_id, instrument, side, requests, measured FROM edge_traffic_10s FINAL) AS traffic
    INNER JOIN (SELECT edge_id FROM edges FINAL WHERE source_name LIKE 'chaos%-c%' OR destination_name LIKE 'scrape-w%') AS chaos USING (edge_id)
    WHERE measured != 0 GROUP BY instrument, side`, { name: 'chaos edges' });
  const of = (instrument: string, side: string): number => Number(rows.find((row) => row.instrument === instrument && row.side === side)?.requests ?? 0);
  return { traceSource: of('trace', 'source'), traceDestination: of('trace', 'destination'), flow: of('flow', 'destination'), proxyDestination: of('proxy', 'destination') };
}
