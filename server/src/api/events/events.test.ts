import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rejection, SourceReport } from '@orrery/collectors/model/source-report';
import { openTestStore, type TestStore } from '../../jobs/engine-fixture.ts';
import { createEventReader } from '../../readers/event-reader.ts';
import { createEventWriter } from '../../writers/event-writer.ts';
import { createEventIntake } from './event-intake.ts';
import { createEvents, type EventsInput } from './events.ts';

const now = Date.UTC(2026, 4, 1, 12), seconds = now / 1000;
let opened: TestStore;
beforeAll(async () => { opened = await openTestStore(); }, 60_000);
afterAll(() => opened.close());

function events(tenant: string) {
  const reports: SourceReport[] = [], rejections: Rejection[] = [], sink = createEventWriter(opened.store);
  const log = { report: (report: SourceReport) => void reports.push(report), reject: (rejection: Rejection) => void rejections.push(rejection) };
  const asked = createEvents(tenant, createEventReader(opened.store), () => now);
  const ask = ({ limit, ...input }: EventsInput & { readonly limit: number }) => asked.events(input, limit);
  return { reports, rejections, sink, ask, ...createEventIntake({ tenant, sink, log, now: () => now }) };
}

describe('events', () => {
  it('takes the good items, names the others, and counts all of them', async () => {
    const { take, reports, rejections } = events('partial');
    const sent = [
      { id: 'a', title: 'deploy', kind: 'deploy', time: seconds - 60 }, { title: 'no id' }, { id: 'b', title: 't', colour: 'red' },
      { id: 'c', title: 't', url: 'javascript:alert(1)' }, { id: 'd', title: 't', time: seconds + 7_200 }, { id: 'e', title: 't', time: seconds, end: seconds - 1 }, 7,
    ];
    const taken = await take(JSON.stringify(sent));
    expect(taken).toMatchObject({ received: 7, stored: 1 });
    expect(taken.errors.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(reports).toMatchObject([{ source: 'events-http', received: 7, stored: 1, rejected: 6, dropped: 0 }]);
    expect(rejections.map(({ reason }) => reason)).toEqual(['id', 'event', 'url', 'time', 'end', 'event']);
  });

  it('stores an event that is sent again once, as it was told last, where it was', async () => {
    const { take, ask } = events('again');
    await take(JSON.stringify({ id: 'x', title: 'first', time: seconds - 100 }));
    await take(JSON.stringify([{ id: 'x', title: 'second' }, { id: 'x', title: 'moved', time: seconds }]));
    const { events: found } = await ask({ limit: 10 });
    expect(found).toMatchObject([{ id: 'x', title: 'second', time: seconds - 100, kind: 'custom', source: 'api' }]);
  });

  it('does not let a sender speak for a cluster', async () => {
    const { take, sink, ask } = events('owner');
    await sink.write('owner', [{ id: 'k', kind: 'deploy', timeMs: now - 1_000, endMs: now, title: 'real', body: '', cluster: 'c', namespace: 'shop', entityKind: 'workload', entityName: 'web', before: '', after: '', source: 'kubernetes', url: '' }]);
    expect(await take(JSON.stringify({ id: 'k', title: 'false' }))).toMatchObject({ stored: 0, errors: [{ index: 0, message: 'id: belongs to an event from kubernetes' }] });
    expect((await ask({ limit: 10 })).events).toMatchObject([{ title: 'real' }]);
  });

  it('answers a window by namespace and kind, and says where the limit cut it', async () => {
    const { take, ask } = events('asked');
    await take(JSON.stringify([
      { id: '1', title: 'shop', namespace: 'shop', kind: 'deploy', time: seconds - 30 }, { id: '2', title: 'bank', namespace: 'bank', kind: 'alert', time: seconds - 20 },
      { id: '3', title: 'all', kind: 'alert', time: seconds - 10 }, { id: '4', title: 'long', time: seconds - 4_000, end: seconds - 3_000 }, { id: '5', title: 'before', time: seconds - 4_000 },
    ]));
    const ids = async (input: Parameters<typeof ask>[0]): Promise<string[]> => (await ask(input)).events.map(({ id }) => id);
    expect(await ids({ limit: 10 })).toEqual(['4', '1', '2', '3']);
    expect(await ids({ limit: 10, namespaces: ['shop'] })).toEqual(['4', '1', '3']);
    expect(await ids({ limit: 10, kinds: ['alert'] })).toEqual(['2', '3']);
    expect(await ids({ limit: 10, window: { from: seconds - 20, to: seconds - 10 } })).toEqual(['2']);
    expect(await ask({ limit: 1 })).toMatchObject({ truncated: true, events: [{ id: '3' }] });
    await expect(ask({ limit: 1, window: { from: 2, to: 1 } })).rejects.toMatchObject({ code: 'BAD_WINDOW' });
  });

  it('refuses what is no JSON, nothing and too many', async () => {
    const { take } = events('none');
    for (const body of ['{', '[]', JSON.stringify(Array.from({ length: 1_001 }, () => ({})))]) await expect(take(body)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
