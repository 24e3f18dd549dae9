import { createExpositionParser } from '@orrery/collectors/prometheus/parse-exposition';
import { wantsSeries } from '@orrery/collectors/prometheus/decode-series';
import { InternTable } from '@orrery/collectors/prometheus/intern-table';
import type { BenchResult } from './lib/result.ts';

const chunkBytes = 64 * 1024;
const bounds = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000, Infinity];

/**
 * Parses a large sidecar page, as a first scrape and as a later one, whose series are known.
 * `_all` reads every line; `_wanted` passes over the families that Orrery does not use, as scraping does.
 */
export function run(): BenchResult {
  const page = sidecarPage(150);
  const known = measure(page, 12, { fresh: false, wants: () => true });
  const first = measure(page, 3, { fresh: true, wants: () => true });
  const wanted = measure(page, 12, { fresh: false, wants: wantsSeries });
  return {
    figures: [
      { name: 'known page, every line', value: known.mbPerSecond, unit: 'MB/s', limit: 40, atLeast: true },
      { name: 'first page, every line', value: first.mbPerSecond, unit: 'MB/s' },
      { name: 'known page, wanted families', value: wanted.mbPerSecond, unit: 'MB/s' },
      { name: 'CPU for 1 M samples of a known page', value: known.cpuPerMillion, unit: 's' },
      { name: 'CPU for 1 M samples of a first page', value: first.cpuPerMillion, unit: 's' },
    ],
    result: {
      known_mb_per_s: Math.round(known.mbPerSecond), first_mb_per_s: Math.round(first.mbPerSecond), wanted_mb_per_s: Math.round(wanted.mbPerSecond),
      cpu_s_per_1m_samples: Number(known.cpuPerMillion.toFixed(2)), page_mb: Number((page.length / 1e6).toFixed(1)),
    },
  };
}

function measure(page: Uint8Array, passes: number, { fresh, wants }: { fresh: boolean; wants: (name: string) => boolean }): { mbPerSecond: number; cpuPerMillion: number } {
  let cache = new Map<string, { total: number }>();
  const interned = new InternTable();
  let samples = 0;
  const pass = (): void => {
    if (fresh) cache = new Map();
    const parser = createExpositionParser<{ total: number }>({
      wants,
      series: () => ({ total: 0 }),
      sample(series, value) {
        series.total += value;
        samples++;
      },
      malformed: (line, reason) => { throw new Error(`line ${line}: ${reason}`); },
    }, { format: 'text', cache, interned });
    for (let from = 0; from < page.length; from += chunkBytes) parser.push(page.subarray(from, from + chunkBytes));
    parser.end();
  };
  pass();
  samples = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < passes; i++) pass();
  const used = process.cpuUsage(before);
  const cpuSeconds = (used.user + used.system) / 1e6;
  return { mbPerSecond: (page.length * passes) / 1e6 / cpuSeconds, cpuPerMillion: (cpuSeconds / samples) * 1e6 };
}

/** A sidecar's page with so many label sets: 67 series each, about 60 KB of text, of which two thirds are byte histograms. */
function sidecarPage(labelSets: number): Uint8Array {
  const histograms = ['istio_request_duration_milliseconds', 'istio_request_bytes', 'istio_response_bytes'];
  const labels = Array.from({ length: labelSets }, (_, i) => labelsOf(i));
  let page = '# TYPE istio_requests_total counter\n';
  for (const [i, text] of labels.entries()) page += `istio_requests_total{${text}} ${1000 + i * 7919}\n`;
  for (const name of histograms) {
    page += `# TYPE ${name} histogram\n`;
    for (const [i, text] of labels.entries()) {
      for (const [k, le] of bounds.entries()) page += `${name}_bucket{${text},le="${le === Infinity ? '+Inf' : le}"} ${(i + 1) * (k + 1) * 13}\n`;
      page += `${name}_sum{${text}} ${i * 1234.5}\n${name}_count{${text}} ${(i + 1) * 260}\n`;
    }
  }
  return Buffer.from(page);
}

function labelsOf(i: number): string {
  const end = (side: string, workload: string): string => `${side}_workload="${workload}-v1",${side}_canonical_service="${workload}",${side}_canonical_revision="v1",${side}_workload_namespace="shop",${side}_principal="spiffe://cluster.local/ns/shop/sa/${workload}",${side}_app="${workload}",${side}_version="v1",${side}_cluster="Kubernetes"`;
  const destination = `service-${i % 50}`;
  return `reporter="source",${end('source', 'storefront')},${end('destination', destination)},destination_service="${destination}.shop.svc.cluster.local",destination_service_name="${destination}",destination_service_namespace="shop",request_protocol="http",response_code="${200 + (i % 3) * 101}",grpc_response_status="",response_flags="-",connection_security_policy="unknown"`;
}
