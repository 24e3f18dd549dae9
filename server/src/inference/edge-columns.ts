import { Measured } from '@orrery/collectors/model/edge-traffic';
import { confidence } from './confidence.ts';
import type { ToldEdge } from './display-edge.ts';
import type { DrawnEdge } from './draw-graph.ts';
import { busiestProtocol, lastSeenOf } from './edge-details.ts';
import type { FlatDrawing } from './flat-drawing.ts';
import { errorRatioOf, openConnectionsOf, rateOf } from './golden-signals.ts';
import type { GraphColumns } from './graph-columns.ts';
import type { Verdict } from './health/rate-health.ts';
import { round4, roundShare } from './round.ts';
import { mtlsShare } from './security.ts';
import { sumOfRates, type StringTable } from './to-columns.ts';
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

/** The edges of a drawing as columns, names still as texts; of numbers NaN is what nobody measured. */
export class EdgeColumns {
  readonly #drawing: FlatDrawing;
  readonly #texts: Texts;
  readonly #numbers: Numbers;

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

  put(i: number, { edge }: DrawnEdge<ToldEdge>, { health, reason }: Verdict, sum: TrafficSum, seconds: number): void {
    const texts = this.#texts, numbers = this.#numbers, { q1, q2, q3 } = sum.latency.quantiles(0.5, 0.9, 0.99);
    texts.protocol[i] = busiestProtocol(edge.rows);
    texts.health[i] = health;
    texts.healthReason[i] = reason;
    numbers.rps[i] = round4(rateOf(sum, Measured.requests, sum.requests, seconds)) ?? NaN;
    numbers.errorRatio[i] = roundShare(errorRatioOf(sum)) ?? NaN;
    numbers.p50Ms[i] = round4(q1) ?? NaN;
    numbers.p90Ms[i] = round4(q2) ?? NaN;
    numbers.p99Ms[i] = round4(q3) ?? NaN;
    numbers.bytesPerSecond[i] = round4(sumOfRates(rateOf(sum, Measured.bytes, sum.bytesSent, seconds), rateOf(sum, Measured.bytes, sum.bytesReceived, seconds))) ?? NaN;
    numbers.connectionsPerSecond[i] = round4(rateOf(sum, Measured.connections, sum.connections, seconds)) ?? NaN;
    numbers.openConnections[i] = round4(openConnectionsOf(sum)) ?? NaN;
    numbers.mtlsShare[i] = round4(mtlsShare(sum)) ?? NaN;
    numbers.confidence[i] = round4(confidence(edge.rows)) ?? 0;
    numbers.lastSeen[i] = lastSeenOf(edge.rows);
  }

  /** What stays when these change. @param nodes of the graph, by id */
  toColumns(nodes: readonly { readonly id: string }[], strings: StringTable): GraphColumns['edges'] {
    const { protocol, health, healthReason } = this.#texts, numbers = this.#numbers, { id, source, destination, flags } = endsOf(this.#drawing, nodes);
    const index = (text: string): number => strings.index(text);
    return {
      id, source, destination,
      protocol: protocol.map(index),
      health: health.map(index),
      healthReason: healthReason.slice(),
      rps: listOf(numbers.rps), errorRatio: listOf(numbers.errorRatio), p50Ms: listOf(numbers.p50Ms), p90Ms: listOf(numbers.p90Ms), p99Ms: listOf(numbers.p99Ms),
      bytesPerSecond: listOf(numbers.bytesPerSecond), connectionsPerSecond: listOf(numbers.connectionsPerSecond), openConnections: listOf(numbers.openConnections),
      mtlsShare: listOf(numbers.mtlsShare), confidence: wholeListOf(numbers.confidence), lastSeen: wholeListOf(numbers.lastSeen), flags,
    };
  }
}

/** What is NaN becomes null. */
function listOf(numbers: Float64Array): (number | null)[] {
  if (!numbers.includes(NaN)) return wholeListOf(numbers);
  const list = new Array<number | null>(numbers.length);
  for (let i = 0; i < list.length; i++) list[i] = Number.isNaN(numbers[i]) ? null : numbers[i]!;
  return list;
}

/** Numbers alone take 8 bytes each; a list made where there are nulls too has an object for each. */
function wholeListOf(numbers: Float64Array): number[] {
  const list = new Array<number>(numbers.length);
  for (let i = 0; i < list.length; i++) list[i] = numbers[i]!;
  return list;
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
