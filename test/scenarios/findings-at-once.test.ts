import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

interface Page { readonly configured: boolean; readonly pending: boolean; readonly undecided: readonly unknown[]; readonly items: readonly { readonly code: string; readonly message: string }[] }

const dir = temporaryDir(), manifests = join(dir.path, 'manifests');
let orrery: WholeOrrery;

/** A route to a subset that nothing defines. */
const apply = (subset: string): void => writeFileSync(join(manifests, 'all.yaml'), `apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec: { hosts: [orders], http: [{ route: [{ destination: { host: orders, subset: ${subset} } }] }] }
`);
const ask = async (waitSeconds: number): Promise<Page> => (await orrery.ask<{ findings: Page }>('query ($input: FindingsInput) { findings(input: $input) { configured pending undecided { code } items { code message } } }', { input: { waitSeconds } })).findings;
const told = ({ items }: Page): string | undefined => items.find(({ code }) => code === 'virtual-service/subset-not-found')?.message;

beforeAll(async () => {
  mkdirSync(manifests);
  apply('v9');
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') }, kubernetes: { directories: [{ cluster: 'here', path: manifests }] } });
});

afterAll(async () => {
  await orrery?.stop();
  dir.remove();
});

it('findings of configuration are in the first answer after it is known, while telemetry is still being read', async () => {
  const first = await vi.waitFor(async () => {
    const page = await ask(0);
    expect(page.configured).toBe(true);
    return page;
  }, patience);
  expect([first.pending, first.undecided, told(first)]).toEqual([true, [], expect.stringContaining('v9')]);
  const whole = await ask(30);
  expect([whole.pending, whole.undecided.length > 0, told(whole)]).toEqual([false, true, told(first)]);
});

it('follow what is written to a directory', async () => {
  apply('v8');
  await vi.waitFor(async () => expect(told(await ask(0))).toContain('v8'), patience);
});
