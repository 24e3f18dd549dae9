import type { CertificateExpiry } from '../../evidence/certificates.ts';
import type { ConfigObject } from '../../model/config-object.ts';
import type { Measure } from '../../model/observation.ts';
import { isWaypointOrGateway } from '../../mesh/workloads.ts';
import { edgeIdsOf } from '../edge-counts.ts';
import type { ObservedCheck } from '../observed-check.ts';

const hour = 3_600, day = 86_400;

/** Seconds before its end at which a certificate is told of, and at which that is urgent. */
interface Notice { readonly soon: number; readonly urgent: number }

/** Authorities are renewed by hand: 60 days, as `linkerd check` has it. What a mesh renews itself is renewed hours before. */
const notices: Readonly<Record<CertificateExpiry['role'] | 'gateway', Notice>> = {
  root: { soon: 60 * day, urgent: 7 * day },
  issuer: { soon: 60 * day, urgent: 7 * day },
  gateway: { soon: 14 * day, urgent: 2 * day },
  leaf: { soon: 2 * hour, urgent: hour },
};
const names: Readonly<Record<CertificateExpiry['role'], string>> = { root: 'the root certificate', issuer: 'the certificate of the authority', leaf: 'its own certificate' };

/** Certificates of the mesh that run out. */
export const certificateExpires: ObservedCheck = {
  code: 'observed/certificate-expires',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'A certificate runs out',
  meaning: 'A certificate that this workload presents, or signs others with, has expired or will soon: 60 days before for a root or an authority, 14 days for what a gateway presents, two hours for a workload’s own, which the mesh should have renewed long before. When it has, mutual TLS fails for everything that needs it.',
  remedy: 'Of a root or an authority: renew it now, with both roots trusted while workloads change over. Of a workload: see why its proxy gets no new certificate (`istioctl proxy-config secret`, `linkerd identity`), and whether the authority answers.',
  needs: { span: 'short', sample: 1, of: 'certificates' },
  unseen: 'Only certificates that a scraped gauge tells of: istiod (`citadel_server_*`), istio-agent (`istio_agent_cert_expiry_seconds`), Envoy’s listeners, Linkerd’s proxies and identity service. ztunnel has no such gauge. Whose it is follows from the address that is scraped, so the pods have to be known from a Kubernetes API. Gauges are kept for six hours.',
  example: {
    configured: 'istiod, scraped with a job for the control plane.',
    told: '`citadel_server_root_cert_expiry_timestamp` is 41 days away.',
    fine: 'It is nine years away, and every proxy’s own certificate has more than two hours left.',
  },
  run({ mesh, traffic, objects }, answers) {
    const { to } = traffic.evidence, byWorkload = new Map<ConfigObject, Measure[]>(), grave = new Map<ConfigObject, 'soon' | 'urgent' | 'expired'>(), told = new Map<ConfigObject, number>();
    for (const { cluster, namespace, workload, role, metric, expiresAt } of traffic.evidence.certificates) {
      const owner = mesh.find('kind-in', `Workload/${namespace}`).find((one) => one.name === workload && (cluster === '' || one.cluster === '' || one.cluster === cluster));
      if (owner === undefined) {
        // What another cluster's proxy told is judged there.
        if (namespace === '') answers.undecided(null, 'the address that told of it belongs to no known pod');
        continue;
      }
      told.set(owner, (told.get(owner) ?? 0) + 1);
      const notice = notices[role === 'leaf' && isWaypointOrGateway(owner) ? 'gateway' : role], left = expiresAt - to;
      if (left > notice.soon) continue;
      const how = left <= 0 ? 'expired' : left <= notice.urgent ? 'urgent' : 'soon';
      if (gravity.indexOf(how) > gravity.indexOf(grave.get(owner) ?? 'soon') || !grave.has(owner)) grave.set(owner, how);
      const inDays = Math.abs(left) >= 2 * day, unit = inDays ? 'days' : 'seconds', scale = inDays ? day : 1;
      const measures = byWorkload.get(owner) ?? [];
      measures.push({ name: `time left of ${names[role]} (${metric})`, unit, observed: left / scale, configured: null, interval: null });
      byWorkload.set(owner, measures);
    }
    // What was told of before and is not any more has not been mended.
    for (const workload of objects('Workload')) if (!told.has(workload)) answers.undecided(workload, 'no gauge tells of its certificates');
    for (const [owner, measures] of byWorkload) {
      const how = grave.get(owner) ?? 'soon';
      answers.found(owner, '', how === 'expired' ? 'a certificate has expired' : 'a certificate expires soon', {
        sample: told.get(owner) ?? measures.length, of: 'certificates', pValue: null, edgeIds: edgeIdsOf(traffic.into(owner)), measures: measures.slice(0, 10),
      }, how === 'soon' ? 'warning' : 'error');
    }
  },
};

const gravity = ['soon', 'urgent', 'expired'];
