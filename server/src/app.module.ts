import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { BundleController } from './api/bundle/bundle.controller.ts';
import type { FindingStakes } from './api/findings/finding-stakes.ts';
import { StakesController } from './api/findings/stakes.controller.ts';
import { ConfigController } from './api/config/config.controller.ts';
import { FlowsController, type FlowsHandler } from './api/flows.controller.ts';
import { GraphController } from './api/graph/graph.controller.ts';
import { GraphResolver } from './api/graph/graph.resolver.ts';
import type { Graphs } from './api/graph/graphs.ts';
import { GraphqlDriver, type GraphqlDriverOptions } from './api/graphql/graphql-driver.ts';
import { defaultLimits } from './api/graphql/limits.ts';
import type { GuardPolicy } from './api/http/request-guard.ts';
import type { ReadinessReport } from './api/http/ops-answers.ts';
import type { Bundles } from './bundle/bundles.ts';
import type { Operations } from './api/operations/operations.ts';
import { OperationsResolver } from './api/operations/operations.resolver.ts';
import type { ConfigUploads } from './kubernetes/upload.ts';
import { OpsController } from './api/ops.controller.ts';
import type { Sources } from './api/sources/sources.ts';
import { SourcesResolver } from './api/sources/sources.resolver.ts';
import type { SystemStatus } from './api/sources/system-status.ts';
import { SpansResolver } from './api/spans/spans.resolver.ts';
import type { Spans } from './api/spans/spans.ts';
import type { EventIntake } from './api/events/event-intake.ts';
import { EventsController } from './api/events/events.controller.ts';
import { EventsResolver } from './api/events/events.resolver.ts';
import type { Events } from './api/events/events.ts';
import { DeltaController } from './api/time/delta.controller.ts';
import { TimeResolver } from './api/time/time.resolver.ts';
import { FindingsResolver } from './api/findings/findings.resolver.ts';
import type { Findings } from './api/findings/findings.ts';
import { InsightResolver } from './api/insight/insight.resolver.ts';
import type { Insights } from './api/insight/insights.ts';
import type { Times } from './api/time/times.ts';
import { BUNDLES, CONFIG_UPLOADS, EVENT_INTAKE, EVENTS, FINDING_STAKES, FINDINGS, FLOWS, GRAPHS, INSIGHTS, LOGGER, METRICS, OPERATIONS, READINESS, SOURCES, SPANS, STATUS, TIMES } from './api/tokens.ts';

/** Everything the API answers from; made by `serve.ts`, faked by tests. */
export interface ApiParts {
  readonly graphs: Graphs;
  readonly operations: Operations;
  readonly spans: Spans;
  readonly sources: Sources;
  readonly times: Times;
  readonly events: Events;
  readonly eventIntake: EventIntake;
  readonly insights: Insights;
  readonly findings: Findings;
  readonly status: () => SystemStatus;
  readonly readiness: () => ReadinessReport;
  readonly metrics: Registry;
  readonly flowsHandler: FlowsHandler;
  readonly bundles: Bundles;
  /** Null in a replay. */
  readonly findingStakes: FindingStakes;
  readonly configUploads: ConfigUploads | null;
  readonly logger: Logger;
  /** Merged SDL of the schema. */
  readonly schema: string;
  readonly introspection: boolean;
  readonly policy: GuardPolicy;
}

/** The only place where the API is put together: Nest, resolvers and controllers over plain parts. */
@Module({})
export class AppModule {
  static with(parts: ApiParts): DynamicModule {
    const { schema, introspection, policy, logger } = parts;
    return {
      module: AppModule,
      imports: [GraphQLModule.forRoot<GraphqlDriverOptions>({ driver: GraphqlDriver, typeDefs: schema, limits: defaultLimits, introspection, policy, logger })],
      controllers: [GraphController, DeltaController, OpsController, FlowsController, BundleController, ConfigController, EventsController, StakesController],
      providers: [
        GraphResolver, OperationsResolver, SpansResolver, SourcesResolver, TimeResolver, InsightResolver, EventsResolver, FindingsResolver,
        { provide: GRAPHS, useValue: parts.graphs },
        { provide: OPERATIONS, useValue: parts.operations },
        { provide: SPANS, useValue: parts.spans },
        { provide: SOURCES, useValue: parts.sources },
        { provide: EVENT_INTAKE, useValue: parts.eventIntake },
        { provide: EVENTS, useValue: parts.events },
        { provide: TIMES, useValue: parts.times },
        { provide: FINDINGS, useValue: parts.findings },
        { provide: INSIGHTS, useValue: parts.insights },
        { provide: STATUS, useValue: parts.status },
        { provide: READINESS, useValue: parts.readiness },
        { provide: METRICS, useValue: parts.metrics },
        { provide: BUNDLES, useValue: parts.bundles },
        { provide: FLOWS, useValue: parts.flowsHandler },
        { provide: FINDING_STAKES, useValue: parts.findingStakes },
        { provide: CONFIG_UPLOADS, useValue: parts.configUploads },
        { provide: LOGGER, useValue: logger },
      ],
    };
  }
}
