import { expect, it } from 'vitest';
import { controlVectors, sampleRoute } from './curve.ts';

it('turns control points into weights along and distances beside the line from start to end', () => {
  const route = { start: { x: 0, y: 0 }, end: { x: 100, y: 0 }, controls: [{ x: 25, y: 10 }, { x: 75, y: -20 }] };
  expect(controlVectors(route)).toEqual({ distances: [10, -20], weights: [0.25, 0.75] });
});

it('restores the points from them as cytoscape does: S(1−w) + E·w + d·(−dy, dx)/length', () => {
  const route = { start: { x: 10, y: 20 }, end: { x: 90, y: 140 }, controls: [{ x: 50, y: 20 }, { x: 50, y: 140 }] };
  const { distances, weights } = controlVectors(route);
  const [dx, dy] = [80, 120];
  const length = Math.hypot(dx, dy);
  weights.forEach((w, i) => {
    expect(10 + dx * w - (dy / length) * distances[i]!).toBeCloseTo(route.controls[i]!.x, 1);
    expect(20 + dy * w + (dx / length) * distances[i]!).toBeCloseTo(route.controls[i]!.y, 1);
  });
});

it('samples a curve from its start to its end', () => {
  const points = sampleRoute({ start: { x: 0, y: 0 }, end: { x: 40, y: 96 }, controls: [{ x: 20, y: 0 }, { x: 20, y: 96 }] });
  expect(points[0]).toEqual({ x: 0, y: 0 });
  expect(points.at(-1)).toEqual({ x: 40, y: 96 });
  expect(points[8]).toEqual({ x: 20, y: 48 });
});
