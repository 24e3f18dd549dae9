import { dig, field, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { routesTo, type RouteTo } from './splits.ts';

/** A route of an object with what it says of its requests. */
export interface RouteRule {
  /** `spec/http[0]`, `spec/rules[2]`. */
  readonly path: string;
  readonly body: unknown;
  readonly destinations: RouteTo['destinations'];
}

/** The routes of requests of a VirtualService, HTTPRoute or GRPCRoute. */
export function routeRules(object: ConfigObject, mesh: Mesh): RouteRule[] {
  const bodies = list(dig(object.spec, object.type === 'VirtualService' ? 'http' : 'rules'));
  return routesTo(object, mesh).map(({ path, destinations }, i) => ({ path: path.slice(0, path.lastIndexOf('/')), body: bodies[i], destinations }));
}

/** A timeout that a route sets, with its place. */
export interface RouteTimeout {
  readonly path: string;
  readonly ms: number;
  /** True where it bounds the whole request, false where each attempt. */
  readonly ofRequest: boolean;
}

/** The shortest time after which a route cuts a request or an attempt off; undefined where nothing bounds them. */
export function timeoutOf({ path, body }: RouteRule): RouteTimeout | undefined {
  const written: [string, unknown, boolean][] = [
    ['timeout', dig(body, 'timeout'), true], ['timeouts/request', dig(body, 'timeouts', 'request'), true],
    ['retries/perTryTimeout', dig(body, 'retries', 'perTryTimeout'), false], ['timeouts/backendRequest', dig(body, 'timeouts', 'backendRequest'), false],
  ];
  return written.flatMap(([field, value, ofRequest]): RouteTimeout[] => {
    const ms = durationMs(value);
    return ms === undefined || ms <= 0 ? [] : [{ path: `${path}/${field}`, ms, ofRequest }];
  }).reduce<RouteTimeout | undefined>((least, one) => (least === undefined || one.ms < least.ms ? one : least), undefined);
}

/** How often a proxy tries again. */
export interface RetryPolicy {
  readonly path: string;
  /** Retries of one request at most, the first attempt not counted. */
  readonly attempts: number;
  /** False where the route is silent and the mesh decides. */
  readonly isWritten: boolean;
}

/** What Istio retries where a route says nothing (`DefaultPolicy` of its control plane). */
export const istioDefaultRetries = 2;

/** The retries of a route. `retries` of a VirtualService without `attempts` switches them off, as Istio reads it. */
export function retriesOf({ path, body }: RouteRule): RetryPolicy {
  for (const [key, unsaid] of [['retries', 0], ['retry', istioDefaultRetries]] as const) {
    const policy = field(body, key), attempts = field(policy, 'attempts');
    if (policy !== undefined) return { path: `${path}/${key}`, attempts: typeof attempts === 'number' && attempts >= 0 ? attempts : unsaid, isWritten: true };
  }
  return { path, attempts: istioDefaultRetries, isWritten: false };
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 };

/** Go's and protobuf's durations, `1.5s`, `2m30s`, `250ms`, in milliseconds; undefined for what is none. */
export function durationMs(written: unknown): number | undefined {
  const value = text(written);
  if (value === undefined || value.length > 64 || !/^(?:\d+(?:\.\d+)?(?:h|ms|m|us|µs|ns|s))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|us|µs|ns|s)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0);
}
