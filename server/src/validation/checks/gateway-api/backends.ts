import { field, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Mesh } from '../../mesh/mesh.ts';

/** A reference of a route to a Service, of `backendRefs` or of a filter that mirrors. */
export interface BackendReference {
  readonly path: string;
  readonly body: unknown;
  readonly name: string;
  readonly namespace: string;
  readonly isMirror: boolean;
}

/** The Services that a route’s rules send to or mirror to, with the place of each reference; other kinds of backends are left out. */
export function backendsOf(route: ConfigObject): BackendReference[] {
  return list(field(route.spec, 'rules')).flatMap((rule, n) => {
    const path = `spec/rules[${n}]`, backends = list(field(rule, 'backendRefs'));
    const filters = [{ path, filters: list(field(rule, 'filters')) }, ...backends.map((backend, m) => ({ path: `${path}/backendRefs[${m}]`, filters: list(field(backend, 'filters')) }))];
    const mirrors = filters.flatMap((one) => one.filters.map((filter, k) => ({ path: `${one.path}/filters[${k}]/requestMirror/backendRef`, body: field(field(filter, 'requestMirror'), 'backendRef'), isMirror: true })));
    return [...backends.map((body, m) => ({ path: `${path}/backendRefs[${m}]`, body, isMirror: false })), ...mirrors].flatMap(({ path: at, body, isMirror }): BackendReference[] => {
      const name = text(field(body, 'name')), group = field(body, 'group') ?? '';
      if (name === undefined || (field(body, 'kind') ?? 'Service') !== 'Service' || (group !== '' && group !== 'core')) return [];
      return [{ path: at, body, name, namespace: text(field(body, 'namespace')) ?? route.namespace, isMirror }];
    });
  });
}

/** True where a ReferenceGrant of the namespace lets such an object of another namespace name an object there. */
export function isGranted(from: { readonly kind: string; readonly namespace: string }, to: { readonly kind: string; readonly namespace: string; readonly name: string }, mesh: Mesh): boolean {
  return mesh.find('kind-in', `ReferenceGrant/${to.namespace}`).some(({ spec }) =>
    list(field(spec, 'from')).some((one) => field(one, 'kind') === from.kind && field(one, 'namespace') === from.namespace)
    && list(field(spec, 'to')).some((one) => field(one, 'kind') === to.kind && [undefined, to.name].includes(text(field(one, 'name')))));
}
