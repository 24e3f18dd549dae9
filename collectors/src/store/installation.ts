import { randomBytes } from 'node:crypto';
import { encodeBlock } from './native-block.ts';
import { installationRow } from './rows/installation-row.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';

const epoch = 1;

/**
 * The installation's key of edge ids. The first process to come makes it: all racers insert with one
 * deduplication token, the server keeps one row, and everybody reads that one back.
 */
export async function electEdgeKey(store: Pick<Store, 'query' | 'insertNative'>): Promise<Uint8Array> {
  const stored = await readEdgeKey(store);
  if (stored) return stored;
  const candidate = encodeBlock(installationRow, [{ epoch, edgeKey: randomBytes(16).toString('hex') }]);
  await store.insertNative(installationRow.table, installationRow.columns.map((one) => one.name), candidate, `installation:${epoch}`);
  const elected = await readEdgeKey(store);
  if (!elected) throw new Error('the store did not keep the key of edge ids');
  return elected;
}

async function readEdgeKey(store: Pick<Store, 'query'>): Promise<Uint8Array | null> {
  const rows = await store.query<{ key: string }>(
    sql`SELECT hex(edge_key) AS key FROM installation WHERE epoch = ${epoch} ORDER BY created_at, edge_key LIMIT 1`,
    { name: 'edge key' },
  );
  return rows[0] ? Uint8Array.from(Buffer.from(rows[0].key, 'hex')) : null;
}
