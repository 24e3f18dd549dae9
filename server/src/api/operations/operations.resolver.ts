import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { GraphInput } from '../graph/graph-request.ts';
import { OPERATIONS } from '../tokens.ts';
import type { OperationList, Operations } from './operations.ts';

/** `Query.operations`. */
@Resolver()
export class OperationsResolver {
  readonly #operations: Operations;

  constructor(@Inject(OPERATIONS) operations: Operations) {
    this.#operations = operations;
  }

  @Query('operations')
  operations(@Args('first') first: number, @Args('edge') edge?: string, @Args('node') node?: string, @Args('input') input?: GraphInput): Promise<OperationList | null> {
    return this.#operations.operations({ edge: edge ?? null, node: node ?? null }, input ?? {}, first);
  }
}
