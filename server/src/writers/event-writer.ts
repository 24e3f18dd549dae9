import { createHash } from 'node:crypto';
import { column, encodeBlock, tableRow } from '@orrery/collectors/store/native-block';
import { dateTime64Ms, lowCardinality, string } from '@orrery/collectors/store/native-types';
import { param, sql } from '@orrery/collectors/store/sql';
import type { Store } from '@orrery/collectors/store/store';
import type { MeshEvent } from '../events/event.ts';
import type { EventSink } from '../events/event-sink.ts';

interface Row { readonly tenant: string; readonly value: MeshEvent }

const eventRow = tableRow<Row>('events', [
  column('tenant', lowCardinality, ({ tenant }) => tenant),
  column('time', dateTime64Ms, ({ value }) => value.timeMs),
  column('id', string, ({ value }) => value.id),
  column('kind', lowCardinality, ({ value }) => value.kind),
  column('end_time', dateTime64Ms, ({ value }) => value.endMs),
  column('title', string, ({ value }) => value.title),
  column('body', string, ({ value }) => value.body),
  column('cluster', lowCardinality, ({ value }) => value.cluster),
  column('namespace', lowCardinality, ({ value }) => value.namespace),
  column('entity_kind', lowCardinality, ({ value }) => value.entityKind),
  column('entity_name', string, ({ value }) => value.entityName),
  column('before', string, ({ value }) => value.before),
  column('after', string, ({ value }) => value.after),
  column('source', lowCardinality, ({ value }) => value.source),
  column('url', string, ({ value }) => value.url),
]);

/** Writes events, and knows those that were told before by their ids. */
export function createEventWriter(store: Pick<Store, 'query' | 'insertNative'>): EventSink {
  return {
    async write(tenant, events) {
      if (events.length === 0) return;
      const block = encodeBlock(eventRow, events.map((value) => ({ tenant, value })));
      await store.insertNative('events', eventRow.columns.map(({ name }) => name), block, `events:${createHash('sha256').update(block).digest('hex')}`);
    },
    async known(tenant, ids) {
      const rows = await store.query<{ id: string; timeMs: number; source: string }>(sql`
        SELECT id, toUnixTimestamp64Milli(time) AS timeMs, source FROM events FINAL
        WHERE tenant = ${tenant} AND id IN ${param('Array(String)', ids)}`, { name: 'known events', timeoutMs: 10_000 });
      return new Map(rows.map(({ id, timeMs, source }) => [id, { timeMs: Number(timeMs), source }]));
    },
  };
}
