import { Interned } from '../../inference/interned.ts';
import { HashTable } from './hash-table.ts';

/** What a row says beside counts. */
export interface RowFacts {
  readonly measured: number;
  readonly protocols: number;
  readonly via: readonly string[];
  readonly sourcePrincipal: string;
  readonly destinationPrincipal: string;
}

/** Texts by number. */
export const internedTexts = (): Interned<string> => new Interned((text) => text);
/** Lists of texts by number. */
export const internedLists = (): Interned<readonly string[]> => new Interned((list) => list.join('\0'));

const first = 1_024;

/** Facts by number, equal ones once, and so are their texts: nearly every row has others, of few principals. */
export class FactTable {
  readonly texts = internedTexts();
  readonly lists = internedLists();
  #size = 0;
  /** By number, in columns: as objects they were 3 MB of 40,000 rows. */
  #measured = new Uint32Array(first);
  #protocols = new Uint32Array(first);
  #via = new Uint32Array(first);
  #source = new Uint32Array(first);
  #destination = new Uint32Array(first);
  /** By what is said beside principals, of which there are few, numbers by source and destination. */
  readonly #numbers = new Map<string, HashTable>();
  readonly #united = new Map<string, number>();

  number({ measured, protocols, via, sourcePrincipal, destinationPrincipal }: RowFacts): number {
    const [list, source, destination] = [this.lists.number(via), this.texts.number(sourcePrincipal), this.texts.number(destinationPrincipal)];
    const rest = `${measured} ${protocols} ${list}`, mixed = Math.imul(source, 0x9e3779b1) ^ destination;
    let numbers = this.#numbers.get(rest);
    if (!numbers) this.#numbers.set(rest, (numbers = new HashTable(16)));
    const known = numbers.get(mixed >>> 0, destination);
    if (known !== -1) return known;
    const number = this.#size++;
    if (number === this.#measured.length) this.#grow();
    this.#measured[number] = measured;
    this.#protocols[number] = protocols;
    this.#via[number] = list;
    this.#source[number] = source;
    this.#destination[number] = destination;
    numbers.set(mixed >>> 0, destination, number);
    return number;
  }

  measured(number: number): number { return this.#measured[number]!; }
  protocols(number: number): number { return this.#protocols[number]!; }
  via(number: number): readonly string[] { return this.lists.values[this.#via[number]!]!; }
  sourcePrincipal(number: number): string { return this.texts.values[this.#source[number]!]!; }
  destinationPrincipal(number: number): string { return this.texts.values[this.#destination[number]!]!; }

  /** Whether a number stands for these; −1 does for none. */
  says(number: number, { measured, protocols, via, sourcePrincipal, destinationPrincipal }: RowFacts): boolean {
    return number !== -1 && this.#measured[number] === measured && this.#protocols[number] === protocols
      && this.sourcePrincipal(number) === sourcePrincipal && this.destinationPrincipal(number) === destinationPrincipal && sameTexts(this.via(number), via);
  }

  /** What two different facts come to, by number. */
  united(a: number, b: number): number {
    if (a === b) return a;
    const key = `${a} ${b}`, known = this.#united.get(key);
    if (known !== undefined) return known;
    const both = this.number(unitedFacts(this.#facts(a), this.#facts(b)));
    this.#united.set(key, both);
    return both;
  }

  #facts(number: number): RowFacts {
    return { measured: this.measured(number), protocols: this.protocols(number), via: this.via(number), sourcePrincipal: this.sourcePrincipal(number), destinationPrincipal: this.destinationPrincipal(number) };
  }

  #grow(): void {
    this.#measured = doubled(this.#measured);
    this.#protocols = doubled(this.#protocols);
    this.#via = doubled(this.#via);
    this.#source = doubled(this.#source);
    this.#destination = doubled(this.#destination);
  }
}

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(numbers.length * 2);
  longer.set(numbers);
  return longer;
}

/** Bits united, of principals the greater, as the reading query has it. */
export function unitedFacts(one: RowFacts, other: RowFacts): RowFacts {
  return {
    measured: one.measured | other.measured, protocols: one.protocols | other.protocols, via: unitedTexts(one.via, other.via),
    sourcePrincipal: one.sourcePrincipal > other.sourcePrincipal ? one.sourcePrincipal : other.sourcePrincipal,
    destinationPrincipal: one.destinationPrincipal > other.destinationPrincipal ? one.destinationPrincipal : other.destinationPrincipal,
  };
}

function unitedTexts(one: readonly string[], other: readonly string[]): readonly string[] {
  return sameTexts(one, other) ? one : [...new Set([...one, ...other])].sort();
}

export function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
