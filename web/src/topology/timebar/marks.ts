import type { Range } from '../../lib/view-state.ts';
import { xOf } from './axis.ts';

/** How an event is drawn on the axis. */
const markShapes = ['deploy', 'config', 'alert', 'other'] as const;
export type MarkShape = (typeof markShapes)[number];

/** Each shape in a square of 10 × 10. */
export const shapePaths: Readonly<Record<MarkShape, string>> = { deploy: 'M5 0.8L9.6 8.9H0.4z', config: 'M1 1h8v8H1z', alert: 'M5 0.3L9.7 5L5 9.7L0.3 5z', other: 'M5 1v8M1 5h8' };

/** The least an event has to say to stand on the axis. */
export interface Happening {
  readonly id: string;
  /** Unix seconds. */
  readonly time: number;
  /** deploy, rollout, scale, restart, config, alert, custom */
  readonly kind: string;
  readonly title: string;
}

/** One mark: an event, or several that stand too near to each other to be told apart. */
export interface Mark<T extends Happening> {
  readonly x: number;
  readonly shape: MarkShape;
  /** '' where there is no room. */
  readonly label: string;
  /** Pixels of the mark with its label. */
  readonly width: number;
  /** By time. */
  readonly events: readonly T[];
}

const nearest = 14;
const glyphRoom = 10;
const labelGap = 10;
/** A label shorter than this says nothing. */
const shortestLabel = 28;
const widestLabel = 220;

export function shapeOf(kind: string): MarkShape {
  if (kind === 'deploy' || kind === 'rollout' || kind === 'scale' || kind === 'restart') return 'deploy';
  return kind === 'config' ? 'config' : kind === 'alert' ? 'alert' : 'other';
}

/**
 * Marks of the events of an axis, left to right. Events within 14 pixels share one, drawn as the gravest of them. A label is
 * cut to the room up to the next mark or the flag, or left out.
 * @param flag where the flag of the moment shown stands, pixels; null = nowhere
 */
export function marksOf<T extends Happening>(events: readonly T[], axis: Range, width: number, measure: (text: string) => number, flag: number | null = null): readonly Mark<T>[] {
  const shown = events.filter((event) => event.time >= axis.from && event.time <= axis.to).sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  const groups: { x: number; events: T[] }[] = [];
  for (const event of shown) {
    const x = xOf(event.time, axis, width);
    const last = groups.at(-1);
    if (last && x - last.x < nearest) last.events.push(event);
    else groups.push({ x, events: [event] });
  }
  return groups.map(({ x, events: members }, i) => {
    const end = Math.min(groups[i + 1]?.x ?? width, flag !== null && flag > x ? flag : width);
    const room = Math.min(widestLabel, end - x - glyphRoom - labelGap);
    const text = members.length === 1 ? members[0]!.title : `${members.length} events`;
    const label = room < shortestLabel ? '' : cutTo(text, room, measure);
    return { x, shape: gravest(members), label, width: label === '' ? glyphRoom : glyphRoom + measure(label), events: members };
  });
}

/** Which of so many marks a key leads to from one of them; null for other keys and where it leads nowhere. */
export function markAt(index: number, key: string, marks: number): number | null {
  const target = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: marks - 1 }[key];
  return target === undefined || target < 0 || target >= marks ? null : target;
}

function gravest(events: readonly Happening[]): MarkShape {
  const shapes = new Set(events.map((event) => shapeOf(event.kind)));
  return (['alert', 'deploy', 'config', 'other'] as const).find((shape) => shapes.has(shape)) ?? 'other';
}

function cutTo(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${text.slice(0, middle)}…`) <= room) low = middle;
    else high = middle - 1;
  }
  return low < 6 ? '' : `${text.slice(0, low).trimEnd()}…`;
}
