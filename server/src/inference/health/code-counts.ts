import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { Counts } from '../counts.ts';
import { outcomeOf } from '../response-outcome.ts';
import type { TrafficSum } from '../traffic-sum.ts';
import { syntheticCode } from './tolerance.ts';

/** Counts by code within each protocol: what health is judged by. */
export interface CodeCounts extends Iterable<readonly [string, Counts<string>]> {
  readonly size: number;
  get(protocol: string): Counts<string> | undefined;
}

/** Whether nothing failed: no code that any tolerance could name. Spares most edges the counting. */
export function allWell(responses: ReadonlyMap<string, number>, sum: TrafficSum): boolean {
  if (sum.errors > 0 || sum.connectionsFailed > 0 || sum.drops > 0) return false;
  for (const key of responses.keys()) {
    const { kind, code, isError } = outcomeOf(key);
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
export function codeCounts(responses: ReadonlyMap<string, number>, sum: TrafficSum): CodeCounts {
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

/** A few counts, cleared at no cost: a Map makes a new table of itself. */
class CodeList implements Counts<string> {
  readonly #codes: string[] = [];
  readonly #counts: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  add(code: string, count: number): void {
    for (let i = 0; i < this.#size; i++) {
      if (this.#codes[i] !== code) continue;
      this.#counts[i]! += count;
      return;
    }
    this.#codes[this.#size] = code;
    this.#counts[this.#size++] = count;
  }

  get(code: string): number | undefined {
    for (let i = 0; i < this.#size; i++) if (this.#codes[i] === code) return this.#counts[i];
    return undefined;
  }

  forEach(tell: (count: number, code: string) => void): void {
    for (let i = 0; i < this.#size; i++) tell(this.#counts[i]!, this.#codes[i]!);
  }

  *[Symbol.iterator](): IterableIterator<readonly [string, number]> {
    for (let i = 0; i < this.#size; i++) yield [this.#codes[i]!, this.#counts[i]!];
  }
}

type Protocol = 'http' | 'grpc' | 'tcp' | 'other';

class ProtocolCodes implements CodeCounts {
  readonly #lists: Readonly<Record<string, CodeList>> = { http: new CodeList(), grpc: new CodeList(), tcp: new CodeList(), other: new CodeList() };

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
