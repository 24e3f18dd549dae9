import { describe, expect, it } from 'vitest';
import { nameMatcher } from './series-meaning.ts';
import { SeriesTable } from './series-table.ts';

const none = nameMatcher([]);
const table = (): SeriesTable => new SeriesTable({ cluster: '', targetLabels: new Map(), gateways: none, eastWestGateways: none, waypoints: none }, { series: 10, services: 10 }, { used: 0, limit: 10 });

describe('gauges of certificates', () => {
  const labels = ['resource_name', 'default'];

  it('are kept with their names, below 0 too, and are no counters', () => {
    const series = table();
    series.beginPage(1_000);
    series.take(series.admit('istio_agent_cert_expiry_seconds', labels, 'a')!, -30);
    series.take(series.admit('istio_tcp_sent_bytes_total', ['reporter', 'source'], 'b')!, -30);
    expect(series.nameFresh('t').map(({ name, labels: named }) => [name, Object.fromEntries(named)])).toContainEqual(['istio_agent_cert_expiry_seconds', { resource_name: 'default' }]);
    expect([series.notCounts, series.state().values.includes(-30), series.pairs().pairs]).toEqual([1, true, []]);
  });

  it('are known again after a restart', () => {
    const before = table();
    before.beginPage(1_000);
    before.take(before.admit('istio_agent_cert_expiry_seconds', labels, 'a')!, 60);
    const [name] = before.nameFresh('t'), after = table();
    after.load(before.state(), new Map([[name!.series, name!]]), 1_000);
    after.beginPage(2_000);
    after.take(after.admit('istio_agent_cert_expiry_seconds', labels, 'a')!, -5);
    expect([after.notCounts, after.state().values]).toEqual([0, [-5]]);
  });
});
