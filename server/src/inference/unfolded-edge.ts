import { unknownEntity } from '@orrery/collectors/model/entity';
import { Instrument, Side } from '@orrery/collectors/model/edge-traffic';
import type { ToldEdge } from './display-edge.ts';
import type { DrawnEdge } from './draw-graph.ts';
import { EdgeRow } from './edge-row.ts';
import type { NodeKey } from './node-key.ts';
import { noRows } from './row-columns.ts';
import type { Voice } from './voice.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type WritableVoice = Writable<Voice>;

/** The objects that stand for the edge at hand. */
export class UnfoldedEdge {
  readonly rows = new Pool(() => new EdgeRow(noRows, 0, notSaid));
  readonly voices = new Pool(silent);
  readonly lastResort = new Pool(silent);
  readonly edge: Writable<ToldEdge> = { source: nowhere, destination: nowhere, voices: [], lastResort: [], rows: [] };
  readonly drawn: Writable<DrawnEdge<ToldEdge>> = { id: '', source: '', destination: '', edge: this.edge, choice: { instruments: [], lastResort: 0 } };
}

const nowhere: NodeKey = { text: '', entity: unknownEntity, label: '' };
const notSaid = { instrument: Instrument.proxy, side: Side.source, layout: null, speaks: false } as const;
const silent = (): WritableVoice => ({ instrument: Instrument.proxy, source: [], destination: [], middle: [], measured: 0, fromTopic: false });

/** Lists of up to so many are kept. */
const listsKept = 32;

/** As many objects as were ever needed at once. */
class Pool<T> {
  readonly #all: T[] = [];
  readonly #alone: (readonly T[])[] = [];
  /** By how many it has. */
  readonly #first: (readonly T[])[] = [];
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  /** The first few. */
  first(count: number): readonly T[] {
    const known = this.#first[count];
    if (known) return known;
    while (this.#all.length < count) this.#alone.push([this.#all[this.#all.push(this.#make()) - 1]!]);
    const list = this.#all.slice(0, count);
    if (count < listsKept) this.#first[count] = list;
    return list;
  }

  /** Those whose places stand behind their count, at `at`. */
  some(numbers: Uint32Array, at: number): readonly T[] {
    const count = numbers[at]!;
    if (count === 0) return none;
    if (count === 1) return this.#alone[numbers[at + 1]!]!;
    return Array.from({ length: count }, (_, n) => this.#all[numbers[at + 1 + n]!]!);
  }
}

const none: readonly never[] = [];
