import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pino from 'pino';
import { validateCommand } from '@orrery/server/commands/validate';
import { openClusterApi } from '@orrery/server/kubernetes/kubeconfig-api';
import { readCluster } from '@orrery/server/kubernetes/read-cluster';
import { watchedResources } from '@orrery/server/kubernetes/resources';
import { isFailure } from '@orrery/server/kubernetes/watch/read-answer';
import { parseManifests } from '@orrery/server/validation/parse/parse-manifests';
import { webhookConfig } from '@orrery/server/webhook/config';
import { startWebhook, type RunningWebhook, type WebhookDeps } from '@orrery/server/webhook/start-webhook';
import { kubeServerMissing, startKubeServer, type KubeAnswer, type KubeServer } from '../simulator/kube-server.ts';
import { until } from './kubernetes-watch.ts';
import type { ConformanceCase, Suite } from './suite.ts';

const manifests = resolve(import.meta.dirname, '../../deploy/kubernetes');
const routes = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices', webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const route = (name: string, host: string) => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name, namespace: 'shop' }, spec: { hosts: [name], http: [{ route: [{ destination: { host } }] }] } });
const quiet = pino({ level: 'silent' });

/** The webhook and `orrery validate --cluster` as a real API server and its users meet them. */
export async function admission(): Promise<Suite> {
  const missing = kubeServerMissing();
  if (missing !== '') return { cases: [], skipped: [{ case: '*', reason: missing }] };
  const server = await startKubeServer(), dir = mkdtempSync(join(tmpdir(), 'orrery-admission-'));
  const scene = await prepare(server, dir);
  return {
    cases: [...webhookCases(server, scene), ...openCases(server, scene), ...commandCases(server, dir)],
    skipped: [],
    async close() {
      await scene.stop();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface Scene {
  /** Starts the webhook anew, on the port that the API server knows. */
  start(settings: { readonly deny?: readonly string[]; readonly objectsAt?: WebhookDeps['config']['objectsAt'] }): Promise<void>;
  /** Ends it, and puts something in its place that takes connections and says nothing, if asked. */
  replace(by: 'nothing' | 'silence'): Promise<void>;
  stop(): Promise<void>;
}

async function prepare(server: KubeServer, dir: string): Promise<Scene> {
  for (const [plural, kind] of [['virtualservices', 'VirtualService'], ['destinationrules', 'DestinationRule']] as const) await define(server, plural, kind);
  for (const name of ['shop', 'orrery']) await server.call('POST', '/api/v1/namespaces', { metadata: { name } });
  await server.call('POST', '/api/v1/namespaces/shop/services', { metadata: { name: 'cart' }, spec: { ports: [{ name: 'http', port: 80 }] } });
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'tls.key', '-out', 'tls.crt', '-subj', '/CN=orrery-webhook', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'], { cwd: dir, stdio: 'ignore' });
  const kubeconfig = writeKubeconfig(server, dir, server.tokens.admin);
  const api = await openClusterApi({ name: '', kubeconfig, inCluster: false, clusterDomain: 'cluster.local' }, { quietMs: 10_000, now: Date.now });
  let running: RunningWebhook | undefined, silent: Server | undefined, port = 0, version = 0;
  // What stands is read from the API server itself each time, in full.
  const config: WebhookDeps['config'] = {
    marks: () => Promise.resolve([{ cluster: '', seenMs: ++version, writtenMs: version }]),
    async objectsAt() {
      const contents = await readCluster(api, watchedResources, new AbortController().signal);
      if (isFailure(contents)) throw new Error(contents.message);
      return contents.objects;
    },
    changes: () => Promise.resolve([{ deleted: { apiVersion: 'v1', kind: 'ConfigMap', namespace: '', name: '' } }]),
  };
  const end = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
    await new Promise<void>((done) => (silent ? silent.close(() => done()) : done()));
    silent = undefined;
  };
  const scene: Scene = {
    async start({ deny = [], objectsAt = config.objectsAt }) {
      await end();
      const settings = webhookConfig.parse({ enabled: true, port, tls: { cert: join(dir, 'tls.crt'), key: join(dir, 'tls.key') }, deny, refreshSeconds: 0.3 });
      running = await startWebhook(settings, { tenant: 't', config: { ...config, objectsAt }, now: Date.now, logger: quiet });
      port = Number(running.address.split(':').at(-1));
    },
    async replace(by) {
      await end();
      if (by === 'nothing') return;
      const open = createServer((socket) => void socket.on('error', () => undefined).setTimeout(5_000, () => socket.destroy()));
      silent = open;
      await new Promise<void>((ready) => open.listen(port, '127.0.0.1', ready));
    },
    async stop() {
      await end();
      api.close();
    },
  };
  await scene.start({});
  await server.call('POST', webhooks, shipped(port, readFileSync(join(dir, 'tls.crt'))));
  return scene;
}

/** The configuration that is shipped, for a webhook on this machine. */
function shipped(port: number, ca: Buffer): unknown {
  const file = join(manifests, 'webhook.yaml'), { objects } = parseManifests(file, readFileSync(file, 'utf8'), { cluster: '', defaultNamespace: 'default' });
  const body = objects.find(({ kind }) => kind === 'ValidatingWebhookConfiguration')?.body as { webhooks: { clientConfig: unknown }[] };
  return { ...body, webhooks: body.webhooks.map((one) => ({ ...one, clientConfig: { url: `https://127.0.0.1:${port}/admission`, caBundle: ca.toString('base64') } })) };
}

async function define(server: KubeServer, plural: string, kind: string): Promise<void> {
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${plural}.networking.istio.io` },
    spec: {
      group: 'networking.istio.io', scope: 'Namespaced', names: { plural, singular: kind.toLowerCase(), kind },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }],
    },
  });
  await until(async () => (await server.call('GET', `/apis/networking.istio.io/v1/${plural}`, undefined, [404, 429, 503])).status === 200, () => `${plural} are not established`);
}

function writeKubeconfig(server: KubeServer, dir: string, token: string): string {
  const file = join(dir, `kubeconfig-${token}`);
  writeFileSync(file, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'test', contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${server.port}`, 'certificate-authority': server.caFile } }], users: [{ name: 'test', user: { token } }],
  }));
  return file;
}

/** Tries something in a dry run until the webhook, which API servers take up after some seconds, says what is expected. */
async function answered(server: KubeServer, object: object, expected: (answer: KubeAnswer) => boolean): Promise<void> {
  let last: KubeAnswer | undefined;
  await until(async () => {
    last = await server.call('POST', `${routes}?dryRun=All`, object, [403]);
    return expected(last);
  }, () => JSON.stringify(last));
}

const warns = (part: string) => ({ status, warnings }: KubeAnswer): boolean => status === 201 && warnings.some((text) => text.includes(part));

function webhookCases(server: KubeServer, scene: Scene): ConformanceCase[] {
  return [
    {
      name: 'what breaks gets in, with a warning',
      async run() {
        await answered(server, route('broken', 'crat'), warns('[virtual-service/host-not-found]'));
        const { status, warnings } = await server.call('POST', routes, route('broken', 'crat'));
        same([status, warnings.length], [201, 1]);
      },
    },
    {
      name: 'what is right gets in without a word, and so does what was wrong before and is not made worse',
      async run() {
        same((await server.call('POST', routes, route('cart', 'cart'))).warnings, []);
        await until(async () => (await server.call('PATCH', `${routes}/broken?dryRun=All`, { metadata: { labels: { a: 'b' } } })).warnings.length === 0, () => 'it is warned of what stands');
      },
    },
    {
      name: 'deleting what others need is warned of',
      async run() {
        await until(async () => (await server.call('DELETE', '/api/v1/namespaces/shop/services/cart?dryRun=All')).warnings.some((text) => text.includes('VirtualService shop/cart')), () => 'no warning');
      },
    },
    {
      name: 'namespaces that are left out are never asked about',
      async run() {
        const path = routes.replace('/shop/', '/orrery/'), body = { ...route('broken', 'crat'), metadata: { name: 'broken', namespace: 'orrery' } };
        same((await server.call('POST', `${path}?dryRun=All`, body)).warnings, []);
      },
    },
    {
      name: 'severities that are asked for are refused, in a dry run too; others are warnings',
      async run() {
        await scene.start({ deny: ['error'] });
        const gateway = { ...route('edge', 'cart'), spec: { hosts: ['edge'], gateways: ['gone'], http: [{ route: [{ destination: { host: 'cart' } }] }] } };
        await answered(server, gateway, ({ status, body }) => status === 403 && JSON.stringify(body).includes('virtual-service/gateway-not-found'));
        same((await server.call('POST', routes, gateway, [403])).status, 403);
        same((await server.call('GET', `${routes}/edge`, undefined, [404])).status, 404);
        same((await server.call('POST', `${routes}?dryRun=All`, route('again', 'crat'))).warnings.length, 1);
      },
    },
  ];
}

function openCases(server: KubeServer, scene: Scene): ConformanceCase[] {
  const getsIn = async (name: string): Promise<KubeAnswer> => {
    const answer = await server.call('POST', routes, route(name, 'crat'));
    same(answer.status, 201);
    return answer;
  };
  return [
    {
      name: 'open: an error inside lets it in, with a warning',
      async run() {
        await scene.start({ deny: ['error', 'warning'], objectsAt: () => Promise.reject(new Error('no store')) });
        await answered(server, route('inside', 'crat'), warns('did not validate'));
        same((await getsIn('inside')).warnings.length, 1);
      },
    },
    { name: 'open: nothing listens', run: () => scene.replace('nothing').then(() => getsIn('nobody')).then(() => undefined) },
    {
      name: 'open: it takes the connection and says nothing; the API server goes on after 3 s',
      async run() {
        await scene.replace('silence');
        const startedMs = Date.now();
        await getsIn('silent');
        if (Date.now() - startedMs > 8_000) throw new Error(`it took ${Date.now() - startedMs} ms`);
      },
    },
  ];
}

function commandCases(server: KubeServer, dir: string): ConformanceCase[] {
  const validate = async (...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
    let out = '', err = '';
    const code = await validateCommand(args, '0', { stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } });
    return { code, out, err };
  };
  const file = join(dir, 'change.yaml'), write = (host: string): void => writeFileSync(file, JSON.stringify(route('fresh', host)));
  return [
    {
      name: 'orrery validate --cluster tells what the files cause, with the rights that are shipped',
      async run() {
        const rbac = join(manifests, 'rbac.yaml');
        for (const { body, kind, namespace } of parseManifests(rbac, readFileSync(rbac, 'utf8'), { cluster: '', defaultNamespace: 'default' }).objects) {
          if (!kind.startsWith('ClusterRole')) continue;
          const object = kind === 'ClusterRoleBinding' ? { ...(body as object), subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }] } : body;
          await server.call('POST', `/apis/rbac.authorization.k8s.io/v1${namespace === '' ? '' : `/namespaces/${namespace}`}/${kind.toLowerCase()}s`, object);
        }
        const kubeconfig = writeKubeconfig(server, dir, server.tokens.reader);
        write('crat');
        const broken = await validate(file, '--cluster', kubeconfig, '--fail-on', 'warning');
        same([broken.code, broken.err, broken.out.match(/warning: /g)?.length], [1, '', 1]);
        if (!/of cluster .* [1-9]\d* findings stand as before and 0 are mended/.test(broken.out)) throw new Error(broken.out);
        write('cart');
        same((await validate(file, '--cluster', kubeconfig, '--fail-on', 'warning')).code, 0);
      },
    },
    {
      name: 'and ends with 2 where it may not ask, or nobody answers',
      async run() {
        const kubeconfig = writeKubeconfig(server, dir, 'unknown-token');
        same((await validate(file, '--cluster', kubeconfig)).code, 2);
        same((await validate(file, '--cluster', join(dir, 'no-such-context'))).code, 2);
      },
    },
  ];
}

function same(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}
