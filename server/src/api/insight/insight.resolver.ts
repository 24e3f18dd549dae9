import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { GraphInput } from '../graph/graph-request.ts';
import { INSIGHTS } from '../tokens.ts';
import type { TrafficCostObject } from './costs.ts';
import type { Insights } from './insights.ts';
import type { MtlsPostureObject, StrictImpactObject } from './postures.ts';
import type { DataQuality } from './qualities.ts';
import type { BlastRadiusObject } from './radii.ts';
import type { RawSeries, RawSignal } from './raw-series.ts';

/** What a graph is asked beyond itself: blast radius, mTLS posture, cost, data quality, raw series. */
@Resolver()
export class InsightResolver {
  readonly #insights: Insights;

  constructor(@Inject(INSIGHTS) insights: Insights) {
    this.#insights = insights;
  }

  @Query('blastRadius')
  blastRadius(@Args('node') node?: string | null, @Args('edge') edge?: string | null, @Args('input') input?: GraphInput | null): Promise<BlastRadiusObject | null> {
    return this.#insights.blastRadius({ node: node ?? null, edge: edge ?? null }, input ?? {});
  }

  @Query('mtlsPosture')
  mtlsPosture(@Args('input') input?: GraphInput | null): Promise<MtlsPostureObject> {
    return this.#insights.mtlsPosture(input ?? {});
  }

  @Query('strictImpact')
  strictImpact(@Args('namespace') namespace: string, @Args('input') input?: GraphInput | null): Promise<StrictImpactObject> {
    return this.#insights.strictImpact(namespace, input ?? {});
  }

  @Query('trafficCost')
  trafficCost(@Args('groupBy') groupBy: 'edge' | 'namespace', @Args('first') first: number, @Args('input') input?: GraphInput | null): Promise<TrafficCostObject> {
    return this.#insights.trafficCost(input ?? {}, groupBy, first);
  }

  @Query('dataQuality')
  dataQuality(@Args('first') first: number, @Args('input') input?: GraphInput | null): Promise<DataQuality> {
    return this.#insights.dataQuality(input ?? {}, first);
  }

  @Query('rawSeries')
  rawSeries(
    @Args('signal') signal: RawSignal, @Args('first') first: number, @Args('offset') offset: number,
    @Args('edge') edge?: string | null, @Args('node') node?: string | null, @Args('input') input?: GraphInput | null,
  ): Promise<RawSeries | null> {
    return this.#insights.rawSeries({ node: node ?? null, edge: edge ?? null }, input ?? {}, signal, first, offset);
  }
}
