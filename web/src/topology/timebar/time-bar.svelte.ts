import { eventsQuery, trafficQuery, type EventPage, type TrafficSeries } from '../../graphql/operations.ts';
import { request } from '../../graphql/request.ts';
import { Remote } from '../../lib/remote.svelte.ts';
import type { Range, TimeSpan } from '../../lib/view-state.ts';
import type { Subject } from '../graph-input.ts';
import { comparedAxis, fixedAxis, liveAxis, recordedAxis, shiftedAxis } from './axis.ts';

const liveStep = 10;
const mostEvents = 200;

/** The time bar's axis and the traffic over it. A chosen window moves the axis only where it lies outside. */
export class TimeBarState {
  readonly traffic = new Remote<TrafficSeries>();
  readonly events = new Remote<EventPage>();
  axis: Range | null = $state.raw(null);

  /**
   * Puts the axis where the window is seen, and the one it is compared with unless that is too far away. `now` in Unix
   * seconds; `recorded`: what a replay holds.
   */
  follow(window: TimeSpan, compare: Range | null, now: number, recorded: Range | null = null): void {
    const next = window.kind === 'last' ? liveAxis(window.seconds, now, liveStep)
      : ((compare && comparedAxis(window, compare, now)) ?? (recorded && recordedAxis(window, recorded)) ?? fixedAxis(window, this.axis, now));
    if (next.from !== this.axis?.from || next.to !== this.axis.to) this.axis = next;
  }

  shift(part: number, now: number): void {
    if (this.axis) this.axis = shiftedAxis(this.axis, part, now);
  }

  /** `live`: the axis moves on by itself, and what is asked for an earlier one may still come. */
  load(subject: Subject, axis: Range, live: boolean): void {
    const about = JSON.stringify([subject, live ? axis.to - axis.from : axis]);
    void this.traffic.load(JSON.stringify(subject), async (signal) => (await request(trafficQuery, { input: { ...subject, window: { from: axis.from, to: axis.to } } }, signal)).traffic, about);
    const { namespaces } = subject;
    void this.events.load(namespaces.join(), async (signal) => (await request(eventsQuery, { window: { from: axis.from, to: axis.to }, namespaces, limit: mostEvents }, signal)).events, about);
  }

  close(): void {
    this.traffic.close();
    this.events.close();
  }
}
