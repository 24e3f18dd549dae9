import type { ElementDefinition } from 'cytoscape';
import { controlVectors } from '../layout/curve.ts';
import type { State } from '../graph/topology.ts';
import type { EdgeLabel } from '../graph/edge-labels.ts';
import type { Box, Card, Line, Scene } from '../graph/scene.ts';
import { healthBar } from './images.ts';
import type { Palette } from './palette.ts';
import { textOffset } from './stylesheet.ts';

/** An element as it should be: what differs from the drawn one is changed, nothing else is touched. */
export interface Wanted {
  readonly id: string;
  readonly definition: ElementDefinition;
  readonly classes: string;
}

/** Prefixes keep the ids of cards, lines, boxes and labels apart. */
export const ids = {
  card: (id: string): string => `n ${id}`,
  line: (id: string): string => `e ${id}`,
  box: (id: string): string => `b ${id}`,
  label: (id: string): string => `l ${id}`,
} as const;

/** All elements of a scene; ids of telemetry are data here and never part of a selector. */
export function wantedElements(scene: Scene, glyphs: Readonly<Record<State, string>>, palette: Palette, securityMode: boolean): readonly Wanted[] {
  const labelled = new Set(scene.labels.map((label) => label.id));
  const cards = new Map(scene.cards.map((card) => [card.id, card]));
  return [
    ...scene.boxes.map(boxElement),
    ...scene.cards.map((card) => cardElement(card, glyphs, palette)),
    ...scene.lines.flatMap((line) => lineElement(line, cards, labelled.has(line.id), securityMode)),
    ...scene.labels.map(labelElement),
  ];
}

function boxElement(box: Box): Wanted {
  const { x, y, width, height } = box.rect;
  const id = ids.box(box.id);
  return {
    id, classes: 'box',
    definition: { group: 'nodes', data: { id, title: box.title, width, height, titleX: textOffset(width, 8) }, position: { x: x + width / 2, y: y + height / 2 } },
  };
}

function cardElement(card: Card, glyphs: Readonly<Record<State, string>>, palette: Palette): Wanted {
  const id = ids.card(card.id);
  const image = glyphs[card.state];
  return {
    id, classes: `card ${card.shape} ${card.state}`,
    definition: {
      group: 'nodes',
      data: { id, own: card.id, label: card.lines.join('\n'), width: card.width, height: card.height, textX: textOffset(card.width), image, ...(card.namespace ? { images: [image, healthBar(card.namespace, palette)] } : {}) },
      position: { x: card.x, y: card.y },
    },
  };
}

function lineElement(line: Line, cards: ReadonlyMap<string, Card>, labelled: boolean, securityMode: boolean): Wanted[] {
  const source = cards.get(line.source);
  const destination = cards.get(line.destination);
  if (!source || !destination) return [];
  const id = ids.line(line.id);
  const security = securityMode && line.state !== 'gone' ? ` security ${line.security === 'unknown' ? 'unmeasured' : line.security}` : '';
  const tone = line.tone === null ? '' : ` tone ${line.tone}`;
  const classes = `${line.state}${security}${tone}${labelled ? ' labelled' : ''}${line.route ? '' : ' loop'}`;
  const data: Record<string, unknown> = { id, own: line.id, source: ids.card(line.source), target: ids.card(line.destination), width: line.width };
  if (line.route) {
    const { start, end } = line.route;
    const upright = start.x === end.x && line.route.controls.length === 0;
    const { distances, weights } = controlVectors(line.route);
    const from = upright ? `0 ${end.y > start.y ? 50 : -50}%` : `${start.x - source.x}px ${start.y - source.y}px`;
    const to = upright ? `0 ${end.y > start.y ? -50 : 50}%` : `${end.x - destination.x}px ${end.y - destination.y}px`;
    Object.assign(data, { start: from, end: to, distances: distances.join(' '), weights: weights.join(' ') });
  }
  return [{ id, classes, definition: { group: 'edges', data: data as ElementDefinition['data'] } }];
}

function labelElement(label: EdgeLabel): Wanted {
  const id = ids.label(label.id);
  return { id, classes: `label ${label.state}${label.text === '' ? ' padlock' : ''}`, definition: { group: 'nodes', data: { id, own: label.id, text: label.text }, position: { x: label.x, y: label.y } } };
}
