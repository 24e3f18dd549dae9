import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgeId, edgeText, type Edge } from './edge.ts';
import { database, EntityKind, joinFields, workload, type Entity } from './entity.ts';
import { parseResponseKey, responseKey } from './edge-traffic.ts';
import { printable } from './source-report.ts';

const entity: fc.Arbitrary<Entity> = fc.record({
  cluster: fc.string(), namespace: fc.string(), kind: fc.constantFrom(...Object.values(EntityKind)),
  name: fc.string(), app: fc.string(), version: fc.string(),
});
const edge: fc.Arbitrary<Edge> = fc.record({ source: entity, destination: entity, service: fc.string(), serviceGuessed: fc.boolean(), port: fc.nat(65535) });

it('joins different lists to different texts', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom('|', '\\', 'a') })), fc.array(fc.string({ unit: fc.constantFrom('|', '\\', 'a') })), (a, b) => {
    fc.pre(a.length > 0 && b.length > 0 && JSON.stringify(a) !== JSON.stringify(b));
    expect(joinFields(a)).not.toBe(joinFields(b));
  }));
});

it('names an edge by its whole tuple and its tenant', () => {
  const key = new Uint8Array(16);
  fc.assert(fc.property(edge, edge, (a, b) => {
    fc.pre(JSON.stringify(a) !== JSON.stringify(b));
    expect(edgeText('t', a)).not.toBe(edgeText('t', b));
    expect(edgeId(key, 't', a)).not.toBe(edgeId(key, 't', b));
    expect(edgeId(key, 't', a)).not.toBe(edgeId(key, 'u', a));
  }));
  const web = workload('c', 'shop', 'web');
  expect(edgeId(key, 't', { source: web, destination: web, service: '', serviceGuessed: false, port: 0 })).toMatch(/^[0-9a-f]{32}$/);
});

it('names databases by the rule of the waist', () => {
  expect(database('postgresql', 'pg.data', 5432, 'orders').name).toBe('postgresql:pg.data:5432/orders');
  expect(database('redis', '10.0.0.1', 0, '').name).toBe('redis:10.0.0.1');
});

it('writes and reads response keys', () => {
  expect(responseKey('http', '503', 'UH')).toBe('http 503 UH');
  expect(parseResponseKey(responseKey('tcp', '', 'CONNECT'))).toEqual({ kind: 'tcp', code: '', flags: 'CONNECT' });
});

it('prints input as harmless ASCII', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    expect(printable(bytes)).toMatch(/^[\x20-\x7e]*…?$/);
  }));
  expect(printable('<b>\n\u{1f600}')).toBe('<b>\\x0a\\xf0\\x9f\\x98\\x80');
});
