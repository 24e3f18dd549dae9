import { dig, field, list, shown, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const ciliumEnvoyServiceNotFound: Check = {
  code: 'cilium-envoy-config/service-not-found',
  severity: 'error',
  kinds: ['CiliumEnvoyConfig'],
  title: 'Envoy configuration for a Service or port that does not exist',
  meaning: 'No traffic is sent to the listener, or its clusters have no endpoints and requests get 503.',
  remedy: 'Correct name, namespace and port; a CiliumClusterwideEnvoyConfig has to name the namespace.',
  run: (config, mesh, report) => {
    for (const key of ['services', 'backendServices'] as const) {
      for (const [n, reference] of list(field(config.spec, key)).entries()) {
        const name = text(field(reference, 'name')), namespace = text(field(reference, 'namespace')) ?? config.namespace, path = `spec/${key}[${n}]`;
        if (name === undefined) continue;
        const [service] = mesh.find('id', `Service/${namespace}/${name}`);
        if (service === undefined) {
          report(`${path}/name`, `there is no Service ${namespace}/${name}`);
          continue;
        }
        const ports = list(dig(service.spec, 'ports'));
        for (const [m, port] of list(field(reference, key === 'services' ? 'ports' : 'number')).entries()) {
          const wanted = shown(port);
          if (wanted !== '' && !ports.some((one) => shown(field(one, 'port')) === wanted || field(one, 'name') === wanted)) report(`${path}/${key === 'services' ? 'ports' : 'number'}[${m}]`, `Service ${namespace}/${name} has no port ${wanted}`);
        }
      }
    }
  },
};
