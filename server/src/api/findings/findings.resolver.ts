import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import type { GraphInput } from '../graph/graph-request.ts';
import { FINDINGS } from '../tokens.ts';
import type { FindingsInput } from './finding-filter.ts';
import type { FindingObject, SpellObject } from './finding-objects.ts';
import type { Findings, FindingsPage } from './findings.ts';

/** `Query.findings` and what belongs to it. */
@Resolver()
export class FindingsResolver {
  readonly #findings: Findings;

  constructor(@Inject(FINDINGS) findings: Findings) {
    this.#findings = findings;
  }

  @Query('findings')
  findings(@Args('input') input?: FindingsInput | null): Promise<FindingsPage> {
    return this.#findings.findings(input ?? {});
  }

  @Query('finding')
  finding(@Args('id') id: string, @Args('type') type?: string | null, @Args('window') window?: GraphInput['window']): Promise<FindingObject | null> {
    return this.#findings.finding(id, { type: type ?? null, window: window ?? null });
  }

  @Query('findingHistory')
  findingHistory(@Args('limit') limit: number, @Args('window') window?: GraphInput['window'], @Args('finding') finding?: string | null): Promise<readonly SpellObject[]> {
    return this.#findings.history(window ?? null, finding ?? null, limit);
  }
}
