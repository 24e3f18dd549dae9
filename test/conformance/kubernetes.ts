import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dig } from '@orrery/server/validation/model/fields';
import { parseManifests } from '@orrery/server/validation/parse/parse-manifests';
import { startCuttingProxy, type CuttingProxy } from '../simulator/cutting-proxy.ts';
import { kubeServerMissing, startKubeServer, type KubeServer } from '../simulator/kube-server.ts';
import { recordCases } from './kubernetes-records.ts';
import { startWatch, sumOfChanges, until, untilTrue, type Watched } from './kubernetes-watch.ts';
import type { ConformanceCase, Suite } from './suite.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts', allAccounts = '/api/v1/serviceaccounts';
const virtualServices = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
const rbacFile = resolve(import.meta.dirname, '../../deploy/kubernetes/rbac.yaml');

interface Parts { readonly server: KubeServer; readonly proxy: CuttingProxy; readonly watched: Watched }

/**
 * The watch against a real API server, through a proxy that does what networks do. After every case what is known is
 * compared with what the server has: nothing missed, nothing kept that is gone. Each case takes 45 s at most.
 */
export async function kubernetes(): Promise<Suite> {
  const missing = kubeServerMissing();
  if (missing !== '') return { cases: [], skipped: [{ case: '*', reason: missing }] };
  const server = await startKubeServer(), proxy = await startCuttingProxy(server.port);
  for (let from = 0; from < 1_200; from += 40) await Promise.all(Array.from({ length: 40 }, (_, i) => create(server, `account-${from + i}`)));
  const watched = await startWatch(server, proxy.port, server.tokens.admin);
  const parts = { server, proxy, watched };
  return {
    cases: [...networkCases(parts), ...serverCases(parts), ...rightsCases(parts), ...customResourceCases(parts), ...recordCases(server), {
      name: 'every change was told, in an order that adds up',
      run: () => same([...sumOfChanges(watched.changes, 'serviceaccounts')].sort(), [...watched.watch.objects('serviceaccounts').keys()].sort()),
    }],
    skipped: [],
    async close() {
      await watched.stop();
      await proxy.stop();
      await server.stop();
    },
  };
}

function networkCases({ server, proxy, watched }: Parts): ConformanceCase[] {
  const settled = (): Promise<void> => untilTrue(server, watched, 'serviceaccounts', allAccounts);
  return [
    { name: 'a list of several pages', run: settled },
    {
      name: 'changes of a quiet and of a busy time',
      async run() {
        await churn(server, 'busy', 60);
        await settled();
      },
    },
    {
      name: 'connections reset in the middle of changes are resumed without a list',
      async run() {
        const lists = watched.status('serviceaccounts')?.counts.lists;
        const churning = churn(server, 'cut', 80);
        for (let i = 0; i < 5; i++) {
          await sleep(150);
          proxy.cut();
        }
        await churning;
        await settled();
        same(watched.status('serviceaccounts')?.counts.lists, lists);
      },
    },
    {
      name: 'deleted, and made again under the same name, while nobody was connected',
      async run() {
        await create(server, 'twice');
        await settled();
        const before = watched.watch.objects('serviceaccounts').get('default/twice')?.metadata.uid;
        proxy.refuse(true);
        proxy.cut();
        await server.call('DELETE', `${accounts}/twice`);
        await create(server, 'twice');
        await server.call('DELETE', `${accounts}/account-7`);
        proxy.refuse(false);
        await settled();
        if (watched.watch.objects('serviceaccounts').get('default/twice')?.metadata.uid === before) throw new Error('the old object is still known');
      },
    },
    {
      name: 'a black hole: connections that stay open and carry nothing',
      async run() {
        proxy.swallow();
        await churn(server, 'hole', 30);
        await settled();
      },
    },
    {
      name: 'an outage of some seconds',
      async run() {
        proxy.refuse(true);
        proxy.cut();
        await churn(server, 'outage', 30);
        await sleep(4_000);
        proxy.refuse(false);
        await settled();
      },
    },
  ];
}

function serverCases({ server, proxy, watched }: Parts): ConformanceCase[] {
  const settled = (): Promise<void> => untilTrue(server, watched, 'serviceaccounts', allAccounts);
  return [
    {
      name: 'the API server is killed and starts again',
      async run() {
        await churn(server, 'killed', 20);
        await server.restart();
        await churn(server, 'started', 20);
        await settled();
      },
    },
    {
      name: '410: the version has been compacted away; what vanished meanwhile is gone',
      async run() {
        await Promise.all(['gone-a', 'gone-b', 'stays'].map((name) => create(server, name)));
        await settled();
        const lists = watched.status('serviceaccounts')?.counts.lists ?? 0;
        proxy.refuse(true);
        proxy.cut();
        await Promise.all(['gone-a', 'gone-b'].map((name) => server.call('DELETE', `${accounts}/${name}`)));
        await churn(server, 'unseen', 40);
        await server.compact();
        await server.restart();
        proxy.refuse(false);
        await settled();
        const { counts } = watched.status('serviceaccounts') ?? {};
        if (counts === undefined || counts.lists <= lists) throw new Error('the list was not read again: the version had not expired');
        if (watched.watch.objects('serviceaccounts').has('default/gone-a')) throw new Error('gone-a is kept');
      },
    },
  ];
}

function rightsCases({ server, watched }: Parts): ConformanceCase[] {
  const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/orrery-reader';
  let reader: Watched | undefined, rules: unknown;
  return [
    {
      name: 'the rights that are shipped are enough, and give no Secrets',
      async run() {
        for (const { body } of parseManifests(rbacFile, readFileSync(rbacFile, 'utf8'), { cluster: '', defaultNamespace: 'default' }).objects) {
          const object = body as { kind: string; metadata: { namespace?: string }; rules?: unknown; subjects?: unknown[] };
          rules ??= object.rules;
          if (object.subjects) object.subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }];
          await server.call('POST', pathOf(object), object);
        }
        reader = await startWatch(server, server.port, server.tokens.reader);
        const { watch } = reader;
        const statuses = (): ReturnType<typeof watch.statuses> => watch.statuses();
        const wanted = watched.watch.statuses().length;
        await until(() => statuses().length === wanted && statuses().every(({ synced }) => synced), () => JSON.stringify(statuses().filter(({ synced }) => !synced)));
        const review = await server.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
          apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user: 'reader', resourceAttributes: { verb: 'list', resource: 'secrets' } },
        });
        same(dig(review.body, 'status', 'allowed'), false);
      },
    },
    {
      name: 'a right that is taken away and given back: told, the rest goes on, nothing missed',
      async run() {
        const narrow = (rules as { resources: string[] }[]).map((rule) => ({ ...rule, resources: rule.resources.filter((name) => name !== 'serviceaccounts') }));
        await server.call('PATCH', role, { rules: narrow });
        // An open watch outlives the right to open it.
        await until(() => reader?.status('serviceaccounts')?.phase === 'forbidden', () => JSON.stringify(reader?.status('serviceaccounts')), 60_000);
        await create(server, 'unseen-account');
        await server.call('POST', '/api/v1/namespaces', { metadata: { name: 'seen-namespace' } });
        if (reader === undefined) throw new Error('the case before failed');
        await untilTrue(server, reader, 'namespaces', '/api/v1/namespaces');
        same(reader.status('services')?.phase, 'watching');
        await server.call('PATCH', role, { rules });
        await untilTrue(server, reader, 'serviceaccounts', allAccounts);
        same(reader.status('serviceaccounts')?.phase, 'watching');
      },
    },
    {
      name: 'a token that is no longer good, and its renewal in the kubeconfig',
      async run() {
        if (reader === undefined) throw new Error('a case before failed');
        await reader.stop();
        const renewed = await startWatch(server, server.port, 'expired');
        try {
          await until(() => renewed.watch.problem() !== '', () => 'the bad token was not told');
          renewed.setToken(server.tokens.reader);
          await untilTrue(server, renewed, 'serviceaccounts', allAccounts);
        } finally {
          await renewed.stop();
        }
      },
    },
  ];
}

function customResourceCases({ server, proxy, watched }: Parts): ConformanceCase[] {
  const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', known = (): number => watched.watch.objects('virtualservices.networking.istio.io').size;
  return [
    {
      name: 'a custom resource that comes later',
      async run() {
        same(watched.status('virtualservices.networking.istio.io'), undefined);
        await server.call('POST', definition, virtualServiceDefinition);
        await until(async () => (await server.call('GET', virtualServices, undefined, [404, 429, 503])).status === 200, () => 'the definition is not established');
        for (const name of ['a', 'b', 'c']) await server.call('POST', virtualServices, { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name }, spec: { hosts: [name] } });
        await untilTrue(server, watched, 'virtualservices.networking.istio.io', '/apis/networking.istio.io/v1/virtualservices');
        same(known(), 3);
      },
    },
    {
      name: 'and its objects through a restart of the API server',
      async run() {
        proxy.cut();
        await server.restart();
        await until(async () => (await server.call('GET', virtualServices, undefined, [404, 429, 503])).status === 200, () => 'the definition is not served again');
        await server.call('PATCH', `${virtualServices}/a`, { spec: { hosts: ['changed'] } });
        await server.call('DELETE', `${virtualServices}/b`);
        await untilTrue(server, watched, 'virtualservices.networking.istio.io', '/apis/networking.istio.io/v1/virtualservices');
        same(known(), 2);
      },
    },
    {
      name: 'its definition goes, and with it everything of it',
      async run() {
        proxy.refuse(true);
        proxy.cut();
        await server.call('DELETE', `${definition}/virtualservices.networking.istio.io`);
        await until(async () => (await server.call('GET', virtualServices, undefined, [404])).status === 404, () => 'the definition is still served');
        proxy.refuse(false);
        await until(() => known() === 0 && watched.status('virtualservices.networking.istio.io') === undefined, () => JSON.stringify(watched.status('virtualservices.networking.istio.io')));
        same(sumOfChanges(watched.changes, 'virtualservices.networking.istio.io').size, 0);
      },
    },
  ];
}

async function create(server: KubeServer, name: string): Promise<void> {
  await server.call('POST', accounts, { metadata: { name } });
}

/** Makes objects, changes half of them and deletes a third, a few at a time. */
async function churn(server: KubeServer, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const name = `${prefix}-${i}`;
    await create(server, name);
    if (i % 2 === 0) await server.call('PATCH', `${accounts}/${name}`, { metadata: { labels: { step: String(i) } } });
    if (i % 3 === 0) await server.call('DELETE', `${accounts}/${name}`);
  }
}

function pathOf({ kind, metadata: { namespace } }: { kind: string; metadata: { namespace?: string } }): string {
  switch (kind) {
    case 'Namespace': return '/api/v1/namespaces';
    case 'ServiceAccount': return `/api/v1/namespaces/${namespace ?? 'default'}/serviceaccounts`;
    case 'ClusterRole': return '/apis/rbac.authorization.k8s.io/v1/clusterroles';
    case 'ClusterRoleBinding': return '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    default: throw new Error(`the manifest of rights holds a ${kind}`);
  }
}

function same(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(expected)} was expected, not ${JSON.stringify(actual)}`);
}

const virtualServiceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'virtualservices.networking.istio.io' },
  spec: {
    group: 'networking.istio.io', scope: 'Namespaced', names: { plural: 'virtualservices', singular: 'virtualservice', kind: 'VirtualService' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
  },
};
