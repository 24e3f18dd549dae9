import type { Route } from './route-edges.ts';
import type { Point } from './types.ts';

/**
 * Points along a route as cytoscape draws it: quadratic pieces, one for each control point, joined half-way between
 * neighbouring control points.
 */
export function sampleRoute(route: Route, perPiece = 8): Point[] {
  const { start, end, controls } = route;
  const points: Point[] = [start];
  if (controls.length === 0) {
    for (let k = 1; k <= 2 * perPiece; k++) points.push(between(start, end, k / (2 * perPiece)));
    return points;
  }
  let from = start;
  controls.forEach((control, i) => {
    const next = controls[i + 1];
    const to = next ? between(control, next, 0.5) : end;
    for (let k = 1; k <= perPiece; k++) {
      const t = k / perPiece;
      points.push(between(between(from, control, t), between(control, to, t), t));
    }
    from = to;
  });
  return points;
}

function between(a: Point, b: Point, t: number): Point {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

/** Control points as cytoscape takes them: along the line from start to end (weight) and beside it (distance). */
export function controlVectors(route: Route): { readonly distances: readonly number[]; readonly weights: readonly number[] } {
  const { start, end, controls } = route;
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const square = dx * dx + dy * dy || 1;
  const length = Math.sqrt(square);
  if (controls.length === 0) return { distances: [0], weights: [0.5] };
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    distances: controls.map((p) => round(((p.y - start.y) * dx - (p.x - start.x) * dy) / length)),
    weights: controls.map((p) => round(((p.x - start.x) * dx + (p.y - start.y) * dy) / square)),
  };
}
