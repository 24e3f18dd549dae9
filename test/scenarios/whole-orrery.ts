import { loadConfig } from '@orrery/server/config';
import { serve } from '@orrery/server/serve';
import { pino } from 'pino';
import { askGraphql } from '../simulator/api-client.ts';

/** A whole server in this process, on free ports. */
export interface WholeOrrery {
  readonly url: string;
  /** `http://host:port` of OTLP/HTTP. */
  readonly otlpUrl: string;
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** False where a part had to be given up. */
  stop(): Promise<boolean>;
}

/** For what comes after a flush or a job's tick. */
export const patience = { timeout: 120_000, interval: 200 };

/**
 * @param settings what `orrery.yaml` would hold; ports are put over it
 * @param env environment variables, e.g. CLICKHOUSE_URL
 */
export async function startWhole(settings: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>> = {}): Promise<WholeOrrery> {
  const text = JSON.stringify({ ...settings, server: { port: 0 }, otlp: { grpcPort: 0, httpPort: 0 } });
  const loaded = loadConfig(undefined, { env, cwd: '/', readFile: () => text });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  const server = await serve(loaded.config, pino({ level: 'silent' }));
  const ask: WholeOrrery['ask'] = (query, variables) => askGraphql(server.url, query, variables);
  const { status } = await ask<{ status: { listeners: { protocol: string; address: string }[] } }>('{ status { listeners { protocol address } } }');
  const address = status.listeners.find(({ protocol }) => protocol === 'otlp-http')?.address ?? '';
  return { url: server.url, otlpUrl: `http://${address}`, ask, stop: () => server.stop() };
}

export interface WholeEdge {
  readonly source: string;
  readonly destination: string;
  /** Over the seconds that the window covers; null where it is not measured. */
  readonly requests: number | null;
  readonly connections: number | null;
}

/** The edges of `/api/graph` for a window in Unix seconds, their ends by label. */
export async function columnEdges(url: string, window: { readonly from: number; readonly to: number }): Promise<WholeEdge[]> {
  const response = await fetch(`${url}/api/graph?from=${window.from}&to=${window.to}`);
  if (!response.ok) throw new Error(`/api/graph answered ${response.status}: ${await response.text()}`);
  const { coveredSeconds, nodes, edges } = (await response.json()) as {
    coveredSeconds: number;
    nodes: { label: string[] };
    edges: { id: string[]; source: number[]; destination: number[]; rps: (number | null)[]; connectionsPerSecond: (number | null)[] };
  };
  const total = (rate: number | null | undefined): number | null => (typeof rate === 'number' ? Math.round(rate * coveredSeconds) : null);
  const label = (index: number | undefined): string => nodes.label[index ?? -1] ?? '';
  return edges.id.map((_, i) => ({
    source: label(edges.source[i]), destination: label(edges.destination[i]),
    requests: total(edges.rps[i]), connections: total(edges.connectionsPerSecond[i]),
  }));
}
