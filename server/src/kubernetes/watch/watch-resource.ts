import { objectKey, type KubeObject } from '../kube-object.ts';
import type { ListPage, ObjectChange, WatchAction, WatchEvent, WatchFailure, WatchInput, WatchStep } from './watch-input.ts';

/** Bounds of one resource’s watch; back-offs double from the first to the longest. */
export interface WatchLimits {
  /** Objects asked for at once. */
  readonly pageSize: number;
  /** Objects known at once; what is beyond is counted and left out. */
  readonly objects: number;
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
}

/** Pages as `kubectl` asks for them. */
export const defaultWatchLimits: WatchLimits = { pageSize: 500, objects: 200_000, firstBackoffMs: 500, longestBackoffMs: 30_000 };

/**
 * `forbidden` and `absent` are states of their own because somebody has to do something about them; both are tried
 * again like every other failure.
 */
export type WatchPhase = 'listing' | 'watching' | 'failing' | 'forbidden' | 'absent';

/** What a resource's watch has been through. */
export interface WatchCounts {
  /** Lists begun: the first, and one whenever the past could not be resumed. */
  lists: number;
  /** Watches opened anew at a known version, without a list. */
  resumes: number;
  events: number;
  failures: number;
  /** Objects beyond the limit that are not known. */
  beyondLimit: number;
}

/** A resume that fails this often in a row becomes a list: a version that no server knows, or an event that no parser takes. */
const mostResumes = 5;
/** A stream of this age was no failure, though it brought nothing. */
const healthyMs = 2_000;

/**
 * One resource of one cluster, followed without a gap. Pure but for its memory: what happens goes into `step`, what to
 * do comes out; no clock, no connection.
 *
 * 1. The resource is listed page by page. Objects of a page are known at once; when the last page is read, what was known
 *    and is in no page has vanished.
 * 2. It is watched from the list's version. Every event and bookmark moves the version on.
 * 3. However the stream ends, it is resumed at the last version: deletions made meanwhile arrive as events.
 * 4. A version that has expired (410, as a status or as an event), and one that could not be resumed `mostResumes` times,
 *    lead back to 1; the list is compared with what is known, so nothing is missed and nothing kept that is gone.
 * 5. An expired page token starts the list again with pages of four times the size, at last with one page: a list pieced
 *    together from two versions could hold what was deleted in between.
 * 6. Failures are retried after a pause that doubles, with jitter; only progress makes it short again.
 */
export class ResourceWatch {
  readonly #limits: WatchLimits;
  readonly #keep: (object: KubeObject) => KubeObject;
  readonly #random: () => number;
  readonly #known = new Map<string, KubeObject>();
  #phase: WatchPhase = 'listing';
  #problem = '';
  #resourceVersion = '';
  /** Keys of the list that is being read; null while none is. */
  #listed: Set<string> | null = null;
  #pageSize: number;
  #failures = 0;
  #streamOpen = false;
  #synced = false;
  readonly counts: WatchCounts = { lists: 0, resumes: 0, events: 0, failures: 0, beyondLimit: 0 };

  /**
   * @param keep what is kept of an object, so that memory holds only what is read
   * @param random in [0, 1), for jitter
   */
  constructor(keep: (object: KubeObject) => KubeObject, random: () => number, limits: WatchLimits = defaultWatchLimits) {
    this.#keep = keep;
    this.#random = random;
    this.#limits = limits;
    this.#pageSize = limits.pageSize;
  }

  get phase(): WatchPhase {
    return this.#phase;
  }

  /** Why it does not work at present, `''` while it does. */
  get problem(): string {
    return this.#problem;
  }

  get objects(): ReadonlyMap<string, KubeObject> {
    return this.#known;
  }

  /** True once a whole list has been read. */
  get synced(): boolean {
    return this.#synced;
  }

  step(input: WatchInput): WatchStep {
    switch (input.type) {
      case 'started': return going(this.#list());
      case 'waited': return going(this.#listed === null && this.#resourceVersion !== '' ? this.#resume() : this.#list());
      case 'page': return this.#page(input.page);
      case 'event': return this.#event(input.event);
      case 'opened': return this.#opened();
      case 'ended': return this.#ended(input.livedMs);
      case 'failed': return this.#failed(input.failure);
    }
  }

  /** Forgets everything, where the resource itself is gone. */
  drop(): readonly ObjectChange[] {
    const changes = this.#known.values().map((object): ObjectChange => ({ type: 'deleted', object, previous: object })).toArray();
    this.#known.clear();
    this.#resourceVersion = '';
    this.#listed = null;
    return changes;
  }

  #list(): WatchAction {
    this.#listed = new Set();
    this.counts.lists++;
    this.counts.beyondLimit = 0;
    if (this.#phase === 'watching') this.#phase = 'listing';
    return { do: 'list', limit: this.#pageSize, continueToken: '' };
  }

  #resume(): WatchAction {
    this.counts.resumes++;
    this.#streamOpen = false;
    return { do: 'watch', resourceVersion: this.#resourceVersion };
  }

  #page({ objects, resourceVersion, continueToken }: ListPage): WatchStep {
    const changes: ObjectChange[] = [], listed = (this.#listed ??= new Set());
    for (const object of objects) {
      listed.add(objectKey(object));
      this.#put(object, changes);
    }
    if (continueToken !== '') return { next: { do: 'list', limit: this.#pageSize, continueToken }, changes, synced: false };
    for (const [key, object] of this.#known) {
      if (listed.has(key)) continue;
      this.#known.delete(key);
      changes.push({ type: 'deleted', object, previous: object });
    }
    this.#listed = null;
    this.#pageSize = this.#limits.pageSize;
    this.#resourceVersion = resourceVersion;
    this.#synced = true;
    this.#works();
    this.#phase = 'watching';
    this.#streamOpen = false;
    return { next: { do: 'watch', resourceVersion }, changes, synced: true };
  }

  #event(event: WatchEvent): WatchStep {
    if (event.type === 'ERROR') return this.#failed(event.failure);
    this.#works();
    this.#phase = 'watching';
    if (event.type === 'BOOKMARK') {
      this.#resourceVersion = event.resourceVersion;
      return going(undefined);
    }
    this.counts.events++;
    const changes: ObjectChange[] = [], { object } = event;
    if (event.type === 'DELETED') this.#remove(object, changes);
    else this.#put(object, changes);
    this.#resourceVersion = object.metadata.resourceVersion;
    return { next: undefined, changes, synced: false };
  }

  /** Access and version are good; whether events can be read is still to be seen, so failures are not forgotten. */
  #opened(): WatchStep {
    this.#streamOpen = true;
    this.#phase = 'watching';
    this.#problem = '';
    return going(undefined);
  }

  /** A stream that lived is resumed at once, however quiet it was; one that is always ended at once is not asked in a circle. */
  #ended(livedMs: number): WatchStep {
    if (livedMs >= healthyMs) this.#failures = 0;
    else if (++this.#failures >= mostResumes) this.#resourceVersion = '';
    return going(this.#failures === 0 ? this.#resume() : this.#wait(0));
  }

  #failed(failure: WatchFailure): WatchStep {
    this.counts.failures++;
    this.#problem = failure.message;
    const code = failure.kind === 'status' ? failure.code : 0;
    this.#phase = code === 403 || code === 401 ? 'forbidden' : code === 404 ? 'absent' : 'failing';
    if (code === 410) return this.#expired();
    // A quiet resource where no bookmarks are sent looks like a dead connection each time: no reason to come back ever later.
    this.#failures = failure.kind === 'silence' && this.#streamOpen ? 1 : this.#failures + 1;
    this.#streamOpen = false;
    // A list that broke off in the middle is read anew: its token may be of a server that is gone.
    this.#listed = null;
    if (this.#failures >= mostResumes && isOfTheVersion(failure)) this.#resourceVersion = '';
    return going(this.#wait(failure.kind === 'status' ? failure.retryAfterMs : 0));
  }

  #expired(): WatchStep {
    if (this.#listed !== null) this.#pageSize = this.#pageSize === 0 || this.#pageSize > this.#limits.pageSize * 16 ? 0 : this.#pageSize * 4;
    this.#resourceVersion = '';
    // The first time at once; a server that always answers so is not asked in a circle.
    return going(++this.#failures > 1 ? this.#wait(0) : this.#list());
  }

  /** @param atLeastMs what the server asked for (`Retry-After`), within a minute */
  #wait(atLeastMs: number): WatchAction {
    const { firstBackoffMs, longestBackoffMs } = this.#limits;
    const most = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(20, Math.max(0, this.#failures - 1)));
    return { do: 'wait', ms: Math.round(Math.max(Math.min(atLeastMs, 60_000), most * (0.5 + this.#random() / 2))) };
  }

  #works(): void {
    this.#failures = 0;
    this.#problem = '';
  }

  #put(object: KubeObject, changes: ObjectChange[]): void {
    const key = objectKey(object), previous = this.#known.get(key);
    if (previous === undefined && this.#known.size >= this.#limits.objects) {
      this.counts.beyondLimit++;
      return;
    }
    if (previous !== undefined && previous.metadata.uid === object.metadata.uid && previous.metadata.resourceVersion === object.metadata.resourceVersion) return;
    const kept = this.#keep(object);
    this.#known.set(key, kept);
    if (previous !== undefined && previous.metadata.uid === object.metadata.uid) {
      changes.push({ type: 'modified', object: kept, previous });
      return;
    }
    // A new object of an old name, such as a pod of a stateful set: the old one's end was not seen.
    if (previous !== undefined) changes.push({ type: 'deleted', object: previous, previous });
    changes.push({ type: 'added', object: kept, previous: undefined });
  }

  #remove(object: KubeObject, changes: ObjectChange[]): void {
    const key = objectKey(object), previous = this.#known.get(key);
    if (previous === undefined) return;
    this.#known.delete(key);
    changes.push({ type: 'deleted', object: this.#keep(object), previous });
  }
}

function going(next: WatchAction | undefined): WatchStep {
  return { next, changes: [], synced: false };
}

/** Failures that another version may not have; a server that is down says nothing of the version. */
function isOfTheVersion(failure: WatchFailure): boolean {
  return failure.kind === 'malformed' || (failure.kind === 'status' && failure.code !== 401 && failure.code !== 403 && failure.code !== 429);
}
