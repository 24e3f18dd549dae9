import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParseOptions, ParseProblem } from '../validation/parse/parse-manifests.ts';
import { parseApart } from './parse-apart.ts';
import type { ConfigObject } from '../validation/model/config-object.ts';

/** What a set of files and directories held. */
export interface DirectoryContents {
  readonly objects: readonly ConfigObject[];
  /** Documents that could not be read; the others stand. */
  readonly problems: readonly ParseProblem[];
  readonly files: number;
}

const manifest = /\.(?:ya?ml|json)$/i;
/** Rendered Helm and Kustomize output of a large cluster is tens of MB; above this a file is no manifest. */
const mostFileBytes = 256 * 1024 * 1024;
const mostFiles = 50_000;

/**
 * Reads manifests: of a directory all `.yaml`, `.yml` and `.json` files below it in the order of their names, hidden ones
 * and `node_modules` left out; a path that is a file is read whatever its name. Symbolic links to directories are not
 * followed, so no tree is endless. Throws nothing: a path that cannot be read is a problem of its own.
 */
export async function readDirectory(paths: readonly string[], options: ParseOptions): Promise<DirectoryContents> {
  const objects: ConfigObject[] = [], problems: ParseProblem[] = [];
  const files: string[] = [];
  const problem = (file: string, message: string): void => void problems.push({ file, message, line: 1, column: 1 });
  for (const path of paths) await collect(path, files, problem);
  for (const file of files) {
    try {
      const { size } = await stat(file);
      if (size > mostFileBytes) {
        problem(file, `has ${size} bytes; ${mostFileBytes} are read`);
        continue;
      }
      const parsed = await parseApart({ file, text: await readFile(file, 'utf8'), options });
      for (const object of parsed.objects) objects.push(object);
      for (const one of parsed.problems) problems.push(one);
    } catch (error) {
      problem(file, reasonOf(error));
    }
  }
  return { objects, problems, files: files.length };
}

/** Changes whenever a manifest of these paths is added, changed or removed, as far as times and sizes of files tell. Throws nothing. */
export async function fingerprintOf(paths: readonly string[]): Promise<string> {
  const files: string[] = [], hash = createHash('sha256');
  for (const path of paths) await collect(path, files, (file, message) => void hash.update(`${file} ${message}\n`));
  for (const file of files) {
    const { size, mtimeMs } = await stat(file).catch(() => ({ size: -1, mtimeMs: 0 }));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

async function collect(path: string, files: string[], problem: (file: string, message: string) => void): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) await walk(path, files, problem);
    else files.push(path);
  } catch (error) {
    problem(path, reasonOf(error));
  }
}

async function walk(directory: string, files: string[], problem: (file: string, message: string) => void): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      await walk(path, files, problem);
    } else if (manifest.test(entry.name)) {
      if (files.length >= mostFiles) return problem(directory, `more than ${mostFiles} files; the rest is not read`);
      files.push(path);
    }
  }
}

function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: string } | null)?.code;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  return error instanceof Error ? error.message : String(error);
}
