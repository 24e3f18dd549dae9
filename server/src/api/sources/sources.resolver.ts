import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { SOURCES, STATUS } from '../tokens.ts';
import type { AskedWindow, ScrapeHistory } from './scrape-history.ts';
import type { DataSource, RejectionObject, Sources } from './sources.ts';
import type { SystemStatus } from './system-status.ts';

/** Data sources, rejections, scrapes and the state of this Orrery. */
@Resolver()
export class SourcesResolver {
  readonly #sources: Sources;
  readonly #status: () => SystemStatus;

  constructor(@Inject(SOURCES) sources: Sources, @Inject(STATUS) status: () => SystemStatus) {
    this.#sources = sources;
    this.#status = status;
  }

  @Query('dataSources')
  dataSources(@Args('minutes') minutes: number): Promise<readonly DataSource[]> {
    return this.#sources.dataSources(minutes);
  }

  @Query('scrapeHistory')
  scrapeHistory(@Args('window') window: AskedWindow | null | undefined): Promise<ScrapeHistory> {
    return this.#sources.scrapeHistory(window ?? {});
  }

  @Query('rejections')
  rejections(@Args('minutes') minutes: number, @Args('limit') limit: number): Promise<readonly RejectionObject[]> {
    return this.#sources.rejections(minutes, limit);
  }

  @Query('status')
  status(): SystemStatus {
    return this.#status();
  }
}
