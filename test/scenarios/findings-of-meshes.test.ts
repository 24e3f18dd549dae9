import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import type { HubbleFlowInput } from '../simulator/encode-flow.ts';
import { exportJson } from './mesh-spans.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

/** One cluster in which Cilium guards some namespaces and Kuma meshes another: flows tell of the first, spans of the second. */
const dir = temporaryDir(), manifests = join(dir.path, 'manifests'), cluster = 'here';
const serves = (name: string, namespace: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main, ports: [{ containerPort: 8080 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`;
const guarded = `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: ledger, namespace: bank }
spec:
  endpointSelector: { matchLabels: { app: ledger } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
`;
const meshed = `---
apiVersion: v1
kind: Namespace
metadata: { name: store, labels: { kuma.io/sidecar-injection: enabled } }
---
apiVersion: kuma.io/v1alpha1
kind: Mesh
metadata: { name: default }
spec: {}
---
apiVersion: kuma.io/v1alpha1
kind: MeshHTTPRoute
metadata: { name: stock, namespace: store }
spec:
  to:
    - targetRef: { kind: MeshService, name: stock }
      rules:
        - default: { backendRefs: [{ kind: MeshService, name: stock, port: 80, weight: 0 }] }
`;

let orrery: WholeOrrery, sent = 0;

/** A connection as the agent of its client's node tells of it. */
function flow(from: readonly [string, string], to: readonly [string, string], verdict: 'FORWARDED' | 'DROPPED'): HubbleFlowInput & { readonly node_name: string } {
  const end = ([namespace, name]: readonly [string, string], id: number) => ({
    ID: id, identity: 20_000 + id, namespace, pod_name: `${name}-5d8f7c9b6-x2x4z`, cluster_name: cluster, labels: [`k8s:app=${name}`, `k8s:io.kubernetes.pod.namespace=${namespace}`], workloads: [{ name, kind: 'Deployment' }],
  });
  return {
    time: new Date(Date.now() - 2_000).toISOString(), uuid: `flow-${++sent}`, verdict, Type: 'L3_L4', traffic_direction: verdict === 'DROPPED' ? 'INGRESS' : 'EGRESS', node_name: 'node-a', is_reply: false,
    IP: { source: '10.1.0.1', destination: '10.1.0.2', ipVersion: 'IPv4' }, l4: { TCP: { source_port: 40_000 + sent, destination_port: 8080, flags: { SYN: true } } },
    source: end(from, 1), destination: end(to, 2),
    ...(verdict === 'DROPPED' ? { drop_reason: 133, drop_reason_desc: 'POLICY_DENIED', event_type: { type: 1, sub_type: 133 } } : { trace_reason: 'NEW', trace_observation_point: 'TO_ENDPOINT', event_type: { type: 4 } }),
  };
}

async function traffic(): Promise<void> {
  const flows = [flow(['front', 'web'], ['bank', 'ledger'], 'DROPPED'), flow(['front', 'web'], ['bank', 'ledger'], 'FORWARDED'), flow(['front', 'web'], ['bank', 'idle'], 'FORWARDED')];
  const lines = flows.map(({ node_name, ...rest }) => `${JSON.stringify({ flow: { ...rest, node_name }, node_name })}\n`).join('');
  expect((await fetch(`${orrery.url}/api/v1/flows`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: lines })).status).toBe(200);
  const start = BigInt(Date.now() - 2000) * 1_000_000n, attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });
  const spans = (name: string, callee: string, trace: string): object[] => [
    { who: name, span: { spanId: 'aaaaaaaaaaaaaaaa', kind: 3 } }, { who: callee, span: { spanId: 'bbbbbbbbbbbbbbbb', parentSpanId: 'aaaaaaaaaaaaaaaa', kind: 2 } },
  ].map(({ who, span }) => ({
    resource: { attributes: [attribute('service.name', who), attribute('k8s.namespace.name', 'store'), attribute('k8s.deployment.name', who)] },
    scopeSpans: [{ spans: [{ traceId: trace, name: 'GET /', startTimeUnixNano: String(start), endTimeUnixNano: String(start + 5_000_000n), ...span }] }],
  }));
  const trace = (n: number): string => `${n}${(++sent).toString(16).padStart(31, '0')}`;
  expect((await exportJson(orrery.otlpUrl, { resourceSpans: [...spans('cart', 'stock', trace(1)), ...spans('cart', 'till', trace(2))] })).ok).toBe(true);
}

interface Found { readonly code: string; readonly path: string; readonly edges: readonly string[]; readonly object: { readonly name: string } }

async function found(): Promise<{ readonly names: ReadonlyMap<string, string>; readonly items: readonly Found[] }> {
  const { graph, findings } = await orrery.ask<{ graph: { nodes: { id: string; label: string }[]; edges: { id: string; source: string; destination: string }[] }; findings: { items: Found[] } }>(
    '{ graph(input: { type: workload }) { nodes { id label } edges { id source destination } } findings(input: { first: 200 }) { items { code path edges object { name } } } }');
  const label = new Map(graph.nodes.map(({ id, label: text }) => [id, text]));
  return { names: new Map(graph.edges.map(({ id, source, destination }) => [id, `${label.get(source)} → ${label.get(destination)}`])), items: findings.items };
}

beforeAll(async () => {
  mkdirSync(manifests);
  writeFileSync(join(manifests, 'all.yaml'), [serves('web', 'front'), serves('ledger', 'bank'), serves('idle', 'bank'), guarded, serves('cart', 'store'), serves('stock', 'store'), serves('till', 'store'), meshed].join('').slice(4));
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') }, kubernetes: { directories: [{ cluster, path: manifests }] } });
});
afterAll(async () => {
  await orrery.stop();
  dir.remove();
});

it('a policy of Cilium that means no pod, and a route of Kuma to no backend, are told with the edges that they break', async () => {
  await traffic();
  await vi.waitFor(async () => {
    const { names, items } = await found();
    expect([...names.values()].sort()).toEqual(['cart → stock', 'cart → till', 'web → idle', 'web → ledger']);
    const told = items.map(({ code, path, edges, object }) => [code, object.name, path, edges.map((id) => names.get(id))]);
    expect(told).toContainEqual(['cilium-policy/peer-not-found', 'ledger', 'spec/ingress[0]/fromEndpoints[0]', ['web → ledger']]);
    expect(told).toContainEqual(['kuma-policy/route-weights', 'stock', 'spec/to[0]/rules[0]/default/backendRefs', ['cart → stock']]);
    expect(items.map(({ code }) => code).filter((code) => /^(?:cilium|kuma|linkerd|consul|traefik)/.test(code)).sort()).toEqual(['cilium-policy/peer-not-found', 'kuma-policy/route-weights']);
  }, patience);
});
