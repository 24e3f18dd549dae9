import { field, texts } from '../../model/fields.ts';
import { rulesOf } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

const entities: readonly string[] = ['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster', 'host', 'remote-node', 'kube-apiserver', 'ingress', 'init', 'health', 'unmanaged', 'none'];

export const ciliumUnknownEntity: Check = {
  code: 'cilium-policy/unknown-entity',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Entity that Cilium does not have',
  meaning: 'The policy is refused as a whole: none of its entries is enforced.',
  remedy: `Write one of ${entities.map((one) => `\`${one}\``).join(', ')}.`,
  run: (policy, _mesh, report) => {
    for (const { path, direction, body } of rulesOf(policy).flatMap((rule) => rule.entries)) {
      const key = direction === 'ingress' ? 'fromEntities' : 'toEntities';
      for (const { index, text } of texts(field(body, key))) if (!entities.includes(text)) report(`${path}/${key}[${index}]`, `there is no entity ${text}`);
    }
  },
};
