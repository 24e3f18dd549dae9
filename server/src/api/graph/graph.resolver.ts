import { Inject } from '@nestjs/common';
import { Args, Info, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { GraphColumns, GraphDiff } from '../../inference/graph-columns.ts';
import { selects } from '../graphql/selects.ts';
import { GRAPHS } from '../tokens.ts';
import type { EdgeDetail, NodeDetail } from './details.ts';
import type { GraphInput } from './graph-request.ts';
import { graphObjects, type GraphObjects } from './graph-objects.ts';
import type { Graphs } from './graphs.ts';

/** The graph, its columns, its edges and nodes, and its live differences. */
@Resolver()
export class GraphResolver {
  readonly #graphs: Graphs;

  constructor(@Inject(GRAPHS) graphs: Graphs) {
    this.#graphs = graphs;
  }

  @Query('graph')
  async graph(@Info() info: GraphQLResolveInfo, @Args('input') input?: GraphInput): Promise<GraphObjects> {
    return graphObjects(await this.#graphs.detailed(input ?? {}, selects(info, 'evidence')));
  }

  @Query('graphColumns')
  async graphColumns(@Args('input') input?: GraphInput): Promise<GraphColumns> {
    return (await this.#graphs.snapshot(input ?? {})).columns;
  }

  @Query('edge')
  edge(@Args('id') id: string, @Args('input') input?: GraphInput): Promise<EdgeDetail | null> {
    return this.#graphs.edge(id, input ?? {});
  }

  @Query('node')
  node(@Args('id') id: string, @Args('input') input?: GraphInput): Promise<NodeDetail | null> {
    return this.#graphs.node(id, input ?? {});
  }

  @Subscription('graphDiff', { resolve: (diff: GraphDiff) => diff })
  graphDiff(@Args('input') input?: GraphInput): AsyncIterableIterator<GraphDiff> {
    return this.#graphs.live(input ?? {});
  }
}
