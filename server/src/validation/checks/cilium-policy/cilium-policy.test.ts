import { describe, expect, it } from 'vitest';
import { objectsOf } from '../../testing/sample-mesh.ts';
import { validate } from '../../validate.ts';

const workload = (name: string, namespace = 'shop', more = ''): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec: {template: {metadata: {labels: {app: ${name}}}, spec: {${more}}}}
`;
const policy = (name: string, spec: string, namespace = 'shop'): string => `---
apiVersion: cilium.io/v2
kind: ${namespace === '' ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy'}
metadata: {name: ${name}, namespace: "${namespace}"}
spec: ${spec}
`;
const cart = 'endpointSelector: {matchLabels: {app: cart}}';
const lookups = policy('lookups', '{endpointSelector: {}, egress: [{toEntities: [all], toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*"}]}}]}]}', '');
const told = (...documents: string[]): string[] => validate(objectsOf([workload('cart'), workload('web'), ...documents].join('').replace(/^---\n/, '')))
  .map(({ code, object, path }) => `${code.replace('cilium-policy/', '')} ${object.name} ${path}`).sort();

describe('policies of Cilium', () => {
  it.each([
    ['reserved labels in their older form', '"reserved.init": ""'], ['reserved labels', '"reserved:host": ""'], ['another cluster', 'io.cilium.k8s.policy.cluster: far'],
  ])('nothing is said of %s, which manifests do not show', (_what, label) => {
    expect(told(policy('a', `{endpointSelector: {matchLabels: {${label}}}, ingress: [{fromEndpoints: [{matchLabels: {${label}}}]}]}`, ''))).toEqual([]);
  });

  it('labels of namespaces and accounts are labels of pods', () => {
    const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: front, labels: {tier: edge}}\n';
    const from = (label: string): string => policy('a', `{${cart}, ingress: [{fromEndpoints: [{matchLabels: {${label}}}]}]}`);
    expect(told(namespace, workload('door', 'front', 'serviceAccountName: porter'), from('io.cilium.k8s.namespace.labels.tier: edge'))).toEqual([]);
    expect(told(namespace, workload('door', 'front', 'serviceAccountName: porter'), from('io.cilium.k8s.namespace.labels.tier: back'))).toEqual(['peer-not-found a spec/ingress[0]/fromEndpoints[0]']);
    expect(told(namespace, workload('door', 'front', 'serviceAccountName: porter'), from('io.kubernetes.pod.namespace: front, io.cilium.k8s.policy.serviceaccount: porter'))).toEqual([]);
    expect(told(namespace, workload('door', 'front'), from('io.kubernetes.pod.namespace: front, io.cilium.k8s.policy.serviceaccount: porter'))).toEqual(['peer-not-found a spec/ingress[0]/fromEndpoints[0]']);
  });

  it('a namespace of which nothing is known is not judged, unless the cluster is seen whole', () => {
    const toDns = policy('a', `{${cart}, egress: [{toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]}]}`);
    expect(told(toDns)).toEqual([]);
    expect(told(toDns, '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n')).toEqual(['peer-not-found a spec/egress[0]/toEndpoints[0]']);
  });

  it('an allow policy elsewhere opens what a deny policy closes', () => {
    const deny = policy('deny', `{${cart}, ingressDeny: [{fromEntities: [world]}]}`);
    expect(told(deny)).toEqual(['deny-without-allow deny spec/ingressDeny']);
    expect(told(deny, policy('allow', '{endpointSelector: {}, ingress: [{fromEntities: [cluster]}]}'))).toEqual([]);
    expect(told(deny, policy('allow', '{endpointSelector: {}, ingress: [{}]}'))).toEqual(['deny-without-allow deny spec/ingressDeny']);
    expect(told(deny, policy('other', '{endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [cluster]}]}'))).toEqual(['deny-without-allow deny spec/ingressDeny']);
    expect(told(policy('deny', `{${cart}, enableDefaultDeny: {ingress: false}, ingressDeny: [{fromEntities: [world]}]}`))).toEqual([]);
    expect(told(deny, '---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec: {podSelector: {}, ingress: [{}]}\n')).toEqual([]);
  });

  it('a deny entry overrides what it takes in, and no more', () => {
    const deny = (entry: string): string => policy('deny', `{endpointSelector: {}, ingressDeny: [${entry}], ingress: [{fromEntities: [host]}]}`, '');
    const allow = policy('allow', `{${cart}, ingress: [{fromEndpoints: [{matchLabels: {app: web, tier: a}}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]}`);
    const overridden = (entry: string): boolean => told(allow, deny(entry)).includes('denied-anyway allow spec/ingress[0]');
    expect(overridden('{fromEndpoints: [{matchLabels: {app: web}}]}')).toBe(true);
    expect(overridden('{fromEndpoints: [{matchExpressions: [{key: app, operator: In, values: [web, admin]}]}]}')).toBe(true);
    expect(overridden('{toPorts: [{ports: [{port: "1", endPort: 100, protocol: ANY}]}]}')).toBe(true);
    expect(overridden('{fromEntities: [cluster]}')).toBe(true);
    expect(overridden('{fromEndpoints: [{matchLabels: {app: web, tier: b}}]}')).toBe(false);
    expect(overridden('{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "80", protocol: UDP}]}]}')).toBe(false);
    expect(overridden('{fromEntities: [world]}')).toBe(false);
    expect(overridden('{fromEndpoints: []}')).toBe(false);
  });

  it('request rules, and server names, are bypassed by an entry for the same port alone', () => {
    const rules = (item: string): string => policy('rules', `{${cart}, egress: [{toPorts: [{ports: [{port: "443", protocol: TCP}], ${item}}]}]}`);
    const open = (port: string): string => policy('open', `{${cart}, egress: [{toPorts: [{ports: [{port: "${port}", protocol: TCP}]}]}]}`);
    expect(told(lookups, rules('rules: {http: [{method: GET}]}'), open('443'))).toEqual(['l7-bypassed rules spec/egress[0]/toPorts[0]/ports[0]']);
    expect(told(lookups, rules('serverNames: [a.example]'), open('443'))).toEqual(['l7-bypassed rules spec/egress[0]/toPorts[0]/ports[0]']);
    expect(told(lookups, rules('rules: {http: [{method: GET}]}'), open('444'))).toEqual([]);
    expect(told(lookups, rules('rules: {http: [{method: GET}]}'), rules('rules: {http: [{}]}').replace('rules,', 'all,'))).toEqual(['l7-bypassed rules spec/egress[0]/toPorts[0]/ports[0]']);
  });

  it('of two entries that allow the same the later is told, once; conditions that differ make them two', () => {
    const entry = '{fromEndpoints: [{matchLabels: {app: web}}]}';
    expect(told(policy('a', `{${cart}, ingress: [${entry}]}`), policy('b', `{${cart}, ingress: [${entry}]}`))).toEqual(['repeated-entry b spec/ingress[0]']);
    expect(told(policy('a', `{${cart}, ingress: [${entry}]}`), policy('b', `{${cart}, ingress: [{authentication: {mode: required}, fromEndpoints: [{matchLabels: {app: web}}]}]}`))).toEqual([]);
    expect(told(policy('a', `{${cart}, ingress: [${entry}]}`), policy('b', `{${cart}, ingress: [${entry}]}`, 'bank'), workload('cart', 'bank'), workload('web', 'bank'))).toEqual([]);
  });

  it('names need a DNS rule on every pod of the policy, of whatever policy', () => {
    const names = policy('names', '{endpointSelector: {}, egress: [{toFQDNs: [{matchName: api.bank.example.}]}]}');
    const dns = (subject: string, pattern: string): string => policy('dns', `{endpointSelector: ${subject}, egress: [{toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "${pattern}"}]}}]}]}`);
    expect(told(names, dns('{}', '*.bank.example'))).toEqual([]);
    expect(told(names, dns('{matchLabels: {app: cart}}', '*'))).toEqual(['egress-without-dns names spec/egress', 'fqdn-without-dns-rule names spec/egress[0]/toFQDNs[0]']);
    expect(told(names, dns('{}', '*.post.example'))).toEqual(['fqdn-without-dns-rule names spec/egress[0]/toFQDNs[0]']);
  });

  it('the target port of a Service is told where its port is written', () => {
    const found = validate(objectsOf([workload('cart', 'shop', 'containers: [{name: a, ports: [{containerPort: 8080, name: web}]}]').slice(4),
      '---\napiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {selector: {app: cart}, ports: [{port: 80, targetPort: web}]}\n',
      policy('a', `{${cart}, ingress: [{toPorts: [{ports: [{port: "80", protocol: TCP}, {port: web, protocol: TCP}, {port: "8080", protocol: UDP}]}]}]}`)].join('')));
    expect(found.map(({ path, message }) => [path, message])).toEqual([
      ['spec/ingress[0]/toPorts[0]/ports[0]', 'no container of cart has port 80/TCP; it is a port of Service cart, and the pods listen on web'],
      ['spec/ingress[0]/toPorts[0]/ports[2]', 'no container of cart has port 8080/UDP'],
    ]);
  });

  it('Services of no namespace are those of any', () => {
    const service = '---\napiVersion: v1\nkind: Service\nmetadata: {name: bank, namespace: far, labels: {a: b}}\nspec: {ports: [{port: 80}]}\n';
    const to = (one: string): string => policy('a', `{${cart}, egress: [{toServices: [${one}]}]}`);
    for (const one of ['{k8sService: {serviceName: bank}}', '{k8sServiceSelector: {selector: {matchLabels: {a: b}}}}']) {
      expect(told(lookups, service, to(one))).toEqual([]);
      expect(told(lookups, service.replaceAll('bank', 'post').replace('a: b', 'a: c'), to(one))).toHaveLength(1);
    }
  });

  it('all specs of a policy are read', () => {
    expect(told(policy('a', `{}\nspecs: [{${cart}, ingress: [{fromEntities: [nobody]}]}]`).replace('spec: {}\n', ''))).toEqual(['unknown-entity a specs[0]/ingress[0]/fromEntities[0]']);
  });
});
