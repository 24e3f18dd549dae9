/** A small cluster with the kinds of Traefik and of SMI that are checked, in which nothing is wrong. */
export const sampleTraefik = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: guide, namespace: museum}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: guide, namespace: museum}
spec:
  selector: {matchLabels: {app: guide}}
  template:
    metadata: {labels: {app: guide}}
    spec: {serviceAccountName: guide, containers: [{name: main, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: guide, namespace: museum, annotations: {mesh.traefik.io/traffic-type: http, mesh.traefik.io/ratelimit-average: '100', mesh.traefik.io/ratelimit-burst: '200'}}
spec: {selector: {app: guide}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: login, namespace: museum}
spec: {basicAuth: {secret: users}}
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: all, namespace: museum}
spec: {chain: {middlewares: [{name: login}]}}
---
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: {name: modern, namespace: museum}
spec: {minVersion: VersionTLS13}
---
apiVersion: traefik.io/v1alpha1
kind: ServersTransport
metadata: {name: inside, namespace: museum}
spec: {serverName: guide.museum.example}
---
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: {name: split, namespace: museum}
spec: {weighted: {services: [{name: guide, port: http, weight: 9, serversTransport: inside}, {kind: TraefikService, name: copied, weight: 1}]}}
---
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: {name: copied, namespace: museum}
spec: {mirroring: {name: guide, port: 80, mirrors: [{name: guide, port: 80, percent: 5}]}}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: guide, namespace: museum}
spec:
  entryPoints: [websecure]
  routes:
  - {kind: Rule, match: 'Host(\`museum.example\`) && (PathPrefix(\`/a\`) || Header(\`X-A\`, \`b\`))', priority: 5, middlewares: [{name: all}], services: [{kind: TraefikService, name: split, weight: 1}]}
  - {kind: Rule, match: 'Host(\`museum.example\`)', services: [{name: api@internal, kind: TraefikService}]}
  tls: {options: {name: modern}, secretName: museum}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRouteTCP
metadata: {name: guide, namespace: museum}
spec: {entryPoints: [tcp], routes: [{match: 'HostSNI(\`*\`)', services: [{name: guide, port: 80}]}]}
---
apiVersion: specs.smi-spec.io/v1alpha4
kind: HTTPRouteGroup
metadata: {name: guide, namespace: museum}
spec: {matches: [{name: read, pathRegex: /a, methods: [GET]}]}
---
apiVersion: access.smi-spec.io/v1alpha3
kind: TrafficTarget
metadata: {name: guide, namespace: museum}
spec:
  destination: {kind: ServiceAccount, name: guide, namespace: museum}
  rules: [{kind: HTTPRouteGroup, name: guide, matches: [read]}]
  sources: [{kind: ServiceAccount, name: default, namespace: museum}]
---
apiVersion: split.smi-spec.io/v1alpha3
kind: TrafficSplit
metadata: {name: guide, namespace: museum}
spec: {service: guide, backends: [{service: guide, weight: 100}]}
`;
