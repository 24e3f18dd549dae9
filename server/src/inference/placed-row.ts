import { Instrument, Intent, Side } from '@orrery/collectors/model/edge-traffic';
import { EntityKind, type Entity } from '@orrery/collectors/model/entity';
import type { EdgeWindow } from './ports.ts';
import { entityResolver } from './resolve-entities.ts';

/** A row with the entities that its edge stands for in this graph. */
export interface PlacedRow {
  readonly row: EdgeWindow;
  /** Edge end by identity: equal ends are the same object (`resolve-entities.ts`). */
  readonly source: Entity;
  readonly destination: Entity;
  /** As addressed; `''` if the row does not say. */
  readonly service: string;
  readonly serviceGuessed: boolean;
  readonly port: number;
  /** False: shown as evidence, never part of a number. */
  readonly speaks: boolean;
  readonly via: readonly string[];
}

/** What numbers need of a placed row. */
export type SaidRow = Pick<PlacedRow, 'row' | 'speaks'>;

/** Rows ready for the graph, and what could not become part of it. */
export interface Placement {
  readonly rows: PlacedRow[];
  /** Distinct edge ids without a name. */
  readonly unnamedEdges: number;
  /** Rows of client spans without peer information, by the entity that sent them (rule 9). */
  readonly unresolved: ReadonlyMap<Entity, readonly EdgeWindow[]>;
}

/** Resolves the ends of every row. Mirror and probe rows are placed but do not speak: they are another intent's traffic. */
export function placeRows(rows: readonly EdgeWindow[]): Placement {
  const named: EdgeWindow[] = [];
  const unnamed = new Set<string>();
  for (const row of rows) {
    if (row.measured === 0) continue;
    if (row.edge) named.push(row);
    else unnamed.add(row.edgeId);
  }
  const resolver = entityResolver(named.map((row) => row.edge!));
  const placed: PlacedRow[] = [];
  const unresolved = new Map<Entity, EdgeWindow[]>();
  for (const row of named) {
    const edge = row.edge!;
    const source = resolver.source(edge);
    if (namesNoPeer(row)) {
      const sent = unresolved.get(source);
      if (sent) sent.push(row);
      else unresolved.set(source, [row]);
      continue;
    }
    placed.push({
      row, source,
      destination: resolver.destination(edge),
      service: edge.service, serviceGuessed: edge.serviceGuessed, port: edge.port,
      speaks: row.intent === Intent.primary,
      via: row.via,
    });
  }
  return { rows: placed, unnamedEdges: unnamed.size, unresolved };
}

/** How the span job records a client span without peer information: an edge to nowhere, told by traces at the source. */
function namesNoPeer(row: EdgeWindow): boolean {
  const edge = row.edge!;
  return row.instrument === Instrument.trace && row.side === Side.source && edge.destination.kind === EntityKind.unknown && edge.service === '';
}
