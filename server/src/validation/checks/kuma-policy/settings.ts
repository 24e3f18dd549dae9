import { isMap, list } from '../../model/fields.ts';

/** A deeper value than this is taken as one. */
const deepest = 12;

/** The settings that a policy makes, each by its path; a list is one setting, for Kuma replaces it as a whole. */
export function settingsIn(value: unknown, path = '', depth = 0): Map<string, string> {
  if (!isMap(value) || depth > deepest) return value === undefined ? new Map() : new Map([[path, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([key, child]) => [...settingsIn(child, path === '' ? key : `${path}.${key}`, depth + 1)]));
}

/** Kinds whose items are merged setting by setting: of the others each adds to the rest. */
export function isMerged(kind: string): boolean {
  return !['MeshHTTPRoute', 'MeshTCPRoute', 'MeshProxyPatch', 'MeshAccessLog', 'MeshTrace', 'MeshMetric'].includes(kind);
}

const directions: Readonly<Record<string, readonly string[]>> = {
  MeshAccessLog: ['to', 'from', 'rules'], MeshCircuitBreaker: ['to', 'from', 'rules'], MeshFaultInjection: ['to', 'from', 'rules'], MeshHealthCheck: ['to'],
  MeshLoadBalancingStrategy: ['to'], MeshMetric: ['default'], MeshPassthrough: ['default'], MeshProxyPatch: ['default'], MeshRateLimit: ['to', 'from', 'rules'], MeshRetry: ['to'],
  MeshTLS: ['from', 'rules'], MeshTimeout: ['to', 'from', 'rules'], MeshTrace: ['default'], MeshTrafficPermission: ['from', 'rules'], MeshHTTPRoute: ['to'], MeshTCPRoute: ['to'],
};

/** The parts of its spec that a kind of policy has, beside `targetRef`. */
export function partsOf(kind: string): readonly string[] {
  return Object.hasOwn(directions, kind) ? directions[kind] ?? [] : [];
}

/** True where a part of a spec holds something. */
export function isGiven(value: unknown): boolean {
  return isMap(value) ? Object.keys(value).length > 0 : list(value).length > 0;
}
