import type { RowColumns } from '../../inference/row-columns.ts';
import { sameNumbers } from './packed.ts';
import type { RowRegistry } from './row-registry.ts';
import type { Totals } from './totals.ts';

type FactColumns = Pick<RowColumns, 'measured' | 'protocols' | 'via' | 'sourcePrincipal' | 'destinationPrincipal'>;

interface LastFacts { readonly numbers: Uint32Array; readonly columns: FactColumns }

/** What all rows said in the windows that were read last: mostly they say the same. */
const last = new WeakMap<RowRegistry, readonly LastFacts[]>();
const remembered = 2;

/** What each row of the registry says, by its number; one that is not there measures nothing. The same columns for as long as they say the same. */
export function allFacts(registry: RowRegistry, totals: Totals): FactColumns {
  const { facts } = totals, before = last.get(registry) ?? [];
  const known = before.find(({ numbers }) => sameNumbers(numbers, facts)) ?? { numbers: facts.slice(), columns: factColumns(registry, facts) };
  if (known !== before[0]) last.set(registry, [known, ...before.filter((one) => one !== known)].slice(0, remembered));
  return known.columns;
}

/** What a few rows say that are there. */
export function someFacts(registry: RowRegistry, totals: Totals, rows: Uint32Array): FactColumns {
  const numbers = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) numbers[i] = totals.facts[rows[i]!]!;
  return factColumns(registry, numbers);
}

const nowhere: readonly string[] = [];

/** @param numbers as in `Totals.facts` */
function factColumns({ facts }: RowRegistry, numbers: Uint32Array): FactColumns {
  const measured = new Float64Array(numbers.length), protocols = new Float64Array(numbers.length);
  const via = new Array<readonly string[]>(numbers.length), sourcePrincipal = new Array<string>(numbers.length), destinationPrincipal = new Array<string>(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]! - 1, isThere = number !== -1;
    measured[i] = isThere ? facts.measured(number) : 0;
    protocols[i] = isThere ? facts.protocols(number) : 0;
    via[i] = isThere ? facts.via(number) : nowhere;
    sourcePrincipal[i] = isThere ? facts.sourcePrincipal(number) : '';
    destinationPrincipal[i] = isThere ? facts.destinationPrincipal(number) : '';
  }
  return { measured, protocols, via, sourcePrincipal, destinationPrincipal };
}
