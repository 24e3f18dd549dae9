import { askGraphql } from '../../simulator/api-client.ts';

/** An edge as counts of the whole window: what a person would add up by hand. */
export interface ToldEdge {
  readonly requests: number | null;
  readonly errors: number | null;
  readonly clientErrors: number | null;
  readonly connections: number | null;
  readonly bytesSent: number | null;
  readonly responses: Readonly<Record<string, number>>;
  readonly via: readonly string[];
  /** Kinds of source and destination. */
  readonly kinds: readonly [string, string];
  /** `<instrument>/<side>` of everything that saw it. */
  readonly witnesses: readonly string[];
  /** Requests that each delivery of the story tells, by feed. */
  readonly feeds: Readonly<Record<string, number | null>>;
  readonly sampleRate: number;
  /** By witness: what traces come to of what was counted exactly. */
  readonly explained: Readonly<Record<string, number>>;
}

export type ToldGraph = ReadonlyMap<string, ToldEdge>;

interface Answer {
  readonly graph: {
    readonly window: { readonly coveredSeconds: number };
    readonly nodes: readonly { readonly id: string; readonly entity: { readonly kind: string; readonly namespace: string; readonly name: string; readonly app: string } }[];
    readonly edges: readonly {
      readonly source: string; readonly destination: string; readonly clientErrorsPerSecond: number | null; readonly via: readonly string[];
      readonly signals: { readonly requestsPerSecond: number | null; readonly errorRatio: number | null; readonly connectionsPerSecond: number | null; readonly bytesSentPerSecond: number | null };
      readonly responses: readonly { readonly code: string; readonly flags: string; readonly count: number; readonly clientOutcome: boolean }[];
      readonly evidence: readonly { readonly instrument: string; readonly side: string; readonly feed: string; readonly requestsPerSecond: number | null; readonly sampleRate: number; readonly shareOfExact: number | null }[];
    }[];
  };
}

const query = `query Told($input: GraphInput) { graph(input: $input) {
  window { coveredSeconds }
  nodes { id entity { kind namespace name app } }
  edges { source destination clientErrorsPerSecond via
    signals { requestsPerSecond errorRatio connectionsPerSecond bytesSentPerSecond }
    responses { code flags count clientOutcome }
    evidence { instrument side feed requestsPerSecond sampleRate shareOfExact } }
} }`;

/** The workload graph of one namespace, edges by `<source> → <destination>`. */
export async function toldGraph(url: string, namespace: string, window: { readonly from: number; readonly to: number }): Promise<ToldGraph> {
  const { graph } = await askGraphql<Answer>(url, query, { input: { type: 'workload', window, namespaces: [namespace] } });
  const seconds = graph.window.coveredSeconds;
  const total = (rate: number | null): number | null => (rate === null ? null : Math.round(rate * seconds));
  const names = new Map(graph.nodes.map(({ id, entity }) => [id, entity.name || entity.app || entity.kind])), kinds = new Map(graph.nodes.map(({ id, entity }) => [id, entity.kind]));
  return new Map(graph.edges.map((edge) => {
    const { requestsPerSecond, errorRatio, connectionsPerSecond, bytesSentPerSecond } = edge.signals;
    return [`${names.get(edge.source) ?? '?'} → ${names.get(edge.destination) ?? '?'}`, {
      requests: total(requestsPerSecond),
      errors: errorRatio === null ? null : total(errorRatio * (requestsPerSecond ?? 0)),
      clientErrors: total(edge.clientErrorsPerSecond),
      connections: total(connectionsPerSecond),
      bytesSent: total(bytesSentPerSecond),
      responses: Object.fromEntries(edge.responses.map(({ code, flags, count, clientOutcome }) => [`${clientOutcome ? 'client ' : ''}${code} ${flags || '-'}`, Math.round(count)])),
      via: edge.via,
      kinds: [kinds.get(edge.source) ?? '?', kinds.get(edge.destination) ?? '?'],
      witnesses: [...new Set(edge.evidence.map(({ instrument, side }) => `${instrument}/${side}`))].sort(),
      feeds: Object.fromEntries(edge.evidence.map(({ feed, requestsPerSecond: told }) => [feed, total(told)])),
      sampleRate: Math.max(...edge.evidence.map(({ sampleRate }) => sampleRate)),
      explained: Object.fromEntries(edge.evidence.flatMap(({ instrument, side, shareOfExact }) => (shareOfExact === null ? [] : [[`${instrument}/${side}`, shareOfExact]]))),
    }];
  }));
}
