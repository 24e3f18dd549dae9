import { unknownEntity, workload, type Entity } from '@orrery/collectors/model/entity';
import type { Flow } from '@orrery/collectors/model/flow';
import { bucketOf } from '@orrery/collectors/model/time-window';
import { createBlockWriter, type BlockWriter } from '@orrery/collectors/store/block-writer';
import type { Store } from '@orrery/collectors/store/store';
import type { AddressInterval } from '../kubernetes/addresses/owned-addresses.ts';
import { createConfigReader } from '../readers/config-reader.ts';
import { createOpenAddressReader } from '../readers/open-address-reader.ts';
import { createTrafficReader } from '../readers/traffic-reader.ts';
import { createConfigWriter } from '../writers/config-writer.ts';
import { createKubernetesRecords } from '../writers/kubernetes-records.ts';
import { createFlowsJob } from './derive-from-flows.ts';
import type { LeasedJob } from './leased-job.ts';

/** In the middle of a bucket. */
export const at = bucketOf(Date.now() / 1000 - 120) * 1000 + 5_000;
export const day = 86_400_000;
export const web = workload('a', 'shop', 'web');
export const nobody: Entity = { ...unknownEntity, kind: 'world', name: 'world' };
let id = 0;

export interface TestMesh {
  readonly job: LeasedJob;
  readonly writer: BlockWriter;
  /** Kubernetes gives an address away, a day ago and for good unless told otherwise. */
  own(cluster: string, name: string, address: string, more?: Partial<AddressInterval>): Promise<void>;
  flows(...flows: readonly Partial<Flow>[]): Promise<void>;
  /** `source → destination ×count`, in order. */
  edges(count?: 'connectionsOpened' | 'requests'): Promise<string[]>;
}

/** For tests: a tenant whose addresses are given away and whose flows are derived as the test says. */
export function testMesh(store: Store, tenant: string): TestMesh {
  const writer = createBlockWriter(store), reader = createConfigReader(store);
  const records = createKubernetesRecords(tenant, store, { reader, writer: createConfigWriter(store) }, createOpenAddressReader(store));
  const job = createFlowsJob(store, writer, Date.now);
  return {
    job, writer,
    own: (cluster, name, address, more = {}) => records.writeAddresses(cluster, [{
      network: cluster, address, port: 0, entity: workload(cluster, 'shop', name), services: [], pod: `${name}-0`, node: '', zone: '', fromMs: at - day, toMs: null, ...more,
    }]),
    flows: (...flows) => writer.flows(flows.map((more): Flow => ({
      tenant, id: `f${++id}`, timeNs: BigInt(at) * 1_000_000n, node: 'n', sourcePod: '', destinationPod: '', sourceZone: '', destinationZone: '', feed: 'hubble', role: 'open', verdict: 1, dropReason: '', side: 'source', source: web, destination: nobody,
      sourceIp: '10.0.0.1', destinationIp: '', destinationPort: 8080, destinationService: '', protocol: 'tcp', httpStatus: 0, httpMethod: '', latencyNs: -1n, dnsRcode: -1, encrypted: -1, raw: '', ...more,
    })), `${tenant}:${id}`),
    async edges(count = 'connectionsOpened') {
      const from = bucketOf(at / 1000) - 10;
      const rows = await createTrafficReader(store).edgeWindows({ tenant, namespaces: null }, { from, to: from + 40, step: 10 });
      return rows.map(({ edge, [count]: counted }) => `${edge!.source.cluster}/${edge!.source.name} → ${edge!.destination.cluster}/${edge!.destination.name} ${edge!.service} ×${counted}`.replace('  ', ' ')).sort();
    },
  };
}

export const to = (destinationIp: string, more: Partial<Flow> = {}): Partial<Flow> => ({ destinationIp, ...more });
export const when = (ms: number): Pick<Flow, 'timeNs'> => ({ timeNs: BigInt(ms) * 1_000_000n });
