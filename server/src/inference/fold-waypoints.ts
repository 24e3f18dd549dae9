import { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { PlacedRow } from './placed-row.ts';

/**
 * ztunnel sees a way through a waypoint as two hops, client → waypoint and waypoint → server, and never names both ends;
 * the waypoint itself does (side `middle`). Where it reported client → server, the hops fold into that edge:
 * - client → waypoint speaks for the edge's connections and bytes if the waypoint sent that client's calls to one
 *   destination only (of the service that the hop names), else it is evidence on each of them;
 * - waypoint → server pools the connections of all clients, so it is evidence only.
 * A hop without a report of the waypoint stays an edge of its own: better a hop too many than a made-up pair.
 */
export function foldWaypoints(rows: readonly PlacedRow[]): readonly PlacedRow[] {
  const middles = rows.filter((placed) => reportedByWaypoint(placed));
  if (middles.length === 0) return rows;

  const waypoints = new Set(middles.map((placed) => waypointOf(placed)!));
  const isWaypoint = (entity: Entity): boolean => entity.kind === EntityKind.waypoint || waypoints.has(placeOf(entity));

  const clients = new PairIndex();
  const servers = new PairIndex();
  for (const middle of middles) {
    const waypoint = waypointOf(middle)!;
    servers.add(middle.source, waypoint, middle);
    clients.add(middle.destination, waypoint, middle);
  }
  const out: PlacedRow[] = [];
  for (const placed of rows) {
    const isHop = placed.row.side !== Side.middle && (isWaypoint(placed.source) || isWaypoint(placed.destination));
    if (!isHop) out.push(placed);
    else out.push(...foldHop(placed, servers, clients));
  }
  return out;
}

function foldHop(hop: PlacedRow, servers: PairIndex, clients: PairIndex): PlacedRow[] {
  const toWaypoint = servers.get(hop.source, placeOf(hop.destination));
  if (toWaypoint.length > 0) {
    const ofService = toWaypoint.filter((middle) => hop.service !== '' && middle.service === hop.service);
    const targets = distinct(ofService.length > 0 ? ofService : toWaypoint, (middle) => middle.destination);
    const via = [`waypoint:${placeOf(hop.destination)}`];
    return targets.map((middle) => ({ ...hop, destination: middle.destination, service: middle.service, serviceGuessed: false, port: 0, via, speaks: hop.speaks && targets.length === 1 }));
  }
  const fromWaypoint = distinct(clients.get(hop.destination, placeOf(hop.source)), (middle) => middle.source);
  if (fromWaypoint.length > 0) {
    const via = [`waypoint:${placeOf(hop.source)}`];
    return fromWaypoint.map((middle) => ({ ...hop, source: middle.source, service: middle.service, serviceGuessed: false, port: 0, via, speaks: false }));
  }
  return [hop];
}

/** Middle rows by one end and the waypoint's place. */
class PairIndex {
  readonly #byEnd = new Map<Entity, Map<string, PlacedRow[]>>();

  add(end: Entity, waypoint: string, row: PlacedRow): void {
    let places = this.#byEnd.get(end);
    if (!places) this.#byEnd.set(end, (places = new Map()));
    const list = places.get(waypoint);
    if (list) list.push(row);
    else places.set(waypoint, [row]);
  }

  get(end: Entity, waypoint: string): readonly PlacedRow[] {
    return this.#byEnd.get(end)?.get(waypoint) ?? [];
  }
}

function distinct(rows: readonly PlacedRow[], by: (row: PlacedRow) => Entity): PlacedRow[] {
  const first = new Map<Entity, PlacedRow>();
  for (const row of rows) {
    const known = first.get(by(row));
    if (!known || row.service < known.service) first.set(by(row), row);
  }
  return [...first.values()];
}

function reportedByWaypoint({ row, speaks }: PlacedRow): boolean {
  const byProxy = row.instrument === Instrument.proxy || row.instrument === Instrument.log;
  return speaks && byProxy && row.side === Side.middle && row.via.some((entry) => entry.startsWith('waypoint:'));
}

/** `<namespace>/<name>` of the waypoint that a middle row came through, from its `via`. */
function waypointOf(placed: PlacedRow): string | null {
  const via = placed.row.via.find((entry) => entry.startsWith('waypoint:'));
  return via === undefined ? null : via.slice('waypoint:'.length);
}

function placeOf(entity: Entity): string {
  return `${entity.namespace}/${entity.name}`;
}
