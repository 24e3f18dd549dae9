import { expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { TrafficReader } from '../../inference/ports.ts';
import { orders, row, t0, web } from '../../inference/row-fixture.ts';
import { createDataBegan } from '../graph/data-began.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import type { RowDeps } from './insight-deps.ts';
import { createPostures } from './postures.ts';
import { createQualities } from './qualities.ts';

/** A window of 300 s whose first bucket is of an hour in which data began late: half of it has data. */
const input: GraphInput = { window: { from: t0, to: t0 + 300 } };
const call = { ...row({ from: web, to: orders, requests: 300 }), requestsPlaintext: 300 }, plaintext = { ...call, measured: call.measured | Measured.security };
const traffic: Pick<TrafficReader, 'edgeWindows' | 'dataRange' | 'oldestBucket'> = {
  edgeWindows: () => Promise.resolve([plaintext]), dataRange: () => Promise.resolve({ first: t0, last: t0 + 290 }), oldestBucket: () => Promise.resolve(t0 + 150),
};
const deps: RowDeps = { tenant: 't', now: () => (t0 + 3_600) * 1000, traffic };
const began = [expect.stringContaining('data begins at')];

it.each([[{}], [{ namespaces: ['shop'] }]])('rates of the posture are per the time that has data, and that is said: %j', async (scope) => {
  const postures = createPostures(deps), { plaintextEdges, partial } = await postures.mtlsPosture({ ...input, ...scope });
  expect([plaintextEdges, partial]).toMatchObject([[{ plaintextRequestsPerSecond: 2, requestsPerSecond: 2 }], began]);
  expect(await postures.strictImpact('shop', input)).toMatchObject({ plaintextRequestsPerSecond: 2, breaking: [{ plaintextRequestsPerSecond: 2 }], partial: began });
});

it('in a replay what was recorded is said, in the words of the graph', async () => {
  const recorded = [expect.stringContaining('recorded is')], replay: RowDeps = { ...deps, recorded: { from: t0 + 150, to: t0 + 300 } };
  expect((await createPostures(replay).mtlsPosture(input)).partial).toEqual(recorded);
  expect((await createPostures(replay).strictImpact('shop', input)).partial).toEqual(recorded);
  const { partial } = await createQualities({ ...replay, sources: () => Promise.resolve([]), proof: { late: () => Promise.resolve([]) } as never }).dataQuality(input, 5);
  expect(partial[0]).toEqual(recorded[0]);
});

it('quality weighs what was counted by the time that has data', async () => {
  const qualities = createQualities({ ...deps, sources: () => Promise.resolve([]), proof: { late: () => Promise.resolve([]) } as never });
  expect(await qualities.dataQuality(input, 5)).toMatchObject({ window: { coveredSeconds: 150 }, partial: [...began, expect.stringContaining('live windows')] });
});

it('when data began is asked once a minute, and again while there are none', async () => {
  let asked = 0, nowMs = 0, oldest: number | null = null;
  const began = createDataBegan('t', { oldestBucket: () => (asked++, Promise.resolve(oldest)) }, () => nowMs);
  expect([await began(), await began(), asked]).toEqual([null, null, 2]);
  oldest = 10;
  expect([await began(), await began(), asked]).toEqual([10, 10, 3]);
  oldest = 20;
  nowMs = 60_000;
  expect([await began(), asked]).toEqual([20, 4]);
});
