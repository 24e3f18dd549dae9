import { count, rate } from '../../lib/format.ts';
import { stateWords } from '../../lib/glyphs.ts';
import type { Mode } from '../../lib/view-state.ts';
import { toneOf, type Tone } from '../mode/encode.ts';
import type { Picture } from '../layout/picture.ts';
import type { Route } from '../layout/route-edges.ts';
import { spacing } from '../layout/geometry.ts';
import type { GridSizes, LayoutEdge, LayoutNode, Rect } from '../layout/types.ts';
import { boxName, boxOf, namespaceId, type Drawing, type DrawnEdge, type NamespaceCard } from './collapse.ts';
import { edgeLabels, type EdgeLabel, type LabelOptions, type Measure } from './edge-labels.ts';
import { countStates } from './filter.ts';
import { readReason } from './reason.ts';
import { changeStates, isPlaintext, servicesOf, type State, type TopologyEdge, type TopologyNode } from './topology.ts';

export type Shape = 'service' | 'gateway' | 'datastore' | 'external' | 'namespace';

/** A card to draw; all numbers in pixels of the graph. */
export interface Card {
  readonly id: string;
  readonly shape: Shape;
  readonly state: State;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly namespace: NamespaceCard | null;
}

export interface Line {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly state: State;
  readonly width: number;
  readonly security: 'secured' | 'plaintext' | 'unknown';
  /** Its step on the sequential scale of the mode, null where the mode has none. */
  readonly tone: Tone | null;
  /** null for an edge of a node to itself. */
  readonly route: Route | null;
}

export interface Box {
  readonly id: string;
  readonly title: string;
  readonly rect: Rect;
}

export interface Scene {
  readonly cards: readonly Card[];
  readonly lines: readonly Line[];
  readonly boxes: readonly Box[];
  readonly labels: readonly EdgeLabel[];
}

const narrowestCard = 100;
const textStart = 21;
const textEnd = 7;

/** Sizes of the grid for a drawing: cards as wide as the longest name would like, within limits. The layout may give less. */
export function sizesOf(drawing: Drawing, measure: Measure): GridSizes {
  if (drawing.collapsed) return { cardWidth: 136, narrowestCard: 136, cardHeight: 52, rowPitch: 76 };
  const widest = Math.max(0, ...drawing.nodes.map((node) => measure(node.label, 'card')));
  return { cardWidth: Math.min(148, Math.max(narrowestCard, 4 * Math.ceil((widest + textStart + textEnd) / 4))), narrowestCard, cardHeight: 36, rowPitch: 48 };
}

export function layoutNodes(drawing: Drawing): LayoutNode[] {
  return [
    ...drawing.nodes.map((node) => ({ id: node.id, box: boxOf(node), name: node.label })),
    ...drawing.namespaces.map((card) => ({ id: namespaceId(card.key), box: null, name: card.name })),
  ];
}

export function layoutEdges(drawing: Drawing): LayoutEdge[] {
  return drawing.edges.map(({ id, source, destination }) => ({ id, source, destination }));
}

/** Everything to draw, with texts cut to their cards and labels put where nothing is beneath them. */
export function sceneOf(drawing: Drawing, geometry: Picture, cardWidth: number, measure: Measure, options: LabelOptions): Scene {
  const cards: Card[] = [];
  const room = cardWidth - textStart - textEnd;
  const fit = (text: string, middle: boolean): string => cut(text, room, middle, measure);
  for (const node of drawing.nodes) {
    const at = geometry.positions.get(node.id);
    if (!at) continue;
    const second = secondLine(node, options);
    const lines = second === '' ? [fit(node.label, true)] : [fit(node.label, true), fit(second, false)];
    cards.push({ id: node.id, shape: shapeOf(node), state: node.state, lines, x: at.x, y: at.y, width: cardWidth, height: lines.length === 2 ? 36 : 28, namespace: null });
  }
  for (const card of drawing.namespaces) {
    const at = geometry.positions.get(namespaceId(card.key));
    if (!at) continue;
    cards.push({ id: namespaceId(card.key), shape: 'namespace', state: card.state, lines: [fit(card.name, true), `${count(card.services)} services`], x: at.x, y: at.y, width: cardWidth, height: 52, namespace: card });
  }
  const lines = drawing.edges.map((edge): Line => ({
    id: edge.id, source: edge.source, destination: edge.destination, state: edge.state, width: lineWidth(edge, options.mode),
    security: securityOf(edge),
    tone: options.encoding ? toneOf(edge, options.encoding) : null,
    route: geometry.routes.get(edge.id) ?? null,
  }));
  const sizesOfBoxes = Map.groupBy(drawing.nodes, (node) => boxOf(node) ?? '');
  const boxes = geometry.boxes.map(({ box, rect }, i) => ({ id: `${i} ${box}`, title: boxTitle(boxName(box), sizesOfBoxes.get(box)?.length ?? 0, rect, measure), rect }));
  return { cards, lines, boxes, labels: edgeLabels(drawing.edges, geometry.routes, [...cards.map(cardRect), ...boxes.map((box) => titleRect(box, measure))], measure, options) };
}

function cardRect({ x, y, width, height }: Card): Rect {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function boxTitle(name: string, services: number, { width }: Rect, measure: Measure): string {
  const tally = `  ${services}`;
  return `${cut(name, width - 2 * spacing.padding - measure(tally, 'card'), true, measure)}${tally}`;
}

function titleRect({ title, rect }: Box, measure: Measure): Rect {
  return { x: rect.x, y: rect.y, width: measure(title, 'card') + 2 * spacing.padding, height: spacing.header };
}

function secondLine(node: TopologyNode, { mode, encoding }: LabelOptions): string {
  if (encoding && encoding.nodes.size > 0) return encoding.nodes.get(node.id) ?? '';
  if (mode === 'traffic') return node.rps === null ? '' : rate(node.rps);
  if (mode === 'mtls' || mode === 'cost' || mode === 'latency') return '';
  // The card has room for the number; the panel says whose it is.
  return readReason(node.reason).text;
}

function shapeOf(node: TopologyNode): Shape {
  if (node.kind === 'gateway' || node.kind === 'waypoint') return 'gateway';
  if (node.kind === 'database' || node.kind === 'topic') return 'datastore';
  return node.kind === 'external' || node.kind === 'world' || node.kind === 'unknown' ? 'external' : 'service';
}

/** Lines of what did not change stay behind those that did. */
const quietWidth = 1.25;

/** Plaintext if any of it is, secured only if somebody who can know said so of all. */
export function securityOf({ members }: Pick<DrawnEdge, 'members'>): Line['security'] {
  if (members.some(isPlaintext)) return 'plaintext';
  return members.every((edge) => edge.mtlsShare !== null) ? 'secured' : 'unknown';
}

/** 1 to 4 px by the logarithm of requests per second (of latency in that mode), failing ones bolder. */
export function lineWidth(edge: Pick<DrawnEdge, 'state' | 'rps' | 'edge' | 'members'>, mode: Mode): number {
  const measure = mode === 'latency' ? Math.max(0, ...edge.members.map((one) => one.p99Ms ?? 0)) : (edge.rps ?? edge.edge?.connectionsPerSecond ?? 0);
  const width = Math.min(edge.state === 'same' ? quietWidth : 4, 1 + 0.65 * Math.log10(1 + Math.max(0, measure)));
  return Math.round((width + (edge.state === 'failing' || edge.state === 'broken' ? 1.25 : 0)) * 4) / 4;
}

function cut(text: string, room: number, middle: boolean, measure: Measure): string {
  if (measure(text, 'card') <= room) return text;
  // No letter that is drawn is narrower than a pixel or two.
  for (let keep = Math.min(text.length - 1, Math.ceil(room / 2)); keep > 1; keep--) {
    const head = middle ? Math.ceil(keep / 2) : keep;
    const shorter = `${text.slice(0, head)}…${middle ? text.slice(text.length - (keep - head)) : ''}`;
    if (measure(shorter, 'card') <= room) return shorter;
  }
  return '…';
}

/** What the canvas shows, in a sentence, for those who do not see it; `compared`: of two times. */
export function summaryOf(nodes: readonly TopologyNode[], edges: readonly TopologyEdge[], compared: boolean): string {
  const counts = countStates(edges);
  if (compared) {
    const changed = changeStates.filter((state) => state !== 'same' && counts[state] > 0).map((state) => `${counts[state]} ${stateWords[state].toLowerCase()}`);
    return `Comparison of two times: ${servicesOf(nodes).length} services, ${edges.length} edges; ${changed.length > 0 ? changed.join(', ') : 'none changed'}.`;
  }
  const { failing, degraded, gone } = counts;
  const plain = edges.filter(isPlaintext).length;
  const left = gone > 0 ? `, ${gone} just gone` : '';
  return `Service graph: ${servicesOf(nodes).filter((node) => node.state !== 'gone').length} services, ${edges.length - gone} edges, ${failing} failing, ${degraded} degraded, ${plain} in plaintext${left}.`;
}
