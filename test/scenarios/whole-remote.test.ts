import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Engine } from '@orrery/collectors/store/engine/engine';
import { engineIn, temporaryDir, urlOf } from '../contract/targets.ts';
import { callSpans, exportJson } from './mesh-spans.ts';
import { columnEdges, patience, startWhole } from './whole-orrery.ts';

const dir = temporaryDir();
let engine: Engine;
beforeAll(async () => {
  engine = await engineIn(dir.path);
});
afterAll(async () => {
  await engine.stop();
  dir.remove();
});

it('serves from a ClickHouse that CLICKHOUSE_URL names: spans become an edge, and the next server finds it there', async () => {
  const env = { CLICKHOUSE_URL: urlOf(engine, 'app') };
  const now = Math.floor(Date.now() / 10_000) * 10;
  const window = { from: now - 60, to: now + 60 };
  const first = await startWhole({}, env);
  expect(await first.ask('{ status { storeMode storeReady } }')).toEqual({ status: { storeMode: 'remote', storeReady: true } });
  expect((await exportJson(first.otlpUrl, callSpans(randomBytes(16).toString('hex')))).status).toBe(200);
  await vi.waitFor(async () => expect(await columnEdges(first.url, window)).toMatchObject([{ source: 'web', destination: 'orders', requests: 1 }]), patience);
  expect(await first.stop()).toBe(true);

  const second = await startWhole({}, env);
  expect(await columnEdges(second.url, window)).toMatchObject([{ source: 'web', destination: 'orders', requests: 1 }]);
  expect(await second.stop()).toBe(true);
});
