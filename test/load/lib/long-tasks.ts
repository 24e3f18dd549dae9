import type { CDPSession, Page } from 'playwright-core';

/** One task of a page's main thread, in milliseconds. */
export interface MainTask {
  readonly wallMs: number;
  /** What the thread itself computed: other programs on the machine do not lengthen it. */
  readonly cpuMs: number;
}

interface TraceEvent { readonly name: string; readonly ph: string; readonly pid: number; readonly tid: number; readonly dur?: number; readonly tdur?: number; readonly args?: { readonly name?: string } }

/** What an act sets off may come with the next message of the server, which is a second away. */
const afterMs = 2_000;

/** Tasks of the main thread while `act` ran and in the moments after it, from the browser's own trace. */
export async function tasksDuring(page: Page, act: () => Promise<void>): Promise<readonly MainTask[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', '__metadata'] } });
  try {
    await act();
    await page.waitForTimeout(afterMs);
  } finally {
    await session.send('Tracing.end');
  }
  const events = await collected(session);
  await session.detach();
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf));
  return events.filter((event) => event.name === 'RunTask' && event.dur !== undefined && mains.has(threadOf(event))).map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1_000, cpuMs: tdur / 1_000 }));
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}

async function collected(session: CDPSession): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await new Promise<void>((done) => session.once('Tracing.tracingComplete', () => done()));
  return events;
}
