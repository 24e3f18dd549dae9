import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRoute } from './curve.ts';
import { arrange, layOut } from './lay-out.ts';
import { overlap } from './place-labels.ts';
import { picture, type Picture } from './picture.ts';
import type { GridSizes, LayoutEdge, LayoutNode, Rect } from './types.ts';

const sizes: GridSizes = { cardWidth: 100, narrowestCard: 100, cardHeight: 36, rowPitch: 48 };

const graphs = fc.integer({ min: 1, max: 24 }).chain((n) => fc.record({
  boxes: fc.array(fc.constantFrom('shop', 'payments', 'data', null), { minLength: n, maxLength: n }),
  arcs: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 40 }),
})).map(({ boxes, arcs }) => {
  const nodes: LayoutNode[] = boxes.map((box, i) => ({ id: `id-${i}`, box, name: `svc-${(i * 7) % 11}` }));
  const seen = new Set<string>();
  const edges: LayoutEdge[] = arcs.map(([a, b]) => ({ id: `${a}>${b}`, source: `id-${a}`, destination: `id-${b}` })).filter((edge) => !seen.has(edge.id) && Boolean(seen.add(edge.id)));
  return { nodes, edges };
});

function draw(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Picture {
  return picture(layOut(nodes, edges, sizes), nodes, edges, sizes);
}

function cardsOf(drawn: Picture): (readonly [string, Rect])[] {
  return [...drawn.positions].map(([id, { x, y }]) => [id, { x: x - 50, y: y - 18, width: 100, height: 36 }]);
}

function inside(outer: Rect, inner: Rect): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

/** Boxes lie over no other box and over no card that is not theirs. */
function expectApart(drawn: Picture, nodes: readonly LayoutNode[]): void {
  const boxOf = new Map(nodes.map((node) => [node.id, node.box]));
  for (const { box, rect } of drawn.boxes) for (const [id, card] of cardsOf(drawn)) expect(boxOf.get(id) === box || !overlap(rect, card), `${id} lies in box ${box}`).toBe(true);
  drawn.boxes.forEach((a, i) => drawn.boxes.slice(i + 1).forEach((b) => expect(overlap(a.rect, b.rect), `${a.box} lies over ${b.box}`).toBe(false)));
}

describe('layOut', () => {
  it('places every card, none over another, each in its own box only, boxes apart', () => {
    fc.assert(fc.property(graphs, ({ nodes, edges }) => {
      const drawn = draw(nodes, edges);
      const cards = cardsOf(drawn);
      expect(cards).toHaveLength(nodes.length);
      cards.forEach(([, a], i) => cards.slice(i + 1).forEach(([, b]) => expect(overlap(a, b)).toBe(false)));
      const boxOf = new Map(nodes.map((node) => [node.id, node.box]));
      expect(new Set(drawn.boxes.map((one) => one.box)).size).toBe(drawn.boxes.length);
      for (const { box, rect } of drawn.boxes) for (const [id, card] of cards) expect(boxOf.get(id) === box ? inside(rect, card) : !overlap(rect, card)).toBe(true);
      const boxes = drawn.boxes.map((one) => one.rect);
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(overlap({ ...a, x: a.x - 8, width: a.width + 16, y: a.y - 8, height: a.height + 16 }, b)).toBe(false)));
    }), { numRuns: 60 });
  });

  it('gives the same picture for the same graph, in whatever order it comes', () => {
    fc.assert(fc.property(graphs, ({ nodes, edges }) => {
      const one = draw(nodes, edges);
      const other = draw(nodes.toReversed(), edges.toReversed());
      expect(new Map(other.positions)).toEqual(new Map(one.positions));
      expect(new Map(other.routes)).toEqual(new Map(one.routes));
    }), { numRuns: 40 });
  });

  it('routes edges around cards: only their own ends are touched', () => {
    fc.assert(fc.property(graphs, ({ nodes, edges }) => {
      const drawn = draw(nodes, edges);
      const cards = cardsOf(drawn);
      for (const edge of edges) {
        const route = drawn.routes.get(edge.id);
        if (!route) {
          expect(edge.source).toBe(edge.destination);
          continue;
        }
        const points = sampleRoute(route, 12);
        for (const [id, card] of cards) {
          if (id === edge.source || id === edge.destination) continue;
          const core = { x: card.x + 1, y: card.y + 1, width: card.width - 2, height: card.height - 2 };
          const hit = points.find(({ x, y }) => x > core.x && x < core.x + core.width && y > core.y && y < core.y + core.height);
          expect(hit, `${edge.id} crosses ${id}`).toBeUndefined();
        }
      }
    }), { numRuns: 60 });
  });

  it('runs callers left of callees where the graph has no cycle', () => {
    const nodes = ['a', 'b', 'c', 'd'].map((id) => ({ id, box: id < 'c' ? 'x' : 'y', name: id }));
    const edges = [['a', 'b'], ['b', 'c'], ['c', 'd'], ['a', 'd']].map(([source, destination]) => ({ id: `${source}${destination}`, source: source!, destination: destination! }));
    const { positions } = draw(nodes, edges);
    for (const { source, destination } of edges) expect(positions.get(source)!.x).toBeLessThan(positions.get(destination)!.x);
  });

  it('keeps a chain in one row', () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, box: id, name: id }));
    const edges = [{ id: '1', source: 'a', destination: 'b' }, { id: '2', source: 'b', destination: 'c' }];
    expect(new Set([...draw(nodes, edges).positions.values()].map((point) => point.y)).size).toBe(1);
  });
});

describe('arrange', () => {
  it('never moves a node that it knows, and gives new ones free cells', () => {
    fc.assert(fc.property(graphs, graphs, ({ nodes, edges }, extra) => {
      const kept = layOut(nodes, edges, sizes);
      const more = extra.nodes.slice(0, Math.floor(nodes.length / 2)).map((node) => ({ ...node, id: `new ${node.id}` }));
      const all = [...nodes, ...more];
      const linked = [...edges, ...more.map((node, i) => ({ id: `new ${i}`, source: nodes[i % nodes.length]!.id, destination: node.id }))];
      const next = arrange(kept, all, linked, sizes);
      for (const [id, cell] of kept.cells) expect(next.cells.get(id)).toEqual(cell);
      const cells = all.map((node) => next.cells.get(node.id)!);
      expect(new Set(cells.map((cell) => `${cell.column} ${cell.row}`)).size).toBe(all.length);
      const before = picture(kept, nodes, edges, sizes);
      const after = picture(next, all, linked, sizes);
      for (const [id, point] of before.positions) expect(after.positions.get(id)).toEqual(point);
      expectApart(after, all);
    }), { numRuns: 60 });
  });

  it('leaves room for those that left: back again they lie in no box of others', () => {
    fc.assert(fc.property(graphs, graphs, fc.infiniteStream(fc.boolean()), ({ nodes, edges }, extra, stays) => {
      const here = nodes.filter(() => stays.next().value);
      const more = extra.nodes.slice(0, Math.floor(here.length / 2)).map((node) => ({ ...node, id: `new ${node.id}` }));
      const calls = more.map((node, i) => ({ id: `new ${i}`, source: here[i % here.length]!.id, destination: node.id }));
      const kept = layOut(nodes, edges, sizes), all = [...nodes, ...more];
      const next = arrange(kept, [...here, ...more], calls, sizes);
      expectApart(picture(arrange(next, all, [...edges, ...calls], sizes), all, [...edges, ...calls], sizes), all);
    }), { numRuns: 60 });
  });

  it('puts no new node beside the cell of one that left, though that cell is inside its box', () => {
    const shop = ['a', 'b', 'c'].map((id) => ({ id, box: 'shop', name: id })), gone = { id: 'gone', box: 'data', name: 'gone' };
    const edges = [{ id: 'a>c', source: 'a', destination: 'c' }];
    const kept = { cells: new Map([['a', { column: 0, row: 0 }], ['b', { column: 0, row: 4 }], ['gone', { column: 0, row: 2 }]]), columns: { first: 0, left: [0] }, cardWidth: 100 };
    const next = arrange(kept, shop, edges, sizes);
    expectApart(picture(next, [...shop, gone], edges, sizes), [...shop, gone]);
  });

  it('is the same object while no node is new, whatever left', () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({ id, box: 'x', name: id }));
    const kept = layOut(nodes, [], sizes);
    expect(arrange(kept, nodes.slice(1), [], sizes)).toBe(kept);
  });

  it('lays out anew where most nodes are unknown', () => {
    const kept = layOut([{ id: 'old', box: 'x', name: 'old' }], [], sizes);
    const nodes = ['a', 'b', 'old'].map((id) => ({ id, box: 'x', name: id }));
    expect(arrange(kept, nodes, [], sizes)).toEqual(layOut(nodes, [], sizes));
  });
});
