import { z } from 'zod';

const clusterName = z.string().min(1).max(253);

const cluster = z.strictObject({
  /** As telemetry names the cluster (`source_cluster`, `k8s.cluster.name`). */
  name: clusterName,
  /** Default: `KUBECONFIG`, `~/.kube/config`, or the pod's service account, in this order. */
  kubeconfig: z.string().min(1).optional(),
  /** Default: the current context. */
  context: z.string().min(1).optional(),
  /** Use the service account of the pod that Orrery runs in. */
  inCluster: z.boolean().default(false),
  /** Scope of its pod addresses, where pod networks of clusters overlap; default: the name of the cluster. */
  network: z.string().optional(),
  /** Suffix of its service names. */
  clusterDomain: z.string().min(1).default('cluster.local'),
}).refine(({ inCluster, kubeconfig, context }) => !inCluster || (kubeconfig === undefined && context === undefined), { error: 'inCluster takes no kubeconfig and no context' });

const directory = z.strictObject({ cluster: clusterName, path: z.string().min(1), /** Of objects that name none. */ namespace: z.string().min(1).default('default') });

/** Where configuration and identities come from; nothing is read unless named here. */
export const kubernetesConfig = z.strictObject({
  clusters: z.array(cluster).default([]),
  /** Manifests on disk, looked at every five seconds. */
  directories: z.array(directory).default([]),
  /** A connection without a byte for this long is given up. API servers send a bookmark about every minute. */
  quietSeconds: z.number().min(1).max(3600).default(75),
  /** How long one watch is asked to last; it is then resumed. */
  watchSeconds: z.number().min(1).max(3600).default(300),
  /** How often custom resources that came or went are looked for. */
  discoverySeconds: z.number().min(1).max(3600).default(30),
  /** Largest upload of configuration, read in a thread of its own: YAML takes about 0.3 s a MB. */
  maxUploadMb: z.number().min(1).max(64).default(8),
}).refine(({ clusters }) => new Set(clusters.map(({ name }) => name)).size === clusters.length, { error: 'two clusters have one name', path: ['clusters'] });

/** `kubernetes:` of the configuration, with its defaults. */
export type KubernetesConfig = z.output<typeof kubernetesConfig>;
/** One cluster that is watched. */
export type ClusterConfig = KubernetesConfig['clusters'][number];
