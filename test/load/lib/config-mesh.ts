/** Decoded manifests of a mesh: 20 objects a namespace, one in a hundred of them wrong in some way. */
export function configMesh(namespaces: number): object[] {
  return Array.from({ length: namespaces }, (_, n) => namespaceObjects(n)).flat();
}

function namespaceObjects(n: number): object[] {
  const namespace = `team-${n}`, next = `team-${n + 1}`;
  const named = (apiVersion: string, kind: string, name: string, spec: object, labels = {}): object => ({ apiVersion, kind, metadata: { name, namespace, labels }, spec });
  const apps = Array.from({ length: 5 }, (_, m) => `app-${m}`);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'istio-injection': 'enabled', 'kubernetes.io/metadata.name': namespace } } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    ...apps.map((app) => named('v1', 'Service', app, { selector: { app }, ports: [{ name: n % 50 === 0 ? 'web' : 'http', port: 80, targetPort: 8080 }] })),
    ...apps.map((app) => named('apps/v1', 'Deployment', `${app}-v1`, {
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app, version: 'v1', team: namespace } }, spec: { serviceAccountName: 'default', containers: [{ name: 'main', image: `registry.example/${app}:1.0`, ports: [{ containerPort: 8080 }] }] } },
    })),
    ...apps.slice(0, 3).map((app) => named('networking.istio.io/v1', 'VirtualService', app, {
      hosts: [app],
      http: [
        { match: [{ uri: { prefix: '/v2' } }], route: [{ destination: { host: `${app}.${next}.svc.cluster.local`, subset: 'v1' } }] },
        { route: [{ destination: { host: app, subset: n % 100 === 0 ? 'v9' : 'v1' } }], timeout: '5s' },
      ],
    })),
    ...apps.slice(0, 3).map((app) => named('networking.istio.io/v1', 'DestinationRule', app, { host: app, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, connectionPool: { http: { http1MaxPendingRequests: 100 } } }, subsets: [{ name: 'v1', labels: { version: 'v1' } }] })),
    named('security.istio.io/v1', 'PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } }),
    named('security.istio.io/v1', 'AuthorizationPolicy', 'callers', {
      rules: [{ from: [{ source: { principals: [`cluster.local/ns/${namespace}/sa/default`, `cluster.local/ns/${next}/sa/default`] } }], to: [{ operation: { methods: ['GET', 'POST'] } }] }],
    }),
  ];
}
