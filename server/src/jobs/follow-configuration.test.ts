import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { object } from '../kubernetes/testing/objects.ts';
import type { KubeObject } from '../kubernetes/kube-object.ts';
import { ConfigVersions } from '../kubernetes/versions/config-versions.ts';
import { createConfigReader } from '../readers/config-reader.ts';
import { createFindingReader } from '../readers/finding-reader.ts';
import type { FindingReader } from '../validation/findings/ports.ts';
import { certificates } from '../validation/testing/certificates.ts';
import { createConfigWriter } from '../writers/config-writer.ts';
import { createFindingWriter } from '../writers/finding-writer.ts';
import { openTestStore, type TestStore } from './engine-fixture.ts';
import { createFollowConfiguration } from './follow-configuration.ts';

const t0 = Date.now() - 3_600_000;
let test: TestStore, history: FindingReader, written = 0;
beforeAll(async () => {
  test = await openTestStore();
  history = createFindingReader(test.store);
}, 60_000);
afterAll(() => test.close());

const rule = (host: string, name = 'orders'): KubeObject => ({ ...object('DestinationRule', `shop/${name}`, { spec: { host, subsets: [{ name: 'v1' }] } }), apiVersion: 'networking.istio.io/v1' });
const service = (name: string): KubeObject => ({ ...object('Service', `shop/${name}`, { spec: { ports: [{ name: 'http', port: 80 }] } }), apiVersion: 'v1' });
const versions = new ConfigVersions('c', []);
const write = async (...changes: (ReturnType<ConfigVersions['put']>)[]): Promise<void> => {
  await createConfigWriter(test.store).versions('t', changes.filter((one) => one !== undefined), `w${++written}`);
};
const follow = (now: () => number = Date.now) => createFollowConfiguration({ tenant: 't', config: createConfigReader(test.store), history, writer: createFindingWriter(test.store), now });
const spells = async (code: string): Promise<string[]> => (await history.within('t', 0, Date.now() + 1, null, 100)).filter((one) => one.code === code)
  .map(({ object: { name }, cameMs, wentMs }) => `${name} ${cameMs - t0}-${wentMs === null ? '' : wentMs - t0}`).sort();

describe('the history of findings', () => {
  let job: ReturnType<typeof follow>;
  beforeAll(() => { job = follow(); });
  const missing = 'destination-rule/host-not-found';

  it('begins where the configuration was seen', async () => {
    await write(versions.put(rule('orders'), t0 + 1_000));
    expect((await job.run()).written).toBeGreaterThan(0);
    expect(await spells(missing)).toEqual(['orders 1000-']);
    expect(job.counts().find(({ severity }) => severity === 'error')?.cluster).toBe('c');
  });

  it('has nothing to add while nothing changes', async () => {
    expect((await job.run()).written).toBe(0);
  });

  it('ends with the change of another object that mends it, and begins anew when that goes', async () => {
    await write(versions.put(service('orders'), t0 + 5_000));
    await job.run();
    expect(await spells(missing)).toEqual(['orders 1000-5000']);
    await write(versions.remove(service('orders'), t0 + 9_000));
    await job.run();
    expect(await spells(missing)).toEqual(['orders 1000-5000', 'orders 9000-']);
  });

  it('is gone on with by another process, which validates all', async () => {
    const next = follow();
    expect((await next.run()).written).toBe(0);
    await write(versions.put(rule('ledger', 'ledger'), t0 + 12_000), versions.remove(rule('orders'), t0 + 12_000));
    await next.run();
    expect(await spells(missing)).toEqual(['ledger 12000-', 'orders 1000-5000', 'orders 9000-12000']);
    const [open] = await history.standing('t', 'c');
    expect(await history.ofFindings('t', [open!.finding], t0 + 11_000, 20)).toEqual([]);
    expect(await history.ofFindings('t', [open!.finding], t0 + 13_000, 20)).toHaveLength(1);
  });

  it('is told of windows that it stood in, and of no other tenant', async () => {
    const within = (from: number, to: number): Promise<number> => history.within('t', t0 + from, t0 + to, null, 100).then((found) => found.filter(({ code }) => code === missing).length);
    expect([await within(0, 900), await within(2_000, 3_000), await within(6_000, 8_000), await within(4_000, 20_000)]).toEqual([0, 1, 0, 3]);
    expect(await history.within('other', 0, Date.now(), null, 100)).toEqual([]);
  });

  it('is looked at anew each day: certificates expire while nothing changes', async () => {
    const day = Date.parse('2036-11-01T00:00:00Z'), code = 'linkerd-control-plane/trust-anchor';
    let nowMs = day - 180 * 86_400_000;
    const next = follow(() => nowMs);
    await write(versions.put({ ...object('ConfigMap', 'linkerd/linkerd-identity-trust-roots', { data: { 'ca-bundle.crt': certificates.root } }), apiVersion: 'v1' }, t0 + 13_000));
    await next.run();
    expect((await history.standing('t', 'c')).filter((spell) => spell.code === code)).toEqual([]);
    nowMs = day + 5_000;
    await next.run();
    expect((await history.standing('t', 'c')).filter((spell) => spell.code === code)).toMatchObject([{ cameMs: day, message: 'trust anchor root.linkerd.cluster.local expires on 2036-11-18, in 17 days' }]);
    await write(versions.remove({ ...object('ConfigMap', 'linkerd/linkerd-identity-trust-roots', {}), apiVersion: 'v1' }, t0 + 14_000));
    await next.run();
    expect((await history.standing('t', 'c')).filter((spell) => spell.code === code)).toEqual([]);
  });

  it('follows mesh settings, by which all is read', async () => {
    const next = follow();
    await next.run();
    await write(versions.put({ ...object('ConfigMap', 'istio-system/istio', { data: { mesh: 'outboundTrafficPolicy: { mode: REGISTRY_ONLY }' } }), apiVersion: 'v1' }, t0 + 15_000));
    const severity = async (): Promise<string | undefined> => (await history.standing('t', 'c')).find(({ code }) => code === missing)?.severity;
    expect(await severity()).toBe('warning');
    await next.run();
    expect([await severity(), (await next.run()).written]).toEqual(['error', 0]);
    expect(await spells(missing)).toContain('ledger 12000-');
  });
});
