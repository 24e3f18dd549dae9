import { dig, field, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Check } from '../check.ts';

export const kumaMtlsWithoutPermission: Check = {
  code: 'kuma-mesh/mtls-without-permission',
  severity: 'error',
  kinds: ['KumaMesh'],
  title: 'mTLS without any permission',
  meaning: 'With mTLS a proxy refuses whom no permission allows. Nothing allows anybody in this mesh, so all its calls fail.',
  remedy: 'Add a MeshTrafficPermission that allows the callers before mTLS is enabled.',
  run: (object, mesh, report) => {
    if (text(dig(object.spec, 'mtls', 'enabledBackend')) === undefined) return;
    const legacy = mesh.find('kuma-in-mesh', `TrafficPermission/${object.name}`), permissions = mesh.find('kuma-in-mesh', `MeshTrafficPermission/${object.name}`);
    if (legacy.length > 0 || permissions.some(allows)) return;
    report('spec/mtls/enabledBackend', permissions.length === 0 ? 'the mesh has no MeshTrafficPermission' : 'none of its MeshTrafficPermissions allows anybody');
  },
};

function allows({ spec }: ConfigObject): boolean {
  const actions = list(field(spec, 'from')).map((item) => text(dig(item, 'default', 'action')) ?? '');
  return actions.some((action) => /^allow/i.test(action)) || list(field(spec, 'rules')).some((rule) => ['allow', 'allowWithShadowDeny'].some((key) => list(dig(rule, 'default', key)).length > 0));
}
