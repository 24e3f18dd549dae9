import { Measured } from '@orrery/collectors/model/edge-traffic';
import { confidence } from './confidence.ts';
import type { ToldEdge } from './display-edge.ts';
import type { DrawnEdge } from './draw-graph.ts';
import { busiestProtocol, lastSeenOf } from './edge-details.ts';
import type { FlatDrawing } from './flat-drawing.ts';
import { errorRatioOf } from './golden-signals.ts';
import type { GraphColumns } from './graph-columns.ts';
import type { Verdict } from './health/rate-health.ts';
import { holdsNumbers, numberList } from './number-lists.ts';
import { round4At, roundShare } from './round.ts';
import { mtlsShare } from './security.ts';
import type { StringTable } from './to-columns.ts';
import type { TrafficSum } from './traffic-sum.ts';

type Numbers = Record<
  'rps' | 'errorRatio' | 'p50Ms' | 'p90Ms' | 'p99Ms' | 'bytesPerSecond' | 'connectionsPerSecond' | 'openConnections' | 'mtlsShare' | 'confidence' | 'lastSeen', Float64Array>;
type Texts = Record<'protocol' | 'health' | 'healthReason', string[]>;

/** What a drawing says of its edges without looking at numbers. */
interface EdgeEnds {
  readonly id: readonly string[];
  /** Indexes into the nodes, which are those of the edges whatever they measure. */
  readonly source: readonly number[];
  readonly destination: readonly number[];
  /** None: what is idle is not drawn. */
  readonly flags: readonly number[];
}

/** Columns of 4 significant digits, but for shares of errors, which have rules of their own. */
const rounded = ['rps', 'p50Ms', 'p90Ms', 'p99Ms', 'bytesPerSecond', 'connectionsPerSecond', 'openConnections', 'mtlsShare', 'confidence'] as const satisfies readonly (keyof Numbers)[];

/** The edges of a drawing as columns, names still as texts; of numbers NaN is what nobody measured. */
export class EdgeColumns {
  readonly #drawing: FlatDrawing;
  readonly #texts: Texts;
  readonly #numbers: Numbers;
  /** What was given last, as long as anybody has it: what has not changed since is given again, not copied. */
  #last: WeakRef<GraphColumns['edges']> | null = null;

  private constructor(drawing: FlatDrawing, texts: Texts, numbers: Numbers) {
    this.#drawing = drawing;
    this.#texts = texts;
    this.#numbers = numbers;
  }

  /** To be filled by `put`, all of it. */
  static of(drawing: FlatDrawing): EdgeColumns {
    const texts = (): string[] => new Array<string>(drawing.size), numbers = (): Float64Array => new Float64Array(drawing.size);
    return new EdgeColumns(drawing, { protocol: texts(), health: texts(), healthReason: texts() }, {
      rps: numbers(), errorRatio: numbers(), p50Ms: numbers(), p90Ms: numbers(), p99Ms: numbers(), bytesPerSecond: numbers(),
      connectionsPerSecond: numbers(), openConnections: numbers(), mtlsShare: numbers(), confidence: numbers(), lastSeen: numbers(),
    });
  }

  /** Numbers go to their columns as they come out, and are rounded there: handed from function to function, each would become an object. */
  put(i: number, { edge }: DrawnEdge<ToldEdge>, { health, reason }: Verdict, sum: TrafficSum, seconds: number): void {
    const texts = this.#texts, numbers = this.#numbers;
    texts.protocol[i] = busiestProtocol(edge.rows);
    texts.health[i] = health;
    texts.healthReason[i] = reason;
    const { measured } = sum;
    numbers.rps[i] = (measured & Measured.requests) === 0 ? NaN : sum.requests / seconds;
    numbers.errorRatio[i] = roundShare(errorRatioOf(sum)) ?? NaN;
    sum.latency.putQuantile(0.5, numbers.p50Ms, i);
    sum.latency.putQuantile(0.9, numbers.p90Ms, i);
    sum.latency.putQuantile(0.99, numbers.p99Ms, i);
    numbers.bytesPerSecond[i] = (measured & Measured.bytes) === 0 ? NaN : sum.bytesSent / seconds + sum.bytesReceived / seconds;
    numbers.connectionsPerSecond[i] = (measured & Measured.connections) === 0 ? NaN : sum.connections / seconds;
    numbers.openConnections[i] = (measured & Measured.openConnections) === 0 ? NaN : sum.openConnections;
    numbers.mtlsShare[i] = mtlsShare(sum) ?? NaN;
    numbers.confidence[i] = confidence(edge.rows);
    numbers.lastSeen[i] = lastSeenOf(edge.rows);
    for (const column of rounded) round4At(numbers[column], i);
  }

  /** What stays when these change. @param nodes of the graph, by id */
  toColumns(nodes: readonly { readonly id: string }[], strings: StringTable): GraphColumns['edges'] {
    const { protocol, health, healthReason } = this.#texts, numbers = this.#numbers, { id, source, destination, flags } = endsOf(this.#drawing, nodes), last = this.#last?.deref();
    const column = (name: keyof Numbers): readonly (number | null)[] => (last && saysAll(last[name], numbers[name]) ? last[name] : listOf(numbers[name]));
    const columns: GraphColumns['edges'] = {
      id, source, destination,
      protocol: indexesOf(protocol, strings, last?.protocol), health: indexesOf(health, strings, last?.health),
      healthReason: last && sameItems(healthReason, last.healthReason) ? last.healthReason : healthReason.slice(),
      rps: column('rps'), errorRatio: column('errorRatio'), p50Ms: column('p50Ms'), p90Ms: column('p90Ms'), p99Ms: column('p99Ms'),
      bytesPerSecond: column('bytesPerSecond'), connectionsPerSecond: column('connectionsPerSecond'), openConnections: column('openConnections'),
      mtlsShare: column('mtlsShare'), confidence: column('confidence') as readonly number[], lastSeen: column('lastSeen') as readonly number[], flags,
    };
    this.#last = new WeakRef(columns);
    return columns;
  }
}

/** What is NaN becomes null. */
function listOf(numbers: Float64Array): (number | null)[] {
  if (!numbers.includes(NaN)) return numberList(numbers);
  const list = new Array<number | null>(numbers.length);
  for (let i = 0; i < list.length; i++) list[i] = Number.isNaN(numbers[i]) ? null : numbers[i]!;
  return list;
}

/** Whether a list is what `listOf` would make. */
function saysAll(list: readonly (number | null)[], numbers: Float64Array): boolean {
  if (holdsNumbers(list)) return sameNumbers(list, numbers);
  for (let i = 0; i < numbers.length; i++) {
    const value = list[i]!;
    if (value === null ? !Number.isNaN(numbers[i]) : value !== numbers[i]) return false;
  }
  return true;
}

/** In a loop of its own, for lists of one kind: a number that is asked what it is becomes an object. */
function sameNumbers(list: readonly number[], numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (list[i] !== numbers[i]) return false;
  return true;
}

/** @param last given again where it is the same */
function indexesOf(texts: readonly string[], strings: StringTable, last: readonly number[] = []): readonly number[] {
  let same = 0;
  while (same < texts.length && last[same] === strings.index(texts[same]!)) same++;
  return same === texts.length && same === last.length ? last : texts.map((text) => strings.index(text));
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
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
