import { application, workload, type Entity } from '@orrery/collectors/model/entity';
import type { Edge } from '@orrery/collectors/model/edge';
import { edgeTraffic, Instrument, Measured, Protocol, Side, type EdgeTraffic } from '@orrery/collectors/model/edge-traffic';
import { envoyLayout, spanLayout, type LatencyLayout } from '@orrery/collectors/model/latency-layout';

/** A mesh of sidecars: who calls whom and how much, the same for the same numbers. */
export interface GraphMesh {
  readonly tenant: string;
  readonly workloads: readonly MeshWorkload[];
  readonly calls: readonly MeshCall[];
}

export interface MeshWorkload { readonly name: string; readonly namespace: string }

export interface MeshCall {
  readonly source: MeshWorkload;
  readonly destination: MeshWorkload;
  readonly requestsPerSecond: number;
  /** Share of 5xx. */
  readonly errorShare: number;
  readonly medianMs: number;
  /** True where applications send traces of it too. */
  readonly traced: boolean;
}

export const meshCluster = 'load';
const meshFeed = 'scrape:mesh';
const workloadsPerNamespace = 20;
/** Share of the calls that are traced: evidence beside the proxies', with a layout of its own. */
const tracedShare = 0.2;
const sampledOneIn = 10;

export interface MeshSize { readonly tenant: string; readonly workloads: number; readonly calls: number }

/** Every workload calls the same number of others; rates are log-normal around 10 requests a second. */
export function generateMesh({ tenant, workloads: count, calls: edges }: MeshSize): GraphMesh {
  const random = mulberry32(20_260_801);
  const workloads = Array.from({ length: count }, (_, i): MeshWorkload => ({ name: `workload-${i}`, namespace: `namespace-${Math.floor(i / workloadsPerNamespace)}` }));
  const each = Math.floor(edges / count);
  const calls = workloads.flatMap((source, i) => {
    const others = new Set<number>();
    while (others.size < each) others.add((i + 1 + Math.floor(random() * (count - 1))) % count);
    return [...others].map((other): MeshCall => ({
      source, destination: workloads[other]!,
      requestsPerSecond: 10 * Math.exp(gaussian(random)),
      errorShare: random() < 0.1 ? random() * 0.15 : random() * 0.004,
      medianMs: 8 * Math.exp(gaussian(random)),
      traced: random() < tracedShare,
    }));
  });
  return { tenant, workloads, calls };
}

/**
 * What one 10 s bucket holds of a mesh: for every call the destination's proxy and the source's, each with its latency
 * map and response keys, and both ends of the traced ones.
 * @param times multiplies the traffic: rare codes and slow bounds then fill too, as they do in life
 */
export function meshRows(mesh: GraphMesh, bucket: number, times = 1): EdgeTraffic[] {
  return mesh.calls.flatMap((call) => {
    const requests = Math.max(1, Math.round(call.requestsPerSecond * 10 * times));
    return [proxyRow(mesh.tenant, bucket, call, Side.destination, requests), proxyRow(mesh.tenant, bucket, call, Side.source, requests),
      ...call.traced ? [traceRow(mesh.tenant, bucket, call, Side.destination, requests), traceRow(mesh.tenant, bucket, call, Side.source, requests)] : []];
  });
}

/** Host of the service that is addressed to reach a workload. */
export const meshHost = ({ name, namespace }: MeshWorkload): string => `${name}.${namespace}.svc.cluster.local`;

const entityOf = ({ name, namespace }: MeshWorkload): Entity => workload(meshCluster, namespace, name, name, 'v1');
const principalOf = ({ name, namespace }: MeshWorkload): string => `spiffe://cluster.local/ns/${namespace}/sa/${name}`;

const edgesOfProxies = new WeakMap<MeshCall, Edge>();
const edgesOfTraces = new WeakMap<MeshCall, Edge>();

function proxyEdge(call: MeshCall): Edge {
  return remember(edgesOfProxies, call, () => ({ source: entityOf(call.source), destination: entityOf(call.destination), service: meshHost(call.destination), serviceGuessed: false, port: 0 }));
}

/** Spans name applications and ports, so inference has to find the workload behind them. */
function traceEdge(call: MeshCall): Edge {
  const named = ({ namespace, name }: MeshWorkload): Entity => application(meshCluster, namespace, name, 'v1');
  return remember(edgesOfTraces, call, () => ({ source: named(call.source), destination: named(call.destination), service: '', serviceGuessed: false, port: 8080 }));
}

function proxyRow(tenant: string, bucket: number, call: MeshCall, side: Side, requests: number): EdgeTraffic {
  const atDestination = side === Side.destination;
  const errors = Math.round(requests * call.errorShare);
  const unreachable = atDestination ? 0 : Math.round(errors * 0.1);
  const notFound = Math.round(requests * 0.01);
  return edgeTraffic({
    tenant, bucket, edge: proxyEdge(call), instrument: Instrument.proxy, side, feed: meshFeed,
    measured: Measured.requests | Measured.errors | Measured.latency | Measured.bytes | (atDestination ? Measured.security : Measured.clientErrors),
    protocols: Protocol.http,
    requests, errors,
    responses: counted([['http 200 -', requests - errors - notFound], ['http 404 -', notFound], ['http 503 -', errors - unreachable], ['http 503 UF,URX', unreachable]]),
    ...latencyOf(envoyLayout, requests, call.medianMs + (atDestination ? 0 : 1)),
    bytesSent: requests * 400, bytesReceived: requests * 2_000,
    requestsSecured: atDestination ? requests : 0,
    sourcePrincipal: principalOf(call.source), destinationPrincipal: principalOf(call.destination),
  });
}

function traceRow(tenant: string, bucket: number, call: MeshCall, side: Side, requests: number): EdgeTraffic {
  const sampled = Math.max(1, Math.round(requests / sampledOneIn));
  const errors = Math.round(sampled * call.errorShare);
  return edgeTraffic({
    tenant, bucket, edge: traceEdge(call), instrument: Instrument.trace, side, feed: 'otlp',
    measured: Measured.requests | Measured.errors | Measured.latency, protocols: Protocol.http,
    requests: sampled, errors, requestsEstimated: sampled * sampledOneIn, errorsEstimated: errors * sampledOneIn,
    responses: counted([['http 200 -', sampled - errors], ['http 503 -', errors]]),
    ...latencyOf(spanLayout, sampled, call.medianMs),
  });
}

const counted = (counts: readonly (readonly [string, number])[]): Map<string, number> => new Map(counts.filter(([, count]) => count > 0));

/** A log-normal of σ = 1, cut into the layout's buckets; counts below one half vanish, as the tail of few requests does. */
function latencyOf(layout: LatencyLayout, requests: number, medianMs: number): Pick<EdgeTraffic, 'layout' | 'latency' | 'latencySumMs'> {
  const latency = new Map<number, number>();
  let below = 0;
  [...layout.boundsMs, Infinity].forEach((bound, i) => {
    const upTo = bound === Infinity ? 1 : logistic(1.7 * Math.log(bound / medianMs));
    const count = Math.round((upTo - below) * requests);
    if (count > 0) latency.set(i, count);
    below = upTo;
  });
  if (latency.size === 0) latency.set(0, requests);
  return { layout, latency, latencySumMs: requests * medianMs * Math.exp(0.5) };
}

/** Close to the normal distribution's own curve at 1.7 times the argument. */
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

function remember<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mulberry32 by Tommy Ettinger (public domain algorithm): 32 bits of state, uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
