import { byteRate, duration, percent, rate } from '../../lib/format.ts';
import type { Mode } from '../../lib/view-state.ts';
import { readReason } from '../graph/reason.ts';
import { byState, type State, type TopologyEdge } from '../graph/topology.ts';
import type { Column, Sorting } from '../table/rows.ts';
import type { Encoding } from './encode.ts';

/** Column of the table that a mode is about: its order when the mode is chosen. */
export const sortingOfMode: Readonly<Record<Mode, Sorting>> = {
  health: by('health', true), traffic: by('rps', true), latency: by('p99', true), mtls: by('mtls', false), blast: by('mode', true), cost: by('mode', true),
};

/** Head of the column that only the mode fills; null where it needs none. */
export const columnOfMode: Readonly<Record<Mode, string | null>> = { health: null, traffic: null, latency: null, mtls: 'STRICT', blast: 'Blast radius', cost: 'Cost' };

function by(column: Column, descending: boolean): Sorting {
  return { column, descending };
}

const troubled: ReadonlySet<State> = new Set(['failing', 'degraded']);

/** The one number of an edge that a short list has room for. */
export function numberOf(edge: TopologyEdge, mode: Mode, encoding: Encoding | null): string {
  const traffic = edge.rps === null ? byteRate(edge.bytesPerSecond) : rate(edge.rps);
  switch (mode) {
    case 'health': return edge.errorRatio && readReason(edge.reason).seenBy !== 'caller' ? percent(edge.errorRatio) : troubled.has(edge.state) && edge.reason !== '' ? readReason(edge.reason).text : traffic;
    case 'traffic': return traffic;
    case 'latency': return duration(edge.p99Ms);
    case 'mtls': return edge.mtlsShare === null ? 'not measured' : `${percent(edge.mtlsShare)} mTLS`;
    case 'blast': return encoding?.edges.get(edge.id)?.text ?? '';
    case 'cost': return encoding?.edges.get(edge.id)?.text || 'not priced';
  }
}

/** Edges in the order of a mode: what it is about first, the busiest of equal ones first. */
export function inOrder(edges: readonly TopologyEdge[], mode: Mode, encoding: Encoding | null): readonly TopologyEdge[] {
  const busier = (a: TopologyEdge, b: TopologyEdge): number => (b.rps ?? -1) - (a.rps ?? -1);
  const rank = ({ id }: TopologyEdge): number => encoding?.edges.get(id)?.rank ?? -1;
  const orders: Readonly<Record<Mode, (a: TopologyEdge, b: TopologyEdge) => number>> = {
    health: byState, traffic: busier, latency: (a, b) => (b.p99Ms ?? -1) - (a.p99Ms ?? -1), mtls: (a, b) => (a.mtlsShare ?? 2) - (b.mtlsShare ?? 2), blast: (a, b) => rank(b) - rank(a), cost: (a, b) => rank(b) - rank(a),
  };
  return [...edges].sort((a, b) => orders[mode](a, b) || busier(a, b));
}
