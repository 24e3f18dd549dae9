import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigReader } from '../readers/config-reader.ts';
import { objectsOf } from '../validation/testing/sample-mesh.ts';
import { validate } from '../validation/validate.ts';
import { Validator } from '../validation/validator.ts';
import { readReview } from './admission-review.ts';
import { webhookConfig } from './config.ts';
import { judgeChange } from './judge-change.ts';
import { createKnownConfiguration } from './known-configuration.ts';
import { startWebhook, type RunningWebhook } from './start-webhook.ts';

const mesh = objectsOf('apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: cart, namespace: shop}\nspec: {host: cart}\n');
const rule = (host: string, name = 'new') => ({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name, namespace: 'shop', managedFields: [{}] }, spec: { host } });
const review = (object: unknown, operation = 'CREATE', more: object = {}) => ({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { uid: 'u-1', operation, namespace: 'shop', ...(operation === 'DELETE' ? { oldObject: object } : { object }), ...more } });

describe('a change', () => {
  const validator = new Validator(mesh);
  const judged = (body: unknown, deny: Parameters<typeof judgeChange>[2] = []) => judgeChange(validator, readReview(body, '')!.change!, deny);

  it('warns of what it causes, at itself and at others', () => {
    expect(judged(review(rule('cart')))).toEqual({ allowed: true, warnings: [
      'orrery warning: DestinationRule shop/new: DestinationRule shop/cart has the host and takes the same subsets [destination-rule/overlap]',
      'orrery warning: DestinationRule shop/cart: DestinationRule shop/new has the host and takes the same subsets [destination-rule/overlap]',
    ].map(() => expect.stringMatching(/^orrery warning: DestinationRule shop\/(?:new|cart).*\[destination-rule\/overlap\]$/) as string) });
    expect(judged(review(mesh[0]!.body, 'DELETE')).warnings).toEqual([expect.stringContaining('[destination-rule/host-not-found]')]);
  });

  it('is refused for the severities that are asked for alone', () => {
    expect(judged(review(rule('nowhere')), ['error'])).toMatchObject({ allowed: true, warnings: [expect.stringContaining('host-not-found')] });
    expect(judged(review(rule('nowhere')), ['error', 'warning'])).toEqual({ allowed: false, warnings: [], message: expect.stringContaining('[destination-rule/host-not-found]') as string });
  });

  it('that causes nothing is not spoken of, whatever stands beside it', () => {
    const before = [...validator.findings()];
    expect(judged(review(mesh[1]!.body, 'UPDATE'))).toEqual({ allowed: true, warnings: [] });
    expect([...validator.findings()]).toEqual(before);
    expect(validator.size).toBe(2);
  });

  it('has a name of its own where the API server gives it one later', () => {
    expect(judged(review({ ...rule('nowhere'), metadata: { generateName: 'r-', namespace: 'shop' } })).warnings).toEqual([expect.stringContaining('DestinationRule shop/r-new')]);
  });
});

describe('reviews', () => {
  it.each([[undefined], [{}], [{ kind: 'AdmissionReview' }], [{ kind: 'AdmissionReview', request: { uid: 7 } }]])('%j is none', (body) => {
    expect(readReview(body, '')).toBeUndefined();
  });

  it('of kinds that are not followed, of subresources, and of other operations have nothing to judge', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'b' } };
    for (const body of [review(secret), review(rule('a'), 'CONNECT'), review(rule('a'), 'UPDATE', { subResource: 'status' }), review(null)]) expect(readReview(body, '')).toEqual({ uid: 'u-1', change: undefined });
  });

  it('of anything are read without a throw', () => {
    fc.assert(fc.property(fc.anything(), fc.constantFrom('CREATE', 'DELETE'), (object, operation) => {
      const read = readReview(review(object, operation), '');
      if (read?.change) expect(judgeChange(new Validator(mesh), read.change, []).allowed).toBe(true);
    }));
  });
});

it('considering any object leaves a validator as it was', () => {
  const others = objectsOf(['cart', 'other', 'shop'].map((name) => `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${name}, namespace: ${name}}\nspec: {host: cart.shop}`).join('\n---\n'));
  fc.assert(fc.property(fc.subarray([...others, ...mesh]), fc.subarray(mesh.map(({ id }) => id)), (changed, removed) => {
    const validator = new Validator(mesh);
    validator.consider(changed, removed.filter((id) => !changed.some((one) => one.id === id)));
    expect(new Set([...validator.findings()].map(({ code, path }) => `${code} ${path}`))).toEqual(new Set(validate(mesh).map(({ code, path }) => `${code} ${path}`)));
    expect(validator.size).toBe(mesh.length);
  }));
});

describe('over TLS', () => {
  let dir: string, webhook: RunningWebhook, port: number, breaks = false;
  const config: Pick<ConfigReader, 'marks' | 'objectsAt' | 'changes'> = {
    marks: () => Promise.resolve([{ cluster: '', seenMs: 1, writtenMs: 1 }]), objectsAt: () => Promise.resolve(mesh), changes: () => Promise.resolve([]),
  };
  const post = (body: string, path = '/admission', method = 'POST'): Promise<{ status: number; body: Record<string, unknown> }> => new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, ca: readFileSync(join(dir, 'tls.crt')), headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }));
    });
    call.on('error', reject);
    call.end(body);
  });
  const settings = () => webhookConfig.parse({ enabled: true, port: 0, tls: { cert: join(dir, 'tls.crt'), key: join(dir, 'tls.key') } });
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'orrery-webhook-'));
    writeFileSync(join(dir, 'san'), '');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'tls.key', '-out', 'tls.crt', '-subj', '/CN=orrery', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'], { cwd: dir, stdio: 'ignore' });
    webhook = await startWebhook(settings(), { tenant: 't', config, now: Date.now, logger: pino({ level: 'silent' }) });
    port = Number(webhook.address.split(':').at(-1));
  });
  afterAll(async () => {
    await webhook.stop();
    rmSync(dir, { recursive: true });
  });

  it('answers reviews, with the uid of the question', async () => {
    expect(await post(JSON.stringify(review(rule('nowhere'))))).toEqual({ status: 200, body: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: 'u-1', allowed: true, warnings: [expect.stringContaining('host-not-found') as string] } } });
    expect(await post(JSON.stringify(review(rule('cart', 'cart'), 'UPDATE')))).toMatchObject({ body: { response: { allowed: true } } });
    expect(await post('', '/healthz', 'GET')).toEqual({ status: 200, body: { known: true } });
  });

  it('refuses what is no review', async () => {
    expect((await post('nonsense')).status).toBe(400);
    expect((await post('', '/admission', 'GET')).status).toBe(405);
  });

  it('admits with a warning what it cannot judge', async () => {
    const faulty = new Proxy(mesh[0]!, { get: (target, key) => { if (breaks) throw new Error('broken'); return Reflect.get(target, key) as unknown; } });
    const other = await startWebhook(settings(), { tenant: 't', config: { ...config, objectsAt: () => Promise.resolve([faulty, mesh[1]!]) }, now: Date.now, logger: pino({ level: 'silent' }) });
    const mine = port;
    port = Number(other.address.split(':').at(-1));
    try {
      await expect.poll(async () => (await post('', '/healthz', 'GET')).body).toEqual({ known: true });
      breaks = true;
      expect(await post(JSON.stringify(review(rule('cart'))))).toMatchObject({ body: { response: { allowed: true, warnings: ['orrery did not validate this: an internal error'] } } });
      expect(await post(JSON.stringify(review(rule('cart'))))).toMatchObject({ body: { response: { allowed: true, warnings: ['orrery did not validate this: the configuration of the cluster is not known yet'] } } });
    } finally {
      port = mine;
      breaks = false;
      await other.stop();
    }
  });
});

describe('what is known', () => {
  it('is the only cluster, or the one that is named', async () => {
    const marks = (...names: string[]) => ({ marks: () => Promise.resolve(names.map((cluster) => ({ cluster, seenMs: 1, writtenMs: 1 }))), objectsAt: () => Promise.resolve(mesh), changes: () => Promise.resolve([]) });
    const known = async (wanted: string | undefined, ...names: string[]): Promise<[string, boolean]> => {
      const configuration = createKnownConfiguration(wanted, { tenant: 't', config: marks(...names), now: Date.now });
      await configuration.refresh();
      return [configuration.cluster, configuration.validator() !== undefined];
    };
    expect([await known(undefined, 'a'), await known(undefined, 'a', 'b'), await known('b', 'a', 'b'), await known('c', 'a')]).toEqual([['a', true], ['', false], ['b', true], ['c', false]]);
  });

  it('is off, and needs certificates to be on', () => {
    expect(webhookConfig.parse({})).toMatchObject({ enabled: false, deny: [] });
    expect(() => webhookConfig.parse({ enabled: true })).toThrow('TLS');
  });
});
