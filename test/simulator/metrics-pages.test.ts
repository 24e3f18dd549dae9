import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createExpositionParser } from '@orrery/collectors/prometheus/parse-exposition';
import { describe, expect, it } from 'vitest';
import { shop } from '../scenarios/shop.ts';
import { createFamilies, number32 } from './envoy-text.ts';
import { createMeshProxies } from './mesh.ts';
import { createTraffic } from './traffic.ts';

const data = resolve(import.meta.dirname, '../../../shared/data');
const golden = resolve(data, 'envoy-family/istio/proxy-golden-metrics');
const realZtunnel = resolve(data, 'ztunnel-real/a/text/node-1.metrics.2.txt');

/** Label names of the first series of a family on a page. */
function labelNames(page: string, sample: string): string[] {
  const line = page.split('\n').find((text) => text.startsWith(`${sample}{`));
  return [...(line ?? '').matchAll(/(\w+)="/g)].map((match) => match[1] ?? '');
}

function playedPages(seconds: number): Map<string, string> {
  const traffic = createTraffic(shop, { seed: 7, startMs: 1_700_000_000_000, speed: 1 });
  const mesh = createMeshProxies(shop, traffic.pods, 1_700_000_000_000);
  const end = 1_700_000_000_000 + seconds * 1000;
  for (const happening of traffic.advance(end)) {
    if (happening.kind === 'request') mesh.request(happening);
    if (happening.kind === 'connection') mesh.connection(happening);
  }
  return new Map(mesh.pages.map((page) => [page.path, page.render(end)]));
}

const pageOf = (pages: Map<string, string>, start: string): string => [...pages].find(([path]) => path.startsWith(start))?.[1] ?? '';

describe('the metrics pages of the sample mesh', () => {
  const pages = playedPages(45);

  it.skipIf(!existsSync(golden))('write the labels of a sidecar in the order of Istio’s own golden metrics (skipped where they are not there)', () => {
    for (const [file, family, page] of [
      ['client_request_total.yaml.tmpl', 'istio_requests_total', '/sidecar/web'],
      ['server_request_total.yaml.tmpl', 'istio_requests_total', '/sidecar/cart-'],
      ['server_waypoint_proxy_request_total.yaml.tmpl', 'istio_requests_total', '/waypoint/'],
      ['tcp_client_connection_open.yaml.tmpl', 'istio_tcp_connections_opened_total', '/sidecar/cart-'],
    ] as const) {
      // The templates name a label once per branch, and one optional label.
      const names = new Set([...readFileSync(resolve(golden, file), 'utf8').matchAll(/- name: (\w+)/g)].map((match) => match[1]));
      names.delete('role');
      expect(labelNames(pageOf(pages, page), family), file).toEqual([...names]);
    }
  });

  it.skipIf(!existsSync(realZtunnel))('write a ztunnel’s labels, families and end as a real one does (skipped where ztunnel-real is not there)', () => {
    const real = readFileSync(realZtunnel, 'utf8');
    const page = pageOf(pages, '/ztunnel/node-a');
    for (const family of ['istio_tcp_connections_opened', 'istio_tcp_connections_closed', 'istio_tcp_received_bytes', 'istio_tcp_sent_bytes']) {
      expect(labelNames(page, `${family}_total`), family).toEqual(labelNames(real, `${family}_total`));
      const head = (text: string): string[] => text.split('\n').filter((line) => line.startsWith(`# HELP ${family} `) || line.startsWith(`# TYPE ${family} `));
      expect(head(page), family).toEqual(head(real));
    }
    expect(page.endsWith('# EOF\n')).toBe(true);
  });

  it('let the two sides of a timeout and of a request without upstream differ as real ones do', () => {
    const all = [...pages.values()].join('\n').split('\n').filter((line) => line.startsWith('istio_requests_total'));
    const some = (...parts: string[]): boolean => all.some((line) => parts.every((part) => line.includes(part)));
    expect(some('reporter="source"', 'destination_service_name="search"', 'response_code="504"', 'response_flags="UT"')).toBe(true);
    expect(some('reporter="destination"', 'destination_workload="search"', 'response_code="0"', 'response_flags="DC"')).toBe(true);
    expect(some('reporter="source"', 'destination_service_name="payment"', 'destination_workload="unknown"', 'response_flags="UH"')).toBe(true);
    expect(all.filter((line) => line.includes('reporter="destination"') && line.includes('response_flags="UH"'))).toEqual([]);
    expect(all.filter((line) => line.includes('reporter="source"') && !line.includes('connection_security_policy="unknown"'))).toEqual([]);
  });

  it('are read by the collectors in strict mode without one malformed line', () => {
    for (const [path, page] of pages) {
      const malformed: string[] = [];
      let samples = 0;
      const parser = createExpositionParser<{ readonly name: string }>({
        wants: () => true,
        series: (name) => ({ name }),
        sample: () => { samples++; },
        malformed: (line, reason) => malformed.push(`${path}:${line} ${reason}`),
      }, { format: path.startsWith('/ztunnel') ? 'openmetrics' : 'text', cache: new Map(), strict: true });
      parser.push(Buffer.from(page));
      parser.end();
      expect(malformed).toEqual([]);
      expect(samples).toBeGreaterThan(10);
    }
  });

  it('print doubles as Envoy’s %.32g', () => {
    expect(number32((2 * 170 * 180) / 350)).toBe('174.85714285714286120310134720057');
    expect(number32(12)).toBe('12');
  });

  it('keep histogram buckets cumulative and sums near the truth', () => {
    const families = createFamilies();
    for (const value of [0, 3, 5, 26, 174]) families.observe('x', '', value);
    const text = families.render();
    expect(text).toContain('x_bucket{le="5"} 3\n');
    expect(text).toContain('x_bucket{le="25"} 3\n');
    expect(text).toContain('x_bucket{le="+Inf"} 5\n');
    const sum = Number(/x_sum\{\} (.*)/.exec(text)?.[1]);
    expect(Math.abs(sum - 208)).toBeLessThan(5);
  });
});
