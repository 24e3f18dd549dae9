import { field, isMap, list } from '../../model/fields.ts';
import { portsOf, rulesOf, type CiliumEntry } from '../../mesh/cilium-policies.ts';
import type { Check } from '../check.ts';

const protocols = ['http', 'kafka', 'dns', 'l7proto'] as const;

export const ciliumL7Unsupported: Check = {
  code: 'cilium-policy/l7-unsupported',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Request rules where no proxy can look',
  meaning: 'The agent refuses the whole policy: none of its entries is enforced, though the object exists.',
  remedy: 'Request rules take `protocol: TCP` and one kind of rule for each item of `toPorts`; DNS rules are for egress and single ports; policies of nodes, and deny entries, have none.',
  run: (policy, _mesh, report) => {
    for (const rule of rulesOf(policy)) {
      for (const entry of rule.entries) {
        for (const [n, item] of list(field(entry.body, 'toPorts')).entries()) {
          const l7 = field(item, 'rules'), used = protocols.filter((key) => given(field(l7, key)));
          if (used.length === 0) continue;
          const path = `${entry.path}/toPorts[${n}]/rules`;
          if (entry.isDeny) report(path, 'a deny entry cannot look at requests');
          else if (isMap(field(rule.body, 'nodeSelector'))) report(path, 'policies of nodes cannot look at requests');
          else if (used.length > 1) report(path, `${used.join(' and ')} rules stand in one item of toPorts`);
          else if (used[0] === 'dns' && entry.direction === 'ingress') report(path, 'DNS rules are for egress');
          else if (given(field(item, 'listener'))) report(path, 'an item that sends to a listener has no rules of its own');
          else for (const problem of portProblems(entry, n, used[0] === 'dns')) report(problem.path, problem.message);
        }
      }
    }
  },
};

function* portProblems(entry: CiliumEntry, index: number, isDns: boolean): Generator<{ readonly path: string; readonly message: string }> {
  for (const { path, port, endPort, protocol } of portsOf(entry)) {
    if (!path.startsWith(`${entry.path}/toPorts[${index}]/`)) continue;
    if (port === 0) yield { path, message: 'request rules need a port, and port 0 stands for all' };
    else if (!isDns && protocol !== 'TCP') yield { path, message: `request rules need protocol TCP; ${protocol === 'ANY' ? 'none is written, which stands for any' : `${protocol} is written`}` };
    else if (isDns && endPort > Number(port)) yield { path, message: 'DNS rules take single ports, no range' };
  }
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}
