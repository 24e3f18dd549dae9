import { readUpstreams } from '../../mesh/consul-instances.ts';
import { isConsulService } from '../../mesh/consul.ts';
import { annotationPath, annotationsOfPods } from '../../mesh/annotations.ts';
import type { Check } from '../check.ts';

export const upstreamNotFound: Check = {
  code: 'consul-workload/upstream',
  severity: 'warning',
  kinds: ['Workload'],
  title: 'Upstream that does not exist, or without a port of its own',
  meaning: 'The proxy listens for an upstream whose endpoints never come, or for two upstreams on one port, of which one is left out.',
  remedy: 'Write `<service>:<local port>`, with the name under which the service is registered; one port for each.',
  run: (workload, mesh, report) => {
    const annotation = 'consul.hashicorp.com/connect-service-upstreams', written = annotationsOfPods(workload).get(annotation);
    if (written === undefined || written === '') return;
    const path = annotationPath(workload, annotation), ports = new Map<number, string>();
    for (const upstream of readUpstreams(written)) {
      if (upstream.port === undefined) report(path, `"${upstream.written}" has no local port`);
      else if (ports.has(upstream.port)) report(path, `${ports.get(upstream.port) ?? ''} and ${upstream.service} have the local port ${upstream.port}`);
      else if (!upstream.isElsewhere && !isConsulService(upstream.service, mesh)) report(path, `there is no service ${upstream.service}`);
      if (upstream.port !== undefined) ports.set(upstream.port, upstream.service);
    }
  },
};
