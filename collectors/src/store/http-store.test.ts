import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpStore, type HttpStore } from './http-store.ts';
import { sql } from './sql.ts';

/** What inserts are answered with; '' = taken. Reads always succeed. */
let refusal = '';
const server = createServer((req, res) => {
  const insert = new URL(req.url ?? '', 'http://x').searchParams.get('query')?.startsWith('INSERT') === true;
  req.resume().on('end', () => {
    if (insert && refusal !== '') res.writeHead(500).end(`Code: 1. DB::Exception: somehow. (${refusal}) (version 26.1)`);
    else res.end(insert ? '' : '{"one":1}\n');
  });
});
let store: HttpStore;

beforeAll(async () => {
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  store = createHttpStore({ writer: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, reader: null, database: 'd' });
});

afterAll(async () => {
  await store.close();
  server.close();
});

const insert = (answer: string): Promise<void> => {
  refusal = answer;
  return store.insertNative('spans', ['a'], new Uint8Array(1), 'token');
};

it('a store that answers and takes no rows is told until it takes some, whatever is read meanwhile', async () => {
  expect(store.refusesRows()).toBe('');
  await expect(insert('NOT_ENOUGH_SPACE')).rejects.toMatchObject({ type: 'NOT_ENOUGH_SPACE', permanent: false, passes: true });
  expect(await store.query(sql`SELECT 1 AS one`, { name: 'one' })).toEqual([{ one: 1 }]);
  expect([store.refusesRows(), store.isReady()]).toEqual(['NOT_ENOUGH_SPACE', true]);
  await insert('');
  expect(store.refusesRows()).toBe('');
});

it('rows that are wrong say nothing of others', async () => {
  await expect(insert('INCORRECT_DATA')).rejects.toMatchObject({ permanent: true });
  expect(store.refusesRows()).toBe('');
});
