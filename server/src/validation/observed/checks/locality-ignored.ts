import { dig, isMap, list, text } from '../../model/fields.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { ruleHost } from '../../checks/destination-rule/rule-host.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';
import { zoneSplit } from '../zone-split.ts';

/** Less than this share between zones is what health and scaling make of any preference. */
const tolerated = 0.1;

/** Callers are to stay in their zone, and do not. */
export const localityIgnored: ObservedCheck = {
  code: 'observed/locality-ignored',
  severity: 'warning',
  kinds: ['DestinationRule', 'Service'],
  title: 'Called across zones though locality is configured',
  meaning: 'Configuration asks that callers be answered in their own zone (`localityLbSetting`, `trafficDistribution` or `internalTrafficPolicy: Local`), the service answers in that zone too, and still much of the traffic goes to other zones: it is slower, and is paid for.',
  remedy: 'With `localityLbSetting`, set `outlierDetection` in the same policy: without it Istio does not prefer localities. With `trafficDistribution`, see whether the data plane knows it (kube-proxy and ztunnel from Kubernetes 1.31; sidecars from Istio 1.23). Else compare the number of endpoints in each zone.',
  needs: { span: 'short', sample: 1_000_000, of: 'bytes' },
  unseen: 'Zones are known of bytes that ztunnel or flows counted. Whether an endpoint in the caller’s zone was healthy all the time is not: a zone counts as answering where it took traffic in the window. Weights between localities (`distribute`) are not compared.',
  example: {
    configured: 'A Service `orders` with `trafficDistribution: PreferClose`, and pods in `eu-1a` and `eu-1b`.',
    told: 'Callers in `eu-1a` send 48 % of their bytes to `eu-1b`.',
    fine: 'They send 3 % there, or the service has no pods in `eu-1a`.',
  },
  run({ mesh, objects, traffic, unchanged }, answers) {
    for (const { object, path, host, problem } of localities(objects('DestinationRule'), objects('Service'), mesh)) {
      if (problem !== null) {
        answers.undecided(object, problem);
        continue;
      }
      const edges = traffic.toHost(host).filter(({ zones }) => zones.length > 0), { local, across, pairs } = zoneSplit(edges);
      if (!unchanged(object)) {
        answers.undecided(object, 'changed within the window');
        continue;
      }
      if (!answers.suffices(object, local + across)) continue;
      const share = across / (local + across);
      if (share <= tolerated) continue;
      answers.found(object, path, 'callers are sent to other zones, though the service answers in their own', {
        sample: local + across, of: 'bytes', pValue: null, edgeIds: edgeIdsOf(edges),
        measures: [
          { name: 'between zones', unit: 'share', observed: share, configured: 0, interval: null },
          ...pairs.slice(0, 5).map(({ source, destination, bytes }) => ({ name: `${source} → ${destination}`, unit: 'bytes' as const, observed: bytes, configured: null, interval: null })),
        ],
      });
    }
  },
};

interface Locality {
  readonly object: ConfigObject;
  readonly path: string;
  readonly host: string;
  readonly problem: string | null;
}

function* localities(rules: readonly ConfigObject[], services: readonly ConfigObject[], mesh: Mesh): Generator<Locality> {
  for (const object of rules) {
    const host = ruleHost(object, mesh), setting = dig(object.spec, 'trafficPolicy', 'loadBalancer', 'localityLbSetting');
    if (host === undefined || !isMap(setting) || dig(setting, 'enabled') === false) continue;
    const problem = isWildcard(host) ? 'rules for several hosts are not followed' : list(dig(setting, 'distribute')).length > 0 ? 'weights between localities are not compared' : null;
    yield { object, path: 'spec/trafficPolicy/loadBalancer/localityLbSetting', host, problem };
  }
  for (const object of services) {
    const path = text(dig(object.spec, 'trafficDistribution')) !== undefined ? 'spec/trafficDistribution'
      : dig(object.spec, 'internalTrafficPolicy') === 'Local' ? 'spec/internalTrafficPolicy'
        : object.annotations.has('networking.istio.io/traffic-distribution') ? 'metadata/annotations/networking.istio.io/traffic-distribution' : undefined;
    if (path !== undefined) yield { object, path, host: `${object.name}.${object.namespace}.${mesh.settings.identityDomain}`, problem: null };
  }
}
