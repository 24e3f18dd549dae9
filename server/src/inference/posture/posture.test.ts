import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { unknownEntity, workload } from '@orrery/collectors/model/entity';
import type { EdgeWindow } from '../ports.ts';
import { orders, row, t0, web } from '../row-fixture.ts';
import { securedGraph, type SecuredGraph } from './edge-security.ts';
import { identitiesOf, namespaceOfPrincipal } from './identities.ts';
import { mtlsPosture } from './mtls-posture.ts';
import { strictImpact } from './strict-impact.ts';

const ledger = workload('c', 'books', 'ledger', 'ledger', 'v1');
const legacy = workload('c', 'old', 'legacy', 'legacy', 'v1');
const http = Measured.requests | Measured.errors | Measured.security;
const tcp = Measured.connections | Measured.security;
const secured = (rows: readonly EdgeWindow[]): SecuredGraph => securedGraph(rows, { tenant: 't', type: 'workload', window: { from: t0, to: t0 + 300, step: 10 }, now: t0 + 300 });

describe('posture of mTLS', () => {
  const rows = [
    row({ from: web, to: orders, measured: http, requests: 90, requestsSecured: 90, sourcePrincipal: 'spiffe://cluster.local/ns/shop/sa/web', destinationPrincipal: 'spiffe://cluster.local/ns/shop/sa/orders' }),
    // The source's Envoy says `unknown`; what it would count must not be heard.
    row({ from: web, to: orders, side: 'source', measured: http, requests: 90, requestsPlaintext: 90 }),
    row({ from: legacy, to: orders, measured: http, requests: 10, requestsPlaintext: 10 }),
    row({ from: orders, to: ledger, measured: tcp, protocols: 4, connectionsOpened: 8, connectionsSecured: 8, sourcePrincipal: 'spiffe://cluster.local/ns/default/sa/borrowed' }),
    row({ from: legacy, to: ledger, instrument: 'flow', measured: Measured.bytes, bytesSent: 10 }),
  ];

  it('keeps requests and connections apart and hears only who can know', () => {
    const posture = mtlsPosture(secured(rows).edges);
    expect(posture.namespaces).toEqual([
      { namespace: 'books', requests: { secured: 0, plaintext: 0, share: null }, connections: { secured: 8, plaintext: 0, share: 1 }, edges: 2, plaintextEdges: 0, unknownEdges: 1 },
      { namespace: 'shop', requests: { secured: 90, plaintext: 10, share: 0.9 }, connections: { secured: 0, plaintext: 0, share: null }, edges: 2, plaintextEdges: 1, unknownEdges: 0 },
    ]);
    expect(posture.total.requests.share).toBe(0.9);
    expect(posture.total.connections.share).toBe(1);
  });

  it('says what STRICT would break, and what nobody knows', () => {
    const { edges } = secured(rows);
    const shop = strictImpact(edges, 'shop');
    expect(shop.breaking.map(({ source }) => source.entity.name)).toEqual(['legacy']);
    expect(shop).toMatchObject({ plaintextRequests: 10, plaintextConnections: 0, safe: false, unknown: [] });
    expect(shop.callersOutsideMesh.map(({ entity }) => entity.name)).toEqual(['legacy']);
    const books = strictImpact(edges, 'books');
    expect(books.breaking).toEqual([]);
    expect(books.unknown.map(({ source }) => source.entity.name)).toEqual(['legacy']);
    expect(books.safe).toBe(false);
  });

  it('leaves out what enters through a gateway', () => {
    const gateway = { ...workload('c', 'edge', 'ingress', 'ingress', ''), kind: 'gateway' as const };
    const { edges } = secured([row({ from: { ...unknownEntity, kind: 'world', name: 'world' }, to: gateway, measured: http, requests: 5, requestsPlaintext: 5 })]);
    expect(mtlsPosture(edges).total.requests.plaintext).toBe(5);
    expect(strictImpact(edges, '').safe).toBe(true);
  });

  it('lists identities that do not belong to their workload first', () => {
    const identities = identitiesOf(secured(rows).graph);
    expect(identities.map(({ entity, unexpected }) => [entity.name, unexpected])).toEqual([
      ['orders', ['spiffe://cluster.local/ns/default/sa/borrowed']], ['web', []],
    ]);
  });

  it.each([
    ['spiffe://td/ns/shop/sa/web', 'shop'], ['cluster.local/ns/shop/sa/web', 'shop'],
    ['web.shop.serviceaccount.identity.linkerd.cluster.local', 'shop'], ['spiffe://td/ns/shop', null], ['', null], ['CN=web', null],
  ])('reads the namespace of %s', (principal, namespace) => {
    expect(namespaceOfPrincipal(principal)).toBe(namespace);
  });

  it('adds up: the total is the sum of the namespaces, whatever the order of rows; less plaintext is never worse', () => {
    const spec = fc.record({ from: fc.constantFrom(web, orders, legacy), to: fc.constantFrom(orders, ledger), s: fc.nat(50), p: fc.nat(50), side: fc.constantFrom('source' as const, 'destination' as const) });
    fc.assert(fc.property(fc.array(spec, { maxLength: 12 }), (specs) => {
      const rows = specs.map(({ from, to, s, p, side }) => row({ from, to, side, measured: http, requests: s + p, requestsSecured: s, requestsPlaintext: p }));
      const posture = mtlsPosture(secured(rows).edges);
      expect(mtlsPosture(secured([...rows].reverse()).edges)).toEqual(posture);
      expect(posture.namespaces.reduce((sum, one) => sum + one.requests.plaintext, 0)).toBe(posture.total.requests.plaintext);
      const mesh = strictImpact(secured(rows).edges, '');
      expect(mesh.plaintextRequests).toBe(posture.total.requests.plaintext);
      expect(mesh.breaking.length).toBe(posture.total.plaintextEdges);
    }));
  });
});
