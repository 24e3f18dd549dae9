import { bucketOf } from '@orrery/collectors/model/time-window';
import type { Span } from '@orrery/collectors/model/span';
import { createBlockWriter } from '@orrery/collectors/store/block-writer';
import type { Store } from '@orrery/collectors/store/store';
import type { EdgeWindow } from '../inference/ports.ts';
import { createTrafficReader } from '../readers/traffic-reader.ts';
import { createSpansJob } from './derive-from-spans.ts';
import { untilIdle } from './engine-fixture.ts';

/** For tests: spans that become edges by the real job. */
export interface SpanJobFixture {
  /** Another tenant from here on. */
  begin(): void;
  write(...spans: readonly Span[]): Promise<void>;
  /** Runs the job until nothing waits. */
  run(): Promise<void>;
  /** Another process takes the job over. */
  takeOver(): void;
  /** Requests by `<source> → <destination> <side>`. */
  counts(): Promise<Record<string, number>>;
  /** The same of the sums of latencies, ms. */
  latencies(): Promise<Record<string, number>>;
}

/** @param at Unix ms, in the middle of what the test writes */
export function createSpanJobFixture(store: Store, at: number): SpanJobFixture {
  const writer = createBlockWriter(store);
  let tenants = 0, tenant = '', blocks = 0;
  let job = createSpansJob(store, writer, Date.now);
  const sums = async (of: (row: EdgeWindow) => number): Promise<Record<string, number>> => {
    const rows = await createTrafficReader(store).edgeWindows({ tenant, namespaces: null }, { from: bucketOf(at / 1000) - 3_600, to: bucketOf(at / 1000) + 3_600, step: 10 });
    const found = new Map<string, number>();
    for (const row of rows) {
      const { source, destination } = row.edge!, key = `${source.name || source.kind} → ${destination.name || destination.kind} ${row.side}`;
      found.set(key, (found.get(key) ?? 0) + of(row));
    }
    return Object.fromEntries([...found].sort());
  };
  return {
    begin() {
      tenant = `told${++tenants}`;
    },
    write: (...spans) => writer.spans(spans.map((one) => ({ ...one, tenant })), `told block ${++blocks}`),
    run: () => untilIdle(job),
    takeOver() {
      job = createSpansJob(store, writer, Date.now);
    },
    counts: () => sums(({ requests }) => requests),
    latencies: () => sums(({ latencySumMs }) => latencySumMs),
  };
}
