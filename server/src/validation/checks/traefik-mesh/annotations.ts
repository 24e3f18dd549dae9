import type { Check } from '../check.ts';

const prefix = 'mesh.traefik.io/';
const httpOnly: readonly string[] = ['scheme', 'retry-attempts', 'circuit-breaker-expression', 'ratelimit-average', 'ratelimit-burst'];
const values: Readonly<Record<string, RegExp>> = { 'traffic-type': /^(?:http|tcp|udp)$/, scheme: /^(?:http|https|h2c)$/, 'retry-attempts': /^[1-9]\d*$/, 'ratelimit-average': /^[1-9]\d*$/, 'ratelimit-burst': /^[1-9]\d*$/ };

export const traefikMeshAnnotations: Check = {
  code: 'traefik-mesh/annotations',
  severity: 'error',
  kinds: ['Service'],
  title: 'Annotations of Traefik Mesh that have no effect',
  meaning: 'A value that is not known leaves the Service out of the mesh; retries, circuit breakers and limits are of HTTP and are not applied to TCP and UDP.',
  remedy: 'Write `traffic-type` as `http`, `tcp` or `udp`, numbers above 0, and the average and the burst of a limit together.',
  run: ({ annotations }, _mesh, report) => {
    if (annotations.size === 0) return;
    const type = annotations.get(`${prefix}traffic-type`);
    for (const [key, value] of annotations) {
      const name = key.startsWith(prefix) ? key.slice(prefix.length) : '', path = `metadata/annotations/${key}`;
      if (Object.hasOwn(values, name) && values[name]?.test(value) === false) report(path, `${value.slice(0, 60)} is no value of ${key}`);
      else if (httpOnly.includes(name) && (type === 'tcp' || type === 'udp')) report(path, `${key} is of HTTP, and the traffic type is ${type}`);
    }
    const limits = ['ratelimit-average', 'ratelimit-burst'].map((name) => annotations.has(prefix + name));
    if (limits[0] !== limits[1]) report(`metadata/annotations/${prefix}${limits[0] ? 'ratelimit-average' : 'ratelimit-burst'}`, 'the average and the burst of a limit are given together');
  },
};
