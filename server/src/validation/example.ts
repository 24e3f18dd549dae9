import { defaultSettings, type MeshSettings } from './model/settings.ts';

/** The example of a check: manifests that it finds fault with, the same put right, and what stands beside both. */
export interface CheckExample {
  readonly settings: MeshSettings;
  readonly settingsText: string | undefined;
  readonly beside: string;
  readonly bad: string;
  readonly good: string;
  /** Paths that the bad one is told of, sorted; `''` for an object as a whole. */
  readonly paths: readonly string[];
}

/**
 * Reads `checks/<kind>/<check>.yaml`: sections that begin with the comments `# settings: {…}`, `# with`,
 * `# bad: <path>, <path>` and `# good`.
 */
export function readExample(text: string): CheckExample {
  const sections = new Map<string, { rest: string; body: string }>();
  for (const section of text.split(/^(?=# (?:settings|with|bad|good)\b)/m)) {
    const [, name = '', rest = '', body = ''] = /^# (\w+):?[ \t]*(.*)\n([^]*)$/.exec(section) ?? [];
    sections.set(name, { rest, body });
  }
  const settingsText = sections.get('settings')?.rest;
  return {
    settings: settingsText === undefined ? defaultSettings : settingsFrom(settingsText),
    settingsText,
    beside: sections.get('with')?.body ?? '',
    bad: sections.get('bad')?.body ?? '',
    good: sections.get('good')?.body ?? '',
    paths: (sections.get('bad')?.rest ?? '').split(', ').map((path) => (path === '(object)' ? '' : path)).sort(),
  };
}

function settingsFrom(text: string): MeshSettings {
  const { remotePrincipals = {}, ...settings } = JSON.parse(text) as Partial<Omit<MeshSettings, 'remotePrincipals'>> & { readonly remotePrincipals?: Readonly<Record<string, readonly string[]>> };
  return { ...defaultSettings, ...settings, remotePrincipals: new Map(Object.entries(remotePrincipals)) };
}
