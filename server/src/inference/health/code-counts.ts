import { Measured } from '@orrery/collectors/model/edge-traffic';
import { CountTable, listed, type Counts } from '../counts.ts';
import { outcomeOf } from '../response-outcome.ts';
import type { TrafficSum } from '../traffic-sum.ts';
import { syntheticCode } from './tolerance.ts';

/** By which a tolerance is chosen. */
export type Protocol = 'http' | 'grpc' | 'tcp' | 'other';

/** Counts by code within each protocol: what health is judged by. */
export interface CodeCounts extends Iterable<readonly [string, Counts<string>]> {
  readonly size: number;
  get(protocol: Protocol): Counts<string> | undefined;
}

/** Whether nothing failed: no code that any tolerance could name. Spares most edges the counting. */
export function allWell(responses: Counts<string>, sum: TrafficSum): boolean {
  if (sum.errors > 0 || sum.connectionsFailed > 0 || sum.drops > 0) return false;
  const { keys, from, to } = listed(responses);
  for (let at = from; at < to; at++) {
    const { kind, code, isError } = outcomeOf(keys[at]!);
    if (isError || (kind === 'http' && code.charCodeAt(0) === 0x34)) return false;
  }
  return true;
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
  const { keys, counts, from, to } = listed(responses);
  for (let at = from; at < to; at++) {
    const count = counts[at]!, { kind, code, isError } = outcomeOf(keys[at]!);
    if (kind !== 'http' && kind !== 'grpc') continue;
    coded += count;
    if (isError) codedErrors += count;
    scratch.addFrom(kind === 'grpc' && code.length === 3 ? 'http' : kind, code === '' || (kind === 'http' && code === '0') ? '-' : code, counts, at);
  }
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

class ProtocolCodes implements CodeCounts {
  readonly #http = new CountTable<string>();
  readonly #grpc = new CountTable<string>();
  readonly #tcp = new CountTable<string>();
  readonly #other = new CountTable<string>();

  get size(): number {
    return Math.sign(this.#http.size) + Math.sign(this.#grpc.size) + Math.sign(this.#tcp.size) + Math.sign(this.#other.size);
  }

  clear(): void {
    this.#http.clear();
    this.#grpc.clear();
    this.#tcp.clear();
    this.#other.clear();
  }

  add(protocol: Protocol, code: string, count: number): void {
    if (count > 0) this.#of(protocol).add(code, count);
  }

  addFrom(protocol: Protocol, code: string, counts: ArrayLike<number>, at: number): void {
    if (counts[at]! > 0) this.#of(protocol).addFrom(code, counts, at);
  }

  get(protocol: Protocol): Counts<string> | undefined {
    const codes = this.#of(protocol);
    return codes.size > 0 ? codes : undefined;
  }

  *[Symbol.iterator](): IterableIterator<readonly [Protocol, Counts<string>]> {
    for (const protocol of ['http', 'grpc', 'tcp', 'other'] as const) {
      const codes = this.get(protocol);
      if (codes) yield [protocol, codes];
    }
  }

  #of(protocol: Protocol): CountTable<string> {
    switch (protocol) {
      case 'http': return this.#http;
      case 'grpc': return this.#grpc;
      case 'tcp': return this.#tcp;
      case 'other': return this.#other;
    }
  }
}

const scratch = new ProtocolCodes();
