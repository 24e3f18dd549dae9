/**
 * `<namespace>/<name>` of an Istio Gateway as a VirtualService of `namespace` writes it: `name`, `namespace/name`, or the
 * old forms `name.namespace` and `name.namespace.svc.cluster.local`. `mesh` stays: it stands for all sidecars.
 */
export function gatewayName(written: string, namespace: string): string {
  if (written === 'mesh') return written;
  if (written.includes('/')) return written;
  const [name = '', home] = written.split('.');
  return `${home ?? namespace}/${name}`;
}
