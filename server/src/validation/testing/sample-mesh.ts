import { parseManifests } from '../parse/parse-manifests.ts';
import type { ConfigObject } from '../model/config-object.ts';

/** Objects of YAML in a test; throws on what cannot be read. */
export function objectsOf(yaml: string, file = 'test.yaml'): ConfigObject[] {
  const { objects, problems } = parseManifests(file, yaml, { cluster: '', defaultNamespace: 'default' });
  if (problems.length > 0) throw new Error(problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('; '));
  return [...objects];
}

/** A small mesh with every kind that is checked, in which almost nothing is wrong. */
export const sampleMesh = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: quiet, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: cart, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart-v1, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart, version: v1, edge: shop}, annotations: {sidecar.istio.io/status: '{}'}}
    spec: {serviceAccountName: cart, containers: [{name: main, ports: [{containerPort: 8080}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  gateways: [mesh, shop/edge]
  exportTo: ['*']
  http:
  - match: [{gateways: [mesh]}]
    route: [{destination: {host: cart, subset: v1, port: {number: 80}}, weight: 100}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}], outlierDetection: {consecutive5xxErrors: 5}}
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {edge: shop}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*.shop.example']}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: bank, namespace: shop}
spec: {hosts: [api.bank.example], ports: [{number: 443, name: https, protocol: HTTPS}], endpoints: [{address: 192.0.2.1, labels: {version: v1}}]}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {workloadSelector: {labels: {app: cart}}, egress: [{hosts: [./*, shop/api.bank.example]}], outboundTrafficPolicy: {mode: ALLOW_ANY}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: machines, namespace: shop}
spec: {metadata: {labels: {app: legacy}}, template: {serviceAccount: cart}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: machine-1, namespace: shop}
spec: {address: 192.0.2.2, labels: {app: legacy}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: callers, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
  - from: [{source: {principals: [cluster.local/ns/shop/sa/cart], namespaces: [shop]}}]
    to: [{operation: {methods: [GET], hosts: [cart], paths: [/]}}]
    when: [{key: source.namespace, values: [shop]}]
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: quiet}
spec: {targetRefs: [{kind: Service, name: news}], jwtRules: [{issuer: a}]}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: traces, namespace: quiet}
spec: {targetRefs: [{kind: Service, name: news}], tracing: [{}], metrics: [{overrides: [{}]}]}
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: plugin, namespace: quiet}
spec: {targetRefs: [{kind: Service, name: news}]}
---
apiVersion: v1
kind: Service
metadata: {name: news, namespace: quiet, labels: {istio.io/use-waypoint: waypoint}}
spec: {selector: {app: news}, ports: [{name: http, port: 80, targetPort: web}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio-waypoint}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: quiet}
spec:
  gatewayClassName: istio-waypoint
  addresses: [{type: IPAddress, value: 192.0.2.3}]
  listeners: [{name: mesh, hostname: a.example, port: 15008, protocol: HBONE, allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: istio-injection, operator: Exists}]}}}}]
status: {conditions: [{type: Programmed, status: 'True', reason: Programmed, message: ok}], listeners: [{name: mesh, conditions: [{type: Conflicted, status: 'False', reason: NoConflicts}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: news, namespace: shop}
spec:
  parentRefs: [{name: waypoint, namespace: quiet}]
  rules: [{backendRefs: [{name: news, namespace: quiet, port: 80, weight: 1}]}]
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: quiet}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: '', kind: Service}]}
`;
