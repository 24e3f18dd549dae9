import { Intent, Measured, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import { attributeServices } from './attribute-service.ts';
import { plainRow } from './edge-row.ts';
import { compareRows } from './evidence.ts';
import { GraphType } from './graph.ts';
import { destinationKey, nodeKey, serviceKey, type NodeKey } from './node-key.ts';
import type { PlacedRow, SaidRow } from './placed-row.ts';
import { appended, sortFew } from './few.ts';
import { isEgressCluster } from './service-host.ts';
import { voicesOf, type Voice } from './voice.ts';

/** An edge of the graph before its numbers, as far as these need it: the voices of all pairs and services behind it. */
export interface ToldEdge {
  readonly source: NodeKey;
  readonly destination: NodeKey;
  readonly voices: readonly Voice[];
  readonly lastResort: readonly Voice[];
  readonly rows: readonly SaidRow[];
}

/** The same with all that is known of its rows. */
export interface DisplayEdge extends ToldEdge {
  readonly rows: readonly PlacedRow[];
  /** Sorted. */
  readonly services: readonly string[];
}

export interface DisplayEdges {
  readonly edges: readonly DisplayEdge[];
  /** Rows whose service could not be told. */
  readonly unattributed: number;
  /** Texts of the node keys that stand between callers and workloads. */
  readonly injected: ReadonlySet<string>;
}

/** What was said of one pair about one service (`''` = none named). */
interface PairService { readonly source: Entity; readonly destination: Entity; readonly service: string; readonly rows: readonly PlacedRow[]; readonly attributed: boolean }

/** What answers behind a service: between it and its callers the service can be drawn as a node. */
const answers: ReadonlySet<string> = new Set([EntityKind.workload, EntityKind.app, EntityKind.gateway]);

/**
 * Groups rows by pair and service, then by the nodes that these are in a graph of `type`. With `injectServices` the
 * traffic of a pair through a service is drawn twice, to the service and from it, so each of the two edges has all of it.
 */
export function displayEdges(rows: readonly PlacedRow[], type: GraphType, injectServices = false): DisplayEdges {
  const parts: PairService[] = [];
  let unattributed = 0;
  for (const pair of pairsOf(rows)) {
    sortFew(pair, (a, b) => compareRows(a.row, b.row));
    const { source, destination } = pair[0]!;
    const groups = attributeServices(pair);
    for (const [service, group] of groups.byService) parts.push({ source, destination, service, rows: group, attributed: true });
    if (groups.unattributed.length === 0) continue;
    unattributed += groups.unattributed.length;
    parts.push({ source, destination, service: '', rows: groups.unattributed, attributed: false });
  }
  const homes = type === GraphType.service ? homeServices(parts) : null;
  const endOf = (entity: Entity, service: string, keyOf: typeof nodeKey): NodeKey =>
    homes && service !== '' && entity.kind !== EntityKind.service && !isEgressCluster(entity) ? serviceKey(entity, service) : keyOf(type, entity);

  const edges = new Map<number, DrawnEdge>(), numberOf = numbers<string>();
  const list: DrawnEdge[] = [];
  const draw = (source: NodeKey, destination: NodeKey, part: PairService): void => {
    const ends = pairNumber(numberOf(source.text), numberOf(destination.text)), edge = edges.get(ends);
    if (edge) {
      edge.parts.push(part);
      return;
    }
    const fresh = { source, destination, parts: [part] };
    edges.set(ends, fresh);
    list.push(fresh);
  };
  const injected = new Set<string>();
  const ends = (part: PairService): [NodeKey, NodeKey] => [
    endOf(part.source, homes?.get(part.source) ?? '', nodeKey),
    endOf(part.destination, part.service || (homes?.get(part.destination) ?? ''), destinationKey),
  ];
  const heard = injectServices && !homes ? heardByEdge(parts, ends) : null;
  for (const part of parts) {
    const [source, destination] = ends(part);
    if (heard === null) {
      draw(source, destination, part);
    } else if (part.service !== '' && answers.has(part.destination.kind) && part.source.kind !== EntityKind.waypoint) {
      const service = serviceKey(part.destination, part.service);
      injected.add(service.text);
      draw(source, service, part);
      draw(service, destination, part);
    } else {
      // What could belong to several services is heard beside them only where none of them measures it, as on one edge.
      const rest = part.attributed ? part : unheard(part, heard.get(`${source.text} ${destination.text}`) ?? 0);
      if (rest.rows.length > 0) draw(source, destination, rest);
    }
  }
  // An edge that only mirrors or probes travelled is not one that anybody depends on.
  const depended = list.filter((edge) => edge.parts.some((part) => part.rows.some(({ row }) => row.intent === Intent.primary)));
  const lists = new Map<string, readonly string[]>();
  const alone = (service: string): readonly string[] => {
    let list = lists.get(service);
    if (!list) lists.set(service, (list = [service]));
    return list;
  };
  return { edges: depended.map((edge) => displayEdge(edge, alone)), unattributed, injected };
}

/** What is measured, by rows whose service is told, between the nodes that the edges of the plain graph connect. */
function heardByEdge(parts: readonly PairService[], ends: (part: PairService) => readonly [NodeKey, NodeKey]): ReadonlyMap<string, number> {
  const heard = new Map<string, number>();
  for (const part of parts) {
    if (!part.attributed) continue;
    const [source, destination] = ends(part);
    const key = `${source.text} ${destination.text}`;
    let bits = heard.get(key) ?? 0;
    for (const { row, speaks } of part.rows) if (speaks) bits |= row.measured;
    heard.set(key, bits);
  }
  return heard;
}

function unheard(part: PairService, heard: number): PairService {
  const rows = part.rows.filter(({ row }) => (row.measured & ~heard) !== 0).map((placed) => ({ ...placed, row: { ...plainRow(placed.row), measured: placed.row.measured & ~heard } }));
  return { ...part, rows };
}

const noServices: readonly string[] = [];
const nobody: readonly Voice[] = [];

interface DrawnEdge { readonly source: NodeKey; readonly destination: NodeKey; readonly parts: PairService[] }

/** @param alone gives the same list for the same service */
function displayEdge({ source, destination, parts }: DrawnEdge, alone: (service: string) => readonly string[]): DisplayEdge {
  const only = parts[0]!, services = servicesOf(parts, alone);
  if (parts.length === 1 && only.attributed) return { source, destination, voices: voicesOf(only.rows), lastResort: nobody, rows: only.rows, services };
  sortFew(parts, (a, b) => compareRows(a.rows[0]!.row, b.rows[0]!.row));
  const voices: Voice[] = [], lastResort: Voice[] = [], rows: PlacedRow[] = [];
  for (const part of parts) {
    (part.attributed ? voices : lastResort).push(...voicesOf(part.rows));
    rows.push(...part.rows);
  }
  return { source, destination, voices, lastResort, rows, services };
}

function servicesOf(parts: readonly PairService[], alone: (service: string) => readonly string[]): readonly string[] {
  const first = parts.find(({ service }) => service !== '')?.service;
  if (first === undefined) return noServices;
  if (parts.every(({ service }) => service === first || service === '')) return alone(first);
  return [...new Set(parts.map(({ service }) => service).filter((service) => service !== ''))].sort();
}

function pairsOf(rows: readonly PlacedRow[]): PlacedRow[][] {
  const numberOf = numbers<Entity>(), known = new Map<number, number>(), pairs: PlacedRow[][] = [];
  for (const placed of rows) {
    const ends = pairNumber(numberOf(placed.source), numberOf(placed.destination)), at = known.get(ends);
    if (at === undefined) known.set(ends, pairs.push([placed]) - 1);
    else pairs[at] = appended(pairs[at]!, placed);
  }
  return pairs;
}

/** Numbers things as they come. */
function numbers<T>(): (thing: T) => number {
  const known = new Map<T, number>();
  return (thing) => {
    let number = known.get(thing);
    if (number === undefined) known.set(thing, (number = known.size));
    return number;
  };
}

/** Another for every two numbers below 2²⁶: one map with it, instead of one for each source. */
function pairNumber(a: number, b: number): number {
  const more = Math.max(a, b);
  return more * (more + 1) + 2 * Math.min(a, b) + (a < b ? 0 : 1);
}

/**
 * The service that an entity's own calls are drawn from in a service graph: the one it is called through most. Kiali draws
 * them from every service of the workload, which counts them as often; here each call is drawn once.
 */
function homeServices(parts: readonly PairService[]): ReadonlyMap<Entity, string> {
  const called = new Map<Entity, Map<string, number>>();
  for (const { destination, service, rows } of parts) {
    if (service === '') continue;
    let services = called.get(destination);
    if (!services) called.set(destination, (services = new Map()));
    let weight = 0;
    // By what a row measures, not by what it counted: else it would matter how rows are split.
    for (const { row } of rows) if (row.side !== Side.source || (row.measured & Measured.requests) === 0) weight += row.requests + row.connectionsOpened;
    services.set(service, (services.get(service) ?? 0) + weight);
  }
  const homes = new Map<Entity, string>();
  for (const [entity, services] of called) {
    const [home] = [...services].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    if (home) homes.set(entity, home[0]);
  }
  return homes;
}
