import { createServer as createHttpServer, request } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryDir } from '../contract/targets.ts';
import { envoyProgram, sidecarBootstrap, startEnvoy } from '../simulator/envoy-server.ts';
import { freePort } from '../simulator/orrery-process.ts';
import { toldGraph } from './truth/told.ts';
import { patience, startWhole, type WholeOrrery } from './whole-orrery.ts';

const program = envoyProgram();
const missing = program === null ? 'no `envoy` in $REAL_PARTS or on the path' : process.platform !== 'linux' ? 'each workload needs a loopback address of its own' : '';

/** Two workloads of the namespace `shop`, each with a real Envoy beside it, at addresses of their own on loopback. */
describe.skipIf(missing !== '')(`access logs of real Envoys${missing === '' ? '' : ` (skipped: ${missing})`}`, () => {
  const net = `127.${1 + Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`, web = `${net}.1`, orders = `${net}.2`;
  /** Where Istio's sidecars take in what their app sends: the side of a request that went nowhere is told by it. */
  const outbound = 15_001;
  const dir = temporaryDir();
  const stops: (() => Promise<unknown>)[] = [];
  let orrery: WholeOrrery, tcpOut = 0, from = 0;

  const node = (app: string, address: string): object => ({
    id: `sidecar~${address}~${app}-1.shop~shop.svc.cluster.local`, cluster: `${app}.shop`,
    metadata: { NAMESPACE: 'shop', WORKLOAD_NAME: app, CLUSTER_ID: 'Kubernetes', LABELS: { app, 'service.istio.io/canonical-name': app, 'service.istio.io/canonical-revision': 'v1' } },
  });
  const listening = async (server: Server): Promise<number> => {
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    stops.push(() => new Promise<void>((done) => { server.close(() => { done(); }); }));
    return (server.address() as AddressInfo).port;
  };
  const ask = (host: string, path: string): Promise<number> => new Promise((resolve, reject) => {
    request({ host: web, port: outbound, path, headers: { host }, agent: false }, (response) => {
      response.resume().on('end', () => { resolve(response.statusCode ?? 0); });
    }).on('error', reject).end();
  });

  beforeAll(async () => {
    orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') } });
    stops.push(() => orrery.stop());
    const { status } = await orrery.ask<{ status: { listeners: { protocol: string; address: string }[] } }>('{ status { listeners { protocol address } } }');
    const [address = '', port = ''] = status.listeners.find(({ protocol }) => protocol === 'envoy-als')!.address.split(':');
    const collector = { address, port: Number(port) };

    const app = await listening(createHttpServer((incoming, response) => { response.writeHead(incoming.url === '/broken' ? 500 : 200).end('hello'); }));
    const database = await listening(createTcpServer((socket) => { socket.on('data', () => socket.end('12345678')); }));
    const [inbound, tcpIn, ordersAdmin, webAdmin] = [await freePort(), await freePort(), await freePort(), await freePort()];
    tcpOut = await freePort();
    const ordersEnvoy = await startEnvoy(program!, sidecarBootstrap(node('orders', orders), { address: orders, port: ordersAdmin }, collector, {
      'inbound|8080||': { address: '127.0.0.1', port: app }, 'inbound|3306||': { address: '127.0.0.1', port: database },
    }, [
      { address: orders, port: inbound, direction: 'INBOUND', hosts: { '*': 'inbound|8080||' } },
      { address: orders, port: tcpIn, direction: 'INBOUND', tcpCluster: 'inbound|3306||' },
    ]), `http://${orders}:${ordersAdmin}`);
    stops.push(() => ordersEnvoy.stop());
    const webEnvoy = await startEnvoy(program!, sidecarBootstrap(node('web', web), { address: web, port: webAdmin }, collector, {
      'outbound|8080||orders.shop.svc.cluster.local': { address: orders, port: inbound, source: web },
      'outbound|3306||orders.shop.svc.cluster.local': { address: orders, port: tcpIn, source: web },
      'outbound|8080||empty.shop.svc.cluster.local': null,
    }, [
      { address: web, port: outbound, direction: 'OUTBOUND', hosts: { orders: 'outbound|8080||orders.shop.svc.cluster.local', empty: 'outbound|8080||empty.shop.svc.cluster.local' } },
      { address: web, port: tcpOut, direction: 'OUTBOUND', tcpCluster: 'outbound|3306||orders.shop.svc.cluster.local' },
    ]), `http://${web}:${webAdmin}`);
    stops.push(() => webEnvoy.stop());

    from = Math.floor(Date.now() / 10_000) * 10;
    const codes = [];
    for (let i = 0; i < 40; i++) codes.push(await ask('orders', i % 4 === 0 ? '/broken' : '/'));
    for (let i = 0; i < 5; i++) codes.push(await ask('empty', '/'));
    for (let i = 0; i < 3; i++) codes.push(await ask('nowhere', '/'));
    expect(codes.filter((code) => code === 500)).toHaveLength(10);
    for (let i = 0; i < 7; i++) {
      await new Promise<void>((done, failed) => {
        const socket = connect(tcpOut, web, () => socket.write('1234')).on('data', () => undefined).on('close', () => { done(); }).on('error', failed);
      });
    }
  });
  afterAll(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    dir.remove();
  });

  const told = (): ReturnType<typeof toldGraph> => toldGraph(orrery.url, 'shop', { from, to: Math.ceil(Date.now() / 10_000) * 10 });

  it('give both sides of the edge, requests and connections, exactly', async () => {
    await vi.waitFor(async () => {
      const edge = (await told()).get('web → orders');
      expect(edge).toMatchObject({ requests: 40, errors: 10, connections: 7, witnesses: ['log/destination', 'log/source'], responses: { '200 -': 30, '500 -': 10 } });
    }, patience);
  });

  it('tell of requests that never left', async () => {
    await vi.waitFor(async () => {
      const unreached = [...await told()].filter(([name]) => name.startsWith('web → ') && name !== 'web → orders').map(([, edge]) => edge);
      expect(unreached.map(({ requests, responses }) => ({ requests, responses }))).toContainEqual({ requests: 5, responses: { '503 UH': 5 } });
    }, patience);
  });

  it('are counted: received = stored + rejected + dropped', async () => {
    await vi.waitFor(async () => {
      const { dataSources } = await orrery.ask<{ dataSources: { source: string; received: number; stored: number; rejected: number; dropped: number }[] }>('{ dataSources { source received stored rejected dropped } }');
      // 48 requests at web, 40 at orders, 7 connections at each.
      expect(dataSources.find(({ source }) => source === 'envoy-als')).toMatchObject({ received: 102, stored: 102, rejected: 0, dropped: 0 });
    }, patience);
  });
});
