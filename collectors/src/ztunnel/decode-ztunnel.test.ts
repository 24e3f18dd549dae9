import { describe, expect, it } from 'vitest';
import { Measured, Side } from '../model/edge-traffic.ts';
import { nameMatcher, type ReadingContext } from '../prometheus/series-meaning.ts';
import { decodeZtunnel } from './decode-ztunnel.ts';

const context: ReadingContext = { components: new Set(['ztunnel']), cluster: '', targetLabels: new Map(), gateways: nameMatcher([]), eastWestGateways: nameMatcher([]), waypoints: nameMatcher(['waypoint', '*-waypoint']) };

const ordinary = {
  reporter: 'source', source_workload: 'web', source_workload_namespace: 'shop', source_canonical_service: 'web', source_canonical_revision: 'v1', source_cluster: 'Kubernetes',
  source_principal: 'spiffe://cluster.local/ns/shop/sa/web', destination_service: 'api.shop.svc.cluster.local', destination_workload: 'api', destination_workload_namespace: 'shop',
  destination_canonical_service: 'api', destination_canonical_revision: 'v1', destination_cluster: 'Kubernetes', destination_principal: 'spiffe://cluster.local/ns/shop/sa/api',
  request_protocol: 'tcp', response_flags: '-', connection_security_policy: 'mutual_tls',
};

function decode(name: string, labels: Readonly<Record<string, string>> = {}, of = context): ReturnType<typeof decodeZtunnel> {
  return decodeZtunnel(`istio_tcp_${name}_total`, Object.entries({ ...ordinary, ...labels }).flat(), of);
}

describe('decodeZtunnel', () => {
  it('takes received as client to server and sent as server to client, for both reporters', () => {
    for (const reporter of ['source', 'destination']) {
      expect(decode('received_bytes', { reporter })?.measure).toEqual({ kind: 'bytesSent' });
      expect(decode('sent_bytes', { reporter })?.measure).toEqual({ kind: 'bytesReceived' });
    }
  });

  it('knows mutual TLS at both ends, and reads `unknown` as plaintext', () => {
    expect(decode('connections_opened')?.measure).toEqual({ kind: 'connectionsOpened', security: 'secured' });
    for (const reporter of ['source', 'destination']) {
      const plain = decode('connections_opened', { reporter, connection_security_policy: 'unknown' });
      expect(plain?.measure).toEqual({ kind: 'connectionsOpened', security: 'plaintext' });
      expect((plain?.measured ?? 0) & Measured.security).not.toBe(0);
    }
  });

  it('believes the destination principal beside mutual TLS only', () => {
    expect(decode('connections_opened')?.destinationPrincipal).toBe('spiffe://cluster.local/ns/shop/sa/api');
    expect(decode('connections_opened', { connection_security_policy: 'unknown' })?.destinationPrincipal).toBe('');
  });

  it('counts failures by the flag of `closed`, and only sees from `failed` that they are told', () => {
    expect(decode('connections_closed', { response_flags: 'DENY' })?.measure).toEqual({ kind: 'connectionsClosed', response: 'tcp - DENY', failed: true });
    expect(decode('connections_closed')?.measure).toEqual({ kind: 'connectionsClosed', response: '', failed: false });
    expect(decode('connections_failed', { response_flags: 'DENY' })?.measure).toEqual({ kind: 'connectionsFailed' });
  });

  it('matches opened and closed of one edge whatever their flags', () => {
    expect(decode('connections_closed', { response_flags: 'CONNECT' })?.row).toBe(decode('connections_opened')?.row);
  });

  it('measures failures at the source only if the release tells them there', () => {
    const opened = decode('connections_opened');
    expect((opened?.measured ?? 0) & Measured.connectionsFailed).toBe(0);
    expect(opened?.measuredIfFailuresTold).toBe(Measured.connectionsFailed);
    expect((decode('connections_opened', { reporter: 'destination' })?.measured ?? 0) & Measured.connectionsFailed).not.toBe(0);
  });

  it('marks the service as guessed on the destination side alone', () => {
    expect(decode('connections_opened')).toMatchObject({ side: Side.source, edge: { service: 'api.shop.svc.cluster.local', serviceGuessed: false } });
    expect(decode('connections_opened', { reporter: 'destination' })).toMatchObject({ side: Side.destination, edge: { serviceGuessed: true } });
    expect(decode('connections_opened', { reporter: 'destination', destination_service: 'unknown' })).toMatchObject({ edge: { service: '', serviceGuessed: false } });
  });

  it('keeps a waypoint as the end of its hop, with the service that was meant', () => {
    expect(decode('connections_opened', { destination_workload: 'waypoint', destination_canonical_service: 'waypoint', destination_service: 'orders.shop.svc.cluster.local' })?.edge)
      .toMatchObject({ destination: { kind: 'waypoint', namespace: 'shop', name: 'waypoint' }, service: 'orders.shop.svc.cluster.local' });
  });

  it('reads an address that the mesh does not know as unknown, never as the word', () => {
    const unknown = Object.fromEntries(Object.keys(ordinary).filter((name) => name.startsWith('destination_')).map((name) => [name, 'unknown']));
    expect(decode('connections_opened', unknown)?.edge).toMatchObject({ destination: { kind: 'unknown', namespace: '', name: '', app: '', version: '' }, service: '' });
  });

  it('gives workloads the configured cluster where the mesh has only its default name', () => {
    expect(decode('sent_bytes', {}, { ...context, cluster: 'west' })?.edge.source.cluster).toBe('west');
    expect(decode('sent_bytes', { source_cluster: 'east' }, { ...context, cluster: 'west' })?.edge.source.cluster).toBe('east');
  });

  it('takes nothing from a reporter or a family that it does not know', () => {
    expect(decode('connections_opened', { reporter: 'proxy' })).toBeNull();
    expect(decode('something')).toBeNull();
  });
});
