/** A small cluster with what is checked of the Gateway API where no mesh is, in which nothing is wrong. */
export const sampleGatewayApi = `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: edge}
spec: {controllerName: gateway.example/controller}
status: {conditions: [{type: Accepted, status: 'True', reason: Accepted, message: taken}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: doors, namespace: entrance}
spec:
  gatewayClassName: edge
  listeners:
  - {name: http, hostname: '*.hall.example', port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}, kinds: [{kind: HTTPRoute}, {kind: GRPCRoute}]}}
  - {name: https, hostname: www.hall.example, port: 443, protocol: HTTPS, tls: {mode: Terminate, certificateRefs: [{kind: Secret, name: hall, namespace: keys}]}}
  - {name: tcp, port: 5432, protocol: TCP}
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: doors, namespace: keys}
spec: {from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: entrance}], to: [{group: '', kind: Secret, name: hall}]}
---
apiVersion: v1
kind: Service
metadata: {name: desk, namespace: entrance}
spec: {selector: {app: desk}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: rooms, namespace: keys}
spec: {selector: {app: rooms}, ports: [{name: grpc, port: 90, targetPort: 9090}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: desk, namespace: entrance, creationTimestamp: '2026-01-01T00:00:00Z'}
spec:
  parentRefs: [{name: doors, sectionName: http, port: 80}]
  hostnames: [desk.hall.example]
  rules:
  - matches: [{path: {type: PathPrefix, value: /old}, method: GET, headers: [{name: a, value: b}], queryParams: [{name: c, value: d}]}]
    filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}, {type: RequestMirror, requestMirror: {backendRef: {name: desk, port: 80}}}]
    backendRefs: [{name: desk, port: 80, weight: 1}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: rooms, namespace: keys}
spec:
  parentRefs: [{name: doors, namespace: entrance, sectionName: http}]
  hostnames: [rooms.hall.example]
  rules: [{matches: [{method: {service: rooms.Rooms, method: List}}], backendRefs: [{name: rooms, port: 90}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: {name: desk, namespace: entrance}
spec: {parentRefs: [{name: doors, sectionName: tcp}], rules: [{backendRefs: [{name: desk, port: 80}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: desk, namespace: entrance}
spec: {targetRefs: [{group: '', kind: Service, name: desk, sectionName: http}], validation: {hostname: desk.hall.example, wellKnownCACertificates: System}}
`;
