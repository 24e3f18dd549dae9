import type { FindingCount, FindingFacets, FindingSeverity } from '../graphql/findings.ts';
import type { FindingsView } from './findings-view.ts';

/** One choice of a filter; `count` is what choosing it alone would list, null where that is not known. */
export interface Choice { readonly value: string; readonly count: number | null }

export interface Facets {
  readonly severities: Readonly<Record<FindingSeverity | '', number>>;
  readonly families: readonly Choice[];
  readonly codes: readonly Choice[];
  readonly namespaces: readonly Choice[];
}

type Chosen = Pick<FindingsView, 'severity' | 'families' | 'codes'>;

/** `virtual-service` of `virtual-service/subset-not-found`. */
export function familyOf(code: string): string {
  return code.slice(0, Math.max(0, code.indexOf('/'))) || code;
}

/** What each choice would list with the other filters as they are. What is chosen is offered though nothing has it. */
export function facetsOf({ all, scoped }: FindingFacets, chosen: Chosen, namespaces: readonly string[]): Facets {
  const bySeverity = (one: { readonly severity: FindingSeverity }): boolean => chosen.severity === '' || one.severity === chosen.severity;
  const byFamily = ({ code }: { readonly code: string }): boolean => chosen.families.length === 0 || chosen.families.includes(familyOf(code));
  const byCode = ({ code }: { readonly code: string }): boolean => chosen.codes.length === 0 || chosen.codes.includes(code);
  const coded = scoped.codes.filter((one) => byFamily(one) && byCode(one));
  const severities = { '': sum(coded), error: sum(coded.filter(({ severity }) => severity === 'error')), warning: sum(coded.filter(({ severity }) => severity === 'warning')), info: sum(coded.filter(({ severity }) => severity === 'info')) };
  const counted = all.items.filter((one) => bySeverity(one) && byFamily(one) && byCode(one));
  return {
    severities,
    families: choices(scoped.codes.filter(bySeverity), ({ code }) => familyOf(code), ({ count }) => count, chosen.families),
    codes: choices(scoped.codes.filter((one) => bySeverity(one) && byFamily(one)), ({ code }) => code, ({ count }) => count, chosen.codes),
    namespaces: choices(counted.filter(({ object }) => object.namespace !== ''), ({ object }) => object.namespace, () => 1, namespaces).map((one) => (all.truncated ? { ...one, count: null } : one)),
  };
}

/** The codes to ask for; null = all. A family that has no finding still asks for itself, and so for nothing. */
export function codesToAsk({ codes }: FindingFacets['scoped'], chosen: Chosen): readonly string[] | null {
  if (chosen.codes.length > 0) return chosen.codes;
  if (chosen.families.length === 0) return null;
  const known = [...new Set(codes.map(({ code }) => code))].filter((code) => chosen.families.includes(familyOf(code)));
  return known.length > 0 ? known.slice(0, mostCodes) : chosen.families;
}

/** The API takes no more at once. */
const mostCodes = 100;

function choices<T>(items: readonly T[], valueOf: (item: T) => string, countOf: (item: T) => number, chosen: readonly string[]): Choice[] {
  const counts = new Map<string, number>(chosen.map((value) => [value, 0]));
  for (const item of items) counts.set(valueOf(item), (counts.get(valueOf(item)) ?? 0) + countOf(item));
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function sum(counts: readonly FindingCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
