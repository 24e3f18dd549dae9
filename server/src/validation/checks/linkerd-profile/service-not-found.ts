import { serviceName } from '../../mesh/hosts.ts';
import type { Check } from '../check.ts';

export const profileServiceNotFound: Check = {
  code: 'linkerd-profile/service-not-found',
  severity: 'warning',
  kinds: ['LinkerdProfile'],
  title: 'ServiceProfile of no Service',
  meaning: 'A ServiceProfile is found by its name, the full name of a Service. With any other it has no effect: no metrics by route, no retries, no timeouts.',
  remedy: 'Name it `<service>.<namespace>.svc.<cluster domain>`.',
  run: (profile, mesh, report) => {
    const host = profile.name.toLowerCase(), service = serviceName(host, mesh);
    if (service === undefined) report('metadata/name', `${profile.name} is not the full name of a Service, such as ${profile.name.split('.')[0] ?? 'web'}.${profile.namespace}.${mesh.settings.identityDomain}`);
    else if (mesh.find('service-host', host).length === 0) report('metadata/name', `there is no Service ${service.namespace}/${service.service}`);
  },
};
