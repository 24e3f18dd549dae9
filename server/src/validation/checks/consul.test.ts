import { describe, expect, it } from 'vitest';
import { readFilter, readUpstreams } from '../mesh/consul-instances.ts';
import { objectsOf } from '../testing/sample-mesh.ts';
import { sampleConsul } from '../testing/sample-consul.ts';
import { validate } from '../validate.ts';

const entry = (kind: string, name: string, spec: string): string => `---\napiVersion: consul.hashicorp.com/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: cafe}\nspec: ${spec}\n`;
const service = (name: string): string => `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: cafe}\nspec: {ports: [{port: 80}]}\n`;
const found = (code: string, yaml: string): string[] => validate(objectsOf(yaml.replace(/^---\n/, ''))).filter((finding) => finding.code === code).map(({ path, message }) => `${path}: ${message}`);

describe('filters of subsets', () => {
  it.each([
    ['Service.Meta.version == v1', [{ key: 'version', value: 'v1' }]], ['Service.Meta.version == "v 1" and Service.Meta.tier==gold', [{ key: 'version', value: 'v 1' }, { key: 'tier', value: 'gold' }]],
    ['"v1" in Service.Tags', undefined], ['Service.Meta.version != v1', undefined], ['Service.Meta.a == b or Service.Meta.a == c', undefined], ['', undefined],
  ])('%j', (filter, conditions) => {
    expect(readFilter(filter)).toEqual(conditions);
  });
});

it('reads upstreams as the injector does', () => {
  expect(readUpstreams('cart:9001, pay:9002:dc2,prepared_query:near:9003,bank.svc.store.peer:9004,none,till.svc:70x')).toEqual([
    { written: 'cart:9001', service: 'cart', port: 9001, isElsewhere: false }, { written: 'pay:9002:dc2', service: 'pay', port: 9002, isElsewhere: true },
    { written: 'bank.svc.store.peer:9004', service: 'bank', port: 9004, isElsewhere: true }, { written: 'none', service: 'none', port: undefined, isElsewhere: false },
    { written: 'till.svc:70x', service: 'till', port: undefined, isElsewhere: false },
  ]);
});

describe('protocols', () => {
  const router = entry('ServiceRouter', 'menu', '{routes: []}');
  const code = 'consul-routing/protocol-not-http';

  it('are those of the ProxyDefaults where the service has none of its own', () => {
    expect(found(code, service('menu') + router)).toEqual([': a ServiceRouter needs a service that speaks HTTP, and menu speaks tcp']);
    expect(found(code, service('menu') + router + entry('ProxyDefaults', 'global', '{config: {protocol: grpc}}'))).toEqual([]);
    expect(found(code, service('menu') + router + entry('ProxyDefaults', 'global', '{config: {protocol: grpc}}') + entry('ServiceDefaults', 'menu', '{protocol: tcp}'))).toHaveLength(1);
  });
});

describe('weights', () => {
  it.each([['33.33, 33.33, 33.34', []], ['100', []], ['50, 49.99', ['spec/splits: the weights add up to 99.99']], ['0.1, 0.2, 99.7', []], ['"50", 50', []]])('%s', (weights, told) => {
    const splits = weights.split(', ').map((weight) => `{weight: ${weight}}`).join(', ');
    expect(found('consul-splitter/weight-sum', entry('ServiceSplitter', 'menu', `{splits: [${splits}]}`))).toEqual(told);
  });
});

it('a circle of any length is told of each service in it, once, and chains that end are not', () => {
  const ring = Array.from({ length: 90 }, (_, n) => entry('ServiceResolver', `s${n}`, `{redirect: {service: s${(n + 1) % 90}}}`)).join('');
  expect(found('consul-routing/cycle', ring)).toHaveLength(90);
  expect(found('consul-routing/cycle', ring + entry('ServiceResolver', 'outside', '{redirect: {service: s0}}'))).toHaveLength(90);
  expect(found('consul-routing/cycle', entry('ServiceSplitter', 'a', '{splits: [{weight: 50}, {weight: 50, service: b}]}') + entry('ServiceSplitter', 'b', '{splits: [{weight: 50}, {weight: 50, service: a}]}'))).toHaveLength(2);
});

it('what lies in another datacenter, peer or partition is not looked for here', () => {
  for (const place of ['datacenter: dc2', 'peer: store', 'partition: other', 'namespace: other', 'samenessGroup: all']) {
    expect(found('consul-routing/service-not-found', service('menu') + entry('ServiceResolver', 'menu', `{redirect: {service: far, ${place}}}`))).toEqual([]);
  }
});

it('wildcard intentions to everything are told where they open the mesh', () => {
  const all = (action: string): string[] => found('consul-intentions/open-to-all', entry('ServiceIntentions', 'all', `{destination: {name: '*'}, sources: [{name: '*', action: ${action}}]}`));
  expect(all('allow')).toEqual(['spec/sources[0]: every service may call every other that has no intentions of its own']);
  expect(all('deny')).toEqual([]);
});

it('an entry lives under one name, whatever the namespace of its object', () => {
  const elsewhere = entry('ServiceResolver', 'menu', '{defaultSubset: v1}').replace('namespace: cafe', 'namespace: bar');
  expect(found('consul-entry/claimed-twice', `${sampleConsul}${elsewhere}`)).toEqual(['metadata/name: ServiceResolver bar/menu is for menu too', 'metadata/name: ServiceResolver cafe/menu is for menu too']);
});
