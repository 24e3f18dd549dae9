import { field, list, text } from '../../model/fields.ts';
import { holds, parsePrefix } from '../../mesh/cidr.ts';
import { rulesOf, type CiliumEntry } from '../../mesh/cilium-policies.ts';
import type { Check, Report } from '../check.ts';

export const ciliumCidr: Check = {
  code: 'cilium-policy/cidr',
  severity: 'error',
  kinds: ['CiliumPolicy'],
  title: 'Prefix that cannot be read, or an exception outside it',
  meaning: 'The agent refuses the whole policy. Of a group of prefixes that does not exist the entry takes in nothing.',
  remedy: 'Write prefixes as `<address>/<bits>`, exceptions within them and of the same family, and the name of an existing CiliumCIDRGroup.',
  run: (policy, mesh, report) => {
    for (const entry of rulesOf(policy).flatMap(({ entries }) => entries)) {
      const prefix = entry.direction === 'ingress' ? 'from' : 'to';
      for (const [n, cidr] of list(field(entry.body, `${prefix}CIDR`)).entries()) if (typeof cidr === 'string' && parsePrefix(cidr) === undefined) report(`${entry.path}/${prefix}CIDR[${n}]`, `${cidr} is no prefix of IP addresses`);
      for (const [n, one] of list(field(entry.body, `${prefix}CIDRSet`)).entries()) {
        const path = `${entry.path}/${prefix}CIDRSet[${n}]`, group = text(field(one, 'cidrGroupRef'));
        if (group === undefined) checkSet(one, path, report);
        else if (mesh.find('id', `CiliumCIDRGroup/${group}`).length === 0) report(`${path}/cidrGroupRef`, `there is no CiliumCIDRGroup ${group}`);
      }
      checkSelf(entry, prefix, report);
    }
  },
};

function checkSet(one: unknown, path: string, report: Report): void {
  const cidr = text(field(one, 'cidr'));
  if (cidr === undefined) return;
  const outer = cidr.includes('/') ? parsePrefix(cidr) : undefined;
  if (outer === undefined) {
    report(`${path}/cidr`, `${cidr} is no prefix of IP addresses`);
    return;
  }
  for (const [m, except] of list(field(one, 'except')).entries()) {
    if (typeof except !== 'string') continue;
    const inner = parsePrefix(except);
    if (inner === undefined) report(`${path}/except[${m}]`, `${except} is no prefix of IP addresses`);
    else if (!holds(outer, inner)) report(`${path}/except[${m}]`, `the exception ${except} lies outside ${cidr}`);
  }
}

/** An exception of one prefix that another prefix of the same entry takes in again excepts nothing. */
function checkSelf({ path, body }: CiliumEntry, prefix: string, report: Report): void {
  const sets = list(field(body, `${prefix}CIDRSet`)), plain = list(field(body, `${prefix}CIDR`));
  const whole = [...plain.map((cidr) => text(cidr) ?? ''), ...sets.filter((one) => list(field(one, 'except')).length === 0).map((one) => text(field(one, 'cidr')) ?? '')].flatMap((cidr) => parsePrefix(cidr) ?? []);
  for (const [n, one] of sets.entries()) {
    for (const [m, except] of list(field(one, 'except')).entries()) {
      const inner = parsePrefix(text(except) ?? '');
      if (inner !== undefined && whole.some((outer) => holds(outer, inner))) report(`${path}/${prefix}CIDRSet[${n}]/except[${m}]`, `another prefix of the entry takes in the exception ${text(except) ?? ''}`, 'warning');
    }
  }
}
