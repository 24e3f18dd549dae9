import { dig, field, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { rulesOf } from '../../mesh/cilium-policies.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import type { Check, Report } from '../check.ts';

export const ciliumListenerNotFound: Check = {
  code: 'cilium-envoy-config/listener-not-found',
  severity: 'error',
  kinds: ['CiliumEnvoyConfig', 'CiliumPolicy'],
  title: 'Listener that no Envoy configuration has',
  meaning: 'Traffic is redirected to a listener that does not exist: the Service is not proxied, or the policy is not enforced as written.',
  remedy: 'Name a listener of the `resources` of the configuration; without a name the first of them is taken.',
  run: (object, mesh, report) => {
    if (object.type === 'CiliumEnvoyConfig') checkConfig(object, report);
    else checkPolicy(object, mesh, report);
  },
};

function checkConfig(config: ConfigObject, report: Report): void {
  const listeners = listenersOf(config), services = list(field(config.spec, 'services'));
  if (services.length > 0 && listeners.length === 0) report('spec/services', 'the resources hold no listener to which its Services could be sent');
  for (const [n, service] of services.entries()) {
    const name = text(field(service, 'listener'));
    if (name !== undefined && listeners.length > 0 && !listeners.includes(name)) report(`spec/services[${n}]/listener`, `the resources have no listener ${name}; there ${listeners.length === 1 ? 'is' : 'are'} ${listeners.join(', ')}`);
  }
}

function checkPolicy(policy: ConfigObject, mesh: Mesh, report: Report): void {
  for (const { path, body } of rulesOf(policy).flatMap(({ entries }) => entries)) {
    for (const [n, item] of list(field(body, 'toPorts')).entries()) {
      const listener = field(item, 'listener'), name = text(field(listener, 'name')), config = text(dig(listener, 'envoyConfig', 'name'));
      if (name === undefined || config === undefined) continue;
      const isClusterwide = dig(listener, 'envoyConfig', 'kind') === 'CiliumClusterwideEnvoyConfig' || policy.namespace === '';
      const [found] = mesh.find('id', isClusterwide ? `CiliumClusterwideEnvoyConfig/${config}` : `CiliumEnvoyConfig/${policy.namespace}/${config}`);
      if (found === undefined) report(`${path}/toPorts[${n}]/listener/envoyConfig`, `there is no ${isClusterwide ? 'CiliumClusterwideEnvoyConfig' : 'CiliumEnvoyConfig'} ${config}`);
      else if (!listenersOf(found).includes(name)) report(`${path}/toPorts[${n}]/listener/name`, `${found.kind} ${config} has no listener ${name}`);
    }
  }
}

/** Names of the listeners among the resources; Cilium finds them by their type. */
function listenersOf(config: ConfigObject): string[] {
  return list(field(config.spec, 'resources')).filter((one) => (text(field(one, '@type')) ?? '').endsWith('.listener.v3.Listener')).flatMap((one) => text(field(one, 'name')) ?? []);
}
