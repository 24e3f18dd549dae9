import { dig, field, isMap, list, text } from '../../validation/model/fields.ts';
import { toKubeObject, type KubeObject } from '../kube-object.ts';
import type { ListPage, WatchEvent, WatchFailure } from './watch-input.ts';

/** What the items of an answer are: a list of a built-in kind does not say it of each. */
export interface ItemKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A page of a list, or why it is none. An item without name or version is left out: the API server gives none such. */
export function readPage(body: string, { apiVersion, kind }: ItemKind): ListPage | WatchFailure {
  const answer = parsed(body), resourceVersion = text(dig(answer, 'metadata', 'resourceVersion'));
  if (!isMap(answer) || resourceVersion === undefined || !Array.isArray(field(answer, 'items'))) return malformed('the answer to a list is no list');
  return {
    objects: list(field(answer, 'items')).flatMap((item): KubeObject[] => {
      const object = toKubeObject(item, apiVersion, kind);
      return object === undefined ? [] : [object];
    }),
    resourceVersion,
    continueToken: text(dig(answer, 'metadata', 'continue')) ?? '',
  };
}

/** One line of a watch, or why it is none. */
export function readEvent(line: string, { apiVersion, kind }: ItemKind): WatchEvent | WatchFailure {
  const event = parsed(line), type = field(event, 'type'), value = field(event, 'object');
  switch (type) {
    case 'ADDED': case 'MODIFIED': case 'DELETED': {
      const object = toKubeObject(value, apiVersion, kind);
      return object === undefined ? malformed('an event of a watch holds no object') : { type, object };
    }
    case 'BOOKMARK': {
      const resourceVersion = text(dig(value, 'metadata', 'resourceVersion'));
      return resourceVersion === undefined ? malformed('a bookmark holds no version') : { type, resourceVersion };
    }
    case 'ERROR':
      return { type, failure: readStatus(value, 500, '') };
    default:
      return malformed('a line of a watch is no event');
  }
}

/** Tells a failure from what a watch was asked for. */
export function isFailure(value: object): value is WatchFailure {
  return Object.hasOwn(value, 'message');
}

/** The failure that an HTTP answer other than 200 is. Its body is a `Status` where the API server itself answered. */
export function readRefusal(code: number, body: string, retryAfter: string): WatchFailure {
  return readStatus(parsed(body), code, retryAfter);
}

/** @param fallback the HTTP status, where the `Status` object has no code */
function readStatus(status: unknown, fallback: number, retryAfter: string): WatchFailure {
  const code = field(status, 'code'), seconds = Number(retryAfter);
  const reason = text(field(status, 'reason')), message = text(field(status, 'message'));
  return {
    kind: 'status',
    code: Number.isInteger(code) ? (code as number) : fallback,
    message: (message ?? reason ?? `HTTP ${fallback}`).slice(0, mostMessage),
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0,
  };
}

const mostMessage = 300;

function malformed(message: string): WatchFailure {
  return { kind: 'malformed', message };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
