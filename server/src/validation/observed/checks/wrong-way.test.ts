import { describe, expect, it } from 'vitest';
import { Instrument, Measured } from '@orrery/collectors/model/edge-traffic';
import { externalHost } from '@orrery/collectors/model/entity';
import { evidenceOf, told } from '../../evidence/evidence-fixture.ts';
import type { EdgeWindow } from '../../../inference/ports.ts';
import { row } from '../../../inference/row-fixture.ts';
import { called, client, pod, service } from '../traffic/traffic-fixture.ts';
import { outsideRegistry } from './outside-registry.ts';
import { portProtocol } from './port-protocol.ts';

describe('traffic without a route', () => {
  const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n';
  const entry = (more = ''): string => `---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: bank, namespace: money }\nspec: { hosts: [other.example, '*.bank.example'], ${more} ports: [{ number: 443, name: https, protocol: HTTPS }] }\n`;
  const out = (cluster: string, hostName: string, count: number): EdgeWindow => row({ from: client, to: externalHost(cluster), service: hostName, side: 'source', responses: { 'http 200 -': count } });
  const look = (manifests: string, ...rows: EdgeWindow[]): ReturnType<typeof told> => told(outsideRegistry, manifests, evidenceOf(rows));
  it('is told of the namespace, by the hosts that an entry could name', () => {
    const { findings: [finding, ...others] } = look(namespace, out('PassthroughCluster', 'api.bank.example:8443', 400), out('PassthroughCluster', '', 30));
    expect([finding?.object.kind, finding?.severity, finding?.path, others]).toEqual(['Namespace', 'warning', '', []]);
    expect(finding?.observation).toMatchObject({ sample: 430, measures: [{ name: 'to api.bank.example by PassthroughCluster', observed: 400 }, { name: 'to addresses without a name by PassthroughCluster', observed: 30 }] });
  });
  it('is an error where it is refused, of the workload where nobody declares the namespace, and not of a few calls', () => {
    expect(look(service('web', ['v1']).replace('web-v1', 'web'), out('BlackHoleCluster', '', 50)).findings.map(({ object: { kind }, severity }) => [kind, severity])).toEqual([['Deployment', 'error']]);
    expect(look(namespace, out('PassthroughCluster', 'api.bank.example', 19))).toMatchObject({ findings: [], undecided: [{ reason: 'fewer than 20 requests' }] });
    expect(look(namespace, out('api.bank.example', 'api.bank.example', 400)).findings).toEqual([]);
  });
  it('is told of the entry that names the host and does not lead there', () => {
    const passing = out('PassthroughCluster', 'api.bank.example', 400);
    expect(look(namespace + entry(), passing).findings.map(({ object: { kind }, path, message }) => [kind, path, message])).toEqual([['ServiceEntry', 'spec/hosts[1]', expect.stringContaining('do not go by it')]]);
    expect(look(namespace + entry("exportTo: ['.'],"), passing).findings[0]?.message).toContain('does not see it');
  });
  it('counts connections where nobody counts requests', () => {
    const tcp = row({ from: client, to: externalHost('PassthroughCluster'), side: 'source', measured: Measured.connections, connectionsOpened: 60 });
    expect(look(namespace, tcp).findings[0]?.observation).toMatchObject({ sample: 60, of: 'connections' });
  });
});

describe('ports', () => {
  const named = (...names: string[]): string => service('orders', ['v1'], `[${names.map((name, i) => `{ name: ${name}, port: ${80 + i} }`).join(', ')}]`);
  const look = (manifests: string, rows: readonly EdgeWindow[]): [string, string][] => told(portProtocol, manifests, evidenceOf(rows)).findings.map(({ path, message }) => [path, message.replace('the port ', '')]);
  const http = called(pod('orders'), { 'http 200 -': 300 }), grpc = called(pod('orders'), { 'grpc 0 -': 300 });
  const traces = called(pod('orders'), { 'http 200 -': 300 }, null, { instrument: Instrument.trace, port: 80 });
  const tcp = (more: number): EdgeWindow[] => called(pod('orders'), {}, {}, { measured: Measured.connections | more, connectionsOpened: 300 });
  it.each([
    ['http', tcp(0), 'http is named for HTTP and speaks TCP'],
    ['http', grpc, 'http is named for HTTP and speaks gRPC'],
    ['http-api', called(pod('orders'), { 'http 200 -': 200, 'http 400 DPE': 100 }), 'http-api is named for HTTP and speaks something else'],
    ['grpc', http, 'grpc is named for gRPC and speaks HTTP'],
    ['tcp-api', traces, 'tcp-api is named for TCP and speaks HTTP'],
    ['redis', grpc, 'redis is named for TCP and speaks gRPC'],
  ])('named %s that speak otherwise are told', (name, rows, message) => {
    expect(look(named(name), rows)).toEqual([['spec/ports[0]/name', message]]);
  });
  it.each([
    ['http', http], ['http', tcp(Measured.byNodeProxy)], ['http2', grpc], ['grpc', grpc], ['tcp', tcp(0)], ['https', tcp(0)], ['api', grpc],
    ['http', called(pod('orders'), { 'http 200 -': 290, 'http 400 DPE': 10 })], ['grpc', called(pod('orders'), { 'http 200 -': 40 })],
  ])('named %s are right, or nobody can tell', (name, rows) => {
    expect(look(named(name), rows)).toEqual([]);
  });
  it('are told apart where telemetry names them, and else nothing is said', () => {
    expect(look(named('tcp-api', 'http'), traces)).toEqual([['spec/ports[0]/name', 'tcp-api is named for TCP and speaks HTTP']]);
    expect(told(portProtocol, named('tcp-api', 'http'), evidenceOf(http))).toMatchObject({ findings: [], undecided: [{ reason: 'its ports are not told apart' }] });
  });
});
