import { EntityKind } from '@orrery/collectors/model/entity';
import { reachBackwards } from '../../inference/blast-radius/reach.ts';
import { callsOf, type Call } from '../../inference/blast-radius/weighted-calls.ts';
import { Health, type GraphEdge, type ServiceGraph } from '../../inference/graph.ts';

/** What the edges that a finding touches carried in the window, with what callers sent and their proxies ended on the way. */
export interface Stake {
  /** Requests, or connections where nobody counts requests. */
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  /** Requests that a proxy itself failed, by its flags. */
  readonly flaggedPerSecond: number;
  /** Some edge is judged degraded or worse, or has flagged failures. */
  readonly fails: boolean;
}

/** Envoy's response flags by which a proxy says that it, not the server, ended a request; timeouts and lost clients are not among them. */
const flagsOfProxies: ReadonlySet<string> = new Set(['NR', 'NC', 'UH', 'UF', 'UC', 'UO', 'URX', 'UAEX', 'RBAC', 'LR', 'UPE', 'NFCF']);

/** Those of them that tell of a connection that ended between two proxies, as where one demands mutual TLS: the one that was called counts no request. */
const flagsOfConnections: ReadonlySet<string> = new Set(['UC', 'UF']);

/**
 * What a finding on some edges has at stake. Requests that a proxy of the source lost with its connection are added to requests
 * and errors: the destination never counted them.
 * @param coveredSeconds of the window, by which counts become rates
 */
export function stakeOf(edges: readonly GraphEdge[], coveredSeconds: number): Stake {
  let requestsPerSecond = 0, errorsPerSecond = 0, flagged = 0, lost = 0, fails = false;
  for (const { signals, health, responses } of edges) {
    const requests = signals.requestsPerSecond ?? 0;
    requestsPerSecond += signals.requestsPerSecond ?? signals.connectionsPerSecond ?? 0;
    errorsPerSecond += requests * (signals.errorRatio ?? 0) + (signals.requestsPerSecond === null ? signals.connectionsFailedPerSecond ?? 0 : 0);
    for (const { flags, count, clientOutcome } of responses) {
      const all = flags.split(',');
      if (all.some((flag) => flagsOfProxies.has(flag))) flagged += count;
      if (clientOutcome && all.some((flag) => flagsOfConnections.has(flag))) lost += count;
    }
    fails ||= health === Health.degraded || health === Health.failure;
  }
  const perSecond = (count: number): number => (coveredSeconds > 0 ? count / coveredSeconds : 0);
  return { requestsPerSecond: requestsPerSecond + perSecond(lost), errorsPerSecond: errorsPerSecond + perSecond(lost), flaggedPerSecond: perSecond(flagged), fails: fails || flagged > 0 };
}

/** Who needs one of a set of edges. */
export interface Dependents {
  readonly dependents: number;
  readonly entryPoints: number;
}

/** Different sets of edges of one answer whose dependents are looked for: each is a walk over the graph. */
const mostWalks = 200;

/** Counts dependents as the blast radius does, once for each set of edges; null beyond `mostWalks` sets. */
export function dependentsCounter(graph: ServiceGraph): (edges: readonly GraphEdge[]) => Dependents | null {
  const known = new Map<string, Dependents>();
  let calls: readonly Call[] | undefined, called: ReadonlySet<string> | undefined, kinds: ReadonlyMap<string, string> | undefined;
  return (edges) => {
    if (edges.length === 0) return { dependents: 0, entryPoints: 0 };
    const key = edges.map(({ id }) => id).join(' ');
    const found = known.get(key);
    if (found) return found;
    if (known.size >= mostWalks) return null;
    calls ??= callsOf(graph.edges);
    called ??= new Set(calls.map(({ destination }) => destination));
    kinds ??= new Map(graph.nodes.map(({ id, entity }) => [id, entity.kind]));
    const ids = new Set(edges.map(({ id }) => id)), depths = reachBackwards(calls, ({ edge }) => ids.has(edge), null);
    let entryPoints = 0;
    for (const id of depths.keys()) if (!called.has(id) || kinds.get(id) === EntityKind.gateway) entryPoints++;
    const counted = { dependents: depths.size, entryPoints };
    known.set(key, counted);
    return counted;
  };
}
