import { dig, text, texts } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { coversHost, importScope } from './import-scope.ts';
import { isAmbientNamespace } from './ambient.ts';
import type { Mesh } from './mesh.ts';

/**
 * The namespaces that an object is exported to: `*`, or names with `.` made the object's own.
 * An object of an ambient namespace is seen in its own namespace only: waypoints read no others.
 */
function exportedTo(object: ConfigObject, mesh: Mesh): readonly string[] {
  if (isAmbientNamespace(object.namespace, mesh)) return [object.namespace];
  const written = object.type === 'Service' ? annotated(object) : texts(dig(object.spec, 'exportTo')).map((item) => item.text);
  const targets = written.length > 0 ? written : defaultsOf(object, mesh);
  return targets.map((target) => (target === '.' ? object.namespace : target));
}

/** By the object’s `exportTo`, else the mesh’s default; what an ambient namespace exports is seen there alone. */
export function isExportedTo(object: ConfigObject, namespace: string, mesh: Mesh): boolean {
  return exportedTo(object, mesh).some((target) => target === '*' || target === namespace);
}

/** True where some namespace sees both objects, and, if only some do, imports the host of both. */
export function seenTogether(a: ConfigObject, aHost: string, b: ConfigObject, bHost: string, mesh: Mesh): boolean {
  const to = exportedTo(a, mesh), others = exportedTo(b, mesh);
  if (to.includes('*') && others.includes('*')) return true;
  const shared = to.includes('*') ? others : others.includes('*') ? to : to.filter((namespace) => others.includes(namespace));
  return shared.some((namespace) => importsHost(namespace, aHost, a.namespace, mesh) && importsHost(namespace, bHost, b.namespace, mesh));
}

/** True where workloads of `namespace` see the object, by its `exportTo` and by their Sidecar's egress hosts. */
export function isVisible(object: ConfigObject, host: string, namespace: string, mesh: Mesh): boolean {
  return isExportedTo(object, namespace, mesh) && importsHost(namespace, host, object.namespace, mesh);
}

function importsHost(namespace: string, host: string, owner: string, mesh: Mesh): boolean {
  const scope = importScope(namespace, mesh);
  return scope === undefined || coversHost(scope, host, owner, mesh);
}

function annotated(service: ConfigObject): string[] {
  return (service.annotations.get('networking.istio.io/exportTo') ?? '').split(',').map((target) => target.trim()).filter((target) => text(target) !== undefined);
}

function defaultsOf(object: ConfigObject, { settings: { defaultExportTo } }: Mesh): readonly string[] {
  switch (object.type) {
    case 'DestinationRule': case 'ServiceEntry': case 'VirtualService': return defaultExportTo[object.type];
    default: return everywhere;
  }
}

const everywhere: readonly string[] = ['*'];
