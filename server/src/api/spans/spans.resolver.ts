import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { GraphInput } from '../graph/graph-request.ts';
import { SPANS } from '../tokens.ts';
import type { SpanObject } from './span-object.ts';
import type { Spans } from './spans.ts';

/** Spans of edges, and whole traces. */
@Resolver()
export class SpansResolver {
  readonly #spans: Spans;

  constructor(@Inject(SPANS) spans: Spans) {
    this.#spans = spans;
  }

  @Query('edgeSpans')
  edgeSpans(@Args('edgeId') edgeId: string, @Args('limit') limit: number, @Args('errorsFirst') errorsFirst: boolean, @Args('input') input?: GraphInput): Promise<readonly SpanObject[]> {
    return this.#spans.edgeSpans(edgeId, input ?? {}, limit, errorsFirst);
  }

  @Query('trace')
  trace(@Args('traceId') traceId: string, @Args('aroundMs') aroundMs?: number): Promise<readonly SpanObject[]> {
    return this.#spans.trace(traceId, aroundMs ?? null);
  }
}
