import { admission } from './admission.ts';
import { clockSkew } from './clock-skew.ts';
import { envoySpans } from './envoy-spans.ts';
import { kialiGraph } from './kiali-graph.ts';
import { kialiValidations } from './kiali-validations.ts';
import { kubernetes } from './kubernetes.ts';
import { liveKiali } from './live-kiali.ts';
import { mesh } from './mesh.ts';
import { openmetrics } from './openmetrics.ts';
import { otelServicegraph } from './otel-servicegraph.ts';
import { skywalkingAls } from './skywalking-als.ts';
import type { Suite } from './suite.ts';
import { zipkin } from './zipkin.ts';
import { ztunnel } from './ztunnel.ts';

type LoadSuite = () => Suite | Promise<Suite>;

/** Suites by the name that the command line uses, which run in this process and need nothing but their data: `npm test` runs them too. */
export const dataSuites: Readonly<Record<string, LoadSuite>> = { 'clock-skew': clockSkew, 'kiali-graph': kialiGraph, 'kiali-validations': kialiValidations, openmetrics, 'skywalking-als': skywalkingAls, ztunnel };

/** Suites that start real parts and take their time. */
const livingSuites: Readonly<Record<string, LoadSuite>> = { admission, 'envoy-spans': envoySpans, kubernetes, 'live-kiali': liveKiali, mesh, 'otel-servicegraph': otelServicegraph, zipkin };

export const suites: Readonly<Record<string, LoadSuite>> = { ...dataSuites, ...livingSuites };
