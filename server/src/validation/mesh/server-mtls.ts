import { dig, field, isMap, text } from '../model/fields.ts';
import { selects, type Labels } from '../model/labels.ts';
import type { ConfigObject } from '../model/config-object.ts';
import type { Mesh } from './mesh.ts';
import { policySelector, serverMode } from './mtls.ts';

/** Which mode holds for plaintext and mutual TLS into a workload, and the policy that says so. */
export interface ServerMtls {
  /** Of ports without a mode of their own. PERMISSIVE where no policy says, as Istio has it. */
  readonly mode: string;
  /** Undefined where nobody says. */
  readonly policy: ConfigObject | undefined;
  /** Modes of single ports of the workload, which differ from `mode`. */
  readonly ports: ReadonlyMap<number, string>;
  /** The policy that sets `ports`. */
  readonly portPolicy: ConfigObject | undefined;
}

/**
 * The PeerAuthentication that applies to pods with these labels: the oldest that selects them, else the oldest of the
 * namespace, else the mesh's; what is UNSET is inherited. Modes of ports count where a selector is set, as in Istio.
 */
export function serverMtls(labels: Labels, namespace: string, mesh: Mesh): ServerMtls {
  const { rootNamespace } = mesh.settings;
  const own = mesh.find('kind-in', `PeerAuthentication/${namespace}`), root = mesh.find('kind-in', `PeerAuthentication/${rootNamespace}`);
  const isWide = (policy: ConfigObject): boolean => policySelector(policy).size === 0;
  const selecting = own.find((policy) => !isWide(policy) && selects(policySelector(policy), labels));
  const policies = [selecting, own.find(isWide), root.find(isWide)].filter((policy) => policy !== undefined);
  const policy = policies.find((one) => serverMode(one) !== undefined), mode = (policy && serverMode(policy)) ?? 'PERMISSIVE';
  const ports = new Map<number, string>();
  const levels = dig(selecting?.spec, 'portLevelMtls');
  if (isMap(levels)) {
    for (const [port, level] of Object.entries(levels)) {
      const written = text(field(level, 'mode')) ?? 'UNSET';
      if (written !== 'UNSET' && written !== mode && /^\d{1,5}$/.test(port)) ports.set(Number(port), written);
    }
  }
  return { mode, policy, ports, portPolicy: ports.size > 0 ? selecting : undefined };
}
