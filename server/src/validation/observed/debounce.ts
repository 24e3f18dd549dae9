import { findingId } from '../findings/finding-id.ts';
import type { FindingSpell } from '../findings/spell.ts';
import type { Finding } from '../model/finding.ts';
import type { ObservedFindings } from './run-observed.ts';
import { refKey } from './ref-key.ts';

/** What the last looks said of one finding. */
interface Streak {
  /** Looks in a row that told it, or did not; when the first of them was, Unix ms. */
  readonly told: boolean;
  readonly looks: number;
  readonly sinceMs: number;
}

/** What stood before and what is observed now. */
export interface DebounceInput {
  /** Spells that stand, by finding. */
  readonly open: ReadonlyMap<string, FindingSpell>;
  readonly observed: ObservedFindings;
  /** True where an object is still there (`refKey`). */
  readonly exists: (object: string) => boolean;
  readonly atMs: number;
}

/** What nothing can be said of for this long goes, ms. */
const silentMs = 86_400_000;

/**
 * Holds history still: a finding comes when `looks` looks in a row told it, and goes when as many that could judge it did
 * not; it came and went when the first of them was. A look that cannot judge it changes nothing, for a day. With its object it
 * goes at once.
 */
export class Debounce {
  readonly #looks: number;
  readonly #streaks = new Map<string, Streak>();
  /** When each finding that stands was last judged. */
  readonly #judgedMs = new Map<string, number>();

  constructor(looks: number) {
    this.#looks = looks;
  }

  /** The spells to write after one more look. */
  look({ open, observed, exists, atMs }: DebounceInput): FindingSpell[] {
    const now = new Map<string, Finding>();
    for (const finding of observed.findings) {
      const id = findingId(finding);
      if (!now.has(id)) now.set(id, finding);
    }
    const changed: FindingSpell[] = [];
    for (const [id, finding] of now) {
      const spell = open.get(id), streak = this.#extend(id, true, atMs);
      this.#judgedMs.set(id, atMs);
      const { code, severity, object, path, message } = finding;
      if (spell !== undefined) {
        if (spell.severity !== severity || spell.message !== message) changed.push({ ...spell, severity, message });
      } else if (streak.looks >= this.#looks) {
        changed.push({ finding: id, cameMs: streak.sinceMs, wentMs: null, code, severity, object, path, message });
      }
    }
    for (const [id, spell] of open) {
      if (now.has(id)) continue;
      const went = this.#went(id, spell, observed, exists, atMs);
      if (went === null) continue;
      changed.push({ ...spell, wentMs: Math.max(went, spell.cameMs + 1) });
      this.#forget(id);
    }
    // What was told too seldom to come, and is not told now, begins anew.
    for (const id of [...this.#streaks.keys()]) if (!now.has(id) && !open.has(id)) this.#forget(id);
    return changed;
  }

  #went(id: string, { code, object }: FindingSpell, { isUndecided }: ObservedFindings, exists: DebounceInput['exists'], atMs: number): number | null {
    const key = refKey(object);
    if (!exists(key)) return atMs;
    if (isUndecided(code, key)) {
      const judged = this.#judgedMs.get(id);
      if (judged === undefined) this.#judgedMs.set(id, atMs);
      return atMs - (judged ?? atMs) >= silentMs ? atMs : null;
    }
    this.#judgedMs.set(id, atMs);
    const { looks, sinceMs } = this.#extend(id, false, atMs);
    return looks >= this.#looks ? sinceMs : null;
  }

  #extend(id: string, told: boolean, atMs: number): Streak {
    const before = this.#streaks.get(id);
    const streak = before?.told === told ? { ...before, looks: before.looks + 1 } : { told, looks: 1, sinceMs: atMs };
    this.#streaks.set(id, streak);
    return streak;
  }

  #forget(id: string): void {
    this.#streaks.delete(id);
    this.#judgedMs.delete(id);
  }
}
