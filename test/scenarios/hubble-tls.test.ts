import { writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { hubbleConfig } from '@orrery/collectors/hubble/config';
import { startHubble } from '@orrery/collectors/hubble/start-hubble';
import { temporaryDir } from '../contract/targets.ts';
import { startHubbleRelay } from '../simulator/hubble-relay.ts';
import { createAuthority } from './certificates.ts';
import { flowSink, until, type FlowSink } from './hubble-sink.ts';

const relayName = 'ui.hubble-relay.cilium.io';
const dir = temporaryDir();
const authority = createAuthority('Cilium CA'), stranger = createAuthority('Cilium CA');
const relayCertificate = authority.issue(relayName, [relayName]);

const fileOf = (name: string, text: string): string => {
  const path = join(dir.path, name);
  writeFileSync(path, text);
  return path;
};
const client = authority.issue('orrery'), strangeClient = stranger.issue('orrery');
const files = {
  ca: fileOf('ca.pem', authority.cert), strangeCa: fileOf('strange-ca.pem', stranger.cert),
  cert: fileOf('client.pem', client.cert), key: fileOf('client-key.pem', client.key),
  strangeCert: fileOf('strange-client.pem', strangeClient.cert), strangeKey: fileOf('strange-client-key.pem', strangeClient.key),
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => dir.remove());

/** A relay with one flow behind TLS; gives its address. */
async function tlsRelay(more: TlsOptions = {}): Promise<string> {
  const relay = await startHubbleRelay({ port: 0, nodeName: 'node-a' });
  stops.push(() => relay.stop());
  relay.push({
    time: new Date().toISOString(), uuid: 'flow-1', verdict: 'FORWARDED', traffic_direction: 'EGRESS', trace_reason: 'NEW', is_reply: false,
    source: { namespace: 'shop', pod_name: 'cart-5c7d8f9b6d-x2x4z' }, destination: { namespace: 'shop', workloads: [{ name: 'stock', kind: 'Deployment' }] },
  });
  const port = Number(relay.address.split(':')[1]);
  const sockets = new Set<Socket>();
  const server = createServer({ ...relayCertificate, ALPNProtocols: ['h2'], ...more }, (outer) => {
    const inner = connect(port, '127.0.0.1');
    for (const [one, other] of [[outer, inner], [inner, outer]] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy()).pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function follow(address: string, tls: object): Promise<FlowSink> {
  const sink = flowSink();
  const source = await startHubble(hubbleConfig.parse({ relays: [{ address, name: 'test', tls }] }), sink.deps);
  stops.push(() => source.stop());
  return sink;
}

async function expectFlows(sink: FlowSink): Promise<void> {
  await until(() => sink.rows.size === 1);
  expect(sink.reports.at(-1)).toMatchObject({ up: 1, error: '' });
}

async function expectRefused(sink: FlowSink, reason: RegExp): Promise<void> {
  await until(() => sink.reports.some(({ error }) => error !== ''));
  expect(sink.reports.find(({ error }) => error !== '')).toMatchObject({ source: 'hubble', feed: 'hubble:test', up: 0, received: 0, error: expect.stringMatching(reason) as string });
  expect(sink.rows.size).toBe(0);
}

describe('a relay over TLS', () => {
  it('is followed where its certificate is of the named authority and for the named server', async () => {
    await expectFlows(await follow(await tlsRelay(), { caFile: files.ca, serverName: relayName }));
  });

  it('is not trusted under another authority, though of the same name', async () => {
    await expectRefused(await follow(await tlsRelay(), { caFile: files.strangeCa, serverName: relayName }), /certificate|signature/i);
  });

  it('is not trusted under the authorities of the system', async () => {
    await expectRefused(await follow(await tlsRelay(), { serverName: relayName }), /certificate/i);
  });

  it('is not trusted where its certificate is for another name', async () => {
    await expectRefused(await follow(await tlsRelay(), { caFile: files.ca, serverName: 'other.cilium.io' }), /altnames|does not match/i);
    await expectRefused(await follow(await tlsRelay(), { caFile: files.ca }), /altnames|does not match/i);
  });

  it('is told apart from a relay in plaintext', async () => {
    const relay = await startHubbleRelay({ port: 0, nodeName: 'node-a' });
    stops.push(() => relay.stop());
    await expectRefused(await follow(relay.address, { caFile: files.ca, serverName: relayName }), /^No connection established/);
  });

  it('names a file that cannot be read', async () => {
    await expectRefused(await follow(await tlsRelay(), { caFile: join(dir.path, 'absent.pem') }), /^TLS: ENOENT.*absent\.pem/);
  });
});

describe('a relay that asks for a client certificate', () => {
  const mutual: TlsOptions = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };

  it('is followed with one of its authority', async () => {
    await expectFlows(await follow(await tlsRelay(mutual), { caFile: files.ca, serverName: relayName, certFile: files.cert, keyFile: files.key }));
  });

  it('refuses without one, or with a stranger\'s', async () => {
    await expectRefused(await follow(await tlsRelay(mutual), { caFile: files.ca, serverName: relayName }), /^No connection established/);
    await expectRefused(await follow(await tlsRelay(mutual), { caFile: files.ca, serverName: relayName, certFile: files.strangeCert, keyFile: files.strangeKey }), /^No connection established/);
  });
});
