import { meshOf } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

const successors: Readonly<Record<string, string>> = {
  CircuitBreaker: 'MeshCircuitBreaker', FaultInjection: 'MeshFaultInjection', HealthCheck: 'MeshHealthCheck', ProxyTemplate: 'MeshProxyPatch', RateLimit: 'MeshRateLimit', Retry: 'MeshRetry',
  Timeout: 'MeshTimeout', TrafficLog: 'MeshAccessLog', TrafficPermission: 'MeshTrafficPermission', TrafficRoute: 'MeshHTTPRoute', TrafficTrace: 'MeshTrace',
};

export const kumaLegacyBesideNew: Check = {
  code: 'kuma-legacy/beside-new',
  severity: 'warning',
  kinds: ['KumaLegacyPolicy'],
  title: 'Old policy beside the one that replaced it',
  meaning: 'Proxies for which the new policy says something take nothing of the old one: which of the two holds differs from proxy to proxy.',
  remedy: 'Move what the old policy says into the new kind, and delete it.',
  run: (policy, mesh, report) => {
    const successor = Object.hasOwn(successors, policy.kind) ? successors[policy.kind] : undefined, name = meshOf(policy);
    // The route that every mesh is made with sends all to where it goes anyway.
    if (successor === undefined || (policy.kind === 'TrafficRoute' && policy.name.startsWith('route-all'))) return;
    const newer = mesh.find('kuma-in-mesh', `${successor}/${name}`);
    if (newer.length > 0) report('kind', `mesh ${name} has ${newer.length === 1 ? `${successor} ${newer[0]?.name ?? ''}` : `${newer.length} of ${successor}`}, which replaces ${policy.kind}`);
  },
};
