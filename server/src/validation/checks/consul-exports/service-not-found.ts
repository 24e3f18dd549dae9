import { field, list, text } from '../../model/fields.ts';
import { consulEntry, isConsulService } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const exportedNotFound: Check = {
  code: 'consul-exports/service-not-found',
  severity: 'warning',
  kinds: ['ConsulExports'],
  title: 'Exported service that does not exist, or to nobody',
  meaning: 'Other clusters import nothing: their calls find no endpoint.',
  remedy: 'Write the name of a service of Consul, and under `consumers` a peer of this cluster, a partition or a sameness group.',
  run: ({ spec }, mesh, report) => {
    const hasPeers = mesh.find('kind', 'ConsulPeering').length > 0;
    for (const [n, service] of list(field(spec, 'services')).entries()) {
      const name = text(field(service, 'name')), consumers = list(field(service, 'consumers')), path = `spec/services[${n}]`;
      if (name !== undefined && name !== '*' && !isConsulService(name, mesh)) report(`${path}/name`, `there is no service ${name}`);
      if (consumers.length === 0) report(path, `${name ?? 'the service'} is exported to nobody`);
      for (const [m, consumer] of consumers.entries()) {
        const peer = text(field(consumer, 'peer'));
        // Peerings are made by the API too: without any object of them there is nothing to compare with.
        if (peer !== undefined && hasPeers && consulEntry('ConsulPeering', peer, mesh) === undefined) report(`${path}/consumers[${m}]/peer`, `there is no peer ${peer}`);
      }
    }
  },
};
