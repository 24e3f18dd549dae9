import { field, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { namedIn, referencesOf, routesOfTraefik, serviceAt } from '../mesh/traefik.ts';
import { podTemplate, workloadsIn, workloadsWith } from '../mesh/workloads.ts';
import type { Reach, WorkloadName } from './reached.ts';

type Reached = Partial<Reach>;

/** How deep services of services are followed, and how many are told: circles of them are told by a check of their own. */
const deepest = 4, most = 200;

/** What gateways send to the Services of a route, or of the one item that the path is in, over TraefikServices too. */
export function ofTraefikRoute(object: ConfigObject, path: string, mesh: Mesh): Reached {
  const prefix = /^spec\/routes\[\d+\]/.exec(path)?.[0];
  return { behindGateways: [...new Set(servicesOf(object, prefix, mesh, deepest).take(most))], gateways: traefiks(mesh) };
}

/** What is sent over the routes that name a middleware. */
export function ofTraefikMiddleware(middleware: ConfigObject, mesh: Mesh): Reached {
  const using = mesh.find('kind', 'TraefikRoute').filter((route) => routesOfTraefik(route).some(({ path, body }) =>
    namedIn(field(body, 'middlewares'), `${path}/middlewares`, route.namespace).some(({ namespace, name }) => namespace === middleware.namespace && name === middleware.name)));
  return { behindGateways: [...new Set(using.flatMap((route) => servicesOf(route, undefined, mesh, deepest).take(most).toArray()))], gateways: traefiks(mesh) };
}

/** Callers of the Service that a TrafficSplit divides. */
export function ofTrafficSplit({ spec, namespace }: ConfigObject, { settings }: Mesh): Reached {
  const [name = '', home = namespace] = (text(field(spec, 'service')) ?? '').split('.');
  return { hosts: name === '' ? [] : [`${name}.${home}.${settings.identityDomain}`] };
}

/** Calls to the workloads of the account that a TrafficTarget is for. */
export function ofTrafficTarget({ spec, namespace: home }: ConfigObject, mesh: Mesh): Reached {
  const account = text(field(field(spec, 'destination'), 'name')), namespace = text(field(field(spec, 'destination'), 'namespace')) ?? home;
  if (account === undefined) return {};
  return { serving: workloadsIn(namespace, mesh).filter((one) => (text(field(field(podTemplate(one), 'spec'), 'serviceAccountName')) ?? 'default') === account).map((one) => ({ namespace, name: one.name })) };
}

/** The proxies themselves, as the charts of Traefik and its users label them. */
function traefiks(mesh: Mesh): WorkloadName[] {
  return [['app.kubernetes.io/name', 'traefik'], ['app', 'traefik']].flatMap(([key = '', value = '']) => workloadsWith(new Map([[key, value]]), '*', mesh)).map(({ namespace, name }) => ({ namespace, name }));
}

function* servicesOf(object: ConfigObject, prefix: string | undefined, mesh: Mesh, depth: number): Generator<string> {
  for (const reference of referencesOf(object)) {
    if (prefix !== undefined && !reference.path.startsWith(`${prefix}/`)) continue;
    if (reference.kind === 'Service') yield `${reference.name}.${reference.namespace}.${mesh.settings.identityDomain}`;
    else if (depth > 0) {
      const inner = serviceAt(reference, mesh);
      if (inner !== undefined) yield* servicesOf(inner, undefined, mesh, depth - 1);
    }
  }
}
