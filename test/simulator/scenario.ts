/**
 * A sample mesh, declared: who calls whom, how often, how well, and which telemetry tells of it.
 * The simulator plays it; `expected.ts` derives from the same declaration what a truthful console must show.
 */

/** A log-normal duration: half of the values are below `medianMs`; `sigma` is the deviation of its logarithm. */
export interface LogNormal { readonly medianMs: number; readonly sigma: number }

/** `sidecar`: an Envoy beside each pod. `ambient`: captured by its node's ztunnel. `none`: off the mesh. */
export type DataPlane = 'sidecar' | 'ambient' | 'none';

export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
  readonly dataPlane: DataPlane;
  /** A gateway's Envoy reports as `source` only. */
  readonly gateway?: boolean;
  readonly pods: number;
  /** Kubernetes node of its pods. */
  readonly node: string;
  /** Set where the application is instrumented with the OpenTelemetry SDK: the transport of its exporter. */
  readonly spans?: 'grpc' | 'http';
  /** Share of its requests that it answers with 503 before doing any work; a caller's proxy may retry these. */
  readonly refuses?: number;
}

export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  /** Workloads behind it, with the share of requests that each gets. */
  readonly backends: readonly { readonly workload: string; readonly weight: number }[];
  /** Name of the waypoint that ambient callers pass. */
  readonly waypoint?: string;
}

/** A handler of a service: its own work, then its calls one after another. */
export interface Operation {
  readonly name: string;
  readonly service: string;
  readonly route: string;
  readonly method: string;
  readonly work: LogNormal;
  readonly calls: readonly Call[];
}

/** What a call meets on its way besides an answer; shares of the calls made. */
export interface CallTroubles {
  /** 503 UH: no healthy upstream; the request never leaves the caller's proxy. */
  readonly noHealthyUpstream?: number;
  /** 503 NC: routed to a subset that no DestinationRule defines; never leaves either. */
  readonly noCluster?: number;
  /** 503 UC: the callee's proxy wants mutual TLS, is spoken to in plaintext and ends the connection; it counts nothing. */
  readonly terminated?: number;
  /** 504 UT at the caller, code 0 DC at the callee. */
  readonly timeout?: number;
  /** The callee answers 500 at once. */
  readonly failed?: number;
  /** The callee answers 404 at once: not an error of the service. */
  readonly notFound?: number;
}

interface CallCommon {
  readonly probability: number;
  /** What a failure does to the caller: `fail` ends it with 500, `ignore` goes on. */
  readonly onError: 'fail' | 'ignore';
}

export type Call =
  | CallCommon & { readonly kind: 'request'; readonly operation: string; readonly protocol: 'http' | 'grpc'; readonly troubles?: CallTroubles; readonly retries?: number }
  | CallCommon & { readonly kind: 'query'; readonly database: string; readonly statement: string; readonly latency: LogNormal }
  | CallCommon & { readonly kind: 'publish'; readonly topic: string; readonly consumer: string; readonly lag: LogNormal; readonly work: LogNormal }
  | CallCommon & { readonly kind: 'external'; readonly host: string; readonly port: number; readonly route: string; readonly latency: LogNormal };

export interface Database { readonly name: string; readonly system: string; readonly address: string; readonly port: number; readonly namespace: string }
export interface Topic { readonly name: string; readonly system: string }

/** Long-lived TCP between two workloads: connections opened per second, their mean life and payload. */
export interface Stream {
  readonly from: string;
  readonly service: string;
  readonly connectionsPerSecond: number;
  readonly meanLifeMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Traffic off the mesh that only the Hubble observers see. `http` where an L7 policy shows the requests. */
export interface ObservedFlow {
  readonly from: string;
  readonly service: string;
  readonly perSecond: number;
  readonly l7: 'http' | 'none';
  readonly latency: LogNormal;
}

export interface Root { readonly operation: string; readonly gateway: string; readonly perSecond: number }

/** Something that goes wrong for a while; times in seconds of scenario time, repeated every `period`. */
export type Fault = { readonly name: string; readonly from: number; readonly to: number; readonly says: string } & (
  | { readonly kind: 'call'; readonly caller: string; readonly operation: string; readonly troubles: CallTroubles }
  | { readonly kind: 'slow-database'; readonly database: string; readonly factor: number }
  | { readonly kind: 'plaintext'; readonly workload: string }
  | { readonly kind: 'config'; readonly caller: string; readonly operation: string; readonly troubles: CallTroubles; readonly object: ConfigFault }
);

/** An object of the mesh's configuration that stands while a fault acts, in place of the one of its kind and name. */
export type ConfigFault =
  | { readonly kind: 'VirtualService'; readonly service: string; readonly subset: string; readonly weight: number }
  | { readonly kind: 'DestinationRule'; readonly service: string; readonly tlsMode: 'DISABLE' };

export interface Scenario {
  readonly cluster: string;
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly operations: readonly Operation[];
  readonly databases: readonly Database[];
  readonly topics: readonly Topic[];
  readonly streams: readonly Stream[];
  readonly flows: readonly ObservedFlow[];
  readonly roots: readonly Root[];
  readonly faults: readonly Fault[];
  readonly period: number;
  /** Head sampling of traces, by the OpenTelemetry threshold in `tracestate` (`ot=th:<hex>`). */
  readonly sampling: { readonly probability: number; readonly threshold: string };
  /** Round trip between two proxies. */
  readonly network: LogNormal;
  /** Share of requests between ambient workloads that open a new connection (the rest reuse one). */
  readonly newConnectionShare: number;
}

/** Names resolved once; throws on a name that is not declared. */
export interface ScenarioIndex {
  readonly scenario: Scenario;
  workload(name: string): Workload;
  service(name: string): Service;
  operation(name: string): Operation;
  database(name: string): Database;
  topic(name: string): Topic;
}

/** Looks up what a scenario declares, by name. @throws Error on a name that it does not declare */
export function indexScenario(scenario: Scenario): ScenarioIndex {
  const lookup = <T extends { readonly name: string }>(what: string, items: readonly T[]): ((name: string) => T) => {
    const byName = new Map(items.map((item) => [item.name, item]));
    return (name) => {
      const found = byName.get(name);
      if (!found) throw new Error(`the scenario declares no ${what} «${name}»`);
      return found;
    };
  };
  return {
    scenario,
    workload: lookup('workload', scenario.workloads),
    service: lookup('service', scenario.services),
    operation: lookup('operation', scenario.operations),
    database: lookup('database', scenario.databases),
    topic: lookup('topic', scenario.topics),
  };
}

/** Faults that act at a scenario time in seconds. */
export function faultsAt(scenario: Scenario, seconds: number): readonly Fault[] {
  const at = ((seconds % scenario.period) + scenario.period) % scenario.period;
  return scenario.faults.filter((fault) => at >= fault.from && at < fault.to);
}

/** Troubles of a call with the active faults added to its everyday ones. */
export function troublesOf(call: Call & { kind: 'request' }, caller: string, faults: readonly Fault[]): CallTroubles {
  let troubles = call.troubles ?? {};
  for (const fault of faults) {
    if ((fault.kind === 'call' || fault.kind === 'config') && fault.caller === caller && fault.operation === call.operation) troubles = { ...troubles, ...fault.troubles };
  }
  return troubles;
}

export const slowdownOf = (database: string, faults: readonly Fault[]): number =>
  faults.reduce((factor, fault) => (fault.kind === 'slow-database' && fault.database === database ? factor * fault.factor : factor), 1);

export const isPlaintext = (workload: string, faults: readonly Fault[]): boolean =>
  faults.some((fault) => fault.kind === 'plaintext' && fault.workload === workload);

/** Address of a service as its callers use it. */
export const serviceHost = (service: Service): string => `${service.name}.${service.namespace}.svc.cluster.local`;
