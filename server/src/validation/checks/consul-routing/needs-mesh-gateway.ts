import { dig, text } from '../../model/fields.ts';
import { consulEntry, targetsOf } from '../../mesh/consul.ts';
import type { Check } from '../check.ts';

export const needsMeshGateway: Check = {
  code: 'consul-routing/needs-mesh-gateway',
  severity: 'warning',
  kinds: ['ConsulResolver'],
  title: 'Sent to another datacenter without a mesh gateway',
  meaning: 'Proxies try to reach the pods of the other datacenter by their addresses, which works on one flat network and fails on any other.',
  remedy: 'Set `meshGateway.mode` to `local` or `remote` in the ServiceDefaults of the service or in the ProxyDefaults.',
  run: (resolver, mesh, report) => {
    for (const { service, path, datacenter } of targetsOf(resolver)) {
      if (datacenter === undefined) continue;
      const mode = text(dig(consulEntry('ConsulDefaults', service, mesh)?.spec, 'meshGateway', 'mode')) ?? text(dig(consulEntry('ConsulProxyDefaults', 'global', mesh)?.spec, 'meshGateway', 'mode')) ?? 'none';
      if (mode === 'none') report(path, `${service} is called in datacenter ${datacenter}, and its mesh gateway mode is none`);
    }
  },
};
