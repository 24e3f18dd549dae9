import { hubbleConfig } from '@orrery/collectors/hubble/config';
import { startHubble } from '@orrery/collectors/hubble/start-hubble';
import { Overloaded, StoreUnavailable } from '@orrery/collectors/pipeline/sink';
import type { RunningSource } from '@orrery/collectors/pipeline/source-deps';
import { afterEach, describe, expect, it } from 'vitest';
import type { HubbleFlowInput } from '../simulator/encode-flow.ts';
import { startHubbleRelay, type HubbleRelay } from '../simulator/hubble-relay.ts';
import { freePort } from '../simulator/orrery-process.ts';
import { flowSink, until, type FlowSink } from './hubble-sink.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function relayAt(port: number): Promise<HubbleRelay> {
  const relay = await startHubbleRelay({ port, nodeName: 'node-a' });
  stops.push(() => relay.stop());
  return relay;
}

async function follow(address: string, sink: FlowSink, more: object = {}): Promise<RunningSource> {
  const source = await startHubble(hubbleConfig.parse({ relays: [{ address, name: 'test' }], ...more }), sink.deps);
  stops.push(() => source.stop());
  return source;
}

function flow(id: number, timeMs = Date.now()): HubbleFlowInput {
  return {
    time: new Date(timeMs).toISOString(), uuid: `flow-${id}`, verdict: 'FORWARDED', traffic_direction: 'EGRESS', trace_reason: 'NEW', is_reply: false,
    trace_observation_point: 'TO_OVERLAY', event_type: { type: 4, sub_type: 4 }, l4: { TCP: { source_port: 4000, destination_port: 80 } },
    source: { namespace: 'shop', pod_name: 'cart-5c7d8f9b6d-x2x4z' }, destination: { namespace: 'shop', workloads: [{ name: 'stock', kind: 'Deployment' }] },
  };
}

describe('following a relay', () => {
  it('stores what it has and what comes, once each', async () => {
    const relay = await relayAt(0);
    const sink = flowSink();
    for (let id = 0; id < 50; id++) relay.push(flow(id));
    await follow(relay.address, sink);
    await until(() => sink.rows.size === 50);
    for (let id = 50; id < 100; id++) relay.push(flow(id));
    await until(() => sink.rows.size === 100);
    const [row] = sink.rows.values();
    expect(row).toMatchObject({ feed: 'hubble:test', role: 'open', side: 'source', source: { name: 'cart' }, destination: { name: 'stock' }, destinationPort: 80 });
  });

  it('asks again from before the newest stored flow when the connection breaks, and loses nothing', async () => {
    const first = await relayAt(await freePort());
    const sink = flowSink();
    const all = Array.from({ length: 300 }, (_, id) => flow(id, Date.now() - 20_000 + id * 50));
    const source = await follow(first.address, sink);
    all.slice(0, 150).forEach((one) => first.push(one));
    await until(() => sink.rows.size === 150);
    await first.stop();
    const second = await relayAt(Number(first.address.split(':')[1]));
    all.forEach((one) => second.push(one));
    await until(() => sink.rows.size === 300);
    await source.stop();
    expect([...sink.rows.values()].map((row) => row.id).sort()).toEqual(all.map((one) => one.uuid).sort());
    expect(sink.total('received')).toBe(sink.total('stored'));
    // Those of the last 30 s came twice.
    expect(sink.total('stored')).toBeGreaterThan(300);
  });

  it('stands still while the store is full or away, then goes on without a loss', async () => {
    const relay = await relayAt(0);
    const sink = flowSink();
    sink.failures.push(new Overloaded(10), new StoreUnavailable(10), new Overloaded(10));
    const source = await follow(relay.address, sink);
    for (let id = 0; id < 1000; id++) relay.push(flow(id));
    await until(() => sink.rows.size === 1000);
    await source.stop();
    expect(sink.total('received')).toBe(1000);
    expect(sink.total('stored')).toBe(1000);
    expect(sink.total('dropped')).toBe(0);
  });

  it('stops reading when its buffer is full: a store that hangs holds back the relay, not the memory', async () => {
    const relay = await startHubbleRelay({ port: 0, nodeName: 'node-a', capacity: 200_000 });
    stops.push(() => relay.stop());
    const sink = flowSink();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    sink.beforeStore = () => held;
    const count = 60_000;
    for (let id = 0; id < count; id++) relay.push(flow(id));
    const source = await follow(relay.address, sink);
    await until(() => sink.reports.some((report) => report.up === 1));
    // Time in which a reader that did not stop would have taken everything.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    release();
    await until(() => sink.rows.size === count);
    await source.stop();
    expect(Math.max(...sink.batches)).toBeLessThanOrEqual(20_000);
    expect(sink.total('stored')).toBe(count);
  });

  it('finds the row that the store refuses and keeps the others', async () => {
    const relay = await relayAt(0);
    const sink = flowSink();
    const deps = { ...sink.deps, sink: { ...sink.deps.sink, flows: async (rows: Parameters<typeof sink.deps.sink.flows>[0]) => {
      if (rows.some((row) => row.id === 'flow-7')) throw new Error('a value that no retry can mend');
      await sink.deps.sink.flows(rows);
    } } };
    for (let id = 0; id < 20; id++) relay.push(flow(id));
    const source = await startHubble(hubbleConfig.parse({ relays: [{ address: relay.address }] }), deps);
    await until(() => sink.rows.size === 19 && sink.rejections.length === 1);
    await source.stop();
    expect(sink.rejections[0]).toMatchObject({ source: 'hubble', reason: 'refused by the store', count: 1 });
    expect(sink.total('received')).toBe(20);
    expect(sink.total('rejected')).toBe(1);
  });

  it('tells of events that were lost, and refuses flows without a time by name', async () => {
    const relay = await relayAt(0);
    const sink = flowSink();
    const source = await follow(relay.address, sink);
    relay.push(flow(1));
    await until(() => sink.rows.size === 1);
    relay.lose(41, Date.now());
    relay.push({ ...flow(2), time: '1970-01-01T00:00:00Z' });
    relay.push({ ...flow(3), time: new Date(Date.now() + 3 * 86_400_000).toISOString() });
    relay.push(flow(4));
    await until(() => sink.rows.size === 2);
    await source.stop();
    expect(sink.total('lostUpstream')).toBe(41);
    expect(sink.rejections.map((one) => one.reason)).toEqual(['time is missing', 'time is more than a day in the future']);
    expect(sink.total('received')).toBe(4);
  });

  it('says that a relay is down and why', async () => {
    const sink = flowSink();
    const source = await follow('127.0.0.1:1', sink);
    await until(() => sink.reports.some((report) => report.error !== ''));
    await source.stop();
    const last = sink.reports.at(-1);
    expect(last).toMatchObject({ source: 'hubble', feed: 'hubble:test', target: '127.0.0.1:1', up: 0, received: 0 });
    expect(last?.error).toMatch(/ECONNREFUSED|connect/i);
  });
});

describe('configuration', () => {
  it('refuses what it does not know, and half a client certificate', () => {
    expect(hubbleConfig.safeParse({ relay: [] }).success).toBe(false);
    expect(hubbleConfig.safeParse({ relays: [{ address: 'http://relay:4245' }] }).success).toBe(false);
    expect(hubbleConfig.safeParse({ relays: [{ address: 'relay:4245', tls: { certFile: 'a.pem' } }] }).success).toBe(false);
    expect(hubbleConfig.parse({})).toMatchObject({ relays: [], files: [], overlapSeconds: 30 });
  });
});
