import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { GraphInput } from '../graph/graph-request.ts';
import { EVENTS } from '../tokens.ts';
import type { EventPage, Events } from './events.ts';

/** `Query.events`. */
@Resolver()
export class EventsResolver {
  readonly #events: Events;

  constructor(@Inject(EVENTS) events: Events) {
    this.#events = events;
  }

  @Query('events')
  events(@Args('limit') limit: number, @Args('window') window?: GraphInput['window'], @Args('namespaces') namespaces?: readonly string[], @Args('kinds') kinds?: readonly string[]): Promise<EventPage> {
    return this.#events.events({ window: window ?? null, namespaces: namespaces ?? null, kinds: kinds ?? null }, limit);
  }
}
