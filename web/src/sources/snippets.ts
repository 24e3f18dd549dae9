import type { SystemStatus } from '../graphql/operations.ts';

export type Receiver = 'istio' | 'ambient' | 'otel' | 'cilium';

export interface Snippet {
  readonly receiver: Receiver;
  readonly text: string;
  /** Where the snippet goes, in a sentence. */
  readonly where: string;
  readonly code: string;
}

interface Address { readonly host: string; readonly port: string }

/** Address of a listener by protocol, null where it does not listen. */
export function listener(status: Pick<SystemStatus, 'listeners'> | null, ...protocols: readonly string[]): Address | null {
  const found = status?.listeners.find((one) => protocols.includes(one.protocol.toLowerCase()));
  if (!found) return null;
  const address = found.address.replace(/^[a-z]+:\/\//, '');
  const colon = address.lastIndexOf(':');
  return colon < 0 ? { host: address, port: '' } : { host: address.slice(0, colon), port: address.slice(colon + 1) };
}

/** An address as others reach it: a wildcard or loopback listener is named by the host that this page came from. */
export function reachable(address: Address | null, pageHost: string, standardPort: string): string {
  if (!address) return `${pageHost}:${standardPort}`;
  const local = /^(0\.0\.0\.0|\[?::\]?|127\.|localhost|\[?::1\]?)/.test(address.host);
  return `${local ? pageHost : address.host}:${address.port || standardPort}`;
}

/** What keeps senders on other machines from the OTLP listeners, and what to do; '' where nothing does. */
export function loopbackNote(status: Pick<SystemStatus, 'listeners'> | null): string {
  const address = listener(status, 'otlp-grpc', 'otlp-http');
  if (!address || !/^(127\.|localhost|\[?::1\]?)/.test(address.host)) return '';
  return 'Senders on other machines do not reach it yet, for it listens on loopback: forward the ports, or set otlp.host with otlp.allowInsecureBind: true in orrery.yaml (there is no login).';
}

/** How to point each kind of telemetry at this Orrery. */
export function snippets(status: SystemStatus | null, pageHost: string): readonly Snippet[] {
  const grpc = reachable(listener(status, 'otlp/grpc', 'otlp-grpc', 'otlp grpc', 'grpc'), pageHost, '4317');
  const http = reachable(listener(status, 'otlp/http', 'otlp-http', 'otlp http'), pageHost, '4318');
  const api = reachable(listener(status, 'http', 'api', 'http api', 'ui'), pageHost, '7070');
  const [grpcHost, grpcPort] = splitHost(grpc);
  return [
    {
      receiver: 'istio', text: 'Istio', where: 'Metrics: into orrery.yaml, one target per sidecar, gateway or waypoint, then restart Orrery. Traces: apply the rest with kubectl.',
      code: `# orrery.yaml
scrape:
  jobs:
    - name: istio
      intervalSeconds: 15
      files: [targets/istio.json]
# targets/istio.json, re-read when it changes
#   [{ "targets": ["10.0.1.4:15020", "10.0.1.5:15020"] }]
---
# kubectl -n istio-system edit configmap istio, under mesh:
extensionProviders:
  - name: orrery
    opentelemetry: { service: ${grpcHost}, port: ${grpcPort} }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: orrery, namespace: istio-system }
spec:
  tracing: [{ providers: [{ name: orrery }], randomSamplingPercentage: 10 }]`,
    },
    {
      receiver: 'ambient', text: 'Istio ambient', where: 'Into orrery.yaml, one target per ztunnel pod and waypoint, then restart Orrery.',
      code: `# orrery.yaml
scrape:
  jobs:
    - name: ztunnel
      intervalSeconds: 15
      path: /metrics
      files: [targets/ztunnel.json]
# targets/ztunnel.json, re-read when it changes
#   [{ "targets": ["10.0.2.7:15020"] }]`,
    },
    {
      receiver: 'otel', text: 'OpenTelemetry', where: 'Into the environment of each instrumented service, or as an exporter of your collector.',
      code: `OTEL_EXPORTER_OTLP_ENDPOINT=http://${grpc}
OTEL_EXPORTER_OTLP_PROTOCOL=grpc
# or: http://${http} with http/protobuf`,
    },
    {
      receiver: 'cilium', text: 'Cilium', where: 'Into orrery.yaml, then restart Orrery; or send once what agents remember, as JSON lines.',
      code: `# orrery.yaml
hubble:
  relays:
    - address: hubble-relay.kube-system.svc:80

# or, from where the hubble command runs
hubble observe --last 10000 --output jsonpb |
  curl -T - -X POST -H 'content-type: application/x-ndjson' http://${api}/api/v1/flows`,
    },
  ];
}

function splitHost(address: string): readonly [string, string] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon), address.slice(colon + 1)];
}
