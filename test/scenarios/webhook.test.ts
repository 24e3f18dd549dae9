import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

const dir = temporaryDir(), manifests = join(dir.path, 'manifests');
let orrery: WholeOrrery, port = 0;

interface Answer { readonly response: { readonly uid: string; readonly allowed: boolean; readonly warnings?: readonly string[]; readonly status?: { readonly message: string } } }

function review(host: string): Promise<Answer> {
  const object = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart', namespace: 'shop' }, spec: { hosts: ['cart'], gateways: ['mesh', 'gone'], http: [{ route: [{ destination: { host } }] }] } };
  const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { uid: 'u', operation: 'CREATE', namespace: 'shop', object } });
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: '/admission', method: 'POST', ca: readFileSync(join(dir.path, 'tls.crt')), headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve(JSON.parse(text) as Answer));
    });
    call.on('error', reject);
    call.end(body);
  });
}

beforeAll(async () => {
  mkdirSync(manifests);
  writeFileSync(join(manifests, 'cart.yaml'), 'apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'tls.key', '-out', 'tls.crt', '-subj', '/CN=orrery', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'], { cwd: dir.path, stdio: 'ignore' });
  orrery = await startWhole({
    store: { dataDir: join(dir.path, 'store') }, kubernetes: { directories: [{ cluster: 'here', path: manifests }] },
    webhook: { enabled: true, port: 0, tls: { cert: join(dir.path, 'tls.crt'), key: join(dir.path, 'tls.key') }, deny: ['error'] },
  });
  const { status } = await orrery.ask<{ status: { listeners: { protocol: string; address: string }[] } }>('{ status { listeners { protocol address } } }');
  port = Number(status.listeners.find(({ protocol }) => protocol === 'admission')?.address.split(':').at(-1));
});

afterAll(async () => {
  await orrery.stop();
  dir.remove();
});

it('a whole Orrery answers reviews by the configuration that it has stored', async () => {
  await vi.waitFor(async () => expect((await review('cart')).response).toMatchObject({ uid: 'u', allowed: false, status: { message: expect.stringContaining('virtual-service/gateway-not-found') as string } }), patience);
  const { response } = await review('crat');
  expect([response.allowed, response.warnings?.some((text) => text.includes('virtual-service/host-not-found'))]).toEqual([false, true]);
});
