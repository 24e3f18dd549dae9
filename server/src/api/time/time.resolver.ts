import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { deltaColumns, type GraphDeltaColumns } from '../../inference/diff/delta-columns.ts';
import type { GraphDelta } from '../../inference/diff/graph-delta.ts';
import type { GraphInput } from '../graph/graph-request.ts';
import { TIMES } from '../tokens.ts';
import type { AroundInput, WindowInput } from './compared-windows.ts';
import { deltaObjects } from './delta-objects.ts';
import type { TrafficSeries } from './time-bar.ts';
import type { ExplanationObject } from './explanation-object.ts';
import type { Times } from './times.ts';

/** The time bar, two windows compared, and why an edge or node fails. */
@Resolver()
export class TimeResolver {
  readonly #times: Times;

  constructor(@Inject(TIMES) times: Times) {
    this.#times = times;
  }

  @Query('traffic')
  traffic(@Args('input') input?: GraphInput): Promise<TrafficSeries> {
    return this.#times.traffic(input ?? {});
  }

  @Query('graphDelta')
  async graphDelta(@Args('before') before?: WindowInput, @Args('after') after?: WindowInput, @Args('around') around?: AroundInput, @Args('input') input?: GraphInput): Promise<GraphDelta> {
    return deltaObjects(await this.#times.compare({ before, after, around }, input ?? {}));
  }

  @Query('graphDeltaColumns')
  async graphDeltaColumns(@Args('before') before?: WindowInput, @Args('after') after?: WindowInput, @Args('around') around?: AroundInput, @Args('input') input?: GraphInput): Promise<GraphDeltaColumns> {
    return deltaColumns(await this.#times.compare({ before, after, around }, input ?? {}));
  }

  @Query('why')
  why(@Args('edge') edge?: string, @Args('node') node?: string, @Args('input') input?: GraphInput): Promise<ExplanationObject | null> {
    return this.#times.why({ edge: edge ?? null, node: node ?? null }, input ?? {});
  }
}
