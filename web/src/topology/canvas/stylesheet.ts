import type { StylesheetJson } from 'cytoscape';
import { states, type State } from '../graph/topology.ts';
import { glyphImage, padlockImage } from './images.ts';
import type { Palette } from './palette.ts';

const glyphSize = 10;
const glyphLeft = 8;
const textLeft = 21;

type Rule = StylesheetJson[number];

/** The drawing rules of cards, boxes, lines and labels for one palette. */
export function stylesheet(palette: Palette): StylesheetJson {
  return [
    { selector: 'node, edge', style: { 'z-index-compare': 'manual', 'overlay-opacity': 0, 'font-family': palette.font } },
    ...boxRules(palette),
    ...cardRules(palette),
    ...lineRules(palette),
    ...labelRules(palette),
    ...interactionRules(palette),
  ];
}

function boxRules(palette: Palette): Rule[] {
  return [{
    selector: 'node.box',
    style: {
      shape: 'round-rectangle', 'corner-radius': '4', width: 'data(width)', height: 'data(height)', 'background-color': palette.box, 'border-width': 1, 'border-color': palette.boxLine,
      'border-position': 'inside', 'z-index': 0, events: 'no', label: 'data(title)', color: palette.text2, 'font-size': 12, 'font-weight': 500,
      'text-halign': 'right', 'text-valign': 'top', 'text-margin-x': 'data(titleX)', 'text-margin-y': 19,
    },
  } as unknown as Rule];
}

function cardRules(palette: Palette): Rule[] {
  const rules: unknown[] = [
    {
      selector: 'node.card',
      style: {
        shape: 'round-rectangle', 'corner-radius': '4', width: 'data(width)', height: 'data(height)', 'background-color': palette.surface, 'background-opacity': 1,
        'border-width': 1, 'border-color': palette.lineStrong, 'border-position': 'inside', 'z-index': 10,
        label: 'data(label)', color: palette.text, 'font-size': 12, 'font-weight': 500, 'text-halign': 'right', 'text-valign': 'center', 'text-margin-x': 'data(textX)', 'text-justification': 'left', 'text-wrap': 'wrap',
        'text-max-width': '400px', 'line-height': 1.12, 'min-zoomed-font-size': 5, 'text-events': 'yes',
        'background-image': 'data(image)', 'background-width': `${glyphSize}px`, 'background-height': `${glyphSize}px`, 'background-position-x': `${glyphLeft}px`, 'background-position-y': '50%', 'background-clip': 'none', 'background-image-containment': 'over', 'bounds-expansion': 8,
      },
    },
    { selector: 'node.card.far', style: { 'background-image': 'none' } },
    { selector: 'node.gateway', style: { shape: 'cut-rectangle', 'corner-radius': '7' } },
    { selector: 'node.datastore', style: { shape: 'barrel' } },
    { selector: 'node.external', style: { 'border-style': 'dashed', 'border-dash-pattern': [4, 3] } },
    { selector: 'node.degraded, node.worse', style: { 'background-color': palette.states.degraded.fill, 'border-color': palette.states.degraded.line } },
    { selector: 'node.failing, node.broken', style: { 'background-color': palette.states.failing.fill, 'border-color': palette.states.failing.line, 'border-width': 2 } },
    { selector: 'node.idle', style: { color: palette.states.idle.text, 'border-style': 'dotted', 'border-color': palette.states.idle.line } },
    { selector: 'node.added', style: { 'border-color': palette.states.added.line, 'border-width': 2 } },
    { selector: 'node.changed', style: { 'border-color': palette.states.changed.line } },
    { selector: 'node.gone', style: { color: palette.states.gone.text, 'background-opacity': 0, 'border-style': 'dashed', 'border-dash-pattern': [4, 3], 'border-color': palette.states.gone.line } },
    { selector: 'node.unknown', style: { color: palette.states.unknown.text, 'background-opacity': 0, 'border-style': 'dashed', 'border-dash-pattern': [4, 3], 'border-color': palette.states.unknown.line } },
    {
      selector: 'node.namespace',
      style: {
        'background-color': palette.surface, 'text-valign': 'center', 'text-margin-y': -7,
        'background-image': 'data(images)', 'background-width': `${glyphSize}px 116px`, 'background-height': `${glyphSize}px 6px`, 'background-position-x': `${glyphLeft}px 10px`, 'background-position-y': '10px 38px', 'background-clip': 'none none', 'background-image-containment': 'over over',
      },
    },
  ];
  return rules as Rule[];
}

/** Glyphs of the palette, by state: data of the cards, because a style cannot choose among images. */
export function glyphImages(palette: Palette): Readonly<Record<State, string>> {
  return Object.fromEntries(states.map((state) => [state, glyphImage(state, palette)])) as Record<State, string>;
}

function lineRules(palette: Palette): Rule[] {
  const stroke = (colour: string): Record<string, unknown> => ({ 'line-color': colour, 'target-arrow-color': colour, 'mid-target-arrow-color': colour });
  const rules: unknown[] = [
    {
      selector: 'edge',
      style: {
        'curve-style': 'unbundled-bezier', 'edge-distances': 'endpoints', 'source-endpoint': 'data(start)', 'target-endpoint': 'data(end)', 'control-point-distances': 'data(distances)', 'control-point-weights': 'data(weights)',
        width: 'data(width)', 'target-arrow-shape': 'triangle', 'arrow-scale': 0.8, 'z-index': 6, ...stroke(palette.states.healthy.line), 'line-cap': 'butt',
      },
    },
    { selector: 'edge.loop', style: { 'curve-style': 'bezier', 'loop-direction': '-45deg', 'loop-sweep': '-60deg', 'control-point-step-size': 36, 'source-endpoint': 'outside-to-node', 'target-endpoint': 'outside-to-node' } },
    { selector: 'edge.degraded, edge.worse', style: { ...stroke(palette.states.degraded.line), 'line-style': 'dashed', 'line-dash-pattern': [8, 4], 'z-index': 7 } },
    { selector: 'edge.failing, edge.broken', style: { ...stroke(palette.states.failing.line), 'mid-target-arrow-shape': 'diamond', 'z-index': 8 } },
    { selector: 'edge.idle, edge.undecided', style: { ...stroke(palette.states.idle.line), 'line-style': 'dashed', 'line-dash-pattern': [1.5, 3.5], 'z-index': 5 } },
    { selector: 'edge.unknown', style: { ...stroke(palette.states.unknown.line), 'line-style': 'dashed', 'line-dash-pattern': [4, 3], 'target-arrow-fill': 'hollow', 'z-index': 5 } },
    { selector: 'edge.same', style: { ...stroke(palette.states.same.line), 'z-index': 5 } },
    { selector: 'edge.changed', style: { ...stroke(palette.states.changed.line), 'z-index': 7 } },
    { selector: 'edge.added', style: { ...stroke(palette.states.added.line), 'z-index': 8 } },
    { selector: 'edge.gone', style: { ...stroke(palette.states.gone.line), 'line-style': 'dashed', 'line-dash-pattern': [4, 3], 'target-arrow-fill': 'hollow', 'z-index': 7 } },
    { selector: 'edge.security', style: { ...stroke(palette.grey), 'line-style': 'solid', 'mid-target-arrow-shape': 'none', 'target-arrow-fill': 'filled' } },
    { selector: 'edge.security.plaintext', style: { ...stroke(palette.states.degraded.line), 'line-style': 'dashed', 'line-dash-pattern': [8, 4], 'z-index': 8 } },
    { selector: 'edge.security.unmeasured', style: { ...stroke(palette.states.idle.line), 'line-style': 'dashed', 'line-dash-pattern': [1.5, 3.5], 'z-index': 5 } },
    { selector: 'edge.tone', style: { 'line-style': 'solid', 'mid-target-arrow-shape': 'none', 'target-arrow-fill': 'filled' } },
    ...palette.scale.map((colour, step) => ({ selector: `edge.tone.level${step + 1}`, style: { ...stroke(colour), 'z-index': 5 + step } })),
    { selector: 'edge.tone.none', style: { ...stroke(palette.states.idle.line), 'line-style': 'dashed', 'line-dash-pattern': [1.5, 3.5], 'z-index': 5 } },
    { selector: 'edge.labelled', style: { 'mid-target-arrow-shape': 'none' } },
  ];
  return rules as Rule[];
}

function labelRules(palette: Palette): Rule[] {
  return [
    {
      selector: 'node.label',
      style: {
        shape: 'rectangle', width: 1, height: 1, 'background-opacity': 0, 'border-width': 0, events: 'no', 'z-index': 20,
        label: 'data(text)', 'font-size': 11, 'font-weight': 600, color: palette.text2, 'text-halign': 'center', 'text-valign': 'center', 'text-wrap': 'wrap', 'text-max-width': '400px', 'line-height': 1.15,
        'text-background-color': palette.box, 'text-background-opacity': 1, 'text-background-padding': '3px', 'text-background-shape': 'round-rectangle', 'min-zoomed-font-size': 6,
      },
    },
    { selector: 'node.label.padlock', style: { width: 14, height: 14, 'background-image': padlockImage(palette), 'background-width': '14px', 'background-height': '14px', 'background-opacity': 0 } },
    ...(['failing', 'degraded', 'broken', 'worse', 'better', 'added'] as const).map((state) => ({ selector: `node.label.${state}`, style: { color: palette.states[state].text } })),
  ] as unknown as Rule[];
}

function interactionRules(palette: Palette): Rule[] {
  const rules: unknown[] = [
    { selector: 'node.card.hover', style: { 'background-color': palette.hover, 'background-opacity': 1 } },
    { selector: 'edge.hover', style: { 'underlay-color': palette.hover, 'underlay-opacity': 1, 'underlay-padding': 4 } },
    { selector: 'node.card.found', style: { 'outline-width': 2, 'outline-offset': 3, 'outline-color': palette.select, 'outline-style': 'dashed' } },
    { selector: 'edge.found', style: { 'underlay-color': palette.selectHalo, 'underlay-opacity': 0.6, 'underlay-padding': 3 } },
    { selector: 'edge.selected', style: { 'z-index': 9, 'underlay-color': palette.selectHalo, 'underlay-opacity': 1, 'underlay-padding': 5 } },
    { selector: 'node.card.end', style: { 'outline-width': 2, 'outline-offset': 2, 'outline-color': palette.select, 'outline-style': 'solid' } },
    { selector: 'node.card.keyboard', style: { 'outline-width': 3, 'outline-offset': 5, 'outline-color': palette.focus, 'outline-style': 'solid' } },
    { selector: '.dimmed', style: { opacity: 0.25 } },
    { selector: 'node.box.dimmed', style: { opacity: 1 } },
  ];
  return rules as Rule[];
}

/** Offset that puts a label's left edge `left` pixels into a card whose text starts at its right rim. */
export function textOffset(width: number, left: number = textLeft): number {
  return -(width - left);
}
