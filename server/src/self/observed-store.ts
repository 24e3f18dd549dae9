import type { Store } from '@orrery/collectors/store/store';
import type { SelfMetrics } from './metrics.ts';
import type { Tracing } from './tracing.ts';

/**
 * A store that times every operation by its name. Reads made for a traced request become spans under it;
 * inserts never do: a span about storing Orrery's own spans would make another span, without end.
 * @param address host of the store, for spans
 */
export function observeStore(store: Store, metrics: SelfMetrics, tracing: Pick<Tracing, 'child'>, address: string): Store {
  const timed = async <T>(operation: string, run: () => Promise<T>): Promise<T> => {
    const end = metrics.storeDuration.startTimer({ operation });
    try {
      return await run();
    } catch (error) {
      metrics.storeFailures.inc({ operation });
      throw error;
    } finally {
      end();
    }
  };
  const traced = <T>(operation: string, run: () => Promise<T>): Promise<T> =>
    timed(operation, () => tracing.child(operation, { 'db.system.name': 'clickhouse', 'server.address': address, 'db.query.summary': operation }, run));

  return {
    get mode() { return store.mode; },
    get edgeKey() { return store.edgeKey; },
    get startupMs() { return store.startupMs; },
    isReady: () => store.isReady(),
    refusesRows: () => store.refusesRows(),
    query: (query, options) => traced(options.name, () => store.query(query, options)),
    queryColumns: (query, options) => traced(options.name, () => store.queryColumns(query, options)),
    queryNative: (query, options) => traced(options.name, () => store.queryNative(query, options)),
    command: (query, options) => traced(options.name, () => store.command(query, options)),
    insertNative: (table, columns, block, token) => timed(`insert ${table}`, () => store.insertNative(table, columns, block, token)),
    close: () => store.close(),
  };
}
