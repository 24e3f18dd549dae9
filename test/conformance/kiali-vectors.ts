import { decodeSeries } from '@orrery/collectors/prometheus/decode-series';
import { deriveRows } from '@orrery/collectors/prometheus/derive-rows';
import { nameMatcher, type CounterPair } from '@orrery/collectors/prometheus/series-meaning';
import type { EdgeWindow } from '@orrery/server/inference/ports';
import { edgeWindows } from './scrape-pages.ts';

/** One case of `cases.json`. */
export interface KialiCase {
  readonly test: string;
  readonly url: string;
  readonly ambientTraffic: string;
  readonly expected: string;
  readonly accessibleNamespaces: Readonly<Record<string, readonly string[]>>;
  readonly knownWaypoints?: readonly { readonly cluster: string; readonly namespace: string; readonly name: string }[];
  readonly prom: readonly { readonly query: string; readonly vector: readonly { readonly metric: Labels; readonly value: number }[] }[];
}

export type Labels = Readonly<Record<string, string>>;

/** A series as the mesh would have exposed it, with the rate that Prometheus gave for it. */
export interface Series { readonly name: string; readonly labels: Labels; readonly perSecond: number }

/** The seconds over which the rates are counted; one bucket of the waist. */
export const seconds = 10;
export const from = 1_523_364_060;

const queryPattern = /rate\((\w+)\{(.*?)\} \[/;
const reporterPattern = /reporter=(~?)"(?:waypoint\|)?(\w+)"/;

const address = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$/;
const isKnown = (text: string | undefined): boolean => text !== undefined && text !== '' && text !== 'unknown';

/**
 * Series that Kiali takes for bad telemetry and draws nothing of (facts: kiali §2). Orrery draws their traffic, so they are
 * no part of the comparison: a source that names a namespace and nothing in it, or a workload and an unknown cluster; an
 * address in place of a service that no workload answered.
 */
function isSkipped(labels: Labels): boolean {
  const fromPlace = isKnown(labels['source_workload_namespace']);
  const fromSomebody = isKnown(labels['source_workload']) || isKnown(labels['source_canonical_service']);
  const toSomebody = isKnown(labels['destination_workload']) || isKnown(labels['destination_canonical_service']);
  return (fromPlace && (!fromSomebody || labels['source_cluster'] === 'unknown'))
    || (!toSomebody && address.test(labels['destination_service'] ?? '') && labels['destination_service'] === labels['destination_service_name']);
}

/**
 * The series behind the answers to a case's queries, each once: two queries whose selectors overlap return the same series.
 * An answer has lost the reporter, by which the query selected but did not group; where it let two through,
 * ztunnel's series are told by their label and the rest is the waypoint's.
 */
export function seriesOf({ prom }: KialiCase): Series[] {
  const series = new Map<string, Series>();
  for (const { query, vector } of prom) {
    const name = queryPattern.exec(query)?.[1] ?? '';
    const [, pattern = '', reporter = ''] = reporterPattern.exec(query) ?? [];
    for (const { metric, value } of vector) {
      if (isSkipped(metric)) continue;
      const labels = { ...metric, reporter: pattern !== '' && metric['app'] !== 'ztunnel' ? 'waypoint' : reporter };
      series.set(JSON.stringify([name, Object.entries(labels).sort()]), { name, labels, perSecond: value });
    }
  }
  return [...series.values()];
}

/** Rows of the waist from series, by the decoding that scraping does: each counter from 0 to what its rate comes to in the window. */
export function rowsOf(series: readonly Series[], waypoints: KialiCase['knownWaypoints'] = []): EdgeWindow[] {
  const pairs: CounterPair[] = [];
  for (const { name, labels, perSecond } of series) {
    const waypoint = labels['reporter'] === 'waypoint' ? waypoints[0] : undefined;
    const meaning = decodeSeries(name, Object.entries(labels).flat(), {
      components: new Set([labels['app'] === 'ztunnel' ? 'ztunnel' : 'proxy']), cluster: '',
      targetLabels: new Map(waypoint ? [['workload', waypoint.name], ['namespace', waypoint.namespace]] : []),
      gateways: nameMatcher([]), eastWestGateways: nameMatcher([]), waypoints: nameMatcher(waypoints.map((one) => `${one.namespace}/${one.name}`)),
    });
    if (meaning?.kind === 'edge') pairs.push({ meaning, previous: 0, current: perSecond * seconds });
  }
  return edgeWindows(deriveRows(pairs, { tenant: 'default', feed: 'prometheus', origin: 1n, fromMs: from * 1000, toMs: (from + seconds) * 1000, tellsFailures: false }));
}
