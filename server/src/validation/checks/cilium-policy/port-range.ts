import { field, integer, list } from '../../model/fields.ts';
import { portsOf, rulesOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

/** What the agent takes in one item of `toPorts`. */
const mostPorts = 40;

export const ciliumPortRange: Check = {
  code: 'cilium-policy/port-range',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Ports that cannot be',
  meaning: 'The agent refuses the whole policy, or the range takes in no port.',
  remedy: 'Ports are 0 to 65535, `endPort` is not below `port`, a range begins with a number, and one item of `toPorts` holds at most 40 ports.',
  run: (policy, _mesh, report) => {
    for (const entry of rulesOf(policy).flatMap(({ entries }) => entries)) {
      for (const [n, item] of list(field(entry.body, 'toPorts')).entries()) {
        const ports = list(field(item, 'ports'));
        if (ports.length > mostPorts) report(`${entry.path}/toPorts[${n}]/ports`, `${ports.length} ports stand in one item of toPorts, where ${mostPorts} are taken`);
        for (const [m, port] of ports.entries()) if (integer(field(port, 'endPort')) !== undefined && Number(field(port, 'endPort')) < 0) report(`${entry.path}/toPorts[${n}]/ports[${m}]/endPort`, 'endPort is below 0');
      }
      for (const { path, port, endPort } of portsOf(entry)) {
        if (typeof port === 'string') {
          if (endPort > 0) report(`${path}/endPort`, `a range begins with a number, not with the name ${port}`);
        } else if (!Number.isInteger(port) || port < 0 || port > 65_535) report(`${path}/port`, `${port} is no port`);
        else if (endPort > 65_535) report(`${path}/endPort`, `${endPort} is no port`);
        else if (endPort < port) report(`${path}/endPort`, `the range ends at ${endPort}, before it begins at ${port}`);
      }
    }
  },
};
