import type { LatencyLayout } from '@orrery/collectors/model/latency-layout';
import type { LatencySum } from './merge-latency.ts';

interface LayoutTable { readonly layout: LatencyLayout; readonly size: number; counts: Float64Array }

/** Latency histograms by row, those of one layout one behind the other. */
export class LatencyTable {
  readonly #layouts: LayoutTable[] = [];
  readonly #comparesClocks = new Set<number>();

  /** How many it holds, cleared or not. */
  get layouts(): number {
    return this.#layouts.length;
  }

  /** Adds a sum to a row, or takes out what was added of it. */
  add(row: number, sum: LatencySum, times: 1 | -1): void {
    if (sum.comparesClocks) this.#comparesClocks.add(row);
    for (let i = 0; i < sum.layouts.length; i++) {
      const { layout, counts, total } = sum.layouts[i]!;
      if (total === 0) continue;
      const table = this.#of(layout), { size } = table, at = row * size;
      if (at + size > table.counts.length) grow(table, at + size);
      const into = table.counts;
      for (let k = 0; k < size; k++) into[at + k]! += times * counts[k]!;
    }
  }

  clear(): void {
    for (const { counts } of this.#layouts) counts.fill(0);
    this.#comparesClocks.clear();
  }

  pour(row: number, into: LatencySum): void {
    for (const { layout, size, counts } of this.#layouts) into.addBuckets(layout, counts.subarray(row * size, (row + 1) * size), this.#comparesClocks.has(row));
  }

  /** Whether all counts of a row are whole and none compares clocks. */
  isWhole(row: number): boolean {
    if (this.#comparesClocks.has(row)) return false;
    return this.#layouts.every(({ size, counts }) => counts.subarray(row * size, (row + 1) * size).every(Number.isSafeInteger));
  }

  #of(layout: LatencyLayout): LayoutTable {
    for (const table of this.#layouts) if (table.layout.id === layout.id) return table;
    const size = layout.boundsMs.length + 1, table = { layout, size, counts: new Float64Array(64 * size) };
    this.#layouts.push(table);
    return table;
  }
}

function grow(table: LayoutTable, least: number): void {
  const before = table.counts;
  table.counts = new Float64Array(Math.max(least, 2 * before.length));
  table.counts.set(before);
}
