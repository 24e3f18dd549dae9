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

/** Facts by number, equal ones once, and so are their texts: nearly every row has others, of few principals. */
export class FactTable {
  readonly values: RowFacts[] = [];
  readonly texts = internedTexts();
  readonly lists = internedLists();
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
    numbers.set(mixed >>> 0, destination, this.values.length);
    return this.values.push({ measured, protocols, via: this.lists.values[list]!, sourcePrincipal: this.texts.values[source]!, destinationPrincipal: this.texts.values[destination]! }) - 1;
  }

  /** What two different facts come to, by number. */
  united(a: number, b: number): number {
    if (a === b) return a;
    const key = `${a} ${b}`, known = this.#united.get(key);
    if (known !== undefined) return known;
    const both = this.number(unitedFacts(this.values[a]!, this.values[b]!));
    this.#united.set(key, both);
    return both;
  }
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
