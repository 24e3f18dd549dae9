import { describe, expect, it } from 'vitest';
import { validateCluster, type ValidatedCluster } from '../../validation/findings/validated-cluster.ts';
import type { ObservedFindings } from '../../validation/observed/run-observed.ts';
import { createObservations, type Observations } from './observations.ts';

const nothing: ObservedFindings = { findings: [], undecided: [], isUndecided: () => false };
const clusters = [validateCluster('prod', [])];

/** Observations whose reading ends when the test says so, by a clock that the test moves. */
function scripted(): { readonly observations: Observations; readonly clock: { ms: number }; readonly reads: { readonly atMs: number; readonly end: (answer: readonly ObservedFindings[] | Error) => void }[]; readonly pass: (ms: number) => void } {
  const clock = { ms: 1_000_000 }, reads: { atMs: number; end: (answer: readonly ObservedFindings[] | Error) => void }[] = [], sleepers: { readonly until: number; readonly wake: (value: unknown) => void }[] = [];
  const observations = createObservations({
    settings: { seconds: 600 },
    now: () => clock.ms,
    sleep: (ms) => new Promise((wake) => { sleepers.push({ until: clock.ms + ms, wake }); }),
    observer: { observe: (_clusters, atMs) => new Promise((resolve, reject) => { reads.push({ atMs, end: (answer) => { if (answer instanceof Error) reject(answer); else resolve(answer); } }); }) },
  });
  return { observations, clock, reads, pass: (ms) => { clock.ms += ms; for (const { until, wake } of sleepers) if (until <= clock.ms) wake(undefined); } };
}

const ofNow = { clusters, live: true, waitMs: 0 } as const;
const settle = (): Promise<void> => new Promise((done) => { setImmediate(done); });

describe('what is observed', () => {
  it('holds nobody up: who does not wait is told that it is being read, and then has it', async () => {
    const { observations, clock, reads } = scripted();
    expect(await observations.at({ ...ofNow, atMs: clock.ms })).toEqual({ observed: null, state: 'pending' });
    expect(await observations.at({ ...ofNow, atMs: clock.ms })).toEqual({ observed: null, state: 'pending' });
    reads[0]!.end([nothing]);
    await settle();
    expect(await observations.at({ ...ofNow, atMs: clock.ms })).toEqual({ observed: [nothing], state: 'known' });
    expect(reads).toHaveLength(1);
  });

  it('is waited for as long as one wants to', async () => {
    const { observations, clock, reads, pass } = scripted();
    const patient = observations.at({ ...ofNow, atMs: clock.ms, waitMs: 5_000 }), impatient = observations.at({ ...ofNow, atMs: clock.ms, waitMs: 1_000 });
    await settle();
    pass(1_000);
    expect((await impatient).state).toBe('pending');
    reads[0]!.end([nothing]);
    expect((await patient).state).toBe('known');
  });

  it('is told as it was a moment ago while it is read again, and not for ever', async () => {
    const { observations, clock, reads, pass } = scripted();
    void observations.at({ ...ofNow, atMs: clock.ms });
    reads[0]!.end([nothing]);
    await settle();
    pass(31_000);
    expect((await observations.at({ ...ofNow, atMs: clock.ms })).state).toBe('known');
    expect(reads.map(({ atMs }) => atMs)).toEqual([1_000_000, 1_031_000]);
    const patient = observations.at({ ...ofNow, atMs: clock.ms, waitMs: 1_000 });
    pass(1_000);
    expect((await patient).state).toBe('known');
    pass(90_000);
    expect((await observations.at({ ...ofNow, atMs: clock.ms })).state).toBe('pending');
    expect(reads).toHaveLength(2);
    reads[1]!.end([nothing]);
    await settle();
    // What has just come is of a window that ended long ago: a newer one is read, and it is told meanwhile.
    expect((await observations.at({ ...ofNow, atMs: clock.ms })).state).toBe('known');
    expect(reads).toHaveLength(3);
  });

  it('is told anew to who waits for it', async () => {
    const { observations, clock, reads, pass } = scripted(), newer: ObservedFindings = { ...nothing };
    void observations.at({ ...ofNow, atMs: clock.ms });
    reads[0]!.end([nothing]);
    await settle();
    pass(31_000);
    const patient = observations.at({ ...ofNow, atMs: clock.ms, waitMs: 1_000 });
    reads[1]!.end([newer]);
    expect((await patient).observed![0]).toBe(newer);
  });

  it('of other configuration is another question', async () => {
    const { observations, clock, reads } = scripted();
    void observations.at({ ...ofNow, atMs: clock.ms });
    reads[0]!.end([nothing]);
    await settle();
    const changed: ValidatedCluster[] = [validateCluster('prod', [])];
    expect((await observations.at({ ...ofNow, clusters: changed, atMs: clock.ms })).state).toBe('pending');
  });

  it('that cannot be read is told as such, and read again when somebody asks again', async () => {
    const { observations, clock, reads } = scripted();
    for (const question of [{ ...ofNow, atMs: clock.ms }, { ...ofNow, live: false, atMs: 500_000 }]) {
      const before = reads.length;
      void observations.at(question);
      reads[before]!.end(new Error('no store'));
      await settle();
      void observations.at({ ...question, waitMs: 1 });
      expect(reads).toHaveLength(before + 2);
      reads[before + 1]!.end(new Error('no store'));
      await settle();
    }
    const answer = observations.at({ ...ofNow, atMs: clock.ms, waitMs: 1_000 });
    reads.at(-1)!.end(new Error('no store'));
    expect(await answer).toEqual({ observed: null, state: 'failed' });
  });

  it('of a past window is read once, and a bounded number of them is kept', async () => {
    const { observations, reads } = scripted();
    const past = (atMs: number) => observations.at({ clusters, live: false, atMs, waitMs: 0 });
    for (const atMs of [1, 2, 3, 4, 1, 5, 1, 2]) void past(atMs);
    expect(reads.map(({ atMs }) => atMs)).toEqual([1, 2, 3, 4, 5, 2]);
    expect(await observations.at({ clusters: [], live: true, atMs: 0, waitMs: 0 })).toEqual({ observed: [], state: 'known' });
  });
});
