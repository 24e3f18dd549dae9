import { describe, expect, it } from 'vitest';
import { application } from '@orrery/collectors/model/entity';
import type { PeerAttributes } from './span-group.ts';
import { addressedService, namedPeer } from './span-peer.ts';

const web = application('c', 'shop', 'web');
const none: PeerAttributes = { peerService: '', serverAddress: '', serverPort: 0, networkPeerAddress: '', dbSystem: '', dbNamespace: '', messagingSystem: '', messagingDestination: '', upstreamCluster: '' };
const peer = (attributes: Partial<PeerAttributes>) => namedPeer(web, { ...none, ...attributes }, (name) => name === 'shop' || name === 'pay');

describe('namedPeer', () => {
  it.each([
    ['a service host', { serverAddress: 'orders.pay.svc.cluster.local' }, 'app', 'pay', 'orders', true],
    ['a headless pod host', { serverAddress: 'db-0.db.pay.svc' }, 'app', 'pay', 'db', true],
    ['service and namespace', { serverAddress: 'orders.pay' }, 'app', 'pay', 'orders', true],
    ['two labels of the Internet', { serverAddress: 'example.com' }, 'external', '', 'example.com', true],
    ['one label: a neighbour', { serverAddress: 'orders' }, 'app', 'shop', 'orders', true],
    ['the upstream cluster of a proxy', { upstreamCluster: 'outbound|80||orders.pay.svc.cluster.local', serverAddress: 'x' }, 'app', 'pay', 'orders', true],
    ['a peer service before an outside host', { peerService: 'billing', serverAddress: 'b.example.com' }, 'app', '', 'billing', true],
    ['an address is not certain', { serverAddress: '10.0.0.9' }, 'external', '', '10.0.0.9', false],
    ['the network peer last', { networkPeerAddress: '10.0.0.9' }, 'external', '', '10.0.0.9', false],
    ['a database without address', { dbSystem: 'redis' }, 'database', '', 'redis:', true],
    ['a topic', { messagingSystem: 'kafka', messagingDestination: 'a', serverAddress: 'broker' }, 'topic', '', 'kafka:a', true],
  ])('%s', (_, attributes, kind, namespace, name, certain) => {
    expect(peer(attributes)).toMatchObject({ entity: { kind, namespace, name }, certain });
  });
  it.each([[{}], [{ serverAddress: 'localhost' }], [{ serverAddress: '127.0.0.1' }], [{ serverAddress: '::1' }]])('nobody for %j', (attributes) => {
    expect(peer(attributes)).toBeNull();
  });
});

it('names the service that was addressed', () => {
  expect(addressedService({ ...none, serverAddress: 'orders.pay.svc', serverPort: 80 })).toEqual({ service: 'orders.pay.svc.cluster.local', port: 80 });
  expect(addressedService({ ...none, upstreamCluster: 'outbound|8080|v1|orders.pay.svc.cluster.local', serverPort: 1 })).toEqual({ service: 'orders.pay.svc.cluster.local', port: 8080 });
  expect(addressedService({ ...none, serverAddress: 'example.com', serverPort: 443 })).toEqual({ service: '', port: 443 });
});
