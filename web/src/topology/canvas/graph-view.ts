import cytoscape, { type Core, type ElementDefinition, type EventObject, type NodeSingular, type SingularElementArgument } from 'cytoscape';
import type { State } from '../graph/topology.ts';
import type { Scene } from '../graph/scene.ts';
import { ids, wantedElements, type Wanted } from './elements.ts';
import { readPalette, type Palette } from './palette.ts';
import { glyphImages, stylesheet } from './stylesheet.ts';
import { Viewport } from './viewport.ts';

export interface GraphViewEvents {
  readonly onSelect: (kind: 'node' | 'edge', id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onClear: () => void;
  readonly onViewport: () => void;
}

/** What is emphasised, by ids of nodes and edges. */
export interface Emphasis {
  readonly selectedNode: string | null;
  readonly selectedEdge: string | null;
  readonly keyboard: string | null;
  readonly foundNodes: ReadonlySet<string>;
  readonly foundEdges: ReadonlySet<string>;
  /** Everything but these is dimmed; null = nothing is. */
  readonly litNodes: ReadonlySet<string> | null;
  readonly litEdges: ReadonlySet<string> | null;
}

/** Below this glyphs of very many cards cost more than they show. */
const glyphZoom = 0.6;
const manyCards = 250;
const linesAtOnce = 150;

/** The cytoscape canvas: takes scenes and changes only what differs. */
export class GraphView {
  readonly #cy: Core;
  #palette: Palette;
  #glyphs: Readonly<Record<State, string>>;
  readonly #drawn = new Map<string, Wanted>();
  /** Lines that come in the next frames, and the frame that is asked for; 0 = none. */
  #waiting: Wanted[] = [];
  #frame = 0;
  #emphasis: Emphasis | null = null;
  /** Classes of emphasis that elements have, by their ids. */
  readonly #emphasised = new Map<string, string>();
  readonly viewport: Viewport;

  constructor(container: HTMLElement, events: GraphViewEvents) {
    this.#palette = readPalette(document.documentElement);
    this.#glyphs = glyphImages(this.#palette);
    this.#cy = cytoscape({
      container, style: stylesheet(this.#palette), layout: { name: 'preset', fit: false }, minZoom: 0.1, maxZoom: 2.5,
      autoungrabify: true, autounselectify: true, boxSelectionEnabled: false,
    });
    const own = (event: EventObject): string => String((event.target as NodeSingular).data('own'));
    this.#cy.on('tap', 'node.card', (event) => events.onSelect('node', own(event)));
    this.#cy.on('tap', 'edge', (event) => events.onSelect('edge', own(event)));
    this.#cy.on('dbltap', 'node.card', (event) => events.onOpen(own(event)));
    this.#cy.on('tap', (event) => { if (event.target === this.#cy) events.onClear(); });
    this.#cy.on('mouseover', 'node.card, edge', (event) => this.#hover(event.target as SingularElementArgument, true));
    this.#cy.on('mouseout', 'node.card, edge', (event) => this.#hover(event.target as SingularElementArgument, false));
    this.viewport = new Viewport(this.#cy, this.#drawn);
    this.#cy.on('viewport', () => {
      this.#farGlyphs();
      events.onViewport();
    });
  }

  /**
   * Draws a scene. Only elements that are new, gone or different are touched, in one batch; very many new lines come
   * in the frames after it, for each costs a style.
   */
  draw(scene: Scene, securityMode: boolean): void {
    const wanted = new Map(wantedElements(scene, this.#glyphs, this.#palette, securityMode).map((one) => [one.id, one]));
    const fresh: Wanted[] = [];
    this.#cy.batch(() => {
      for (const id of this.#drawn.keys()) {
        if (wanted.has(id)) continue;
        this.#cy.getElementById(id).remove();
        this.#drawn.delete(id);
        this.#emphasised.delete(id);
      }
      for (const one of wanted.values()) {
        const before = this.#drawn.get(one.id);
        if (!before) fresh.push(one);
        else {
          this.#change(before, one);
          this.#drawn.set(one.id, one);
        }
      }
    });
    const { edges: lines = [], nodes = [] } = Object.groupBy(fresh, ({ definition }) => definition.group ?? 'nodes');
    const later = lines.length > linesAtOnce;
    this.#waiting = later ? lines : [];
    this.#add(later ? nodes : [...nodes, ...lines]);
    if (later && this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#addWaiting());
    this.#farGlyphs();
  }

  #addWaiting(): void {
    this.#add(this.#waiting.splice(0, linesAtOnce));
    this.#frame = this.#waiting.length > 0 ? requestAnimationFrame(() => this.#addWaiting()) : 0;
  }

  #add(fresh: readonly Wanted[]): void {
    this.#cy.batch(() => this.#cy.add(fresh.map(({ definition, classes }): ElementDefinition => ({ ...definition, classes }))));
    for (const one of fresh) this.#drawn.set(one.id, one);
    if (this.#emphasis) this.#applyEmphasis(this.#emphasis);
  }

  #change(before: Wanted, wanted: Wanted): void {
    if (before.classes === wanted.classes && sameDefinition(before.definition, wanted.definition)) return;
    const element = this.#cy.getElementById(wanted.id);
    if (before.classes !== wanted.classes) {
      element.removeClass(before.classes);
      element.addClass(wanted.classes);
    }
    const [a, b] = [before.definition.data as Record<string, unknown>, wanted.definition.data as Record<string, unknown>];
    const changed = Object.entries(b).filter(([key, value]) => String(a[key]) !== String(value));
    if (changed.length > 0) element.data(Object.fromEntries(changed));
    const [from, to] = [before.definition.position, wanted.definition.position];
    if (to && (from?.x !== to.x || from.y !== to.y)) (element as NodeSingular).position(to);
  }

  emphasise(emphasis: Emphasis): void {
    this.#emphasis = emphasis;
    this.#applyEmphasis(emphasis);
  }

  /** Touches only elements whose emphasis differs: every change of a class, even to what it was, costs a new style. */
  #applyEmphasis(emphasis: Emphasis): void {
    const line = emphasis.selectedEdge === null ? undefined : this.#drawn.get(ids.line(emphasis.selectedEdge));
    const ends = new Set(line ? [String(line.definition.data.source), String(line.definition.data.target)] : []);
    this.#cy.batch(() => {
      for (const one of this.#drawn.values()) {
        const before = this.#emphasised.get(one.id) ?? '';
        const now = emphasisOf(one, emphasis, ends);
        if (now === before) continue;
        const element = this.#cy.getElementById(one.id);
        if (before !== '') element.removeClass(before);
        if (now !== '') element.addClass(now);
        this.#emphasised.set(one.id, now);
      }
    });
  }

  #hover(target: SingularElementArgument, on: boolean): void {
    const lit = target.isNode() ? target.closedNeighborhood() : target.union(target.connectedNodes());
    this.#cy.batch(() => lit.toggleClass('hover', on));
    const container = this.#cy.container();
    if (container) container.style.cursor = on ? 'pointer' : '';
  }

  #farGlyphs(): void {
    const cards = this.#cy.nodes('.card');
    if (cards.length < manyCards) return;
    const far = this.#cy.zoom() < glyphZoom;
    if (cards[0]?.hasClass('far') !== far) this.#cy.batch(() => cards.toggleClass('far', far));
  }

  /** Reads the tokens again: the theme has changed. */
  recolour(scene: Scene, securityMode: boolean): void {
    this.#palette = readPalette(document.documentElement);
    this.#glyphs = glyphImages(this.#palette);
    this.#cy.style(stylesheet(this.#palette));
    this.draw(scene, securityMode);
  }

  destroy(): void {
    this.viewport.destroy();
    cancelAnimationFrame(this.#frame);
    this.#cy.destroy();
  }
}

function sameDefinition(a: ElementDefinition, b: ElementDefinition): boolean {
  return a.position?.x === b.position?.x && a.position?.y === b.position?.y && Object.keys(b.data).every((key) => String(a.data[key]) === String(b.data[key]));
}

/** Classes of emphasis of an element, in one order. */
function emphasisOf({ id, classes, definition }: Wanted, { selectedNode, selectedEdge, keyboard, foundNodes, foundEdges, litNodes, litEdges }: Emphasis, ends: ReadonlySet<string>): string {
  const own = String(definition.data['own'] ?? '');
  const list = (given: Readonly<Record<string, boolean>>): string => Object.keys(given).filter((name) => given[name]).join(' ');
  if (definition.group === 'edges') return list({ selected: own === selectedEdge, found: foundEdges.has(own), dimmed: litEdges !== null && !litEdges.has(own) });
  if (classes.startsWith('card')) return list({ end: own === selectedNode || ends.has(id), keyboard: own === keyboard, found: foundNodes.has(own), dimmed: litNodes !== null && !litNodes.has(own) });
  return list({ dimmed: classes.startsWith('label') && litEdges !== null && !litEdges.has(own) });
}
