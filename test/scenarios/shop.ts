import type { LogNormal, Scenario, Workload } from '../simulator/scenario.ts';

const ms = (medianMs: number, sigma = 0.35): LogNormal => ({ medianMs, sigma });

const base = { version: 'v1', pods: 1, node: 'node-a', dataPlane: 'sidecar' } as const;
const storefront = (name: string, more: Partial<Workload> = {}): Workload => ({ ...base, name, app: name, namespace: 'storefront', ...more });
const shopping = (name: string, more: Partial<Workload> = {}): Workload => ({ ...base, name, app: name, namespace: 'shop', node: 'node-b', ...more });
const paying = (name: string, more: Partial<Workload> = {}): Workload => ({ ...base, name, app: name, namespace: 'payments', dataPlane: 'ambient', ...more });
const offMesh = { dataPlane: 'none' } as const;

const single = (name: string, namespace: string, port = 8080) => ({ name, namespace, port, backends: [{ workload: name, weight: 1 }] });
const http = { kind: 'request', protocol: 'http', probability: 1, onError: 'fail' } as const;

/**
 * A shop: `storefront` and `shop` with sidecars, `payments` ambient behind a waypoint, an unmeshed corner.
 * The database and the broker are excluded from capture (`traffic.sidecar.istio.io/excludeOutboundPorts`),
 * so spans alone tell of them; the unmeshed corner is seen by flows alone.
 */
export const shop: Scenario = {
  cluster: 'shop-eu',
  workloads: [
    storefront('istio-ingressgateway', { gateway: true }),
    storefront('web', { pods: 2, spans: 'grpc' }),
    storefront('mobile-bff'),
    shopping('catalog-v1', { app: 'catalog' }),
    shopping('catalog-v2', { app: 'catalog', version: 'v2', refuses: 0.03 }),
    shopping('search'),
    shopping('cart'),
    shopping('cart-cache'),
    shopping('checkout', { spans: 'http' }),
    shopping('orders', { spans: 'grpc' }),
    shopping('shipping', { ...offMesh, spans: 'http' }),
    shopping('legacy-stock', offMesh),
    shopping('legacy-till', offMesh),
    shopping('nightly-export', { ...offMesh, node: 'node-a' }),
    paying('payment', { spans: 'grpc' }),
    paying('fraud', { node: 'node-b' }),
    paying('ledger', { node: 'node-b' }),
    paying('ledger-db', offMesh),
    paying('waypoint', { app: 'waypoint' }),
  ],
  services: [
    single('web', 'storefront'), single('mobile-bff', 'storefront'),
    { name: 'catalog', namespace: 'shop', port: 8080, backends: [{ workload: 'catalog-v1', weight: 0.8 }, { workload: 'catalog-v2', weight: 0.2 }] },
    single('search', 'shop'), single('cart', 'shop'), single('cart-cache', 'shop', 6379), single('checkout', 'shop'),
    single('orders', 'shop', 9090), single('legacy-stock', 'shop'), single('payment', 'payments'),
    { ...single('fraud', 'payments'), waypoint: 'waypoint' },
    { ...single('ledger', 'payments'), waypoint: 'waypoint' },
    single('ledger-db', 'payments', 5432),
  ],
  operations: [
    { name: 'home', service: 'web', route: '/', method: 'GET', work: ms(3), calls: [
      { ...http, operation: 'list-products', retries: 1 },
      { ...http, operation: 'search', probability: 0.5, onError: 'ignore', troubles: { timeout: 0.01, notFound: 0.04 } },
    ] },
    { name: 'basket', service: 'web', route: '/basket', method: 'GET', work: ms(2), calls: [{ ...http, operation: 'get-cart' }] },
    { name: 'buy', service: 'web', route: '/buy', method: 'POST', work: ms(3), calls: [{ ...http, operation: 'checkout' }] },
    { name: 'mobile-home', service: 'mobile-bff', route: '/v2/home', method: 'GET', work: ms(2), calls: [
      { ...http, operation: 'list-products', retries: 1 }, { ...http, operation: 'get-cart' },
    ] },
    { name: 'list-products', service: 'catalog', route: '/products', method: 'GET', work: ms(8), calls: [] },
    { name: 'search', service: 'search', route: '/search', method: 'GET', work: ms(22, 0.5), calls: [] },
    { name: 'get-cart', service: 'cart', route: '/carts/{id}', method: 'GET', work: ms(4), calls: [] },
    { name: 'checkout', service: 'checkout', route: '/checkout', method: 'POST', work: ms(5), calls: [
      { ...http, operation: 'get-cart' },
      { ...http, operation: 'charge' },
      { ...http, operation: 'place-order', protocol: 'grpc' },
    ] },
    { name: 'place-order', service: 'orders', route: '/shop.Orders/Place', method: 'POST', work: ms(4), calls: [
      { kind: 'query', database: 'orders-db', statement: 'INSERT INTO orders', latency: ms(6, 0.5), probability: 1, onError: 'fail' },
      { kind: 'publish', topic: 'orders.placed', consumer: 'shipping', lag: ms(60), work: ms(12), probability: 1, onError: 'fail' },
    ] },
    { name: 'charge', service: 'payment', route: '/charges', method: 'POST', work: ms(5), calls: [
      { ...http, operation: 'score' },
      { kind: 'external', host: 'api.acquirer.example', port: 443, route: '/v1/authorize', latency: ms(70, 0.3), probability: 1, onError: 'fail' },
      { ...http, operation: 'book' },
    ] },
    { name: 'score', service: 'fraud', route: '/score', method: 'POST', work: ms(11), calls: [] },
    { name: 'book', service: 'ledger', route: '/entries', method: 'POST', work: ms(6), calls: [] },
  ],
  databases: [{ name: 'orders-db', system: 'postgresql', address: 'orders-db.shop.example', port: 5432, namespace: 'orders' }],
  topics: [{ name: 'orders.placed', system: 'kafka' }],
  streams: [
    { from: 'cart', service: 'cart-cache', connectionsPerSecond: 2, meanLifeMs: 8_000, bytesSent: 4_000, bytesReceived: 24_000 },
    { from: 'ledger', service: 'ledger-db', connectionsPerSecond: 1, meanLifeMs: 12_000, bytesSent: 6_000, bytesReceived: 9_000 },
  ],
  flows: [
    { from: 'legacy-till', service: 'legacy-stock', perSecond: 5, l7: 'http', latency: ms(30, 0.4) },
    { from: 'nightly-export', service: 'legacy-stock', perSecond: 2, l7: 'none', latency: ms(30) },
  ],
  roots: [
    { operation: 'home', gateway: 'istio-ingressgateway', perSecond: 40 },
    { operation: 'basket', gateway: 'istio-ingressgateway', perSecond: 12 },
    { operation: 'buy', gateway: 'istio-ingressgateway', perSecond: 10 },
    { operation: 'mobile-home', gateway: 'istio-ingressgateway', perSecond: 8 },
  ],
  faults: [
    { name: 'payment-errors', kind: 'call', caller: 'checkout', operation: 'charge', from: 20, to: 80,
      troubles: { noHealthyUpstream: 0.25, failed: 0.2 }, says: 'checkout → payment fails: 503 UH and 500' },
    { name: 'slow-database', kind: 'slow-database', database: 'orders-db', factor: 10, from: 110, to: 170,
      says: 'orders-db answers ten times slower; orders, checkout and web wait for it' },
    { name: 'mtls-lost', kind: 'plaintext', workload: 'cart', from: 200, to: 260, says: 'cart accepts plaintext: mTLS is lost on one workload' },
    { name: 'bad-route', kind: 'config', caller: 'web', operation: 'search', from: 290, to: 350, troubles: { noCluster: 0.4 },
      object: { kind: 'VirtualService', service: 'search', subset: 'canary', weight: 40 }, says: 'a VirtualService sends 40 % of search to a subset that nobody defined: 503 NC' },
    { name: 'tls-off', kind: 'config', caller: 'istio-ingressgateway', operation: 'mobile-home', from: 380, to: 440, troubles: { terminated: 1 },
      object: { kind: 'DestinationRule', service: 'mobile-bff', tlsMode: 'DISABLE' }, says: 'a DestinationRule turns TLS off towards mobile-bff, which is STRICT: 503 UC' },
  ],
  period: 470,
  sampling: { probability: 0.5, threshold: '8' },
  network: ms(0.6, 0.3),
  newConnectionShare: 0.1,
};
