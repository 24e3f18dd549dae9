import { describe, expect, it } from 'vitest';
import type { AddressInterval } from './addresses/owned-addresses.ts';
import type { Happening } from './happenings/happening.ts';
import type { KubeObject } from './kube-object.ts';
import { ClusterRecorder, type ClusterRecords } from './record-cluster.ts';
import { resourceId, watchedResources, type ResourceId } from './resources.ts';
import { Known, object, pod } from './testing/objects.ts';
import { configKey, type ConfigHead, type ConfigVersion } from './versions/config-version.ts';
import type { ResourceStatus } from './watch-cluster.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const route = (timeout: string, metadata: object = {}): KubeObject => ({ ...object('VirtualService', 'shop/orders', { spec: { http: [{ timeout }] } }, metadata as Record<string, unknown>), apiVersion: 'networking.istio.io/v1' });

class Records implements ClusterRecords {
  readonly addresses = new Map<string, AddressInterval>();
  readonly happenings = new Map<string, Happening>();
  readonly versions: ConfigVersion[] = [];
  failure: Error | undefined;
  openAddresses = (): Promise<readonly AddressInterval[]> => Promise.resolve([...this.addresses.values()].filter(({ toMs }) => toMs === null));
  configHeads = (): Promise<readonly ConfigHead[]> => Promise.resolve([...new Map(this.versions.map((one) => [configKey(one), one])).values()].filter(({ deleted }) => !deleted));
  writeAddresses = (_: string, rows: readonly AddressInterval[]): Promise<void> => this.#write(() => rows.forEach((row) => this.addresses.set(`${row.address} ${row.fromMs}`, row)));
  writeHappenings = (_: string, rows: readonly Happening[]): Promise<void> => this.#write(() => rows.forEach((row) => this.happenings.set(row.id, row)));
  writeVersions = (rows: readonly ConfigVersion[]): Promise<void> => this.#write(() => void this.versions.push(...rows));

  #write(put: () => void): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    put();
    return Promise.resolve();
  }
}

/** A recorder over objects that tests put and take away; everything is synced. */
function recorder(known: Known, records: Records): ClusterRecorder {
  const statuses = (): ResourceStatus[] => watchedResources.map((resource) => ({
    resource: resourceId(resource), phase: 'watching', problem: '', synced: true, objects: 0, lastHeardMs: 0, counts: { lists: 1, resumes: 0, events: 0, failures: 0, beyondLimit: 0 },
  }));
  return new ClusterRecorder({
    cluster: 'c', network: 'n', clusterDomain: 'cluster.local', resources: watchedResources, records, now: () => now,
    known: { objects: (id: ResourceId) => known.get(id), statuses },
  });
}

const routes = 'virtualservices.networking.istio.io';

describe('what a watch sees is written down', () => {
  it('from the first picture on, and change by change', async () => {
    const known = new Known(), records = new Records(), writes = recorder(known, records);
    known.put('pods', pod('shop/orders-0', '10.1.0.1', '2026-01-01T10:00:00Z'));
    known.put(routes, route('5s'));
    await writes.flush();
    expect([...records.addresses.values()].map(({ address, toMs }) => [address, toMs])).toEqual([['10.1.0.1', null]]);
    expect(records.versions.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(['Pod orders-0', 'VirtualService orders']);
    expect(records.happenings.size).toBe(0);

    writes.onChange(known.put(routes, route('1s', { resourceVersion: '2' })));
    writes.onChange(known.remove('pods', 'shop/orders-0'));
    await writes.flush();
    expect([...records.addresses.values()].map(({ toMs }) => toMs)).toEqual([now]);
    expect([...records.happenings.values()].map(({ title, body }) => [title, body])).toEqual([['VirtualService orders changed', 'spec/http[0]/timeout: 5s → 1s']]);
    expect(records.versions.slice(2).map(({ kind, deleted }) => `${kind} ${deleted}`)).toEqual(['VirtualService false', 'Pod true']);
  });

  it('whenever a change comes while the first picture is being made', async () => {
    for (let steps = 0; steps < 12; steps++) {
      const known = new Known(), records = new Records(), writes = recorder(known, records), begun = writes.flush();
      for (let i = 0; i < steps; i++) await Promise.resolve();
      writes.onChange(known.put('pods', pod('shop/late', '10.1.0.1', '2026-01-01T10:00:00Z')));
      await begun;
      await writes.flush();
      expect([steps, records.addresses.size, records.versions.length]).toEqual([steps, 1, 1]);
    }
  });

  it('later, when the store does not take it now', async () => {
    const known = new Known(), records = new Records(), writes = recorder(known, records);
    await writes.flush();
    records.failure = new Error('down');
    writes.onChange(known.put('pods', pod('shop/a', '10.1.0.1', '2026-01-01T10:00:00Z')));
    await expect(writes.flush()).rejects.toThrow('down');
    writes.onChange(known.remove('pods', 'shop/a'));
    records.failure = undefined;
    await writes.flush();
    expect([...records.addresses.values()].map(({ toMs }) => toMs)).toEqual([now]);
    expect(records.versions.map(({ deleted }) => deleted)).toEqual([false, true]);
    expect(writes.pending).toBe(0);
  });

  it('by one process: until its turn comes a change is nothing, then all of them are', async () => {
    const known = new Known(), records = new Records(), writes = recorder(known, records);
    writes.onChange(known.put(routes, route('5s')));
    expect(writes.pending).toBe(0);
    await writes.flush();
    expect(records.versions).toHaveLength(1);
    writes.reset();
    writes.onChange(known.put(routes, route('1s', { resourceVersion: '2' })));
    expect(writes.pending).toBe(0);
    await writes.flush();
    expect(records.versions).toHaveLength(2);
  });
});

describe('what changed while nobody was watching', () => {
  it('is told on coming back: changed and gone since when at the earliest, created when it says', async () => {
    const before = new Known(), records = new Records();
    before.put(routes, route('5s'), { ...route('5s'), metadata: { ...route('5s').metadata, name: 'gone', uid: 'g' } });
    await recorder(before, records).flush();
    const after = new Known();
    after.put(routes, route('1s', { resourceVersion: '7' }), { ...route('1s'), metadata: { ...route('1s').metadata, name: 'made', uid: 'm', creationTimestamp: '2026-01-01T11:00:00Z' } });
    after.put('serviceaccounts', object('ServiceAccount', 'shop/a'));
    await recorder(after, records).flush();
    expect([...records.happenings.values()].map(({ title, body, timeMs }) => `${title} ${new Date(timeMs).toISOString().slice(11, 16)} ${body}`).sort()).toEqual([
      'VirtualService gone deleted 12:00 while nobody was watching: after 2026-01-01T12:00:00.000Z', 'VirtualService made created 11:00 ',
      'VirtualService orders changed 12:00 while nobody was watching: after 2026-01-01T12:00:00.000Z',
    ]);
  });
});
