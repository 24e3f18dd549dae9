/** What tests read of the API: the graph as objects. */
export interface ApiNode {
  readonly id: string;
  readonly label: string;
  readonly health: string;
  readonly entity: { readonly cluster: string; readonly namespace: string; readonly kind: string; readonly name: string; readonly app: string; readonly version: string };
}

export interface ApiEdge {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly health: string;
  readonly mtlsShare: number | null;
  readonly signals: { readonly requestsPerSecond: number | null; readonly errorRatio: number | null; readonly p50Ms: number | null; readonly p99Ms: number | null; readonly connectionsPerSecond: number | null };
  readonly responses: readonly { readonly code: string; readonly flags: string; readonly count: number; readonly clientOutcome: boolean }[];
  readonly via: readonly string[];
  readonly evidence: readonly { readonly instrument: string; readonly side: string; readonly requestsPerSecond: number | null }[];
}

export interface ApiGraph { readonly window: { readonly from: number; readonly to: number; readonly coveredSeconds: number }; readonly nodes: readonly ApiNode[]; readonly edges: readonly ApiEdge[] }

const graphQuery = `query Graph($input: GraphInput) { graph(input: $input) {
  window { from to coveredSeconds }
  nodes { id label health entity { cluster namespace kind name app version } }
  edges { id source destination health mtlsShare via
    signals { requestsPerSecond errorRatio p50Ms p99Ms connectionsPerSecond }
    responses { code flags count clientOutcome }
    evidence { instrument side requestsPerSecond } }
} }`;

/** Runs a GraphQL operation; throws with the errors it answered. */
export async function askGraphql<T>(url: string, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }), signal: AbortSignal.timeout(30_000) });
  const { data, errors } = (await response.json()) as { data?: T; errors?: unknown };
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** The graph of a window in Unix seconds. */
export async function fetchGraph(url: string, type: string, window: { readonly from: number; readonly to: number }): Promise<ApiGraph> {
  return (await askGraphql<{ graph: ApiGraph }>(url, graphQuery, { input: { type, window } })).graph;
}
