import { Instrument, Measured, Side } from '@orrery/collectors/model/edge-traffic';
import type { PlacedRow } from '../placed-row.ts';
import { onlyProtocols, protocolsOf, type RateProtocol } from './row-of-protocols.ts';

/** Kiali's traffic selectors: what of each protocol is shown, and which of ambient's reporters are heard. */
export interface TrafficSelectors {
  readonly http: 'none' | 'requests';
  readonly grpc: 'none' | 'requests' | 'sent' | 'received' | 'total';
  readonly tcp: 'none' | 'sent' | 'received' | 'total';
  readonly ambient: 'none' | 'waypoint' | 'ztunnel' | 'total';
}

/** Kiali's defaults. */
export const defaultSelectors: TrafficSelectors = { http: 'requests', grpc: 'requests', tcp: 'sent', ambient: 'total' };

/** Protocols with a selector that lets something through. */
export function selectedProtocols(selectors: TrafficSelectors): RateProtocol[] {
  return (['http', 'grpc', 'tcp'] as const).filter((protocol) => selectors[protocol] !== 'none');
}

/** The rows that selectors let through, cut down to the selected protocols; protocols without a selector stay as they are. */
export function selectRows(rows: readonly PlacedRow[], selectors: TrafficSelectors): readonly PlacedRow[] {
  const wanted = new Set(selectedProtocols(selectors));
  const waypoints = selectors.ambient === 'waypoint' || selectors.ambient === 'total';
  const ztunnels = selectors.ambient === 'ztunnel' || selectors.ambient === 'total';
  const out: PlacedRow[] = [];
  for (const placed of rows) {
    if ((!waypoints && byWaypoint(placed)) || (!ztunnels && byZtunnel(placed))) continue;
    const row = protocolsOf(placed.row) === 0 ? placed.row : onlyProtocols(placed.row, wanted);
    if (row) out.push(row === placed.row ? placed : { ...placed, row });
  }
  return out;
}

function byWaypoint({ row }: PlacedRow): boolean {
  return row.side === Side.middle && (row.instrument === Instrument.proxy || row.instrument === Instrument.log)
    && row.via.some((entry) => entry.startsWith('waypoint:'));
}

function byZtunnel({ row }: PlacedRow): boolean {
  return (row.measured & Measured.byNodeProxy) !== 0;
}
