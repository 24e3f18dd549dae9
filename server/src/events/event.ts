/** Kinds of events, from whatever source. */
export const EventKind = {
  deploy: 'deploy',
  rollout: 'rollout',
  scale: 'scale',
  restart: 'restart',
  config: 'config',
  alert: 'alert',
  custom: 'custom',
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];

/** Who told of an event. */
export const EventSource = { kubernetes: 'kubernetes', telemetry: 'telemetry', api: 'api' } as const;
export type EventSource = (typeof EventSource)[keyof typeof EventSource];

/** Something that happened, as it is stored. Times in Unix ms; `''` means «not said». */
export interface MeshEvent {
  readonly id: string;
  readonly timeMs: number;
  /** Equal to `timeMs` for what has no duration. */
  readonly endMs: number;
  readonly kind: EventKind;
  readonly title: string;
  readonly body: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly entityKind: string;
  readonly entityName: string;
  readonly before: string;
  readonly after: string;
  readonly source: EventSource;
  readonly url: string;
}

/** Whether a text that was sent or stored is a kind that is known here. */
export function isEventKind(text: string): text is EventKind {
  return Object.hasOwn(EventKind, text);
}

/** Whether a text that was stored is a source that is known here. */
export function isEventSource(text: string): text is EventSource {
  return Object.hasOwn(EventSource, text);
}
