import { expect, it } from 'vitest';
import { layOut } from './lay-out.ts';
import { fromStored, toStored } from './stored-arrangement.ts';

it('reads back what it wrote, through JSON', () => {
  const arrangement = layOut(['a', 'b'].map((id) => ({ id, box: 'x', name: id })), [{ id: 'ab', source: 'a', destination: 'b' }], { cardWidth: 100, narrowestCard: 100, cardHeight: 36, rowPitch: 48 });
  expect(fromStored(JSON.parse(JSON.stringify(toStored(arrangement))))).toEqual({ ...arrangement, cells: new Map(arrangement.cells) });
});

it.each([[null], [1], [{}], [{ cells: [['a', 1]], first: 0, left: [0], cardWidth: 100 }], [{ cells: [['a', 1, 'x']], first: 0, left: [0], cardWidth: 100 }], [{ cells: [], first: 0.5, left: [0], cardWidth: 100 }], [{ cells: [], first: 0, left: [], cardWidth: 100 }]])('refuses %j', (value) => {
  expect(fromStored(value)).toBeNull();
});
