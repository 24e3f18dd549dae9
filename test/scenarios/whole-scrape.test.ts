import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { storeConfig } from '@orrery/collectors/store/config';
import { openStore } from '@orrery/collectors/store/open-store';
import { sql } from '@orrery/collectors/store/sql';
import { silent, temporaryDir } from '../contract/targets.ts';
import { patience, startWhole } from './whole-orrery.ts';

const dir = temporaryDir();
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => dir.remove());

/** A sidecar's page whose counters grow by themselves. */
interface Page {
  readonly url: string;
  /** The counters as each scrape saw them, by destination. */
  readonly served: ReadonlyMap<string, number>[];
  /** Requests to a destination that the page has not named before. */
  call(destination: string): void;
  /** From now on nothing grows. */
  freeze(): void;
}

async function startPage(): Promise<Page> {
  const counters = new Map([['orders', 1_000_003], ['cart', 17]]);
  const served: ReadonlyMap<string, number>[] = [];
  let step = 0;
  const growing = setInterval(() => {
    step++;
    for (const [destination, count] of counters) counters.set(destination, count + 1 + (step * destination.length) % 23);
  }, 20);
  const server = createServer((_request, response) => {
    served.push(new Map(counters));
    const lines = [...counters].map(([to, count]) =>
      `istio_requests_total{reporter="destination",source_workload="web",source_workload_namespace="shop",destination_workload="${to}",destination_workload_namespace="shop",destination_service="${to}.shop.svc.cluster.local",request_protocol="http",response_code="200",connection_security_policy="mutual_tls"} ${count}`);
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(`# TYPE istio_requests_total counter\n${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const freeze = (): void => clearInterval(growing);
  stops.push(() => {
    freeze();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stats/prometheus`,
    served, freeze,
    call: (destination) => void counters.set(destination, 5),
  };
}

it('counts every request of a scraped page once, a restart of the server and what grew meanwhile included', async () => {
  const page = await startPage();
  const dataDir = join(dir.path, 'store');
  const settings = { store: { dataDir }, scrape: { jobs: [{ name: 'mesh', intervalSeconds: 1, targets: [page.url] }] } };
  const scrapes = (count: number): Promise<void> => {
    const from = page.served.length;
    return vi.waitFor(() => expect(page.served.length).toBeGreaterThanOrEqual(from + count), patience);
  };

  const first = await startWhole(settings);
  stops.push(() => first.stop());
  await scrapes(3);
  expect(await first.stop()).toBe(true);
  const before = page.served.at(-1);
  // It appears while nobody scrapes: all of it is new.
  page.call('mail');
  await new Promise((resolve) => setTimeout(resolve, 500));

  const second = await startWhole(settings);
  stops.push(() => second.stop());
  await scrapes(3);
  page.freeze();
  await scrapes(2);
  interface Source { readonly target: string; readonly up: boolean; readonly durationMs: number; readonly samples: number; readonly seriesAdded: number; readonly rejected: number; readonly error: string }
  await vi.waitFor(async () => {
    const { dataSources } = await second.ask<{ dataSources: (Source & { source: string })[] }>('{ dataSources { source target up durationMs samples seriesAdded rejected error } }');
    expect(dataSources.filter(({ source }) => source === 'scrape')).toEqual([
      { source: 'scrape', target: page.url, up: true, durationMs: expect.any(Number) as number, samples: 3, seriesAdded: 3, rejected: 0, error: '' },
    ]);
  }, patience);
  // Every edge leads back to the target that told of it.
  await vi.waitFor(async () => {
    const { graph } = await second.ask<{ graph: { edges: { id: string }[] } }>('{ graph { edges { id } } }');
    expect(graph.edges).toHaveLength(3);
    for (const { id } of graph.edges) {
      const { rawSeries } = await second.ask<{ rawSeries: { targets: string[] } | null }>('query T($id: ID!) { rawSeries(edge: $id, first: 1) { targets } }', { id });
      expect(rawSeries?.targets).toEqual([page.url]);
    }
  }, patience);
  expect(await second.stop()).toBe(true);

  const store = await openStore(storeConfig.parse({ dataDir }), silent);
  stops.push(() => store.close());
  const rows = await store.query<{ destination: string; requests: number }>(sql`
    SELECT destination_name AS destination, sum(requests) AS requests
    FROM edge_traffic_10s AS facts FINAL INNER JOIN (SELECT edge_id, any(destination_name) AS destination_name FROM edges GROUP BY edge_id) AS names USING (edge_id)
    GROUP BY destination`, { name: 'requests by destination' });
  const start = page.served[0], end = page.served.at(-1);
  expect(Object.fromEntries(rows.map(({ destination, requests }) => [destination, requests]))).toEqual(
    Object.fromEntries([...end ?? []].map(([destination, count]) => [destination, count - (start?.get(destination) ?? 0)])));
  expect(end?.get('orders')).toBeGreaterThan(before?.get('orders') ?? Infinity);
});
