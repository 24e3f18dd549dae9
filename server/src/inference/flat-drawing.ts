import type { Side } from '@orrery/collectors/model/edge-traffic';
import type { ToldEdge } from './display-edge.ts';
import type { DrawnEdge } from './draw-graph.ts';
import { EdgeRow, type RowSays } from './edge-row.ts';
import { Interned } from './interned.ts';
import type { Choice } from './merge-edge.ts';
import type { NodeKey } from './node-key.ts';
import type { EdgeWindow } from './ports.ts';
import { UnfoldedEdge } from './unfolded-edge.ts';
import { rank, type Voice } from './voice.ts';

/** What a voice is beside its rows. */
type Tone = Pick<Voice, 'instrument' | 'measured' | 'fromTopic'>;

const sideNumber: Readonly<Record<Side, number>> = { source: 0, destination: 1, middle: 2 };
/** Those of one edge are looked through. */
const fewRows = 16;

interface Node { readonly id: string; readonly key: NodeKey }

/**
 * The edges of a plain drawing as numbers: as objects 20,000 with their voices and rows take 13 MB, through which each collection
 * of garbage looks, and lie all over the memory. They are unfolded one at a time, into the same few objects.
 *
 * Of each edge lie one behind the other: source, destination, choice; how many rows, and of each its number and what it says;
 * how many voices, of which the last resorts come last, and how many these are; of each voice its tone, and for source,
 * destination and middle how many rows, and which of the edge's.
 */
export class FlatDrawing {
  readonly ids: readonly string[];
  readonly #nodes = new Interned<Node>(({ id }) => id);
  readonly #choices = new Interned<Choice, Choice>((choice) => choice);
  readonly #says = new Interned<RowSays, number>(({ instrument, side, layout, speaks }) => (((layout?.id ?? -1) * 8 + rank[instrument]) * 4 + sideNumber[side]) * 2 + Number(speaks));
  readonly #tones = new Interned<Tone, number>(({ instrument, measured, fromTopic }) => (measured * 8 + rank[instrument]) * 2 + Number(fromTopic));
  readonly #starts: Uint32Array;
  readonly #numbers: Uint32Array;
  readonly #point: (row: EdgeRow, index: number) => void;
  readonly #unfolded = new UnfoldedEdge();
  #edgeByRow: Int32Array | null | undefined;

  /**
   * @param edges whose rows lie in columns, all of them
   * @param order in which they will mostly be asked for
   * @param point has a row read the numbers of another
   */
  constructor(edges: readonly DrawnEdge<ToldEdge>[], order: Uint32Array, point: (row: EdgeRow, index: number) => void) {
    const starts = new Uint32Array(edges.length), numbers: number[] = [];
    for (const i of order) {
      starts[i] = numbers.length;
      this.#fold(edges[i]!, numbers);
    }
    this.ids = edges.map(({ id }) => id);
    this.#starts = starts;
    this.#numbers = Uint32Array.from(numbers);
    this.#point = point;
  }

  get size(): number {
    return this.ids.length;
  }

  /** An edge, good until the next is asked for. */
  edge(i: number): DrawnEdge<ToldEdge> {
    const numbers = this.#numbers, { drawn, edge, rows, voices, lastResort } = this.#unfolded;
    let at = this.#starts[i]!;
    const source = this.#nodes.values[numbers[at++]!]!, destination = this.#nodes.values[numbers[at++]!]!;
    drawn.id = this.ids[i]!;
    drawn.source = source.id;
    drawn.destination = destination.id;
    edge.source = source.key;
    edge.destination = destination.key;
    drawn.choice = this.#choices.values[numbers[at++]!]!;
    const rowCount = numbers[at++]!;
    const edgeRows = rows.first(rowCount);
    for (let place = 0; place < rowCount; place++) {
      const row = edgeRows[place]!, index = numbers[at++]!;
      row.become(index, this.#says.values[numbers[at++]!]!);
      this.#point(row, index);
    }
    edge.rows = edgeRows;
    const voiceCount = numbers[at++]!, lastCount = numbers[at++]!;
    const first = voices.first(voiceCount - lastCount), last = lastResort.first(lastCount);
    for (let n = 0; n < voiceCount; n++) {
      const voice = n < first.length ? first[n]! : last[n - first.length]!, tone = this.#tones.values[numbers[at++]!]!;
      voice.instrument = tone.instrument;
      voice.measured = tone.measured;
      voice.fromTopic = tone.fromTopic;
      voice.source = rows.some(numbers, at);
      at += 1 + voice.source.length;
      voice.destination = rows.some(numbers, at);
      at += 1 + voice.destination.length;
      voice.middle = rows.some(numbers, at);
      at += 1 + voice.middle.length;
    }
    edge.voices = first;
    edge.lastResort = last;
    return drawn;
  }

  /** What a number is of the source of each edge, and of its destination. @param numberOf an id */
  ends(numberOf: (id: string) => number): { readonly source: number[]; readonly destination: number[] } {
    const of = this.#nodes.values.map(({ id }) => numberOf(id)), end = (which: 0 | 1): number[] => Array.from(this.#starts, (start) => of[this.#numbers[start + which]!]!);
    return { source: end(0), destination: end(1) };
  }

  /** The number of each row that an edge is of. */
  rowsOf(i: number): number[] {
    const numbers = this.#numbers, at = this.#starts[i]! + 3;
    return Array.from({ length: numbers[at]! }, (_, n) => numbers[at + 1 + 2 * n]!);
  }

  /** By row its edge, −1 of rows without one; null where a row is drawn twice. */
  get edgeByRow(): Int32Array | null {
    if (this.#edgeByRow === undefined) this.#edgeByRow = this.#findEdges();
    return this.#edgeByRow;
  }

  #findEdges(): Int32Array | null {
    const of: number[] = [];
    for (let i = 0; i < this.size; i++) {
      for (const row of this.rowsOf(i)) {
        if ((of[row] ?? i) !== i) return null;
        of[row] = i;
      }
    }
    return Int32Array.from({ length: of.length }, (_, row) => of[row] ?? -1);
  }

  #fold({ source, destination, choice, edge }: DrawnEdge<ToldEdge>, into: number[]): void {
    into.push(this.#nodes.number({ id: source, key: edge.source }), this.#nodes.number({ id: destination, key: edge.destination }), this.#choices.number(choice), edge.rows.length);
    for (const { row, speaks } of edge.rows) {
      if (!(row instanceof EdgeRow)) throw new TypeError('only rows that lie in columns are kept as numbers');
      into.push(row.index, this.#says.number({ instrument: row.instrument, side: row.side, layout: row.layout, speaks }));
    }
    into.push(edge.voices.length + edge.lastResort.length, edge.lastResort.length);
    const places = edge.rows.length > fewRows ? new Map(edge.rows.map(({ row }, place) => [row, place])) : null;
    const fold = (rows: readonly EdgeWindow[]): void => {
      into.push(rows.length);
      for (const row of rows) into.push(places?.get(row) ?? edge.rows.findIndex((said) => said.row === row));
    };
    for (const voice of [...edge.voices, ...edge.lastResort]) {
      const { instrument, measured, fromTopic } = voice;
      into.push(this.#tones.number({ instrument, measured, fromTopic }));
      fold(voice.source);
      fold(voice.destination);
      fold(voice.middle);
    }
  }
}
