import { expect, it } from 'vitest';
import { GraphType } from '../graph/topology.ts';
import { layOut } from './lay-out.ts';
import { fromStored, storeKey, toStored } from './stored-arrangement.ts';

it('reads back what it wrote, through JSON', () => {
  const arrangement = layOut(['a', 'b'].map((id) => ({ id, box: 'x', name: id })), [{ id: 'ab', source: 'a', destination: 'b' }], { cardWidth: 100, narrowestCard: 100, cardHeight: 36, rowPitch: 48 });
  expect(fromStored(JSON.parse(JSON.stringify(toStored(arrangement))))).toEqual({ ...arrangement, cells: new Map(arrangement.cells) });
});

it.each([[null], [1], [{}], [{ cells: [['a', 1]], first: 0, left: [0], cardWidth: 100 }], [{ cells: [['a', 1, 'x']], first: 0, left: [0], cardWidth: 100 }], [{ cells: [], first: 0.5, left: [0], cardWidth: 100 }], [{ cells: [], first: 0, left: [], cardWidth: 100 }]])('refuses %j', (value) => {
  expect(fromStored(value)).toBeNull();
});

it('keeps graphs with other nodes between the same ends apart', () => {
  const plain = { injectServices: false, operations: false, waypoints: 'collapse' } as const;
  const keys = [plain, { ...plain, injectServices: true }, { ...plain, operations: true }, { ...plain, waypoints: 'show' as const }, { ...plain, injectServices: true, operations: true }].map((options) => storeKey(GraphType.workload, options));
  expect(keys[0]).toBe('orrery.layout.workload');
  expect(new Set([...keys, storeKey(GraphType.app, plain)]).size).toBe(6);
});
