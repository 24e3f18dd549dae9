import { glob, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { makeTarget, TargetError, type Target, type TargetDefaults } from './targets.ts';

/** Prometheus' `file_sd` format: JSON or YAML. */
const groups = z.array(z.object({
  targets: z.array(z.string()),
  labels: z.record(z.string(), z.string()).default({}),
}));

/** Lists of targets in files, re-read when asked; a file that cannot be read keeps its last good list. */
export class FileTargets {
  readonly #patterns: readonly string[];
  readonly #defaults: TargetDefaults;
  readonly #files = new Map<string, { text: string; targets: readonly Target[] }>();

  constructor(patterns: readonly string[], defaults: TargetDefaults) {
    this.#patterns = patterns;
    this.#defaults = defaults;
  }

  /** Reads all files anew. `problem` is called for each file that keeps its last list, with the reason. */
  async read(problem: (path: string, reason: string) => void): Promise<Target[]> {
    const paths = new Set<string>();
    for (const pattern of this.#patterns) {
      try {
        if (!/[*?[{]/.test(pattern)) paths.add(pattern);
        else for await (const path of glob(pattern)) paths.add(path);
      } catch {
        problem(pattern, 'the folder cannot be read');
      }
    }
    for (const path of paths) {
      try {
        const text = await readFile(path, 'utf8');
        if (this.#files.get(path)?.text !== text) this.#files.set(path, { text, targets: this.#parse(text) });
      } catch (error) {
        problem(path, reasonOf(error));
      }
    }
    // A file that a pattern no longer finds is gone for good; one named outright may come back.
    for (const path of this.#files.keys()) if (!paths.has(path)) this.#files.delete(path);
    return [...this.#files.values()].flatMap(({ targets }) => targets);
  }

  #parse(text: string): Target[] {
    const parsed = groups.safeParse(parse(text) ?? []);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new TargetError(`not a list of { targets, labels }: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
    }
    return parsed.data.flatMap(({ targets, labels }) => targets.map((address) => makeTarget(address, labels, this.#defaults)));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof TargetError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'the file is not there';
  return error instanceof Error && error.name === 'YAMLParseError' ? 'not JSON or YAML' : 'the file cannot be read';
}
