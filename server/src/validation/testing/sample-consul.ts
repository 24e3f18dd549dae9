/** A small mesh of Consul with every kind that is checked, in which nothing is wrong. */
export const sampleConsul = `
apiVersion: v1
kind: Service
metadata: {name: menu, namespace: cafe}
spec: {selector: {app: menu}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: menu-next, namespace: cafe, annotations: {consul.hashicorp.com/service-name: menu-next}}
spec: {selector: {app: menu-next}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: menu, namespace: cafe}
spec:
  selector: {matchLabels: {app: menu}}
  template:
    metadata: {labels: {app: menu}, annotations: {consul.hashicorp.com/connect-inject: 'true', consul.hashicorp.com/service-meta-version: v1, consul.hashicorp.com/connect-service-upstreams: 'guest:9001,bank:9002:dc2,till.svc.store.peer:9003'}}
    spec: {containers: [{name: main, ports: [{containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: guest, namespace: cafe}
spec:
  selector: {matchLabels: {app: guest}}
  template:
    metadata: {labels: {app: guest}, annotations: {consul.hashicorp.com/connect-inject: 'true', consul.hashicorp.com/connect-service: 'guest,guest-admin'}}
    spec: {containers: [{name: main}]}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ProxyDefaults
metadata: {name: global, namespace: consul}
spec: {config: {protocol: http}, meshGateway: {mode: local}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: Mesh
metadata: {name: mesh, namespace: consul}
spec: {transparentProxy: {meshDestinationsOnly: true}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceDefaults
metadata: {name: menu, namespace: cafe}
spec: {protocol: http, meshGateway: {mode: remote}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceDefaults
metadata: {name: bank, namespace: cafe}
spec: {protocol: tcp, destination: {addresses: [bank.example], port: 443}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceIntentions
metadata: {name: menu, namespace: cafe}
spec:
  destination: {name: menu}
  sources: [{name: guest, permissions: [{action: allow, http: {pathPrefix: /, methods: [GET]}}]}, {name: till, peer: store, action: allow}, {name: '*', action: deny}]
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceResolver
metadata: {name: menu, namespace: cafe}
spec: {defaultSubset: v1, subsets: {v1: {filter: 'Service.Meta.version == v1'}}, failover: {v1: {service: menu-next}, '*': {targets: [{datacenter: dc2}, {peer: store}]}}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceResolver
metadata: {name: carte, namespace: cafe}
spec: {redirect: {service: menu, serviceSubset: v1}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceRouter
metadata: {name: menu, namespace: cafe}
spec: {routes: [{match: {http: {pathPrefix: /next}}, destination: {service: menu-next}}]}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceSplitter
metadata: {name: menu, namespace: cafe}
spec: {splits: [{weight: 99.5, serviceSubset: v1}, {weight: 0.5, service: menu-next}]}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: IngressGateway
metadata: {name: ingress-gateway, namespace: consul}
spec: {listeners: [{port: 8080, protocol: http, services: [{name: '*'}]}, {port: 8081, protocol: http, services: [{name: menu, hosts: [menu.example]}]}]}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: TerminatingGateway
metadata: {name: terminating-gateway, namespace: consul}
spec: {services: [{name: bank}, {name: ledger}]}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: Registration
metadata: {name: ledger, namespace: consul}
spec: {node: external, address: 192.0.2.9, service: {name: ledger, port: 443}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: PeeringAcceptor
metadata: {name: store, namespace: consul}
spec: {peer: {secret: {name: token, key: data, backend: kubernetes}}}
---
apiVersion: consul.hashicorp.com/v1alpha1
kind: ExportedServices
metadata: {name: default, namespace: consul}
spec: {services: [{name: menu, consumers: [{peer: store}]}, {name: '*', consumers: [{samenessGroup: all}]}]}
`;
