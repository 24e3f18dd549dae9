import { createHash } from 'node:crypto';
import { encodeBlock } from '@orrery/collectors/store/native-block';
import { findingRow } from '@orrery/collectors/store/rows/finding-row';
import type { Store } from '@orrery/collectors/store/store';
import type { FindingSpell } from '../validation/findings/spell.ts';

/** Writes when findings came and went; a spell is written again when it ends. */
export interface FindingWriter {
  spells(tenant: string, spells: readonly FindingSpell[]): Promise<void>;
}

const mostRows = 5_000;

/** Writes spells in blocks whose token is their hash: the same spells written again count once. */
export function createFindingWriter(store: Pick<Store, 'insertNative'>): FindingWriter {
  const columns = findingRow.columns.map((one) => one.name);
  return {
    async spells(tenant, spells) {
      for (let start = 0; start < spells.length; start += mostRows) {
        const block = encodeBlock(findingRow, spells.slice(start, start + mostRows).map(({ object, cameMs, wentMs, ...spell }) => ({ tenant, ...spell, ...object, firstSeenMs: cameMs, resolvedMs: wentMs ?? 0 })));
        await store.insertNative(findingRow.table, columns, block, `findings:${createHash('sha256').update(block).digest('hex')}`);
      }
    },
  };
}
