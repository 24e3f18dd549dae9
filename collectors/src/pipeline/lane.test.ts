import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLane, Lane, type LaneOptions } from './lane.ts';
import { Overloaded, StoreUnavailable } from './sink.ts';

const quick: LaneOptions = { ...defaultLane, lingerMs: 1, retryPausesMs: [1, 1] };

/** A store that follows a script of failures and remembers blocks by token, as ClickHouse does. */
function scripted(failures: readonly ('before' | 'after' | 'permanent')[] = []) {
  const script = [...failures];
  const blocks = new Map<string, readonly number[]>();
  const tokens: string[] = [];
  const write = async (rows: readonly number[], token: string): Promise<void> => {
    tokens.push(token);
    await Promise.resolve();
    if (rows.includes(-1)) throw Object.assign(new Error('bad row'), { permanent: true });
    const failure = script.shift();
    if (failure === 'before') throw new Error('connection refused');
    if (failure === 'permanent') throw Object.assign(new Error('no such table'), { permanent: true });
    blocks.set(token, rows);
    if (failure === 'after') throw new Error('connection reset');
  };
  return { write, tokens, stored: () => [...blocks.values()].flat() };
}

describe('Lane', () => {
  it('groups callers into one block and settles them when it is written', async () => {
    const store = scripted();
    const lane = new Lane(store.write, (rows) => rows.length, quick);
    await Promise.all([lane.add([1, 2]), lane.add([3]), lane.add([])]);
    expect(store.stored()).toEqual([1, 2, 3]);
    expect(lane.stats()).toMatchObject({ writtenRows: 3, writtenBlocks: 1, queuedRows: 0, queuedBytes: 0 });
  });

  it('retries a block with the same token, so a write that failed after it was stored counts once', async () => {
    const store = scripted(['before', 'after']);
    const lane = new Lane(store.write, (rows) => rows.length, quick);
    await lane.add([1]);
    expect(new Set(store.tokens).size).toBe(1);
    expect(store.stored()).toEqual([1]);
    expect(lane.stats().retries).toBe(2);
  });

  it('says that the store is unavailable once the tries are used up, and works again afterwards', async () => {
    const store = scripted(['before', 'before', 'before']);
    const lane = new Lane(store.write, (rows) => rows.length, quick);
    await expect(lane.add([1])).rejects.toBeInstanceOf(StoreUnavailable);
    await lane.add([2]);
    expect(store.stored()).toEqual([2]);
    expect(lane.stats()).toMatchObject({ failedRows: 1, writtenRows: 1, queuedRows: 0 });
  });

  it('lets a row that can never be stored cost its own request only', async () => {
    const store = scripted();
    const lane = new Lane(store.write, (rows) => rows.length, quick);
    const outcomes = await Promise.allSettled([lane.add([1]), lane.add([-1]), lane.add([2])]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(store.stored().sort()).toEqual([1, 2]);
  });

  it('pushes back when the queue is full, by rows and by bytes, but takes any single request when it is empty', async () => {
    const lane = new Lane(() => new Promise<void>(() => {}), (rows) => rows.length * 10, { ...quick, queueRows: 4, queueBytes: 1000 });
    void lane.add([1, 2, 3, 4, 5, 6]);
    await expect(lane.add([7])).rejects.toBeInstanceOf(Overloaded);
    expect(lane.stats()).toMatchObject({ queuedRows: 6, overloads: 1 });

    const bytes = new Lane(() => new Promise<void>(() => {}), (rows) => rows.length * 500, { ...quick, queueBytes: 1000 });
    void bytes.add([1]);
    await expect(bytes.add([2, 3])).rejects.toBeInstanceOf(Overloaded);
  });

  it('writes what is queued when it stops and takes nothing more', async () => {
    const store = scripted();
    const lane = new Lane(store.write, (rows) => rows.length, { ...quick, lingerMs: 60_000 });
    const added = lane.add([1]);
    await lane.stop();
    await added;
    expect(store.stored()).toEqual([1]);
    await expect(lane.add([2])).rejects.toBeInstanceOf(Overloaded);
  });

  it('acknowledges exactly what is stored, whatever fails and however calls are split', async () => {
    const failure = fc.constantFrom('before' as const, 'after' as const, 'permanent' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(failure, { maxLength: 12 }), fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }), async (failures, sizes) => {
        const store = scripted(failures);
        const lane = new Lane(store.write, (rows) => rows.length, { ...quick, lingerMs: 0, blockRows: 15 });
        let next = 0;
        const calls = sizes.map((size) => Array.from({ length: size }, () => next++));
        const outcomes = await Promise.allSettled(calls.map((rows) => lane.add(rows)));
        const acked = calls.filter((_, i) => outcomes[i]?.status === 'fulfilled').flat();
        const stored = store.stored();
        expect(new Set(stored)).toEqual(new Set([...stored, ...acked]));
        const stats = lane.stats();
        expect(stats.writtenRows).toBe(acked.length);
        expect(stats.writtenRows + stats.failedRows).toBe(next);
        expect(stats.queuedRows + stats.queuedBytes).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
