import { expect, it } from 'vitest';
import { application } from '@orrery/collectors/model/entity';
import type { Span } from '@orrery/collectors/model/span';
import type { Graphs } from '../graph/graphs.ts';
import { createSpans, type SpanReader } from './spans.ts';

/** Each below the one before. */
const chain = (length: number): Span[] => Array.from({ length }, (_, i): Span => ({
  tenant: 't', traceId: 'a'.repeat(32), spanId: (i + 1).toString(16).padStart(16, '0'), parentSpanId: i === 0 ? '' : i.toString(16).padStart(16, '0'), traceState: '', kind: 1,
  name: 'step', entity: application('', 'shop', 'web'), startNs: 1_800_000_000_000_000_000n + BigInt(i) * 1_000n, durationNs: 1_000n, status: 0, statusMessage: '', httpStatus: 0, grpcStatus: -1,
  httpMethod: '', route: '', peerService: '', serverAddress: '', serverPort: 0, networkPeerAddress: '', dbSystem: '', dbNamespace: '', messagingSystem: '', messagingDestination: '',
  isProxy: false, upstreamCluster: '', sampleWeight: 1, resourceAttributes: new Map(), attributes: new Map(), events: [], links: [],
}));

it('says what is no trace, no edge and no time', async () => {
  const reader = { trace: () => Promise.resolve([]) } as unknown as SpanReader, { trace, edgeSpans } = createSpans('t', reader, {} as Graphs);
  expect(await trace('a'.repeat(32), 1_800_000_000_000)).toEqual([]);
  await expect(trace('a'.repeat(32), 1_800_000_000)).rejects.toMatchObject({ code: 'BAD_INPUT', message: 'aroundMs is a Unix time in milliseconds, this looks like seconds' });
  for (const aroundMs of [-1, Number.NaN, Infinity]) await expect(trace('a'.repeat(32), aroundMs)).rejects.toMatchObject({ code: 'BAD_INPUT', message: 'aroundMs is a Unix time in milliseconds' });
  await expect(trace('web', null)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  await expect(edgeSpans('web', {}, 10, false)).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

it.each([[10_000, 0], [10_001, 1]])('a trace of %i spans is told, and what is left out of it', async (length, warned) => {
  const reader = { trace: (_scope: unknown, _id: string, _around: unknown, limit: number) => Promise.resolve(chain(length).slice(0, limit)) } as unknown as SpanReader;
  const spans = await createSpans('t', reader, {} as Graphs).trace('A'.repeat(32), null);
  expect(spans).toHaveLength(10_000);
  expect(spans.flatMap(({ warnings }) => warnings)).toEqual(Array.from({ length: warned }, () => 'the trace has more than 10000 spans: those that began later are left out'));
});
