import { parse } from 'yaml';

/** YAML kept as text in a field of an object, such as `data.mesh` of a ConfigMap; undefined where it is no text or cannot be read. */
export function embeddedYaml(source: unknown): unknown {
  if (typeof source !== 'string') return undefined;
  try {
    return parse(source, { maxAliasCount: 100, logLevel: 'silent' }) as unknown;
  } catch {
    return undefined;
  }
}
