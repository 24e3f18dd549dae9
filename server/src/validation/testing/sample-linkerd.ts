/** A small mesh of Linkerd with every kind that is checked, in which nothing is wrong. */
export const sampleLinkerd = `
apiVersion: v1
kind: Namespace
metadata: {name: boutique, annotations: {linkerd.io/inject: enabled, config.linkerd.io/skip-outbound-ports: '25,4000-4100'}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: 'linkerdVersion: edge-26.9.1'}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: till, namespace: boutique}
---
apiVersion: v1
kind: Service
metadata: {name: till, namespace: boutique, annotations: {config.linkerd.io/opaque-ports: '3306'}}
spec: {selector: {app: till}, ports: [{name: web, port: 80, targetPort: http}, {name: mysql, port: 3306}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: till, namespace: boutique}
spec:
  selector: {matchLabels: {app: till}}
  template:
    metadata: {labels: {app: till}, annotations: {linkerd.io/inject: enabled, config.linkerd.io/opaque-ports: mysql}}
    spec: {serviceAccountName: till, containers: [{name: main, ports: [{name: http, containerPort: 8080}, {name: mysql, containerPort: 3306}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: till-1, namespace: boutique, labels: {app: till}, annotations: {linkerd.io/proxy-version: edge-26.9.1}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: till-1, uid: a, controller: true}]}
spec: {containers: [{name: main}, {name: linkerd-proxy, image: 'cr.l5d.io/linkerd/proxy:edge-26.9.1'}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-destination, namespace: linkerd}
spec:
  template:
    metadata: {labels: {linkerd.io/control-plane-component: destination}}
    spec: {containers: [{name: destination, image: 'cr.l5d.io/linkerd/controller:edge-26.9.1'}]}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: till-http, namespace: boutique, labels: {app: till}}
spec: {podSelector: {matchLabels: {app: till}}, port: http, proxyProtocol: HTTP/1}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: machines, namespace: boutique}
spec: {externalWorkloadSelector: {matchExpressions: [{key: app, operator: In, values: [press]}]}, port: 9000, accessPolicy: all-authenticated}
---
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: {name: press, namespace: boutique, labels: {app: press}}
spec: {ports: [{name: api, port: 9000}]}
---
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: {name: till, namespace: boutique}
spec:
  server: {selector: {matchLabels: {app: till}}}
  client: {networks: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}], meshTLS: {identities: ['*.boutique.serviceaccount.identity.linkerd.cluster.local'], serviceAccounts: [{name: till}]}}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: till, namespace: boutique}
spec:
  targetRef: {group: policy.linkerd.io, kind: HTTPRoute, name: till-in}
  requiredAuthenticationRefs: [{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: callers}, {group: policy.linkerd.io, kind: NetworkAuthentication, name: pods}, {kind: ServiceAccount, name: till}]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: callers, namespace: boutique}
spec: {identities: [till.boutique.serviceaccount.identity.linkerd.cluster.local], identityRefs: [{kind: ServiceAccount, name: till}, {kind: Namespace}]}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: pods, namespace: boutique}
spec: {networks: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: HTTPLocalRateLimitPolicy
metadata: {name: till, namespace: boutique}
spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: till-http}, overrides: [{requestsPerSecond: 5, clientRefs: [{kind: ServiceAccount, name: till}]}]}
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: till-in, namespace: boutique}
spec: {parentRefs: [{group: policy.linkerd.io, kind: Server, name: till-http}], rules: [{matches: [{path: {value: /}}]}]}
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: till-out, namespace: boutique}
spec: {parentRefs: [{kind: Service, name: till, port: 80}], rules: [{backendRefs: [{name: till, port: 80, weight: 1}]}]}
---
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: till.boutique.svc.cluster.local, namespace: boutique}
spec: {retryBudget: {ttl: 10s}, dstOverrides: []}
`;
