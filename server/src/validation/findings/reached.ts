/** Names a workload of the cluster. */
export interface WorkloadName { readonly namespace: string; readonly name: string }

/** What of the mesh a finding is about, before it is looked for in a graph. */
export interface Reach {
  /** Full hosts, or patterns of them, whose callers are touched. */
  readonly hosts: readonly string[];
  /** Full hosts that gateways send to: callers that are gateways are touched. */
  readonly behindGateways: readonly string[];
  /** Workloads that are gateways by the configuration, beside those that the graph knows as such. */
  readonly gateways: readonly WorkloadName[];
  /** Traffic into these workloads is touched. */
  readonly serving: readonly WorkloadName[];
  /** Traffic out of these workloads is touched. */
  readonly calling: readonly WorkloadName[];
  /** Namespaces whose every workload is served or calls; `*` = the mesh. */
  readonly servingNamespaces: readonly string[];
  readonly callingNamespaces: readonly string[];
  /** Of `hosts`, only the callers in namespaces for which it is true, and only traffic to `serving` where `narrowed`. */
  readonly seenFrom: (namespace: string, host: string) => boolean;
  readonly narrowed: boolean;
  /** The workloads behind a full host: edges into them that name no service are calls to it as well. */
  readonly behind: (host: string) => readonly WorkloadName[];
}
