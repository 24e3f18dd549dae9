import { byPlaintext, byTraffic, carriesPlaintext, type EdgeSecurity } from './edge-security.ts';

/** Counts over the window; `share` null where nobody judged any. */
export interface SecurityCounts {
  readonly secured: number;
  readonly plaintext: number;
  readonly share: number | null;
}

/** Traffic into one namespace (`''` = all). */
export interface NamespacePosture {
  readonly namespace: string;
  readonly requests: SecurityCounts;
  readonly connections: SecurityCounts;
  readonly edges: number;
  readonly plaintextEdges: number;
  readonly unknownEdges: number;
}

/** How much of the observed traffic is over mTLS; the namespaces are those of destinations. */
export interface MtlsPosture {
  readonly total: NamespacePosture;
  readonly namespaces: readonly NamespacePosture[];
  readonly plaintextEdges: readonly EdgeSecurity[];
  readonly unknownEdges: readonly EdgeSecurity[];
}

/** How much of the observed traffic was mutual TLS: by the namespace it went into, requests and connections never in one share. */
export function mtlsPosture(edges: readonly EdgeSecurity[]): MtlsPosture {
  const byNamespace = new Map<string, EdgeSecurity[]>();
  for (const edge of edges) {
    const { namespace } = edge.destination.entity, list = byNamespace.get(namespace);
    if (list) list.push(edge);
    else byNamespace.set(namespace, [edge]);
  }
  return {
    total: postureOf('', edges),
    namespaces: [...byNamespace.keys()].sort().map((namespace) => postureOf(namespace, byNamespace.get(namespace)!)),
    plaintextEdges: edges.filter(carriesPlaintext).sort(byPlaintext),
    unknownEdges: edges.filter(({ judged }) => !judged).sort(byTraffic),
  };
}

function postureOf(namespace: string, edges: readonly EdgeSecurity[]): NamespacePosture {
  const total = (count: (edge: EdgeSecurity) => number): number => edges.reduce((sum, edge) => sum + count(edge), 0);
  return {
    namespace,
    requests: counts(total((edge) => edge.requestsSecured), total((edge) => edge.requestsPlaintext)),
    connections: counts(total((edge) => edge.connectionsSecured), total((edge) => edge.connectionsPlaintext)),
    edges: edges.length,
    plaintextEdges: edges.filter(carriesPlaintext).length,
    unknownEdges: edges.filter(({ judged }) => !judged).length,
  };
}

function counts(secured: number, plaintext: number): SecurityCounts {
  return { secured, plaintext, share: secured + plaintext > 0 ? secured / (secured + plaintext) : null };
}
