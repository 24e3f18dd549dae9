import { toConfigObject, type ConfigObject } from '@orrery/server/validation/model/config-object';
import { Validator } from '@orrery/server/validation/validator';
import { configMesh } from './lib/config-mesh.ts';
import { quantile, type BenchResult } from './lib/result.ts';

const namespaces = 500, changes = 200;

/** Validates 10,000 objects in 500 namespaces from their decoded form, then changes them one at a time. */
export function run(): BenchResult {
  const manifests = configMesh(namespaces);
  const started = performance.now();
  const validator = new Validator(manifests.map(objectOf));
  const fullSeconds = (performance.now() - started) / 1000;
  const findings = [...validator.findings()].length;
  const times: number[] = [], checked: number[] = [];
  for (let n = 0; n < changes; n++) {
    const changed = objectOf(structuredClone(manifests[(n * 7919) % manifests.length] ?? {}));
    const before = performance.now();
    checked.push(validator.apply([changed]).checked);
    times.push(performance.now() - before);
  }
  const rss = process.memoryUsage().rss / 1e6, incremental = quantile(times, 0.99);
  return {
    figures: [
      { name: `full, ${validator.size} objects`, value: fullSeconds, unit: 's', limit: 1 },
      { name: 'one object changed, p99', value: incremental, unit: 'ms', limit: 50 },
      { name: 'one object changed, p50', value: quantile(times, 0.5), unit: 'ms' },
      { name: 'objects checked again, p99', value: quantile(checked, 0.99), unit: '' },
      { name: 'findings', value: findings, unit: '' },
      { name: 'resident', value: rss, unit: 'MB', limit: 300 },
    ],
    result: { full_s: Number(fullSeconds.toFixed(3)), incremental_ms: Number(incremental.toFixed(1)), rss_mb: Math.round(rss) },
  };
}

function objectOf(manifest: object): ConfigObject {
  const answer = toConfigObject(manifest, { cluster: '', defaultNamespace: 'default' });
  if (!answer.ok) throw new Error(answer.problem);
  return answer.object;
}
