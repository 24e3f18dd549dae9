import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around, extents, touches } from './geometry.ts';
import type { Cell, LayoutNode } from './types.ts';

/** A grid as it is seen: one text for each row, one letter for each column; `.` is free, `o` is a card in no box. */
function grid(...rows: readonly string[]): { nodes: LayoutNode[]; cells: Map<string, Cell> } {
  const placed = rows.flatMap((text, row) => [...text].flatMap((letter, column) => (letter === '.' ? [] : [{ letter, cell: { column, row } }])));
  const id = ({ column, row }: Cell): string => `${column}/${row}`;
  return {
    nodes: placed.map(({ letter, cell }) => ({ id: id(cell), box: letter === 'o' ? null : letter, name: id(cell) })),
    cells: new Map(placed.map(({ cell }) => [id(cell), cell])),
  };
}

const drawn = (...rows: readonly string[]): string[] => {
  const { nodes, cells } = grid(...rows);
  return extents(nodes, cells).map(({ box, extent: { left, right, top, bottom } }) => `${box} ${left}–${right} × ${top}–${bottom}`);
};

describe('extents', () => {
  it('draws a box as one rectangle where nothing of others is in it', () => {
    expect(drawn('a.b', 'a..', 'aa.')).toEqual(['a 0–1 × 0–2', 'b 2–2 × 0–0']);
  });

  it('draws a box in parts around a card of others', () => {
    expect(drawn('aa.', '...', 'oaa')).toEqual(['a 0–1 × 0–0', 'a 1–2 × 2–2']);
  });

  it('lays no part of a box over another of it', () => {
    expect(drawn('s.', '.d', 'dd', '.d')).toEqual(['d 0–0 × 2–2', 'd 1–1 × 1–3', 's 0–0 × 0–0']);
  });

  it('takes into a part what it comes to touch', () => {
    expect(drawn('aa..', '....', 'aa.o', '...a')).toEqual(['a 0–1 × 0–2', 'a 3–3 × 3–3']);
  });

  it('holds every card of every box once, over no other card or box', () => {
    const rows = fc.array(fc.string({ unit: fc.constantFrom('.', 'a', 'b', 'o'), minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(rows, (dense) => {
      // Cards of two boxes never stand in neighbouring rows of one column: there is no room for a header between them.
      const text = dense.reduce<string[]>((above, row) => [...above, [...row].map((letter, column) => (['.', letter].includes(above.at(-1)?.[column] ?? '.') ? letter : '.')).join('')], []);
      const { nodes, cells } = grid(...text);
      const spans = extents(nodes, cells);
      spans.forEach((a, i) => spans.slice(i + 1).forEach((b) => expect(touches(a.extent, b.extent), text.join('\n')).toBe(false)));
      for (const { id, box } of nodes) expect(spans.filter(({ extent }) => touches(extent, around(cells.get(id)!))).map((span) => span.box), text.join('\n')).toEqual(box === null ? [] : [box]);
    }), { numRuns: 200 });
  });
});
