import { serviceHost, type ConfigFault, type Fault, type Scenario, type Service, type Workload } from './scenario.ts';

/** A Kubernetes object as it would be applied. */
export type Manifest = { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> }; readonly [section: string]: unknown };

const istioNetworking = 'networking.istio.io/v1', istioSecurity = 'security.istio.io/v1';

/** The configuration of a scenario: what runs, what is in front of it, how it is routed and secured; with the objects of active faults in place. */
export function manifestsOf(scenario: Scenario, faults: readonly Fault[]): readonly Manifest[] {
  const objects = [
    ...namespaces(scenario),
    ...scenario.workloads.map(deployment),
    ...scenario.services.map((service) => serviceObject(service, scenario)),
    ...versioned(scenario),
    peerAuthentication('storefront', 'STRICT'), peerAuthentication('shop', 'PERMISSIVE'),
    ...callersAllowed(scenario),
  ];
  const faulty = faults.flatMap((fault) => (fault.kind === 'config' ? [faultObject(fault.object, scenario)] : []));
  const key = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.namespace} ${metadata.name}`;
  const replaced = new Set(faulty.map(key));
  return [...objects.filter((object) => !replaced.has(key(object))), ...faulty];
}

function namespaces({ workloads }: Scenario): Manifest[] {
  const planes = new Map<string, boolean>();
  for (const { namespace, dataPlane } of workloads) planes.set(namespace, (planes.get(namespace) ?? false) || dataPlane === 'ambient');
  return [...planes].map(([name, ambient]) => ({
    apiVersion: 'v1', kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...(ambient ? { 'istio.io/dataplane-mode': 'ambient' } : { 'istio-injection': 'enabled' }) } },
  }));
}

function deployment({ name, namespace, app, version, pods, dataPlane }: Workload): Manifest {
  const labels = { app, version };
  const inject = dataPlane === 'none' ? { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'none' } : {};
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels },
    spec: {
      replicas: pods, selector: { matchLabels: labels },
      template: { metadata: { labels: { ...labels, ...inject } }, spec: { containers: [{ name: app, image: `registry.example/${app}:${version}`, ports: [{ containerPort: 8080 }] }] } },
    },
  };
}

/** Ports are named for the protocol that they speak. */
function serviceObject(service: Service, scenario: Scenario): Manifest {
  const apps = new Set(service.backends.map(({ workload }) => scenario.workloads.find(({ name }) => name === workload)?.app ?? workload));
  const grpc = scenario.operations.some((operation) => operation.service === service.name && operation.route.startsWith('/shop.'));
  const stream = scenario.streams.some((one) => one.service === service.name);
  return {
    apiVersion: 'v1', kind: 'Service',
    metadata: { name: service.name, namespace: service.namespace, ...(service.waypoint === undefined ? {} : { labels: { 'istio.io/use-waypoint': service.waypoint } }) },
    spec: { selector: { app: [...apps][0] ?? service.name }, ports: [{ name: stream ? 'tcp' : grpc ? 'grpc' : 'http', port: service.port, targetPort: 8080 }] },
  };
}

/** A service with several versions behind it is split by weight. */
function versioned({ services, workloads }: Scenario): Manifest[] {
  return services.filter(({ backends }) => backends.length > 1).flatMap((service) => {
    const host = serviceHost(service), versionOf = (name: string): string => workloads.find((workload) => workload.name === name)?.version ?? '';
    return [
      { apiVersion: istioNetworking, kind: 'DestinationRule', metadata: { name: service.name, namespace: service.namespace },
        spec: { host, subsets: service.backends.map(({ workload }) => ({ name: versionOf(workload), labels: { version: versionOf(workload) } })) } },
      { apiVersion: istioNetworking, kind: 'VirtualService', metadata: { name: service.name, namespace: service.namespace },
        spec: { hosts: [host], http: [{ route: service.backends.map(({ workload, weight }) => ({ destination: { host, subset: versionOf(workload) }, weight: Math.round(weight * 100) })) }] } },
    ];
  });
}

const peerAuthentication = (namespace: string, mode: 'STRICT' | 'PERMISSIVE'): Manifest =>
  ({ apiVersion: istioSecurity, kind: 'PeerAuthentication', metadata: { name: 'default', namespace }, spec: { mtls: { mode } } });

/** Every namespace lets in the namespaces of the mesh; the one with the gateway lets in everybody. */
function callersAllowed({ workloads }: Scenario): Manifest[] {
  const all = [...new Set(workloads.map(({ namespace }) => namespace))];
  const open = new Set(workloads.flatMap(({ gateway, namespace }) => (gateway === true ? [namespace] : [])));
  return all.map((namespace) => ({
    apiVersion: istioSecurity, kind: 'AuthorizationPolicy', metadata: { name: 'callers', namespace },
    spec: { action: 'ALLOW', rules: [open.has(namespace) ? {} : { from: [{ source: { namespaces: all } }] }] },
  }));
}

function faultObject(fault: ConfigFault, { services }: Scenario): Manifest {
  const service = services.find(({ name }) => name === fault.service);
  if (!service) throw new Error(`the scenario declares no service «${fault.service}»`);
  const host = serviceHost(service), metadata = { name: service.name, namespace: service.namespace };
  switch (fault.kind) {
    case 'VirtualService': return {
      apiVersion: istioNetworking, kind: 'VirtualService', metadata,
      spec: { hosts: [host], http: [{ route: [{ destination: { host }, weight: 100 - fault.weight }, { destination: { host, subset: fault.subset }, weight: fault.weight }] }] },
    };
    case 'DestinationRule': return { apiVersion: istioNetworking, kind: 'DestinationRule', metadata, spec: { host, trafficPolicy: { tls: { mode: fault.tlsMode } } } };
  }
}
