import { isConsulService } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const defaultsServiceNotFound: Check = {
  code: 'consul-defaults/service-not-found',
  severity: 'warning',
  kinds: ['ConsulDefaults', 'ConsulResolver', 'ConsulRouter'],
  title: 'Entry for a service that does not exist',
  meaning: 'Nobody calls it, so it does nothing; the service that was meant has the defaults: TCP, without routes, subsets or limits.',
  remedy: 'Name the object as the service is registered in Consul.',
  run: ({ name, kind }, mesh, report) => {
    if (!isConsulService(name, mesh)) report('metadata/name', `there is no service ${name}, and a ${kind} is found by its name`);
  },
};
