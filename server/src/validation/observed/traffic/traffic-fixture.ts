import { workload, type Entity } from '@orrery/collectors/model/entity';
import { host, row, type RowSpec } from '../../../inference/row-fixture.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';

/** A Service of the namespace `shop` with a workload for each version, for tests. */
export function service(name: string, versions: readonly string[], ports = '[{ name: http, port: 80 }]'): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: ${ports} }
${versions.map((version) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-${version}, namespace: shop }
spec: { selector: { matchLabels: { app: ${name}, version: ${version} } }, template: { metadata: { labels: { app: ${name}, version: ${version} } }, spec: { containers: [{ name: istio-proxy }] } } }
`).join('')}`;
}

/** A DestinationRule for a host of `shop`; its subsets select the label `version` by their names. @param policy flow YAML */
export function rule(name: string, subsets: readonly string[], policy = '{}'): string {
  return `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: shop }
spec: { host: ${name}, trafficPolicy: ${policy}, subsets: [${subsets.map((subset) => `{ name: ${subset}, labels: { version: ${subset} } }`).join(', ')}] }
`;
}

/** A VirtualService `name` for the host of that name; `http` is the list of its routes in YAML. */
export function virtualService(name: string, http: string, more = ''): string {
  return `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: shop }
spec: { hosts: [${name}], ${more} http: ${http} }
`;
}

export const pod = (name: string, version = 'v1'): Entity => workload('c', 'shop', `${name}-${version}`, name, version);
export const client: Entity = workload('c', 'shop', 'web', 'web', 'v1');

/** What a caller's proxy, and where `arrived` is given that of the one it called, says of calls. */
export function called(to: Entity, responses: Readonly<Record<string, number>>, arrived: Readonly<Record<string, number>> | null = responses, more: Partial<RowSpec> = {}): EdgeWindow[] {
  const spec = { from: client, to, service: host(to.app === '' ? to.name : to.app), ...more };
  return [row({ ...spec, responses, side: 'source' }), ...(arrived === null ? [] : [row({ ...spec, responses: arrived, side: 'destination' })])];
}
