import { dig, text } from '../../model/fields.ts';
import { meshOf } from '../../mesh/kuma.ts';
import type { Check } from '../check.ts';

export const kumaNeedsMtls: Check = {
  code: 'kuma-policy/needs-mtls',
  severity: 'error',
  kinds: ['KumaPolicy', 'KumaLegacyPolicy'],
  title: 'Permission in a mesh without mTLS',
  meaning: 'Without certificates the proxies do not know who calls: the permission is not enforced, and everybody may call.',
  remedy: 'Enable a backend of `mtls` in the Mesh, or give its workloads a MeshIdentity.',
  run: (policy, mesh, report) => {
    if (!['MeshTrafficPermission', 'MeshTLS', 'TrafficPermission'].includes(policy.kind)) return;
    const name = meshOf(policy), [home] = mesh.find('id', `Mesh/${name}`);
    if (home === undefined || text(dig(home.spec, 'mtls', 'enabledBackend')) !== undefined || mesh.find('kind', 'KumaIdentity').length > 0) return;
    report('spec', `mesh ${name} has no enabled mTLS backend`);
  },
};
