import { list, texts, field } from '../../model/fields.ts';
import { selectorMatches } from '../../model/labels.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { appliesTo, deniesByDefault, rulesIn, type Direction } from '../../mesh/cilium-policies.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { workloadLabels } from '../../mesh/workloads.ts';
import type { EdgeEvidence } from '../../evidence/evidence.ts';
import { busiest, edgeIdsOf, sumOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';

/** Cilium's reasons of drops by policy: nothing allows it, or something denies it. */
const byPolicy: ReadonlySet<string> = new Set(['POLICY_DENIED', 'POLICY_DENY']);

/** Packets that a network policy drops. */
export const networkPolicyDrops: ObservedCheck = {
  code: 'observed/network-policy-drops',
  severity: 'warning',
  kinds: ['CiliumPolicy', 'NetworkPolicy'],
  title: 'Calls that a network policy drops',
  meaning: 'Cilium drops packets between these workloads because of policy, and this policy is the one, or among the ones, that make their pods drop what nothing allows. The callers wait for connections that never stand.',
  remedy: 'If the calls are meant, let the policy allow them; if not, stop the caller. The measures name who calls whom.',
  needs: { span: 'short', sample: 20, of: 'connections' },
  unseen: 'Hubble does not name the policy. Where several select the pods, the finding is told of the first that denies in the direction, and the others are named; packets that are sent again count again.',
  example: {
    configured: 'A CiliumNetworkPolicy that lets only `orders` call `ledger`.',
    told: '310 packets from `reports` to `ledger` were dropped with POLICY_DENIED.',
    fine: 'Drops for other reasons, or none.',
  },
  run(context, answers) {
    const { mesh, traffic, unchanged } = context, found = new Map<ConfigObject, { readonly edges: EdgeEvidence[]; readonly others: Set<string> }>();
    for (const edge of traffic.evidence.edges) {
      if (droppedOf(edge) === 0) continue;
      const served = workloadOf(edge.destination.entity, mesh), calling = workloadOf(edge.source.entity, mesh);
      const policies = [...served ? denying(served, 'ingress', mesh) : [], ...calling ? denying(calling, 'egress', mesh) : []];
      const [first, ...others] = new Set(policies);
      if (first === undefined) {
        if (served !== undefined) answers.undecided(null, 'no known policy selects the pods between which packets are dropped');
        continue;
      }
      if (!unchanged(...policies)) {
        answers.undecided(first, 'a policy changed within the window');
        continue;
      }
      const entry = found.get(first) ?? { edges: [], others: new Set() };
      entry.edges.push(edge);
      for (const { kind, namespace, name } of others) entry.others.add(`${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`);
      found.set(first, entry);
    }
    for (const [policy, { edges, others }] of found) {
      const sample = sumOf(edges, droppedOf);
      if (!answers.suffices(policy, sample)) continue;
      answers.found(policy, '', 'drops packets between workloads that call each other', {
        sample, of: 'connections', pValue: null, edgeIds: edgeIdsOf(edges), measures: busiest(edges, 'connections', droppedOf),
        unseen: others.size === 0 ? [] : [`which policy dropped them: ${[...others].sort().slice(0, 5).join(', ')} could have too`],
      });
    }
  },
};

function droppedOf({ edge: { responses } }: EdgeEvidence): number {
  return responses.reduce((sum, { kind, code, count }) => (kind === 'drop' && byPolicy.has(code) ? sum + count : sum), 0);
}

function workloadOf({ namespace, name }: { readonly namespace: string; readonly name: string }, mesh: Mesh): ConfigObject | undefined {
  return mesh.find('kind-in', `Workload/${namespace}`).find((workload) => workload.name === name);
}

/** Policies that make the pods of a workload drop what nothing allows. */
function denying(workload: ConfigObject, direction: Direction, mesh: Mesh): ConfigObject[] {
  const cilium = rulesIn(workload.namespace, mesh).filter((rule) => appliesTo(rule, workload, mesh) && (deniesByDefault(rule, direction) || rule.entries.some((entry) => entry.isDeny && entry.direction === direction))).map(({ policy }) => policy);
  const plain = mesh.find('kind-in', `NetworkPolicy/${workload.namespace}`).filter(({ spec }) => selectorMatches(field(spec, 'podSelector'), workloadLabels(workload)) && typesOf(spec).includes(direction));
  return [...cilium, ...plain];
}

/** Directions that a NetworkPolicy is about: as it says, else ingress, and egress where it has such rules. */
function typesOf(spec: unknown): string[] {
  const written = texts(field(spec, 'policyTypes')).map(({ text }) => text.toLowerCase());
  return written.length > 0 ? written : list(field(spec, 'egress')).length > 0 ? ['ingress', 'egress'] : ['ingress'];
}
