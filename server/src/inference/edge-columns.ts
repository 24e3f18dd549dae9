import { Measured } from '@orrery/collectors/model/edge-traffic';
import { confidence } from './confidence.ts';
import type { ToldEdge } from './display-edge.ts';
import type { DrawnEdge } from './draw-graph.ts';
import { busiestProtocol, lastSeenOf } from './edge-details.ts';
import type { FlatDrawing } from './flat-drawing.ts';
import { errorRatioOf } from './golden-signals.ts';
import type { GraphColumns } from './graph-columns.ts';
import type { Verdict } from './health/rate-health.ts';
import { numberList } from './number-lists.ts';
import { round4At, roundShare } from './round.ts';
import { mtlsShare } from './security.ts';
import type { StringTable } from './to-columns.ts';
import type { TrafficSum } from './traffic-sum.ts';

const numbers = ['rps', 'errorRatio', 'p50Ms', 'p90Ms', 'p99Ms', 'bytesPerSecond', 'connectionsPerSecond', 'openConnections', 'mtlsShare', 'confidence', 'lastSeen'] as const;
const texts = ['protocol', 'health', 'healthReason'] as const;
type NumberName = (typeof numbers)[number];
/** Where each number of an edge lies. */
const at = Object.fromEntries(numbers.map((name, n) => [name, n])) as Record<NumberName, number>;
/** To 4 significant digits, but for shares of errors, which have rules of their own, and times. */
const rounded = numbers.filter((name) => name !== 'errorRatio' && name !== 'lastSeen').map((name) => at[name]);

/** What a drawing says of its edges without looking at numbers. */
interface EdgeEnds {
  readonly id: readonly string[];
  /** Indexes into the nodes, which are those of the edges whatever they measure. */
  readonly source: readonly number[];
  readonly destination: readonly number[];
  /** None: what is idle is not drawn. */
  readonly flags: readonly number[];
}

/** The edges of a drawing as columns, names still as texts; of numbers NaN is what nobody measured. */
export class EdgeColumns {
  readonly #drawing: FlatDrawing;
  readonly #texts: Readonly<Record<(typeof texts)[number], string[]>>;
  readonly #numbers: readonly Float64Array[];
  /** The numbers of the edge at hand, put together apart from those that it had before. */
  readonly #fresh = new Float64Array(numbers.length);
  /** By number, 1 where it changed for any edge since columns were given last. */
  readonly #changed = new Uint8Array(numbers.length).fill(1);
  /** By edge, the same. */
  readonly #changedEdges: Uint8Array;
  /** What was given last, as long as anybody has it: what has not changed since is given again, not copied. */
  #last: WeakRef<GraphColumns['edges']> | null = null;

  /** To be filled by `put`, all of it. */
  constructor(drawing: FlatDrawing) {
    const list = (): string[] => new Array<string>(drawing.size);
    this.#drawing = drawing;
    this.#texts = { protocol: list(), health: list(), healthReason: list() };
    this.#numbers = numbers.map(() => new Float64Array(drawing.size));
    this.#changedEdges = new Uint8Array(drawing.size);
  }

  /** Numbers go to their places as they come out, and are rounded there: handed from function to function, each would become an object. */
  put(i: number, { edge }: DrawnEdge<ToldEdge>, { health, reason }: Verdict, sum: TrafficSum, seconds: number): void {
    const { protocol, health: healths, healthReason } = this.#texts, fresh = this.#fresh, { measured } = sum;
    const busiest = busiestProtocol(edge.rows);
    if (protocol[i] !== busiest || healths[i] !== health || healthReason[i] !== reason) this.#changedEdges[i] = 1;
    protocol[i] = busiest;
    healths[i] = health;
    healthReason[i] = reason;
    fresh[at.rps] = (measured & Measured.requests) === 0 ? NaN : sum.requests / seconds;
    fresh[at.errorRatio] = roundShare(errorRatioOf(sum)) ?? NaN;
    sum.latency.putQuantile(0.5, fresh, at.p50Ms);
    sum.latency.putQuantile(0.9, fresh, at.p90Ms);
    sum.latency.putQuantile(0.99, fresh, at.p99Ms);
    fresh[at.bytesPerSecond] = (measured & Measured.bytes) === 0 ? NaN : sum.bytesSent / seconds + sum.bytesReceived / seconds;
    fresh[at.connectionsPerSecond] = (measured & Measured.connections) === 0 ? NaN : sum.connections / seconds;
    fresh[at.openConnections] = (measured & Measured.openConnections) === 0 ? NaN : sum.openConnections;
    fresh[at.mtlsShare] = mtlsShare(sum) ?? NaN;
    fresh[at.confidence] = confidence(edge.rows);
    fresh[at.lastSeen] = lastSeenOf(edge.rows);
    for (let n = 0; n < rounded.length; n++) round4At(fresh, rounded[n]!);
    for (let n = 0; n < fresh.length; n++) {
      const column = this.#numbers[n]!;
      if (column[i] === fresh[n] || (Number.isNaN(column[i]) && Number.isNaN(fresh[n]))) continue;
      column[i] = fresh[n]!;
      this.#changed[n] = this.#changedEdges[i] = 1;
    }
  }

  /** What stays when these change. @param nodes of the graph, by id */
  toColumns(nodes: readonly { readonly id: string }[], strings: StringTable): GraphColumns['edges'] {
    const { protocol, health, healthReason } = this.#texts, { id, source, destination, flags } = endsOf(this.#drawing, nodes), last = this.#last?.deref();
    const column = (name: NumberName): readonly (number | null)[] => (last && this.#changed[at[name]] === 0 ? last[name] : listOf(this.#numbers[at[name]]!));
    const columns: GraphColumns['edges'] = {
      id, source, destination,
      protocol: indexesOf(protocol, strings, last?.protocol), health: indexesOf(health, strings, last?.health),
      healthReason: last && sameTexts(healthReason, last.healthReason) ? last.healthReason : healthReason.slice(),
      rps: column('rps'), errorRatio: column('errorRatio'), p50Ms: column('p50Ms'), p90Ms: column('p90Ms'), p99Ms: column('p99Ms'),
      bytesPerSecond: column('bytesPerSecond'), connectionsPerSecond: column('connectionsPerSecond'), openConnections: column('openConnections'),
      mtlsShare: column('mtlsShare'), confidence: column('confidence') as readonly number[], lastSeen: column('lastSeen') as readonly number[], flags,
    };
    if (this.#last) changes.set(columns, { since: this.#last, edges: marked(this.#changedEdges) });
    this.#last = new WeakRef(columns);
    this.#changed.fill(0);
    this.#changedEdges.fill(0);
    return columns;
  }
}

/** How columns differ from those before of the same drawing. */
const changes = new WeakMap<GraphColumns['edges'], { readonly since: WeakRef<GraphColumns['edges']>; readonly edges: readonly number[] }>();

/** Places of the edges that changed from columns to the next of the same drawing, ascending; null where these are not the next, or that is not known. */
export function edgesChanged(base: GraphColumns['edges'], next: GraphColumns['edges']): readonly number[] | null {
  const known = changes.get(next);
  return known?.since.deref() === base ? known.edges : null;
}

function marked(marks: Uint8Array): number[] {
  const places: number[] = [];
  for (let i = 0; i < marks.length; i++) if (marks[i] === 1) places.push(i);
  return places;
}

/** What is NaN becomes null. */
function listOf(column: Float64Array): (number | null)[] {
  if (!column.includes(NaN)) return numberList(column);
  const list = new Array<number | null>(column.length);
  for (let i = 0; i < list.length; i++) list[i] = Number.isNaN(column[i]) ? null : column[i]!;
  return list;
}

/** @param last given again where it is the same */
function indexesOf(column: readonly string[], strings: StringTable, last: readonly number[] = []): readonly number[] {
  let same = 0;
  while (same < column.length && last[same] === strings.index(column[same]!)) same++;
  return same === column.length && same === last.length ? last : column.map((text) => strings.index(text));
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

const ends = new WeakMap<FlatDrawing, EdgeEnds>();

function endsOf(drawing: FlatDrawing, nodes: readonly { readonly id: string }[]): EdgeEnds {
  let known = ends.get(drawing);
  if (!known) {
    const indexOf = new Map(nodes.map(({ id }, i) => [id, i]));
    ends.set(drawing, (known = { id: drawing.ids, ...drawing.ends((id) => indexOf.get(id) ?? 0), flags: drawing.ids.map(() => 0) }));
  }
  return known;
}
