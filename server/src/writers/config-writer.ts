import { encodeBlock } from '@orrery/collectors/store/native-block';
import { configObjectRow } from '@orrery/collectors/store/rows/config-object-row';
import type { Store } from '@orrery/collectors/store/store';
import type { ConfigVersion } from '../kubernetes/versions/config-version.ts';

/** Writes versions of configuration. A version written twice counts once. */
export interface ConfigWriter {
  /** @param token the same for the same rows: a repeated block is dropped */
  versions(tenant: string, versions: readonly ConfigVersion[], token: string): Promise<void>;
}

/** Rows of one block: of real objects 1 to 2 MB. */
const mostRows = 500;

/** Writes versions in blocks; a block that is sent again under the same token counts once. */
export function createConfigWriter(store: Pick<Store, 'insertNative'>): ConfigWriter {
  const columns = configObjectRow.columns.map((one) => one.name);
  return {
    async versions(tenant, versions, token) {
      for (let start = 0; start < versions.length; start += mostRows) {
        const rows = versions.slice(start, start + mostRows).map((version) => ({ tenant, ...version }));
        await store.insertNative(configObjectRow.table, columns, encodeBlock(configObjectRow, rows), `${token}:${start}`);
      }
    },
  };
}
