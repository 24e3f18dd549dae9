import { entryName, isConsulService } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const intentionDestinationNotFound: Check = {
  code: 'consul-intentions/destination-not-found',
  severity: 'warning',
  kinds: ['ConsulIntentions'],
  title: 'Intentions for a service that does not exist',
  meaning: 'They protect nothing. The service that was meant is ruled by the wildcard intentions, or by the default of the ACLs.',
  remedy: 'Write the name under which the service is registered in Consul: that of its Service, or of the annotation `consul.hashicorp.com/connect-service`.',
  run: (intentions, mesh, report) => {
    const name = entryName(intentions);
    if (name !== '*' && !isConsulService(name, mesh)) report('spec/destination/name', `there is no service ${name}`);
  },
};
