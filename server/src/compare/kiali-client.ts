import { namespacesOf, WorkloadsBehind } from './edge-numbers.ts';
import { field, list, text } from './fields.ts';
import { addWorkloadsBehind, decodeKialiGraph, type KialiEdge } from './kiali-edges.ts';
import { askPeer, peerJson, PeerError, refused, type Peer } from './peer.ts';

/**
 * A Kiali that lets this caller in: signed in where its strategy is `token`; with the token as Bearer where it takes that.
 * @throws PeerError, also where it signs its users in by a browser only
 */
export async function signInToKiali(kiali: Peer, token: string | undefined): Promise<Peer> {
  const strategy = text(await peerJson(kiali, 'api/auth/info'), 'strategy');
  if (strategy === '') throw new PeerError(`${kiali.url.href} does not say how to sign in: does ${kiali.option} name Kiali, with its web root such as /kiali?`);
  if (strategy === 'anonymous') return kiali;
  if (token === undefined) throw new PeerError(`${kiali.url.href} wants its users to sign in (strategy ${strategy}); ${kiali.option}-token names a file with a token`);
  if (strategy === 'openid') throw new PeerError(`${kiali.url.href} signs its users in by a browser (strategy openid), which a command cannot; it can where the strategy is anonymous, token, header or openshift`);
  if (strategy !== 'token') return kiali;
  const { status, body, headers } = await askPeer(kiali, 'api/authenticate', { token }, 'form');
  if (status !== 200) throw refused(kiali, 'api/authenticate', status, body);
  const cookie = headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  return { ...kiali, headers: { ...kiali.headers, cookie } };
}

/** Its version, `''` where it does not tell. @throws PeerError */
export async function kialiVersion(kiali: Peer): Promise<string> {
  const { body } = await askPeer(kiali, 'api/status');
  return text(field(body, 'status'), 'Kiali version');
}

/** Namespaces that it shows to this caller; it refuses a graph that asks for any other. @throws PeerError */
export async function kialiNamespaces(kiali: Peer): Promise<ReadonlySet<string>> {
  const body = await peerJson(kiali, 'api/namespaces');
  return new Set(list(body).map((one) => text(one, 'name')).filter((name) => name !== ''));
}

/** It asks Prometheus namespace by namespace, one after another, and gives up after half a minute. */
const namespacesAtOnce = 20;

/**
 * The edges that touch the namespaces, over a window in Unix seconds. Asked in parts where there are many of them; an edge
 * that is in several is taken from that of its source, as Kiali itself does it.
 * @throws PeerError
 */
export async function kialiGraph(kiali: Peer, namespaces: readonly string[], { from, to }: { readonly from: number; readonly to: number }): Promise<ReadonlyMap<string, KialiEdge>> {
  const parts: { readonly asked: readonly string[]; readonly body: unknown }[] = [], behind = new WorkloadsBehind();
  for (let first = 0; first < namespaces.length; first += namespacesAtOnce) {
    const asked = namespaces.slice(first, first + namespacesAtOnce);
    const body = await peerJson(kiali, 'api/namespaces/graph', {
      namespaces: asked.join(','), graphType: 'workload', duration: `${to - from}s`, queryTime: String(to), injectServiceNodes: 'false',
      // No appender: that for ServiceEntries names hosts by the entry.
      rateHttp: 'requests', rateGrpc: 'requests', rateTcp: 'total', appenders: '',
    });
    addWorkloadsBehind(body, behind);
    parts.push({ asked, body });
  }
  const edges = new Map<string, KialiEdge>();
  for (const { asked, body } of parts) {
    const graph = decodeKialiGraph(body, behind);
    if (graph === null) throw new PeerError(`${kiali.url.href} answered something else than a graph`);
    for (const [name, edge] of graph) {
      if (!edges.has(name) || asked.includes(namespacesOf(name)[0])) edges.set(name, edge);
    }
  }
  return edges;
}
