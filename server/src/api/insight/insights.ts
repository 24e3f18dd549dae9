import { createCosts, type Costs } from './costs.ts';
import type { InsightDeps } from './insight-deps.ts';
import { createPostures, type Postures } from './postures.ts';
import { createQualities, type Qualities } from './qualities.ts';
import { createRadii, type Radii } from './radii.ts';
import { createRawSeries, type RawSeriesOf } from './raw-series.ts';

/** What follows from the graph, and what it was made of. Every method may throw `ApiError`. */
export interface Insights extends Radii, Postures, Costs, Qualities, RawSeriesOf {}

/** Every insight over the same readers. */
export function createInsights(deps: InsightDeps): Insights {
  return { ...createRadii(deps), ...createPostures(deps), ...createCosts(deps), ...createQualities(deps), ...createRawSeries(deps) };
}
