import { byteRate, duration, percent, rate } from '../../lib/format.ts';
import type { Mode } from '../../lib/view-state.ts';
import { sampleRoute } from '../layout/curve.ts';
import { placeLabels, type LabelForm, type LabelWish } from '../layout/place-labels.ts';
import type { Route } from '../layout/route-edges.ts';
import type { Rect } from '../layout/types.ts';
import type { Encoding } from '../mode/encode.ts';
import type { DrawnEdge } from './collapse.ts';
import { sumLabels } from './sum-labels.ts';
import { isPlaintext, type State, type TopologyEdge } from './topology.ts';

export interface EdgeLabel {
  readonly id: string;
  /** '' = an open padlock: plaintext, with no room for the word. */
  readonly text: string;
  readonly state: State;
  readonly x: number;
  readonly y: number;
}

/** Width in pixels of a text in the font of cards (12/500) or edge labels (11/600). */
export type Measure = (text: string, font: 'card' | 'label') => number;

export interface LabelOptions {
  readonly mode: Mode;
  /** What the mode says of nodes and edges; null = it says nothing. */
  readonly encoding: Encoding | null;
  readonly plaintext: boolean;
  /** Edge whose label is drawn in any case. */
  readonly selectedEdge: string | null;
}

interface TextForm extends LabelForm { readonly text: string }

const labelHeight = 17;
const lineHeight = 13;
const labelPadding = 6;
const plaintextWord = 'plaintext';
const padlock: TextForm = { text: '', width: 16, height: 16 };

/** Labels of lines, put where nothing is beneath them; where there is too little room the shorter form of a text, or none. */
export function edgeLabels(edges: readonly DrawnEdge[], routes: ReadonlyMap<string, Route>, obstacles: readonly Rect[], measure: Measure, options: LabelOptions): EdgeLabel[] {
  const sums = sumLabels(edges, options);
  const form = (text: string): TextForm => {
    if (text === '') return padlock;
    const lines = text.split('\n');
    return { text, width: Math.max(...lines.map((line) => measure(line, 'label'))) + labelPadding, height: labelHeight + (lines.length - 1) * lineHeight };
  };
  const wishes = [...edges].sort((a, b) => urgency(a, options) - urgency(b, options) || (a.edge ? 0 : (b.rps ?? 0) - (a.rps ?? 0))).flatMap((edge): (LabelWish<TextForm> & { readonly edge: DrawnEdge })[] => {
    const route = routes.get(edge.id);
    const texts = edge.edge ? textsOf(edge.edge, options) : (sums.get(edge.id) ?? []);
    return !route || texts.length === 0 ? [] : [{ id: edge.id, edge, forms: (texts[0] === plaintextWord ? [plaintextWord, ''] : texts).map(form), path: sampleRoute(route) }];
  });
  const placed = placeLabels(wishes, obstacles);
  return wishes.flatMap(({ id, edge }) => {
    const place = placed.get(id);
    return place ? [{ id, text: place.form.text, state: colourOf(edge, place.form.text, options), ...place.at }] : [];
  });
}

/** Who finds room first: the selected edge, what is the exception, then the others; lines of several edges last, the busiest of them first. */
function urgency({ id, edge, state }: DrawnEdge, { selectedEdge }: LabelOptions): number {
  if (id === selectedEdge) return 0;
  if (edge) return isPlaintext(edge) ? 1 : 2;
  return state === 'failing' || state === 'degraded' ? 2 : 3;
}

/** Numbers of a mode stay neutral: its scale has their colour. */
function colourOf({ id, edge, state }: DrawnEdge, text: string, { mode, encoding, selectedEdge }: LabelOptions): State {
  if (!edge) return (mode === 'health' || mode === 'traffic') && text !== plaintextWord && text !== '' ? state : 'idle';
  if ((encoding?.edges.get(id)?.label ?? '') !== '') return 'idle';
  return id === selectedEdge || (text !== plaintextWord && text !== '') ? state : 'idle';
}

function textsOf(edge: TopologyEdge, options: LabelOptions): readonly string[] {
  const text = labelText(edge, options);
  return text === '' ? [] : [text];
}

/** The selected edge says what is wrong with it or how busy it is; others speak up only as exceptions or in a mode of numbers. */
function labelText(edge: TopologyEdge, { mode, encoding, plaintext, selectedEdge }: LabelOptions): string {
  const { id } = edge;
  const encoded = encoding?.edges.get(id)?.label ?? '';
  if (encoded !== '') return encoded;
  if (edge.state === 'added') return 'added';
  if (edge.state === 'gone') return id === selectedEdge ? 'gone' : '';
  if (mode === 'traffic') return edge.rps === null ? (edge.bytesPerSecond === null ? '' : byteRate(edge.bytesPerSecond)) : rate(edge.rps);
  if (mode === 'latency') return id === selectedEdge && edge.p99Ms !== null ? duration(edge.p99Ms) : '';
  if (mode === 'cost') return '';
  if (mode === 'mtls' && edge.mtlsShare !== null && edge.mtlsShare > 0 && isPlaintext(edge)) return `${percent(edge.mtlsShare)} mTLS`;
  if (id === selectedEdge) return edge.reason !== '' ? edge.reason : isPlaintext(edge) ? plaintextWord : edge.rps !== null ? rate(edge.rps) : '';
  return (plaintext || mode === 'mtls') && mode !== 'blast' && isPlaintext(edge) ? plaintextWord : '';
}
