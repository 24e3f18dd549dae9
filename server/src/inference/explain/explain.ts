/**
 * Why an edge or a node fails, out of counts and nothing else. Pure and deterministic: the same rows give the same words.
 *
 *  1. Count what failed as the callers met it, and what each side told (`failures.ts`); name codes and flags (`code-shares.ts`).
 *  2. Say which side saw them, whether they reached the destination, and what the flags name: policy, handshake, injected
 *     fault, retries, the tolerance of health that broke (`facts.ts`).
 *  3. Say since when (`onset.ts`), how that compares with the day before (`usual-band.ts`), and what happened then (`nearby-changes.ts`).
 *  4. Say whether the destination's own calls fail at the same time: then the fault is further down (`downstream.ts`).
 */
import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { Health } from '../graph.ts';
import { codeShares } from './code-shares.ts';
import type { CodeShare, DownstreamCause, ExplainedFact, Explanation, NearbyChange, Relation, UsualBand } from './explanation.ts';
import { countFacts } from './facts.ts';
import type { Failures } from './failures.ts';
import { isChange } from './nearby-changes.ts';
import type { Onset } from './onset.ts';
import { codeName } from './response-meaning.ts';
import { clock, duration, percent } from './words.ts';

/** What an explanation is made from; each part may be missing where nothing is known of it. */
export interface ToExplain {
  readonly window: TimeWindow;
  readonly health: Health;
  /** Graph edges that are explained together, the busiest first. */
  readonly edges: readonly string[];
  readonly failures: Failures;
  readonly onset: Onset | null;
  readonly usual: UsualBand | null;
  readonly changes: readonly NearbyChange[];
  readonly downstream: readonly DownstreamCause[];
  readonly partial: readonly string[];
}

/** Why an edge or node fails, as facts with their evidence, the most telling first. Pure. */
export function explain({ window, health, edges, failures, onset, usual, changes, downstream, partial }: ToExplain): Explanation {
  const codes = codeShares(failures);
  const ratio = failures.all > 0 ? failures.failures / failures.all : null;
  const facts = ratio === null || ratio === 0 ? [quiet(ratio, failures)] : [
    ...countFacts(failures, codes, edges),
    ...onsetFacts(onset, window),
    ...usualFacts(usual, ratio),
    ...changes.filter(({ relation }) => relation !== 'elsewhere').slice(0, 3).flatMap((change) => (onset ? [changeFact(change, onset)] : [])),
    ...downstream.slice(0, 3).map((cause): ExplainedFact => ({ kind: 'downstream', text: cause.text, value: cause.share, unit: '1', evidence: [{ edge: cause.edge, instrument: null, side: null, feed: '', responseKey: '' }] })),
  ];
  return { window, health, summary: summaryOf({ ratio, codes, onset, changes, downstream, failures, window }), failureRatio: ratio, facts, codes, onset, usual, changes, downstream, partial };
}

interface Told {
  readonly ratio: number | null;
  readonly codes: readonly CodeShare[];
  readonly onset: Onset | null;
  readonly changes: readonly NearbyChange[];
  readonly downstream: readonly DownstreamCause[];
  readonly failures: Failures;
  readonly window: TimeWindow;
}

/** One sentence or two out of the facts that matter most. */
function summaryOf({ ratio, codes, onset, changes, downstream, failures, window }: Told): string {
  const unit = failures.counted === 'connections' ? 'connections' : 'requests';
  if (ratio === null) return 'nothing was measured in this window';
  if (ratio === 0) return `none of the ${unit} of this window failed`;
  const main = codes[0];
  const parts = [`${percent(ratio)} of the ${unit} fail`];
  if (main) parts.push(`mostly ${codeName(main)}${main.meaning === '' ? '' : ` (${main.meaning})`}${main.seenBy === 'source' && failures.destinationTells ? ', as the callers alone see' : ''}`);
  if (onset && !onset.beyond) parts.push(`since ${clock(onset.time, window.to)}`);
  const first = changes.find(isChange);
  const after = first && onset ? `. ${capital(when(first, onset, 'that'))}: ${briefly(first)}` : '';
  const root = deepest(downstream);
  return `${parts.join(', ')}${after}${root ? `. ${root.text}` : ''}`;
}

/** The cause furthest down the path that starts with the nearest one. */
function deepest(downstream: readonly DownstreamCause[]): DownstreamCause | null {
  return downstream.reduce<DownstreamCause | null>((best, one) => (best === null || (one.path.length > best.path.length && one.path[0] === best.path[0]) ? one : best), null);
}

function quiet(ratio: number | null, { counted, all }: Failures): ExplainedFact {
  const unit = counted === 'connections' ? 'connections' : 'requests';
  return { kind: 'quiet', value: all, unit, evidence: [], text: ratio === null ? 'nothing was measured in this window' : `none of ${Math.round(all)} ${unit} failed` };
}

function onsetFacts(onset: Onset | null, window: TimeWindow): ExplainedFact[] {
  if (!onset) return [{ kind: 'onset', value: null, unit: '', evidence: [], text: 'the failures are spread evenly over the window: no moment at which they began' }];
  const text = onset.beyond
    ? `they were there already at ${clock(onset.time, window.to)}, the beginning of what was looked at`
    : `they began at ${clock(onset.time, window.to)} (to ${duration(onset.precision)}): ${percent(onset.ratioBefore)} otherwise, ${percent(onset.ratioAfter)} from then on`;
  return [{ kind: 'onset', value: onset.time, unit: 'unix s', evidence: [], text }];
}

function usualFacts(usual: UsualBand | null, ratio: number): ExplainedFact[] {
  if (!usual) return [];
  const where = ratio > usual.high ? 'above' : ratio < usual.low ? 'below' : 'within';
  return [{ kind: 'usual', value: usual.median, unit: '1', evidence: [], text: `${percent(ratio)} is ${where} what was usual in the day before: ${percent(usual.low)} to ${percent(usual.high)}` }];
}

const whose: Readonly<Record<Exclude<Relation, 'elsewhere'>, readonly [ofEntity: string, ofConfig: string]>> = {
  destination: ['of the destination', 'that names the destination'], source: ['of the source', 'that names the source'], downstream: ['of what that calls', 'that names what that calls'],
  namespace: ['in the namespace', 'for the whole namespace'], mesh: ['in the mesh', 'for the whole mesh'],
};

/** Where a change lies from the onset. What happened within the bucket in which they began may have come before them. */
function when({ offset }: NearbyChange, { precision }: Onset, what: string): string {
  if (offset > 0 && offset <= precision) return what === 'that' ? 'at that time' : `when ${what}, to ${duration(precision)}`;
  return `${duration(offset)} ${offset <= 0 ? 'before' : 'after'} ${what}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** For the summary: `deploy of payment`, `VirtualService payment changed`. */
function briefly({ event, relation }: NearbyChange): string {
  if (event.kind === 'config') return `${event.title}${relation === 'namespace' || relation === 'mesh' ? `, ${whose[relation][1]}` : ''}`;
  return event.entity.name === '' ? event.title : `${event.kind} of ${event.entity.name}`;
}

function changeFact(change: NearbyChange, onset: Onset): ExplainedFact {
  const { event, offset, relation } = change;
  const versions = event.before !== '' || event.after !== '' ? ` (${event.before || '–'} → ${event.after || '–'})` : '';
  const [ofEntity, ofConfig] = relation === 'elsewhere' ? ['', ''] : whose[relation];
  const what = event.kind === 'config' ? ofConfig : `${ofEntity}${event.entity.name === '' ? '' : ` ${event.entity.name}`}`;
  return { kind: 'change', value: offset, unit: 's', evidence: [], text: `${when(change, onset, 'they began')}: ${event.kind} ${what}${versions}: ${event.title}` };
}
