import { field, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Check } from '../check.ts';

export const consulGatewayServiceNotFound: Check = {
  code: 'consul-gateway/service-not-found',
  severity: 'warning',
  kinds: ['ConsulIngress', 'ConsulTerminating'],
  title: 'Gateway for a service that does not exist',
  meaning: 'An ingress gateway answers requests for it with 503; through a terminating gateway no call leaves the mesh.',
  remedy: 'Write the name under which the service is registered. What lies outside of the mesh is registered with a Registration or a ServiceDefaults with `destination`.',
  run: (gateway, mesh, report) => {
    for (const { name, path } of servicesOf(gateway)) {
      if (name !== '*' && !mesh.find('consul-service', name).some(({ type }) => type !== 'ConsulTerminating')) report(path, `there is no service ${name}`);
    }
  },
};

function servicesOf({ type, spec }: ConfigObject): { readonly name: string; readonly path: string }[] {
  const named = (services: unknown, base: string) => list(services).flatMap((service, n) => {
    const name = text(field(service, 'name'));
    return name === undefined ? [] : [{ name, path: `${base}[${n}]/name` }];
  });
  return type === 'ConsulTerminating' ? named(field(spec, 'services'), 'spec/services') : list(field(spec, 'listeners')).flatMap((listener, n) => named(field(listener, 'services'), `spec/listeners[${n}]/services`));
}
