import type { Finding } from '../model/finding.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Answers, ObservedCheck } from './observed-check.ts';
import { refKey } from './ref-key.ts';

/** What could not be judged, and why: how many objects of each reason. */
export interface Undecided {
  readonly code: string;
  readonly reason: string;
  readonly objects: number;
}

/** Where the answers of checks are gathered. */
export interface Gathered {
  readonly findings: Finding[];
  /** By code and reason. */
  readonly counts: Map<string, Undecided>;
  /** Codes with objects of which nothing was decided: `[code, refKey]` as JSON. */
  readonly open: Set<string>;
}

/** Where gathering begins. */
export function nothingGathered(): Gathered {
  return { findings: [], counts: new Map(), open: new Set() };
}

/** Findings of one check and cluster: beyond, a check says nothing new. */
const mostFindings = 1_000;

/** The answers of one check of one cluster. @param window part of the window that has data, Unix seconds */
export function answersOf({ code, severity: usual, needs }: Pick<ObservedCheck, 'severity'> & { readonly code: string; readonly needs: Pick<ObservedCheck['needs'], 'sample' | 'of'> }, window: { readonly from: number; readonly to: number }, { findings, counts, open }: Gathered): Answers {
  const start = findings.length;
  const undecided = (object: ConfigObject | null, reason: string): void => {
    const key = object && JSON.stringify([code, refKey(object)]);
    if (key !== null && open.has(key)) return;
    if (key !== null) open.add(key);
    countUndecided(counts, { code, reason, objects: 1 });
  };
  return {
    undecided,
    suffices(object, sample) {
      const enough = sample >= needs.sample;
      if (!enough) undecided(object, `fewer than ${needs.sample} ${needs.of}`);
      return enough;
    },
    found(object, path, message, shown, severity = usual) {
      if (findings.length - start >= mostFindings) return;
      for (let n = start; n < findings.length; n++) if (findings[n]!.path === path && refKey(findings[n]!.object) === refKey(object)) return;
      const { group, kind, namespace, name, origin } = object;
      findings.push({ code, kiali: undefined, severity, object: { cluster: object.cluster, group, kind, namespace, name }, path, message, origin, observation: { ...window, unseen: [], ...shown } });
    },
  };
}

/** Adds to what is counted of the same check for the same reason. */
export function countUndecided(counts: Map<string, Undecided>, { code, reason, objects }: Undecided): void {
  const key = JSON.stringify([code, reason]);
  counts.set(key, { code, reason, objects: (counts.get(key)?.objects ?? 0) + objects });
}
