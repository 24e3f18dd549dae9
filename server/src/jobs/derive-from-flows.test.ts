import { afterAll, beforeAll, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { externalHost, workload } from '@orrery/collectors/model/entity';
import type { Flow } from '@orrery/collectors/model/flow';
import { bucketOf } from '@orrery/collectors/model/time-window';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import { createTrafficReader } from '../readers/traffic-reader.ts';
import { createFlowsJob } from './derive-from-flows.ts';
import { openTestStore, untilIdle, type TestStore } from './engine-fixture.ts';

let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

const at = Date.now() - 60_000;
let id = 0;
const flow = (more: Partial<Flow>): Flow => ({
  tenant: 't', id: `f${++id}`, timeNs: BigInt(at) * 1_000_000n, node: 'n1', sourcePod: '', destinationPod: '', sourceZone: '', destinationZone: '', feed: 'hubble:a', role: 'open', verdict: 1, dropReason: '', side: 'source',
  source: workload('c', 'shop', 'web'), destination: workload('c', 'shop', 'orders'), sourceIp: '10.0.0.1', destinationIp: '10.0.0.2', destinationPort: 8080, destinationService: '',
  protocol: 'tcp', httpStatus: 0, httpMethod: '', latencyNs: -1n, dnsRcode: -1, encrypted: -1, raw: '', ...more,
});

it('counts openings, responses and drops; further packets only keep the edge alive; what two relays send counts once', async () => {
  const twice = flow({ encrypted: 1 });
  const writer = createBlockWriter(opened.store);
  await writer.flows([
    twice, flow({ encrypted: 0 }), flow({ role: 'other' }),
    flow({ role: 'response', protocol: 'http', httpStatus: 503, latencyNs: 12_000_000n, side: 'destination' }),
    flow({ role: 'response', protocol: 'http', httpStatus: 200, side: 'destination' }),
    flow({ role: 'response', protocol: 'dns', dnsRcode: 3, destination: externalHost('dns'), destinationPort: 53 }),
    flow({ role: 'response', protocol: 'dns', dnsRcode: 2, destination: externalHost('dns'), destinationPort: 53 }),
    flow({ role: 'drop', verdict: 2, dropReason: 'POLICY_DENIED' }),
    flow({ role: 'other', destination: workload('c', 'shop', 'held') }),
  ], 'a');
  await writer.flows([{ ...twice, feed: 'hubble:b' }], 'b');
  await untilIdle(createFlowsJob(opened.store, writer, Date.now));
  const rows = await createTrafficReader(opened.store).edgeWindows({ tenant: 't', namespaces: null }, { from: bucketOf(at / 1000), to: bucketOf(at / 1000) + 10, step: 10 });
  const of = (name: string, side: string) => rows.find((row) => row.edge!.destination.name === name && row.side === side)!;
  expect(rows).toHaveLength(4);
  expect(of('orders', 'source')).toMatchObject({ connectionsOpened: 2, connectionsSecured: 1, connectionsPlaintext: 1, drops: 1, feed: 'flows', measured: Measured.connections | Measured.security | Measured.drops });
  expect([...of('orders', 'source').responses]).toEqual([['drop POLICY_DENIED -', 1]]);
  expect(of('orders', 'destination')).toMatchObject({ requests: 2, errors: 1, latencySumMs: 12 });
  expect([...of('orders', 'destination').latency].map(([, count]) => count)).toEqual([1]);
  expect(of('dns', 'source')).toMatchObject({ requests: 2, errors: 1 });
  expect(of('held', 'source')).toMatchObject({ connectionsOpened: 0, measured: Measured.connections });
});
