import type { AddressInterval } from '@orrery/server/kubernetes/addresses/owned-addresses';
import { ClusterRecorder, type ClusterRecords } from '@orrery/server/kubernetes/record-cluster';
import { watchedResources } from '@orrery/server/kubernetes/resources';
import { configKey, type ConfigVersion } from '@orrery/server/kubernetes/versions/config-version';
import type { KubeServer } from '../simulator/kube-server.ts';
import { startWatch, until, type Watched } from './kubernetes-watch.ts';
import type { ConformanceCase } from './suite.ts';

/** What a store would hold: the newest row of each key. */
class Records implements ClusterRecords {
  readonly addresses = new Map<string, AddressInterval>();
  readonly versions: ConfigVersion[] = [];
  readonly openAddresses = (): Promise<readonly AddressInterval[]> => Promise.resolve(this.addresses.values().filter(({ toMs }) => toMs === null).toArray());
  readonly configHeads = (): Promise<readonly ConfigVersion[]> => Promise.resolve([...new Map(this.versions.map((one) => [configKey(one), one])).values()].filter(({ deleted }) => !deleted));
  readonly writeHappenings = (): Promise<void> => Promise.resolve();

  writeAddresses(_cluster: string, intervals: readonly AddressInterval[]): Promise<void> {
    for (const one of intervals) this.addresses.set(`${one.address} ${one.fromMs}`, one);
    return Promise.resolve();
  }

  writeVersions(versions: readonly ConfigVersion[]): Promise<void> {
    this.versions.push(...versions);
    return Promise.resolve();
  }

  /** Who has each pod address, by pod. */
  owners(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.addresses.values().filter(({ pod, toMs }) => pod !== '' && toMs === null).map(({ address, pod }) => [address, pod]));
  }
}

/** Addresses and versions through the ends of processes: what vanished or came while nobody was there. */
export function recordCases(server: KubeServer): ConformanceCase[] {
  const records = new Records();
  /** One life of a process: it follows the cluster until `done`. */
  const live = async (done: (watched: Watched) => boolean): Promise<void> => {
    const writes: { recorder?: ClusterRecorder } = {};
    const watched = await startWatch(server, server.port, server.tokens.admin, (change) => writes.recorder?.onChange(change));
    const recorder = writes.recorder = new ClusterRecorder({ cluster: 'test', network: 'test', clusterDomain: 'cluster.local', resources: watchedResources, known: watched.watch, records, now: Date.now });
    try {
      await until(async () => {
        await recorder.flush();
        return done(watched);
      }, () => `owners ${JSON.stringify(records.owners())}, ${records.versions.length} versions`);
    } finally {
      await watched.stop();
    }
  };
  const allRead = ({ watch }: Watched): boolean => watch.statuses().length > 10 && watch.statuses().every(({ synced }) => synced);
  const pods = '/api/v1/namespaces/default/pods';
  const run = async (name: string, ip: string): Promise<void> => {
    await server.call('POST', pods, { metadata: { name, labels: { app: name } }, spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'app:1', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] } });
    await server.call('PATCH', `${pods}/${name}/status`, { status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], startTime: new Date().toISOString() } });
  };
  const end = (name: string): Promise<unknown> => server.call('DELETE', `${pods}/${name}?gracePeriodSeconds=0`);
  return [
    {
      name: 'addresses of pods and services are owned from their start',
      async run() {
        await run('stays', '10.244.0.1');
        await run('vanishes', '10.244.0.2');
        await run('replaced', '10.244.0.3');
        await live(() => Object.keys(records.owners()).length === 3);
      },
    },
    {
      name: 'a pod that vanished while nobody was there has ended; a reused address is its new owner\'s, and the intervals do not overlap',
      async run() {
        await end('vanishes');
        await end('replaced');
        await run('newcomer', '10.244.0.3');
        const wanted = JSON.stringify({ '10.244.0.1': 'stays', '10.244.0.3': 'newcomer' });
        const sorted = (): string => JSON.stringify(Object.fromEntries(Object.entries(records.owners()).sort()));
        // Lists of other resources may take longer: what they hold is written in this life too.
        let flushes = 0;
        await live((watched) => sorted() === wanted && allRead(watched) && ++flushes > 5);
        const reused = records.addresses.values().filter(({ address }) => address === '10.244.0.3').toArray().sort((a, b) => a.fromMs - b.fromMs);
        const [first, second] = reused;
        if (reused.length !== 2 || first?.toMs === null || (first?.toMs ?? 0) > (second?.fromMs ?? 0)) throw new Error(JSON.stringify(reused));
      },
    },
    {
      name: 'a third life finds nothing new, and nothing secret was written',
      async run() {
        const before = records.versions.length, addresses = records.addresses.size;
        let flushes = 0;
        await live((watched) => allRead(watched) && ++flushes > 5);
        if (records.versions.length !== before || records.addresses.size !== addresses) throw new Error(`${records.versions.length - before} versions and ${records.addresses.size - addresses} addresses too many`);
        if (JSON.stringify(records.versions).includes('hunter2')) throw new Error('an environment variable was stored');
        if (!records.versions.some(({ kind, name, deleted }) => kind === 'Pod' && name === 'vanishes' && deleted)) throw new Error('the end of a pod is no version');
      },
    },
  ];
}
