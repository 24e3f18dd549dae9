/** A small mesh with the kinds of Kuma that are checked, in which nothing is wrong. */
export const sampleKuma = `
apiVersion: v1
kind: Namespace
metadata: {name: store, labels: {kuma.io/sidecar-injection: enabled, kuma.io/mesh: goods}}
---
apiVersion: kuma.io/v1alpha1
kind: Mesh
metadata: {name: goods}
spec:
  mtls: {enabledBackend: ca, backends: [{name: ca, type: builtin}]}
  logging: {defaultBackend: file, backends: [{name: file, type: file}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stock, namespace: store}
spec:
  selector: {matchLabels: {app: stock}}
  template:
    metadata: {labels: {app: stock, version: v1}}
    spec: {containers: [{name: main, ports: [{containerPort: 8080, name: http}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: store}
spec: {selector: {app: stock}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: kuma.io/v1alpha1
kind: MeshService
metadata: {name: till, namespace: store, labels: {kuma.io/mesh: goods, app: till}}
spec: {ports: [{port: 90, name: grpc}]}
---
apiVersion: kuma.io/v1alpha1
kind: MeshExternalService
metadata: {name: bank, namespace: kuma-system, labels: {kuma.io/mesh: goods}}
spec: {match: {type: HostnameGenerator, port: 443}, endpoints: [{address: api.bank.example, port: 443}]}
---
apiVersion: kuma.io/v1alpha1
kind: ExternalService
mesh: goods
metadata: {name: post}
spec: {tags: {kuma.io/service: post}, networking: {address: 'api.post.example:443'}}
---
apiVersion: kuma.io/v1alpha1
kind: MeshTrafficPermission
metadata: {name: callers, namespace: store, labels: {kuma.io/mesh: goods}}
spec:
  targetRef: {kind: Dataplane, labels: {app: stock}}
  from:
  - targetRef: {kind: MeshSubset, tags: {kuma.io/service: stock_store_svc_80}}
    default: {action: Allow}
---
apiVersion: kuma.io/v1alpha1
kind: MeshTimeout
metadata: {name: slow, namespace: store, labels: {kuma.io/mesh: goods}}
spec:
  to:
  - targetRef: {kind: MeshService, name: stock, sectionName: http}
    default: {connectionTimeout: 1s, http: {requestTimeout: 5s, streamIdleTimeout: 1m}}
  - targetRef: {kind: MeshExternalService, name: bank}
    default: {connectionTimeout: 2s}
  rules:
  - default: {idleTimeout: 1h}
---
apiVersion: kuma.io/v1alpha1
kind: MeshTimeout
metadata: {name: slower, namespace: store, labels: {kuma.io/mesh: goods}}
spec:
  to:
  - targetRef: {kind: MeshService, name: stock, sectionName: http}
    default: {idleTimeout: 1h}
---
apiVersion: kuma.io/v1alpha1
kind: MeshHTTPRoute
metadata: {name: split, namespace: store, labels: {kuma.io/mesh: goods}}
spec:
  targetRef: {kind: MeshSubset, tags: {app: stock, version: v1}}
  to:
  - targetRef: {kind: MeshService, name: stock_store_svc_80}
    rules:
    - matches: [{path: {type: PathPrefix, value: /}}]
      default:
        filters: [{type: RequestMirror, requestMirror: {percentage: 1, backendRef: {kind: MeshService, name: till, port: 90}}}]
        backendRefs: [{kind: MeshServiceSubset, name: stock_store_svc_80, tags: {version: v1}, weight: 100}]
---
apiVersion: kuma.io/v1alpha1
kind: Retry
mesh: goods
metadata: {name: retry}
spec: {sources: [{match: {kuma.io/service: '*'}}], destinations: [{match: {kuma.io/service: stock_store_svc_80}}], conf: {http: {numRetries: 2}}}
---
apiVersion: kuma.io/v1alpha1
kind: Dataplane
mesh: goods
metadata: {name: machine, namespace: store, labels: {app: machine}}
spec: {networking: {address: 192.0.2.1, inbound: [{port: 8080, name: main, tags: {kuma.io/service: machine}}]}}
---
apiVersion: kuma.io/v1alpha1
kind: DataplaneInsight
mesh: goods
metadata: {name: machine, namespace: store}
status: {subscriptions: [{version: {kumaDp: {version: 2.9.1, kumaCpCompatible: true}, envoy: {version: 1.31.0, kumaDpCompatible: true}}}]}
---
apiVersion: kuma.io/v1alpha1
kind: MeshGateway
mesh: goods
metadata: {name: edge}
spec: {selectors: [{match: {kuma.io/service: edge_store_svc}}], conf: {listeners: [{port: 80, protocol: HTTP}]}}
---
apiVersion: kuma.io/v1alpha1
kind: MeshGatewayInstance
metadata: {name: edge, namespace: store, labels: {kuma.io/mesh: goods}}
spec: {replicas: 1, tags: {kuma.io/service: edge_store_svc}}
---
apiVersion: kuma.io/v1alpha1
kind: MeshAccessLog
metadata: {name: edge, namespace: kuma-system, labels: {kuma.io/mesh: goods}}
spec: {targetRef: {kind: MeshGateway, name: edge}, to: [{targetRef: {kind: Mesh}, default: {backends: [{type: File, file: {path: /dev/stdout}}]}}]}
`;
