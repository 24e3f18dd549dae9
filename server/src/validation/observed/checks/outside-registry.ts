import { coveringPatterns } from '../../mesh/hosts.ts';
import type { Mesh } from '../../mesh/mesh.ts';
import { entryHosts } from '../../mesh/registry.ts';
import { isExportedTo } from '../../mesh/visibility.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import { countedKinds, type Counted } from '../edge-counts.ts';
import type { Answers, ObservedCheck, ObservedContext } from '../observed-check.ts';
import { egressOf, type Egress } from '../traffic/egress.ts';

const mostHosts = 10;

/** Traffic that no route of the registry leads. */
export const outsideRegistry: ObservedCheck = {
  code: 'observed/outside-registry',
  severity: 'warning',
  kinds: ['ServiceEntry', 'Namespace', 'Workload'],
  title: 'Traffic without a route',
  meaning: 'Workloads call hosts that the registry does not lead to. Where the mesh lets such calls pass (`PassthroughCluster`) they have no routes, retries, timeouts, policies or TLS of the mesh, and leave by whatever way; where it does not (`BlackHoleCluster`) each of them fails with 502 or a reset.',
  remedy: 'Write a ServiceEntry with the hosts of the evidence and the ports that are called. Where one is there already, see that it names the port, and that the callers’ namespace sees it (`exportTo`, `Sidecar`).',
  needs: { span: 'short', sample: 20, of: 'requests' },
  unseen: 'Plain TCP names no host, and TLS only where the proxy reads its SNI: such calls are counted without a name. Only callers with a proxy are seen.',
  example: {
    configured: 'A namespace `shop` and no ServiceEntry for `api.bank.example`.',
    told: '`shop/orders` sends 400 requests to `api.bank.example` by the `PassthroughCluster`.',
    fine: 'A ServiceEntry names the host, and requests go to it.',
  },
  run(context, answers) {
    const { mesh, traffic: { evidence } } = context, byObject = new Map<ConfigObject, Egress[]>();
    const cluster = mesh.find('kind', 'Workload')[0]?.cluster ?? '';
    for (const one of egressOf(evidence)) {
      if (cluster !== '' && one.source.cluster !== '' && one.source.cluster !== cluster) continue;
      const object = entryFor(one.host, mesh) ?? mesh.find('id', `Namespace/${one.source.namespace}`)[0] ?? callerOf(one, mesh);
      if (object === undefined) continue;
      const found = byObject.get(object);
      if (found) found.push(one);
      else byObject.set(object, [one]);
    }
    byObject.forEach((egress, object) => { judge(object, egress, context, answers); });
  },
};

/** A ServiceEntry that names the host, whoever sees it. */
function entryFor(host: string, mesh: Mesh): ConfigObject | undefined {
  return host === '' ? undefined : coveringPatterns(host).flatMap((pattern) => mesh.find('entry-host', pattern)).find(({ type }) => type === 'ServiceEntry');
}

function callerOf({ source: { namespace, name } }: Egress, mesh: Mesh): ConfigObject | undefined {
  return mesh.find('kind-in', `Workload/${namespace}`).find((workload) => workload.name === name);
}

function judge(object: ConfigObject, egress: readonly Egress[], { mesh, unchanged }: ObservedContext, answers: Answers): void {
  if (!unchanged(object)) return answers.undecided(object, 'changed within the window');
  const count = (list: readonly Egress[]): number => list.reduce((sum, one) => sum + one.count, 0);
  const inUnit = (of: Counted): readonly Egress[] => egress.filter((one) => one.of === of);
  const of = countedKinds.reduce((best, kind) => (count(inUnit(kind)) > count(inUnit(best)) ? kind : best));
  const told = inUnit(of), sample = count(told);
  if (!answers.suffices(object, sample)) return;
  const refused = told.some((one) => one.cluster === 'BlackHoleCluster');
  const shown = { sample, of, pValue: null, edgeIds: [...new Set(told.map(({ edgeId }) => edgeId))], measures: byHost(told).map(([name, observed]) => ({ name, unit: of, observed, configured: null, interval: null })) };
  if (object.type === 'ServiceEntry') {
    const seen = told.every(({ source }) => isExportedTo(object, source.namespace, mesh)), hosts = entryHosts(object);
    const index = hosts.find(({ text }) => told.some(({ host }) => coveringPatterns(host).includes(text)))?.index ?? 0;
    answers.found(object, `spec/hosts[${index}]`, seen ? 'the entry names a host that is called, and calls do not go by it: a port is missing, or proxies do not have it' : 'the entry names a host that is called from a namespace that does not see it', shown, refused ? 'error' : 'warning');
  } else {
    answers.found(object, '', refused ? 'calls to hosts that the registry does not know are refused' : 'calls leave the mesh to hosts that no ServiceEntry names', shown, refused ? 'error' : 'warning');
  }
}

/** Counts by host and cluster, most first. */
function byHost(egress: readonly Egress[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { host, cluster, count } of egress) {
    const name = `to ${host === '' ? 'addresses without a name' : host} by ${cluster}`;
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, mostHosts);
}
