import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadBundle, type BundleHeader, type BundlePiece } from './manifest.ts';
import { portableObject } from './portable-object.ts';
import { readBundle } from './read-bundle.ts';
import { writeBundle } from './write-bundle.ts';

const header: BundleHeader = {
  format: 'orrery-bundle', formatVersion: 1, orreryVersion: '0.1.0', schemaVersion: 6, tenant: 'default',
  window: { from: 1_800_000_000, to: 1_800_000_900 }, lookbackSeconds: 3_600, recordedAtMs: 1_800_001_000_000, title: 'payment fails',
};

async function written(pieces: readonly BundlePiece[], head: BundleHeader = header): Promise<Buffer> {
  const out = new PassThrough();
  const [bytes] = await Promise.all([buffer(out), writeBundle(head, Readable.from(pieces), out)]);
  return bytes;
}

async function read(bytes: Uint8Array): Promise<{ header: BundleHeader | undefined; pieces: { table: string; body: string }[] }> {
  let found: BundleHeader | undefined;
  const pieces: { table: string; body: string }[] = [];
  await readBundle(Readable.from([bytes], { objectMode: false }), {
    header: (one) => { found = one; },
    piece: ({ table, body }) => {
      pieces.push({ table, body: Buffer.from(body).toString('hex') });
      return Promise.resolve();
    },
  });
  return { header: found, pieces };
}

const piece = (table: string, text: string): BundlePiece => ({ table, rows: 1, body: Buffer.from(text) });
const some = [piece('edges', 'a'), piece('edge_traffic_10s', 'bb'), piece('edge_traffic_10s', 'ccc')];

describe('a bundle', () => {
  it('gives back every piece, in order', async () => {
    const table = fc.constantFrom('edges', 'events', 'edge_traffic_10s');
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ table, rows: fc.nat(9), body: fc.uint8Array({ maxLength: 2_000 }) }), { maxLength: 12 }), async (pieces) => {
      const back = await read(await written(pieces));
      expect(back.header).toEqual(header);
      expect(back.pieces).toEqual(pieces.map((one) => ({ table: one.table, body: Buffer.from(one.body).toString('hex') })));
    }), { numRuns: 40 });
  });

  it('is refused wherever it was cut off', async () => {
    const whole = await written(some);
    for (let length = 0; length < whole.length; length += 7) await expect(read(whole.subarray(0, length)), `${length} bytes`).rejects.toBeInstanceOf(BadBundle);
  });

  it('is refused where any byte of its content was changed', async () => {
    const tar = gunzipSync(await written(some));
    for (const text of ['bb', 'ccc', '"rows": 1']) {
      const changed = Buffer.from(tar);
      const at = changed.lastIndexOf(text);
      changed[at] = changed[at]! ^ 1;
      await expect(read(gzipSync(changed)), text).rejects.toBeInstanceOf(BadBundle);
    }
  });

  it.each([
    ['what is not gzip', () => Buffer.from('kind: Pod'), /not gzip/],
    ['what is another archive', async () => written(some).then((bytes) => gzipSync(gunzipSync(bytes).subarray(2_048))), /begins with|damaged|cut off/],
    ['a newer format', () => written([], { ...header, formatVersion: 2 as 1 }), /format 2/],
    ['a header of the wrong shape', () => written([], { ...header, window: { from: -1, to: 5 } }), /bundle\.json: window\.from/],
  ])('is not %s', async (_name, bytes, message) => {
    await expect(read(await bytes())).rejects.toThrow(message);
  });

  it('whose receiver goes away ends the recording', async () => {
    const out = new PassThrough();
    const endless = (async function* () { for (;;) yield await Promise.resolve(piece('edges', 'x'.repeat(100_000))); })();
    const recording = writeBundle(header, endless, out);
    out.once('data', () => out.destroy());
    await expect(recording).rejects.toThrow();
  });
});

describe('an object that leaves the machine', () => {
  it('has no environment at any depth, and keeps the rest', () => {
    const container = { name: 'web', image: 'web:1', env: [{ name: 'TOKEN', value: 'secret' }], envFrom: [{ secretRef: { name: 's' } }], ports: [{ containerPort: 80 }] };
    const deployment = {
      kind: 'Deployment', metadata: { name: 'web', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"TOKEN":"secret"}', owner: 'team' } },
      spec: { template: { metadata: { annotations: { 'proxy.istio.io/config': 'x' } }, spec: { containers: [container], initContainers: [container] } } },
    };
    const portable = portableObject(deployment);
    expect(JSON.stringify(portable)).not.toMatch(/secret/i);
    expect(portable).toMatchObject({ metadata: { annotations: { owner: 'team' } }, spec: { template: { spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] } } } });
    expect(portableObject({ kind: 'ProxyConfig', spec: { environmentVariables: { A: 'secret' }, concurrency: 2 } })).toEqual({ kind: 'ProxyConfig', spec: { concurrency: 2 } });
  });

  it('is never a Secret', () => {
    expect(portableObject({ kind: 'Secret', data: { password: 'c2VjcmV0' } })).toBeNull();
  });
});
