import { field, isMap, list } from '../../model/fields.ts';
import { peerFields, rulesOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

export const ciliumPeersCombined: Check = {
  code: 'cilium-policy/peers-combined',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Parts of a policy that cannot stand together',
  meaning: 'The policy is refused as a whole: none of its entries is enforced, though the object exists.',
  remedy: 'Write an entry of its own for each kind of peers, and for ICMP beside ports; give each rule one of `endpointSelector` and `nodeSelector`.',
  run: (policy, _mesh, report) => {
    for (const { path, body, entries } of rulesOf(policy)) {
      const selectors = ['endpointSelector', 'nodeSelector'].filter((key) => isMap(field(body, key)));
      if (selectors.length !== 1) report(path, selectors.length === 0 ? 'the rule has no endpointSelector' : 'the rule has an endpointSelector and a nodeSelector');
      if (selectors.includes('nodeSelector') && policy.kind === 'CiliumNetworkPolicy') report(`${path}/nodeSelector`, 'nodes are selected by a CiliumClusterwideNetworkPolicy, not by a CiliumNetworkPolicy');
      for (const entry of entries) {
        const used = peerFields[entry.direction].filter((key) => list(field(entry.body, key)).length > 0);
        if (used.length > 1) report(entry.path, `${used.join(' and ')} stand in one entry`);
        else if (list(field(entry.body, 'icmps')).length > 0 && list(field(entry.body, 'toPorts')).length > 0) report(entry.path, 'icmps and toPorts stand in one entry');
      }
    }
  },
};
