import type { FindingMark, FindingRank, FindingSeverity } from '../graphql/findings.ts';
import { plural } from '../lib/format.ts';
import type { Scene } from '../topology/graph/scene.ts';
import { sampleRoute } from '../topology/layout/curve.ts';
import type { Point } from '../topology/layout/types.ts';
import { severityWords } from './words.ts';

/** How many findings a node or an edge of the drawing has, and the gravest of them. */
export interface Badge {
  readonly kind: 'node' | 'edge' | 'namespace';
  /** Of the node or edge, or the box key of the namespace. */
  readonly id: string;
  readonly count: number;
  readonly severity: FindingSeverity;
  readonly rank: FindingRank;
  /** Pixels of the graph. */
  readonly x: number;
  readonly y: number;
}

export type BadgeScene = Pick<Scene, 'cards' | 'lines' | 'labels'>;

/** Bounds how many are drawn; the page lists all. */
const mostBadges = 120;
/** A finding that touches this share of a graph of some size marks everything, and so nothing: the page tells of it. */
const everywhere = 0.5;
const smallGraph = 12;
/** Nearer to each other than this they cannot be read. */
const apart = 22;
/** Labels of edges reach so far to both sides of their middle. */
const labelReach = 20;
const severities: readonly FindingSeverity[] = ['error', 'warning', 'info'];
const ranks: readonly FindingRank[] = ['breaking', 'atRisk', 'tidyUp'];

/** How many findings touch something, with the gravest rank and severity. */
export interface Tally { readonly count: number; readonly severity: FindingSeverity; readonly rank: FindingRank }

/** What there is to mark on a graph of so many edges. */
function localTo(marks: readonly FindingMark[], edges: number): readonly FindingMark[] {
  return marks.filter(({ totalEdges }) => edges <= smallGraph || totalEdges <= edges * everywhere);
}

/** The findings of each edge that has some, by its id. @param edges how many edges the graph has */
export function talliesOfEdges(marks: readonly FindingMark[], edges: number): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const mark of localTo(marks, edges)) for (const edge of mark.edges) add(tallies, edge, mark);
  return tallies;
}

/**
 * Badges of a scene, gravest first. @param cardOf the card that stands for a node: its own, or that of its collapsed namespace
 * @param edges how many edges the graph has
 */
export function badgesOf(marks: readonly FindingMark[], scene: BadgeScene, cardOf: (node: string) => { readonly card: string; readonly namespace: string | null } | null, edges: number): Badge[] {
  const onEdges = talliesOfEdges(marks, edges), onCards = new Map<string, Tally>(), namespaces = new Map<string, string>();
  for (const mark of localTo(marks, edges)) {
    const cards = new Set<string>();
    for (const node of mark.nodes) {
      const at = cardOf(node);
      if (!at) continue;
      cards.add(at.card);
      if (at.namespace !== null) namespaces.set(at.card, at.namespace);
    }
    for (const card of cards) add(onCards, card, mark);
  }
  const badges: Badge[] = scene.cards.flatMap((card) => {
    const tally = onCards.get(card.id), namespace = namespaces.get(card.id);
    return tally ? [{ kind: namespace === undefined ? 'node' : 'namespace', id: namespace ?? card.id, ...tally, x: card.x + card.width / 2 - 6, y: card.y - card.height / 2 }] : [];
  });
  const taken: Point[] = [...badges.map(({ x, y }) => ({ x, y })), ...scene.labels.flatMap(({ x, y }) => [-labelReach, 0, labelReach].map((aside) => ({ x: x + aside, y })))];
  for (const line of scene.lines) {
    const tally = onEdges.get(line.id);
    if (!tally || !line.route) continue;
    const place = freePlace(sampleRoute(line.route), taken);
    taken.push(place);
    badges.push({ kind: 'edge', id: line.id, ...tally, x: place.x, y: place.y });
  }
  return badges.sort((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank) || severities.indexOf(a.severity) - severities.indexOf(b.severity)).slice(0, mostBadges);
}

/** `2 findings on checkout → payment, the gravest an error, breaking traffic now`. */
export function badgeText({ count, severity, rank }: Pick<Badge, 'count' | 'severity' | 'rank'>, on: string): string {
  const what = severityWords[severity].toLowerCase(), article = what === 'warning' ? 'a' : 'an';
  return `${plural(count, 'finding')} on ${on}, ${count === 1 ? '' : 'the gravest '}${article} ${what}, ${rank === 'breaking' ? 'breaking traffic now' : 'at risk'}`;
}

function add(tallies: Map<string, Tally>, id: string, { severity, rank }: FindingMark): void {
  const tally = tallies.get(id) ?? { count: 0, severity, rank };
  const graver = <T>(order: readonly T[], one: T, other: T): T => (order.indexOf(one) < order.indexOf(other) ? one : other);
  tallies.set(id, { count: tally.count + 1, severity: graver(severities, severity, tally.severity), rank: graver(ranks, rank, tally.rank) });
}

/** A point of the curve away from its ends, its middle (where the label stands) and other badges; the least crowded where none is free. */
function freePlace(curve: readonly Point[], taken: readonly Point[]): Point {
  const room = (point: Point): number => Math.min(Infinity, ...taken.map((other) => Math.hypot(other.x - point.x, other.y - point.y)));
  const wishes = [0.75, 0.7, 0.8, 0.3, 0.65, 0.25, 0.35, 0.85].map((part) => curve[Math.round(part * (curve.length - 1))]!);
  return wishes.find((point) => room(point) >= apart) ?? wishes.reduce((best, point) => (room(point) > room(best) ? point : best));
}
