import { dig, field, isMap, list, text } from '../model/fields.ts';
import type { ConfigObject } from '../model/config-object.ts';
import { endpointSelector, matchesWorkload, podNamespace, workloadsMatching, type EndpointSelector } from './cilium-selectors.ts';
import type { Mesh } from './mesh.ts';

export type Direction = 'ingress' | 'egress';

/** One rule of a Cilium policy: its `spec`, or one of its `specs`. */
export interface CiliumRule {
  readonly policy: ConfigObject;
  readonly path: string;
  readonly body: unknown;
  /** Undefined where the rule is for nodes. */
  readonly subject: EndpointSelector | undefined;
  readonly entries: readonly CiliumEntry[];
}

/** One item of `ingress`, `egress`, `ingressDeny` or `egressDeny`. */
export interface CiliumEntry {
  readonly path: string;
  readonly direction: Direction;
  readonly isDeny: boolean;
  readonly body: unknown;
}

const sections = [['ingress', 'ingress', false], ['egress', 'egress', false], ['ingressDeny', 'ingress', true], ['egressDeny', 'egress', true]] as const;
const decoded = new WeakMap<ConfigObject, readonly CiliumRule[]>();

/** The rules of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy. */
export function rulesOf(policy: ConfigObject): readonly CiliumRule[] {
  let rules = decoded.get(policy);
  if (rules === undefined) {
    const written = [...(isMap(policy.spec) ? [{ path: 'spec', body: policy.spec }] : []), ...list(field(policy.body, 'specs')).map((body, n) => ({ path: `specs[${n}]`, body }))];
    decoded.set(policy, rules = written.map(({ path, body }): CiliumRule => {
      const subject = field(body, 'endpointSelector');
      return {
        policy, path, body, subject: isMap(subject) ? subjectSelector(subject, policy) : undefined,
        entries: sections.flatMap(([key, direction, isDeny]) => list(field(body, key)).map((entry, n) => ({ path: `${path}/${key}[${n}]`, direction, isDeny, body: entry }))),
      };
    }));
  }
  return rules;
}

/** A namespaced policy applies in its own namespace: Cilium puts that in the place of any other that its selector names. */
function subjectSelector(value: unknown, policy: ConfigObject): EndpointSelector {
  const selector = endpointSelector(value);
  return homeOf(policy) === undefined ? selector : { ...selector, requirements: selector.requirements.filter(({ key }) => key !== podNamespace) };
}

/** The namespace whose pods a policy applies to; undefined for all, of clusterwide ones. */
export function homeOf(policy: ConfigObject): string | undefined {
  return policy.kind === 'CiliumClusterwideNetworkPolicy' ? undefined : policy.namespace;
}

/** Where the peers of an entry are looked for: a selector that names no namespace means that of the policy. */
export function peerHome(selector: EndpointSelector, policy: ConfigObject): string | undefined {
  return selector.namesNamespace ? undefined : homeOf(policy);
}

/** The workloads that a rule applies to; none where that cannot be told. */
export function* subjectsOf({ policy, subject }: CiliumRule, mesh: Mesh): Generator<ConfigObject> {
  if (subject !== undefined && !subject.isOpaque) yield* workloadsMatching(subject, homeOf(policy), mesh);
}

/** True where a rule applies to the workload. */
export function appliesTo(rule: CiliumRule, workload: ConfigObject, mesh: Mesh): boolean {
  const home = homeOf(rule.policy);
  return rule.subject !== undefined && !rule.subject.isOpaque && (home === undefined || home === workload.namespace) && matchesWorkload(rule.subject, workload, mesh);
}

/** Rules of all policies that can apply to pods of a namespace; of clusterwide policies alone where it is undefined. */
export function rulesIn(namespace: string | undefined, mesh: Mesh): CiliumRule[] {
  const clusterwide = mesh.find('kind-in', 'CiliumPolicy/');
  return (namespace === undefined ? clusterwide : [...mesh.find('kind-in', `CiliumPolicy/${namespace}`), ...clusterwide]).flatMap(rulesOf);
}

/** Asks once for each namespace: the workloads of a rule share few. */
export function perNamespace<T>(ask: (namespace: string) => T): (namespace: string) => T {
  const answers = new Map<string, T>();
  return (namespace) => {
    let answer = answers.get(namespace);
    if (answer === undefined) answers.set(namespace, answer = ask(namespace));
    return answer;
  };
}

/** What is told first does not hang on the order in which objects came. */
export function byName(a: ConfigObject, b: ConfigObject): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** For sorting: by the policy that rules stand in. */
export function byPolicy(a: CiliumRule, b: CiliumRule): number {
  return byName(a.policy, b.policy);
}

/** How many workloads of a rule are looked at: a clusterwide rule can select thousands, and the first that lacks something is told. */
const mostSubjects = 200;

/** The first workloads that a rule selects, as many as a finding names. */
export function someSubjects(rule: CiliumRule, mesh: Mesh): ConfigObject[] {
  return firstOf(subjectsOf(rule, mesh), mostSubjects);
}

/** The first by name, without sorting the rest. */
function firstOf(objects: Iterable<ConfigObject>, most: number): ConfigObject[] {
  const first: ConfigObject[] = [];
  for (const object of objects) {
    const last = first[most - 1];
    if (last !== undefined && byName(object, last) >= 0) continue;
    let low = 0, high = first.length;
    while (low < high) {
      const middle = (low + high) >> 1, other = first[middle];
      if (other !== undefined && byName(other, object) < 0) low = middle + 1;
      else high = middle;
    }
    first.splice(low, 0, object);
    if (first.length > most) first.pop();
  }
  return first;
}

/** True where the rule makes its pods drop what nothing allows: by default where it has a rule of the direction. */
export function deniesByDefault({ body, entries }: CiliumRule, direction: Direction): boolean {
  const set = dig(body, 'enableDefaultDeny', direction);
  return typeof set === 'boolean' ? set : entries.some((entry) => entry.direction === direction);
}

/** Names a rule in messages. */
export function ruleName({ policy: { kind, namespace, name } }: CiliumRule): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** The fields that name peers, by direction. */
export const peerFields: Readonly<Record<Direction, readonly string[]>> = {
  ingress: ['fromEndpoints', 'fromCIDR', 'fromCIDRSet', 'fromEntities', 'fromNodes', 'fromGroups'],
  egress: ['toEndpoints', 'toCIDR', 'toCIDRSet', 'toEntities', 'toServices', 'toFQDNs', 'toNodes', 'toGroups'],
};

/** Endpoint selectors of an entry's peers, and where they are written. */
export function peerSelectors({ path, direction, body }: CiliumEntry): { readonly path: string; readonly selector: EndpointSelector }[] {
  const key = direction === 'ingress' ? 'fromEndpoints' : 'toEndpoints';
  return list(field(body, key)).map((value, n) => ({ path: `${path}/${key}[${n}]`, selector: endpointSelector(value) }));
}

/** A port of `toPorts`: numbers, or the name that containers give it. */
export interface CiliumPort {
  readonly path: string;
  readonly port: number | string;
  /** Equal to `port` where no range is written. */
  readonly endPort: number;
  readonly protocol: string;
  /** True where requests, or server names, are judged one by one, or are sent to a listener that does. */
  readonly isRestricted: boolean;
}

const decodedPorts = new WeakMap<CiliumEntry, readonly CiliumPort[]>();

/** Ports of an entry’s `toPorts`, decoded once. */
export function portsOf(entry: CiliumEntry): readonly CiliumPort[] {
  let ports = decodedPorts.get(entry);
  if (ports === undefined) decodedPorts.set(entry, ports = readPorts(entry));
  return ports;
}

function readPorts({ path, body }: CiliumEntry): CiliumPort[] {
  return list(field(body, 'toPorts')).flatMap((rule, n) => list(field(rule, 'ports')).flatMap((one, m): CiliumPort[] => {
    const written = field(one, 'port'), number = typeof written === 'number' ? written : /^\d+$/.test(text(written) ?? '') ? Number(written) : undefined;
    const port = number ?? text(written), endPort = field(one, 'endPort');
    if (port === undefined) return [];
    return [{ path: `${path}/toPorts[${n}]/ports[${m}]`, port, endPort: typeof endPort === 'number' && endPort > 0 ? endPort : number ?? 0, protocol: (text(field(one, 'protocol')) ?? 'ANY').toUpperCase(), isRestricted: restricts(rule) }];
  }));
}

/** A rule without conditions lets all requests pass. */
function restricts(item: unknown): boolean {
  if (list(field(item, 'serverNames')).length > 0 || isMap(field(item, 'listener'))) return true;
  return ['http', 'kafka', 'dns', 'l7'].some((key) => {
    const rules = list(dig(item, 'rules', key));
    return rules.length > 0 && !rules.some((rule) => isMap(rule) && Object.keys(rule).length === 0);
  });
}
