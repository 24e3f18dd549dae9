import type { Check } from './check.ts';
import { defaultsServiceNotFound } from './consul-defaults/service-not-found.ts';
import { defaultsValue } from './consul-defaults/value.ts';
import { entryClaimedTwice } from './consul-entry/claimed-twice.ts';
import { entryNameFixed } from './consul-entry/name.ts';
import { exportedNotFound } from './consul-exports/service-not-found.ts';
import { consulListener } from './consul-gateway/listener.ts';
import { consulGatewayServiceNotFound } from './consul-gateway/service-not-found.ts';
import { intentionDestinationNotFound } from './consul-intentions/destination-not-found.ts';
import { intentionL7OnTcp } from './consul-intentions/l7-on-tcp.ts';
import { intentionNoDecision } from './consul-intentions/no-decision.ts';
import { intentionOpenToAll } from './consul-intentions/open-to-all.ts';
import { intentionRedundant } from './consul-intentions/redundant.ts';
import { intentionSourceRepeated } from './consul-intentions/repeated-source.ts';
import { intentionSourceNotFound } from './consul-intentions/source-not-found.ts';
import { subsetMatchesNoPods } from './consul-resolver/subset-matches-nothing.ts';
import { subsetUnused } from './consul-resolver/subset-unused.ts';
import { routingCycle } from './consul-routing/cycle.ts';
import { needsMeshGateway } from './consul-routing/needs-mesh-gateway.ts';
import { routingProtocolDiffers } from './consul-routing/protocol-differs.ts';
import { routingNotHttp } from './consul-routing/protocol-not-http.ts';
import { consulTargetNotFound } from './consul-routing/service-not-found.ts';
import { consulSubsetNotFound } from './consul-routing/subset-not-found.ts';
import { splitWeightSum } from './consul-splitter/weight-sum.ts';
import { consulInjectionValue } from './consul-workload/injection-value.ts';
import { upstreamNotFound } from './consul-workload/upstream.ts';

/** Checks of Consul's config entries and annotations, by kind and name. */
export const consulChecks: readonly Check[] = [
  defaultsServiceNotFound,
  defaultsValue,
  entryClaimedTwice,
  entryNameFixed,
  exportedNotFound,
  consulListener,
  consulGatewayServiceNotFound,
  intentionDestinationNotFound,
  intentionL7OnTcp,
  intentionNoDecision,
  intentionOpenToAll,
  intentionRedundant,
  intentionSourceRepeated,
  intentionSourceNotFound,
  subsetMatchesNoPods,
  subsetUnused,
  routingCycle,
  needsMeshGateway,
  routingProtocolDiffers,
  routingNotHttp,
  consulTargetNotFound,
  consulSubsetNotFound,
  splitWeightSum,
  consulInjectionValue,
  upstreamNotFound,
];
