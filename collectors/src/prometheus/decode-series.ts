import { decodeIstio, istioNames } from '../istio/decode-istio.ts';
import { decodeZtunnel, ztunnelNames } from '../ztunnel/decode-ztunnel.ts';
import { certificateGauges } from '../model/certificate-gauges.ts';
import type { ReadingContext, SeriesMeaning } from './series-meaning.ts';

/** True for sample names that tell of edges, of what the target is, or of its certificates. */
export function wantsSeries(name: string): boolean {
  return istioNames.has(name) || ztunnelNames.has(name) || name === 'istio_build' || name === 'istio_tcp_sockets_open' || certificateGauges.has(name);
}

/** `component` of `istio_build`, '' for any other series. */
export function componentOf(name: string, labels: readonly string[]): string {
  if (name !== 'istio_build') return '';
  const at = labels.findIndex((label, i) => i % 2 === 0 && label === 'component');
  return at === -1 ? '' : labels[at + 1] ?? '';
}

/**
 * Reads one series by the program that printed it. Sidecars and ztunnels share the names of the TCP families but
 * not their meaning: `istio_build` tells which it is; where a merged page names both, only ztunnel gives zones.
 */
export function decodeSeries(name: string, labels: readonly string[], context: ReadingContext): SeriesMeaning {
  if (name === 'istio_build') return { kind: 'target', component: componentOf(name, labels), tellsFailures: false };
  if (name === 'istio_tcp_sockets_open') return { kind: 'target', component: '', tellsFailures: true };
  // Their values stay in the state of the target, where readers find them.
  if (certificateGauges.has(name)) return { kind: 'target', component: '', tellsFailures: false };
  return ztunnelNames.has(name) && fromZtunnel(labels, context.components)
    ? decodeZtunnel(name, labels, context)
    : decodeIstio(name, labels, context);
}

function fromZtunnel(labels: readonly string[], components: ReadonlySet<string>): boolean {
  if (!components.has('ztunnel')) return false;
  return !components.has('proxy') || labels.some((label, i) => i % 2 === 0 && (label === 'source_zone' || label === 'destination_zone'));
}
