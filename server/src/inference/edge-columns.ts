import { confidence } from './confidence.ts';
import type { Drawing, DrawnEdge } from './draw-graph.ts';
import { busiestProtocol, lastSeenOf } from './edge-details.ts';
import { goldenSignals } from './golden-signals.ts';
import type { GraphColumns } from './graph-columns.ts';
import type { Verdict } from './health/rate-health.ts';
import { round4 } from './round.ts';
import { mtlsShare } from './security.ts';
import { sumOfRates, type StringTable } from './to-columns.ts';
import type { TrafficSum } from './traffic-sum.ts';

type Numbers = Pick<GraphColumns['edges'],
  'healthReason' | 'rps' | 'errorRatio' | 'p50Ms' | 'p90Ms' | 'p99Ms' | 'bytesPerSecond' | 'connectionsPerSecond' | 'openConnections' | 'mtlsShare' | 'confidence' | 'lastSeen'>;
type Texts = Record<'protocol' | 'health', string[]>;

/** What a drawing says of its edges without looking at numbers. */
interface EdgeEnds {
  readonly id: readonly string[];
  /** Indexes into the nodes, which are those of the edges whatever they measure. */
  readonly source: readonly number[];
  readonly destination: readonly number[];
}

/** The edges of a drawing as columns, names still as texts. */
export class EdgeColumns {
  readonly #drawing: Drawing;
  readonly #texts: Texts;
  readonly #numbers: { -readonly [K in keyof Numbers]: Numbers[K][number][] };

  private constructor(drawing: Drawing, texts: Texts, numbers: Numbers) {
    this.#drawing = drawing;
    this.#texts = texts;
    this.#numbers = numbers as { [K in keyof Numbers]: Numbers[K][number][] };
  }

  /** To be filled by `put`. */
  static of(drawing: Drawing): EdgeColumns {
    const column = <T>(): T[] => new Array<T>(drawing.edges.length);
    return new EdgeColumns(drawing, { protocol: column(), health: column() }, {
      healthReason: column(), rps: column(), errorRatio: column(), p50Ms: column(), p90Ms: column(), p99Ms: column(), bytesPerSecond: column(),
      connectionsPerSecond: column(), openConnections: column(), mtlsShare: column(), confidence: column(), lastSeen: column(),
    });
  }

  /** One that can be changed while what was made of this one stays. */
  copy(): EdgeColumns {
    const copyOf = <T extends object>(columns: T): T => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, (column as unknown[]).slice()])) as T;
    return new EdgeColumns(this.#drawing, copyOf(this.#texts), copyOf(this.#numbers));
  }

  put(i: number, { edge }: DrawnEdge, { health, reason }: Verdict, sum: TrafficSum, seconds: number): void {
    const texts = this.#texts, numbers = this.#numbers, signals = goldenSignals(sum, seconds);
    texts.protocol[i] = busiestProtocol(edge.rows);
    texts.health[i] = health;
    numbers.healthReason[i] = reason;
    numbers.rps[i] = round4(signals.requestsPerSecond);
    numbers.errorRatio[i] = round4(signals.errorRatio);
    numbers.p50Ms[i] = round4(signals.p50Ms);
    numbers.p90Ms[i] = round4(signals.p90Ms);
    numbers.p99Ms[i] = round4(signals.p99Ms);
    numbers.bytesPerSecond[i] = round4(sumOfRates(signals.bytesSentPerSecond, signals.bytesReceivedPerSecond));
    numbers.connectionsPerSecond[i] = round4(signals.connectionsPerSecond);
    numbers.openConnections[i] = round4(signals.openConnections);
    numbers.mtlsShare[i] = round4(mtlsShare(sum));
    numbers.confidence[i] = round4(confidence(edge.rows)) ?? 0;
    numbers.lastSeen[i] = lastSeenOf(edge.rows);
  }

  /** @param nodes of the graph, by id */
  toColumns(nodes: readonly { readonly id: string }[], strings: StringTable): GraphColumns['edges'] {
    const { protocol, health } = this.#texts, { healthReason, ...numbers } = this.#numbers, { id, source, destination } = endsOf(this.#drawing, nodes);
    const index = (text: string): number => strings.index(text);
    return {
      id, source, destination,
      protocol: protocol.map(index),
      health: health.map(index),
      healthReason, ...numbers,
      flags: new Array<number>(id.length).fill(0),
    };
  }
}

const ends = new WeakMap<Drawing, EdgeEnds>();

function endsOf(drawing: Drawing, nodes: readonly { readonly id: string }[]): EdgeEnds {
  let known = ends.get(drawing);
  if (!known) {
    const indexOf = new Map(nodes.map(({ id }, i) => [id, i]));
    const of = (node: string): number => indexOf.get(node) ?? 0;
    ends.set(drawing, (known = { id: drawing.edges.map(({ id }) => id), source: drawing.edges.map(({ source }) => of(source)), destination: drawing.edges.map(({ destination }) => of(destination)) }));
  }
  return known;
}
