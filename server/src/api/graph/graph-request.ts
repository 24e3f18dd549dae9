import { liveWindow, tierTtl, timeWindow, type TimeWindow } from '@orrery/collectors/model/time-window';
import { GraphType } from '../../inference/graph.ts';
import type { Scope } from '../../inference/ports.ts';
import { ApiError } from '../errors.ts';
import { unixSeconds } from '../in-range.ts';
import { instant, tierNote } from './window-notes.ts';
import { viewRequest, type ViewInput, type ViewRequest } from './view-request.ts';

/** `GraphInput` of the schema, as it comes in. */
export interface GraphInput extends ViewInput {
  readonly type?: string | null;
  readonly window?: { readonly from?: number | null; readonly to?: number | null } | null;
  readonly namespaces?: readonly string[] | null;
}

/** One question for the graph: equal questions have equal keys. */
export interface GraphRequest {
  readonly scope: Scope;
  readonly type: GraphType;
  readonly window: TimeWindow;
  /** True where the window ends now and moves on. */
  readonly live: boolean;
  /** `to` − `from` as asked for, seconds; of a live window to the nearest ten. */
  readonly seconds: number;
  /** Whether what had traffic earlier is read, too. */
  readonly idle: boolean;
  /** Null for the plain graph of the type. */
  readonly view: ViewRequest | null;
  /** Whether each edge brings its evidence; columns have none. */
  readonly evidence: boolean;
  /** Whether it is asked again each second. */
  readonly watched: boolean;
  /** How the window differs from what was asked, in words; joins `quality.partial`. */
  readonly notes: readonly string[];
}

const defaultSeconds = 300;
const shortest = 10;
/** Clocks of browsers and servers differ by less than this. */
const clockSkew = 60;
const maxNamespaces = 100;
/** As long as what is stored of a name: whatever is seen can be asked for. */
const maxNameLength = 256;

/**
 * Checks a graph input against the clock (`now`, Unix seconds). A window that reaches into the future or beyond the
 * oldest tier is cut with a note.
 * @throws ApiError BAD_WINDOW or BAD_INPUT, saying what to send instead.
 */
export function graphRequest(input: GraphInput, tenant: string, now: number): GraphRequest {
  const type = input.type ?? GraphType.workload;
  if (!isGraphType(type)) throw new ApiError('BAD_INPUT', `the graph type is one of ${Object.values(GraphType).join(', ')}`);
  const view = viewRequest(input, type);
  const idle = view ? view.idle.nodes || view.idle.edges : input.idle ?? false;
  return { scope: { tenant, namespaces: namespacesOf(input.namespaces ?? []) }, type, idle, view, evidence: false, watched: false, ...windowOf(input.window ?? {}, now) };
}

function isGraphType(type: string): type is GraphType {
  return Object.hasOwn(GraphType, type);
}

function namespacesOf(names: readonly string[]): readonly string[] | null {
  if (names.length > maxNamespaces) throw new ApiError('BAD_INPUT', `at most ${maxNamespaces} namespaces at once, not ${names.length}; leave them out for all`);
  const bad = names.find((name) => name === '' || name.length > maxNameLength);
  if (bad !== undefined) throw new ApiError('BAD_INPUT', `a namespace has 1 to ${maxNameLength} characters`);
  return names.length === 0 ? null : [...new Set(names)].sort();
}

function windowOf(asked: NonNullable<GraphInput['window']>, now: number): Pick<GraphRequest, 'window' | 'live' | 'seconds' | 'notes'> {
  const live = asked.to === undefined || asked.to === null;
  let to = asked.to ?? now;
  let from = asked.from ?? to - defaultSeconds;
  const notes: string[] = [];
  for (const time of [from, to]) unixSeconds(time);
  if (from >= now) throw new ApiError('BAD_WINDOW', `the window lies in the future: here it is ${instant(now)}`);
  if (from >= to) throw new ApiError('BAD_WINDOW', 'the window must begin before it ends');
  if (to > now + clockSkew) notes.push('the window ends in the future: cut to now');
  to = Math.min(to, now);
  const oldest = now - tierTtl[3600];
  if (to <= oldest) throw new ApiError('BAD_WINDOW', `nothing is kept longer than ${tierTtl[3600] / 86_400} days`);
  if (from < oldest) notes.push(`the window begins before the oldest data that is kept (${tierTtl[3600] / 86_400} days): cut`);
  from = Math.min(Math.max(from, oldest), to - shortest);
  // Browsers name a live window by its beginning, each by its own clock: to the second none would be another's.
  const seconds = live ? Math.max(shortest, Math.round((to - from) / 10) * 10) : to - from;
  const window = live && from > oldest ? liveWindow(seconds, now) : timeWindow(from, to, now), note = tierNote(from, to, window);
  return { window, live, seconds, notes: note === null ? notes : [...notes, note] };
}

/** The same live question asked at another time. */
export function atTime(request: GraphRequest, now: number): GraphRequest {
  return { ...request, window: liveWindow(request.seconds, now) };
}

/** Key of the question without its window: what live subscribers share. */
export function inputKey(request: GraphRequest): string {
  return JSON.stringify([request.scope.tenant, request.scope.namespaces, request.type, request.idle, request.view, request.seconds]);
}

/** Key of the question with its window. */
export function requestKey(request: GraphRequest): string {
  return JSON.stringify([request.scope.tenant, request.scope.namespaces, request.type, request.idle, request.view, request.evidence, request.window.from, request.window.to, request.window.step, request.notes]);
}
