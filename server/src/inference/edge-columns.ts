import { confidence } from './confidence.ts';
import type { DrawnEdge } from './draw-graph.ts';
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
type Texts = Record<'id' | 'source' | 'destination' | 'protocol' | 'health', string[]>;

/** The edges of a drawing as columns, ends and names still as texts. */
export class EdgeColumns {
  readonly #texts: Texts;
  readonly #numbers: { -readonly [K in keyof Numbers]: Numbers[K][number][] };

  private constructor(texts: Texts, numbers: Numbers) {
    this.#texts = texts;
    this.#numbers = numbers as { [K in keyof Numbers]: Numbers[K][number][] };
  }

  static ofSize(size: number): EdgeColumns {
    const column = <T>(): T[] => new Array<T>(size);
    return new EdgeColumns({ id: column(), source: column(), destination: column(), protocol: column(), health: column() }, {
      healthReason: column(), rps: column(), errorRatio: column(), p50Ms: column(), p90Ms: column(), p99Ms: column(), bytesPerSecond: column(),
      connectionsPerSecond: column(), openConnections: column(), mtlsShare: column(), confidence: column(), lastSeen: column(),
    });
  }

  /** One that can be changed while what was made of this one stays. */
  copy(): EdgeColumns {
    const copyOf = <T extends object>(columns: T): T => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, (column as unknown[]).slice()])) as T;
    return new EdgeColumns(copyOf(this.#texts), copyOf(this.#numbers));
  }

  put(i: number, { id, source, destination, edge }: DrawnEdge, { health, reason }: Verdict, sum: TrafficSum, seconds: number): void {
    const texts = this.#texts, numbers = this.#numbers, signals = goldenSignals(sum, seconds);
    texts.id[i] = id;
    texts.source[i] = source;
    texts.destination[i] = destination;
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

  /** @param indexOf nodes by id */
  toColumns(indexOf: ReadonlyMap<string, number>, strings: StringTable): GraphColumns['edges'] {
    const { id, source, destination, protocol, health } = this.#texts, { healthReason, ...numbers } = this.#numbers;
    const index = (text: string): number => strings.index(text);
    return {
      id,
      source: source.map((node) => indexOf.get(node) ?? 0),
      destination: destination.map((node) => indexOf.get(node) ?? 0),
      protocol: protocol.map(index),
      health: health.map(index),
      healthReason, ...numbers,
      flags: new Array<number>(id.length).fill(0),
    };
  }
}
