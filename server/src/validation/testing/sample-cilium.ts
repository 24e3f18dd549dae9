/** A small cluster with the kinds of Cilium that are checked, in which nothing is wrong. */
export const sampleCilium = `
apiVersion: v1
kind: Namespace
metadata: {name: front, labels: {tier: edge}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: front}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: main, ports: [{containerPort: 8080, name: http}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ledger, namespace: back}
spec:
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {containers: [{name: main, ports: [{containerPort: 9090, name: grpc}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: back, labels: {tier: back}, annotations: {service.cilium.io/global: 'true', service.cilium.io/affinity: local}}
spec: {selector: {app: ledger}, ports: [{name: grpc, port: 90, targetPort: 9090}]}
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: banks}
spec: {externalCIDRs: [192.0.2.0/24]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ledger, namespace: back}
spec:
  endpointSelector: {matchLabels: {'k8s:app': ledger}, matchExpressions: [{key: app, operator: Exists}]}
  enableDefaultDeny: {egress: true}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web, 'k8s:io.kubernetes.pod.namespace': front}}]
    toPorts:
    - ports: [{port: '9090', protocol: TCP}]
      rules: {http: [{method: POST, path: /entries}]}
  - fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.96.0.0/12]}, {cidrGroupRef: banks}]
    toPorts: [{ports: [{port: '9000', endPort: 9099, protocol: TCP}]}]
  ingressDeny:
  - fromEntities: [world]
  egress:
  - toFQDNs: [{matchName: api.bank.example}, {matchPattern: '*.post.example'}]
  - toServices: [{k8sService: {serviceName: ledger, namespace: back}}, {k8sServiceSelector: {selector: {matchLabels: {tier: back}}, namespace: back}}]
  - toCIDR: [198.51.100.0/24]
    icmps: [{fields: [{type: 8, family: IPv4}]}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: lookups}
specs:
- endpointSelector: {matchExpressions: [{key: 'io.cilium.k8s.namespace.labels.tier', operator: NotIn, values: [none]}]}
  egress:
  - toEndpoints: [{matchLabels: {'k8s:io.kubernetes.pod.namespace': kube-system, 'k8s:k8s-app': kube-dns}}]
    toPorts:
    - ports: [{port: '53', protocol: ANY}]
      rules: {dns: [{matchPattern: '*'}]}
---
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: ledger, namespace: back}
spec:
  services: [{name: ledger, namespace: back, listener: ledger, ports: [90]}]
  backendServices: [{name: ledger, namespace: back, number: ['90']}]
  resources: [{'@type': type.googleapis.com/envoy.config.listener.v3.Listener, name: ledger}]
---
apiVersion: cilium.io/v2
kind: CiliumLocalRedirectPolicy
metadata: {name: ledger, namespace: back}
spec:
  redirectFrontend: {serviceMatcher: {serviceName: ledger, namespace: back, toPorts: [{port: '90', name: grpc, protocol: TCP}]}}
  redirectBackend: {localEndpointSelector: {matchLabels: {app: ledger}}, toPorts: [{port: '9090', name: grpc, protocol: TCP}]}
`;
