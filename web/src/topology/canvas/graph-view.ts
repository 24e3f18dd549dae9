import cytoscape, { type Core, type ElementDefinition, type EventObject, type NodeSingular, type SingularElementArgument } from 'cytoscape';
import type { State } from '../graph/topology.ts';
import type { Scene } from '../graph/scene.ts';
import { ids, wantedElements, type Wanted } from './elements.ts';
import { coversCard, type Extent } from './minimap.ts';
import { readPalette, type Palette } from './palette.ts';
import { glyphImages, stylesheet } from './stylesheet.ts';

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

const padding = 14;
/** Room above for the counts. */
const headroom = 48;
/** The buttons that zoom stand in the lower right corner. */
const zoomButtons = { at: 'right', width: 48, height: 104 } as const;
/** Around a card that is brought into view, in pixels of the graph: less than one at the edge of a fitted view has. */
const revealMargin = 12;
/** Below this the names on cards are too small to read. */
const readableZoom = 0.62;
const glyphZoom = 0.6;
const manyCards = 250;
const linesAtOnce = 150;

/** The cytoscape canvas: takes scenes, changes only what differs, and never moves the viewport by itself after the first one. */
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
  #fitted = false;
  /** The reader has moved the view: it is theirs from then on. */
  #moved = false;

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
    this.#cy.on('dragpan scrollzoom pinchzoom', () => (this.#moved = true));
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

  /** Shows everything, at most at natural size. */
  fit(): void {
    this.#show(0);
  }

  /** Shows everything again after the room has changed, unless the reader has moved the view. */
  refit(): void {
    if (this.#fitted && !this.#moved) this.#show(readableZoom);
  }

  /**
   * The first view of a new layout: everything if it stays readable, otherwise with the cards `middle` in sight.
   * Does nothing for a layout that grew, nor once the reader has moved the view.
   */
  firstView(middle: readonly string[], anew: boolean): void {
    if ((this.#fitted && !anew) || this.#moved || this.#cy.nodes('.card').empty()) return;
    this.#fitted = true;
    this.#show(this.#cy.nodes('.card').length > manyCards ? 0 : readableZoom);
    const cards = middle.map((id) => this.#cy.getElementById(ids.card(id))).filter((card) => card.nonempty());
    if (cards.length > 0) this.#reveal(cards.map((card) => card.nodes()[0]!));
  }

  #show(leastZoom: number): void {
    const bounds = boundsOf(this.#drawn.values());
    if (!bounds) return;
    this.#showBounds(bounds, leastZoom, 0);
    if (coversCard(cardsOf(this.#drawn.values()), this.extent(), this.#cy.width(), zoomButtons)) this.#showBounds(bounds, leastZoom, zoomButtons.width - padding);
  }

  /** @param right room to spare at the right, pixels of the screen */
  #showBounds(bounds: Extent, leastZoom: number, right: number): void {
    const width = this.#cy.width() - 2 * padding - right;
    const height = this.#cy.height() - padding - headroom;
    const zoom = Math.max(leastZoom, Math.min(1, width / (bounds.x2 - bounds.x1), height / (bounds.y2 - bounds.y1)));
    const spare = { x: Math.max(0, width - (bounds.x2 - bounds.x1) * zoom), y: Math.max(0, height - (bounds.y2 - bounds.y1) * zoom) };
    this.#cy.viewport({ zoom, pan: { x: Math.round(padding + spare.x / 2 - bounds.x1 * zoom), y: Math.round(headroom + Math.min(spare.y / 2, 40) - bounds.y1 * zoom) } });
  }

  zoomBy(factor: number): void {
    this.#moved = true;
    this.#cy.zoom({ level: this.#cy.zoom() * factor, renderedPosition: { x: this.#cy.width() / 2, y: this.#cy.height() / 2 } });
  }

  /** Moves the middle of the view to a point of the graph. */
  panTo(x: number, y: number): void {
    const zoom = this.#cy.zoom();
    this.#cy.pan({ x: this.#cy.width() / 2 - x * zoom, y: this.#cy.height() / 2 - y * zoom });
  }

  /** Brings a card into view if it is outside. */
  reveal(id: string): void {
    const card = this.#cy.getElementById(ids.card(id));
    if (card.nonempty()) this.#reveal([card.nodes()[0]!]);
  }

  /** Moves the view no more than it takes to have the cards inside; to their middle where there is no room for all. */
  #reveal(cards: readonly NodeSingular[]): void {
    const { x1, x2, y1, y2 } = this.extent(), zoom = this.#cy.zoom();
    const shift = (from: number, to: number, of: 'x' | 'y', size: 'width' | 'height'): number => {
      const low = Math.min(...cards.map((card) => card.position()[of] - Number(card.data(size)) / 2)) - revealMargin;
      const high = Math.max(...cards.map((card) => card.position()[of] + Number(card.data(size)) / 2)) + revealMargin;
      if (high - low > to - from) return (low + high) / 2 - (from + to) / 2;
      return low < from ? low - from : high > to ? high - to : 0;
    };
    const [dx, dy] = [shift(x1, x2, 'x', 'width'), shift(y1, y2, 'y', 'height')];
    if (dx !== 0 || dy !== 0) this.#cy.panBy({ x: -dx * zoom, y: -dy * zoom });
  }

  /** Brings both ends of an edge into view if one is outside. */
  revealEdge(id: string): void {
    const edge = this.#cy.getElementById(ids.line(id));
    if (edge.nonempty()) this.#reveal(edge.connectedNodes().toArray());
  }

  /** What is visible, in pixels of the graph. */
  extent(): Extent {
    return this.#cy.extent();
  }

  resize(): void {
    this.#cy.resize();
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#cy.destroy();
  }
}

/** What cards and boxes take up; null = there are none. By their data: asked of the canvas it would cost all their styles at once. */
function boundsOf(drawn: Iterable<Wanted>): Extent | null {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { classes, definition: { position, data } } of drawn) {
    if (!position || !/^(card|box)/.test(classes)) continue;
    const [x, y] = [Number(data['width']) / 2, Number(data['height']) / 2];
    [x1, y1, x2, y2] = [Math.min(x1, position.x - x), Math.min(y1, position.y - y), Math.max(x2, position.x + x), Math.max(y2, position.y + y)];
  }
  return x1 < x2 ? { x1, y1, x2, y2 } : null;
}

function cardsOf(drawn: Iterable<Wanted>): { x: number; y: number; width: number; height: number }[] {
  return [...drawn].filter(({ classes }) => classes.startsWith('card')).map(({ definition: { position, data } }) => ({ x: position?.x ?? 0, y: position?.y ?? 0, width: Number(data['width']), height: Number(data['height']) }));
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
