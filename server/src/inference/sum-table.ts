import { CountTable } from './counts.ts';
import { LatencyTable } from './latency-table.ts';
import { addCounts, type TrafficSum } from './traffic-sum.ts';

/** Numbers of a sum that lie side by side. */
const width = 9;
/** Rows and layouts of a table that is kept for the next graph. */
const mostRows = 4_096, mostLayouts = 8;

/**
 * Sums of edges by row. 20,000 edges are added to a thousand nodes in no order that memory likes: so what one row comes to lies
 * in one place, and is poured into a `TrafficSum` for who looks at it.
 */
export class SumTable {
  static #free: SumTable | null = null;

  /** An empty one, to be given back: its histograms are half a megabyte that each graph of a namespace would leave behind. */
  static take(): SumTable {
    const table = SumTable.#free ?? new SumTable();
    SumTable.#free = null;
    return table;
  }

  /** It is read no more. */
  giveBack(): void {
    if (this.#measured.length > mostRows || this.#latency.layouts > mostLayouts) return;
    this.clear();
    SumTable.#free = this;
  }

  #measured = new Int32Array(64);
  #numbers = new Float64Array(64 * width);
  readonly #latency = new LatencyTable();
  readonly #codes: CountTable<string>[] = [];

  clear(): void {
    this.#measured.fill(0);
    this.#numbers.fill(0);
    this.#latency.clear();
    // Rows without any have none.
    this.#codes.forEach((codes) => { codes.clear(); });
  }

  /** Adds what an edge brought here: different traffic, so all of it adds up. What its callers got is not told of the one who was called. */
  addCalled(row: number, sum: TrafficSum, times: 1 | -1 = 1): void {
    this.#add(row, sum, times);
    this.#latency.add(row, sum.latency, times);
    addCounts(this.#codesOf(row), sum.responses, times);
  }

  /** Adds what went out by an edge: of its answers those that the caller got. `withLatency` false spares the histogram. */
  addCalling(row: number, sum: TrafficSum, withLatency: boolean, times: 1 | -1 = 1): void {
    this.#add(row, sum, times);
    if (withLatency) this.#latency.add(row, sum.latency, times);
    addCounts(this.#codesOf(row), sum.toCaller.size > 0 ? sum.toCaller : sum.responses, times);
  }

  /** Whether all counts of a row are whole: then what was added can be taken out again without a trace. */
  isWhole(row: number): boolean {
    for (let at = row * width; at < (row + 1) * width; at++) if (!Number.isSafeInteger(this.#numbers[at] ?? 0)) return false;
    const { counts, size } = this.#codesOf(row);
    for (let at = 0; at < size; at++) if (!Number.isSafeInteger(counts[at])) return false;
    return this.#latency.isWhole(row);
  }

  /** What a row comes to; its answers are those that `to` names. */
  pour(row: number, into: TrafficSum, to: 'responses' | 'toCaller'): void {
    into.clear();
    if (row >= this.#measured.length) return;
    const numbers = this.#numbers, at = row * width;
    into.measured = this.#measured[row]!;
    into.requests = numbers[at]!;
    into.errors = numbers[at + 1]!;
    into.clientErrors = numbers[at + 2]!;
    into.bytesSent = numbers[at + 3]!;
    into.bytesReceived = numbers[at + 4]!;
    into.connections = numbers[at + 5]!;
    into.connectionsFailed = numbers[at + 6]!;
    into.openConnections = numbers[at + 7]!;
    into.drops = numbers[at + 8]!;
    this.#latency.pour(row, into.latency);
    addCounts(into[to], this.#codesOf(row));
  }

  #add(row: number, sum: TrafficSum, times: 1 | -1): void {
    if (row >= this.#measured.length) this.#grow(row);
    const numbers = this.#numbers, at = row * width;
    this.#measured[row]! |= sum.measured;
    numbers[at]! += times * sum.requests;
    numbers[at + 1]! += times * sum.errors;
    numbers[at + 2]! += times * sum.clientErrors;
    numbers[at + 3]! += times * sum.bytesSent;
    numbers[at + 4]! += times * sum.bytesReceived;
    numbers[at + 5]! += times * sum.connections;
    numbers[at + 6]! += times * sum.connectionsFailed;
    numbers[at + 7]! += times * sum.openConnections;
    numbers[at + 8]! += times * sum.drops;
  }

  #codesOf(row: number): CountTable<string> {
    return (this.#codes[row] ??= new CountTable<string>());
  }

  #grow(row: number): void {
    const [measured, numbers] = [this.#measured, this.#numbers], rows = Math.max(row + 1, 2 * measured.length);
    this.#measured = new Int32Array(rows);
    this.#measured.set(measured);
    this.#numbers = new Float64Array(rows * width);
    this.#numbers.set(numbers);
  }
}
