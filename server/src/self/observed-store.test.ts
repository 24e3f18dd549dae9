import { expect, it } from 'vitest';
import type { Store } from '@orrery/collectors/store/store';
import { createMetrics } from './metrics.ts';
import { observeStore } from './observed-store.ts';
import type { Tracing } from './tracing.ts';

const store: Store = {
  mode: 'embedded', edgeKey: new Uint8Array(16), startupMs: 5, isReady: () => true, refusesRows: () => '',
  query: () => Promise.resolve([]),
  queryColumns: () => Promise.reject(new Error('gone')),
  queryNative: () => Promise.reject(new Error('gone')),
  command: () => Promise.resolve(),
  insertNative: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const statement = { text: 'SELECT 1', params: {} };

it('times operations by name, counts failures, and makes no span of an insert', async () => {
  const metrics = createMetrics();
  const spans: string[] = [];
  const tracing: Tracing = {
    root: (_name, _attributes, run) => run(),
    child: (name, _attributes, run) => {
      spans.push(name);
      return run();
    },
    stop: () => Promise.resolve(),
  };
  const observed = observeStore(store, metrics, tracing, 'localhost');
  await observed.query(statement, { name: 'edges of a window' });
  await expect(observed.queryColumns(statement, { name: 'columns' })).rejects.toThrow('gone');
  await observed.insertNative('spans', ['a'], new Uint8Array(), 't');
  const text = await metrics.registry.metrics();
  expect(text).toContain('orrery_store_operation_duration_seconds_count{operation="edges of a window"} 1');
  expect(text).toContain('orrery_store_operation_duration_seconds_count{operation="insert spans"} 1');
  expect(text).toContain('orrery_store_operation_failures_total{operation="columns"} 1');
  expect(spans).toEqual(['edges of a window', 'columns']);
});
