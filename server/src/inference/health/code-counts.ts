import { Measured } from '@orrery/collectors/model/edge-traffic';
import { CountTable, type Counts } from '../counts.ts';
import { outcomeOf } from '../response-outcome.ts';
import type { TrafficSum } from '../traffic-sum.ts';
import { syntheticCode } from './tolerance.ts';

/** Counts by code within each protocol: what health is judged by. */
export interface CodeCounts extends Iterable<readonly [string, Counts<string>]> {
  readonly size: number;
  get(protocol: string): Counts<string> | undefined;
}

/** Whether nothing failed: no code that any tolerance could name. Spares most edges the counting. */
export function allWell(responses: Counts<string>, sum: TrafficSum): boolean {
  if (sum.errors > 0 || sum.connectionsFailed > 0 || sum.drops > 0) return false;
  let isWell = true;
  responses.forEach((_, key) => {
    const { kind, code, isError } = outcomeOf(key);
    if (isError || (kind === 'http' && code.charCodeAt(0) === 0x34)) isWell = false;
  });
  return isWell;
}

/**
 * Codes by protocol from response counts. Code 0 and none are `-` (no response), as in Kiali. A gRPC answer with three
 * digits came from a proxy and is an HTTP code. Requests without any code count under `other`, connections and drops under `tcp`.
 * Codes that the caller saw are not compared with the sum's requests: the attempts behind a retry are its server's alone.
 * The answer is good until the next call: each of 20,000 edges asks twice.
 */
export function codeCounts(responses: Counts<string>, sum: TrafficSum): CodeCounts {
  scratch.clear();
  let coded = 0, codedErrors = 0;
  responses.forEach((count, key) => {
    const { kind, code, isError } = outcomeOf(key);
    if (kind !== 'http' && kind !== 'grpc') return;
    coded += count;
    if (isError) codedErrors += count;
    scratch.add(kind === 'grpc' && code.length === 3 ? 'http' : kind, code === '' || (kind === 'http' && code === '0') ? '-' : code, count);
  });
  if (coded === 0 && (sum.measured & Measured.requests) !== 0) {
    scratch.add('other', syntheticCode.error, sum.errors);
    scratch.add('other', syntheticCode.ok, sum.requests - sum.errors);
  } else if (responses === sum.responses && codedErrors < sum.errors && sum.requests > coded) {
    const errors = Math.min(sum.errors - codedErrors, sum.requests - coded);
    scratch.add('other', syntheticCode.error, errors);
    scratch.add('other', syntheticCode.ok, sum.requests - coded - errors);
  }
  scratch.add('tcp', syntheticCode.failed, sum.connectionsFailed);
  scratch.add('tcp', syntheticCode.dropped, sum.drops);
  scratch.add('tcp', syntheticCode.ok, sum.connections - sum.connectionsFailed);
  return scratch;
}

type Protocol = 'http' | 'grpc' | 'tcp' | 'other';

class ProtocolCodes implements CodeCounts {
  readonly #lists: Readonly<Record<string, CountTable<string>>> = { http: new CountTable<string>(), grpc: new CountTable<string>(), tcp: new CountTable<string>(), other: new CountTable<string>() };

  get size(): number {
    let size = 0;
    for (const protocol in this.#lists) if (this.#lists[protocol]!.size > 0) size++;
    return size;
  }

  clear(): void {
    for (const protocol in this.#lists) this.#lists[protocol]!.clear();
  }

  add(protocol: Protocol, code: string, count: number): void {
    if (count > 0) this.#lists[protocol]!.add(code, count);
  }

  get(protocol: string): Counts<string> | undefined {
    const list = this.#lists[protocol];
    return list && list.size > 0 ? list : undefined;
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, Counts<string>]> {
    for (const [protocol, list] of Object.entries(this.#lists)) if (list.size > 0) yield [protocol, list];
  }
}

const scratch = new ProtocolCodes();
