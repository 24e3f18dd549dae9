/** One end of an observed edge, as patterns see it. */
export interface ObservedEntity {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly app: string;
}

/** Kinds that are named by themselves and live in no namespace. */
const outside = ['external', 'database', 'topic', 'world', 'unknown'] as const;

/** A pattern that was understood. */
export interface EntityPattern {
  readonly text: string;
  matches(entity: ObservedEntity): boolean;
}

/**
 * `namespace/name` for a workload or its application, `cluster:namespace/name` where clusters matter, `*` for anything;
 * `external:host`, `database:name`, `topic:name`, `world` and `unknown` for what lives in no namespace. A `*` inside a
 * part stands for any text.
 * @throws RangeError with what to write instead
 */
export function entityPattern(text: string): EntityPattern {
  if (text === '*') return { text, matches: () => true };
  const [, kind, named] = /^(external|database|topic):(.+)$/.exec(text) ?? [];
  if (kind !== undefined && named !== undefined) {
    const name = glob(named);
    return { text, matches: (entity) => entity.kind === kind && name.test(entity.name) };
  }
  if (text === 'world' || text === 'unknown') return { text, matches: (entity) => entity.kind === text };
  const parts = /^(?:([^:/\s]+):)?([^:/\s]+)\/([^:/\s]+)$/.exec(text);
  if (!parts) throw new RangeError(`«${text}» is no entity; write namespace/name, cluster:namespace/name, external:host, database:name, topic:name, world, unknown or *`);
  const cluster = glob(parts[1] ?? '*'), namespace = glob(parts[2]!), name = glob(parts[3]!);
  return {
    text,
    matches: (entity) => !(outside as readonly string[]).includes(entity.kind) && cluster.test(entity.cluster) && namespace.test(entity.namespace)
      && (name.test(entity.name) || (entity.app !== '' && name.test(entity.app))),
  };
}

/** The pattern that names an entity and no other. */
export function patternOf({ kind, namespace, name, app }: ObservedEntity): string {
  if (kind === 'world' || kind === 'unknown') return namespace === '' ? kind : `${namespace}/*`;
  if ((outside as readonly string[]).includes(kind)) return `${kind}:${name}`;
  return `${namespace === '' ? '*' : namespace}/${name || app}`;
}

function glob(text: string): RegExp {
  return new RegExp(`^${text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}
