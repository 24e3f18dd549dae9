/** A line of YAML in parts: indentation with list marks, key with its colon, and what follows. */
export interface YamlLine { readonly indent: string; readonly key: string; readonly value: string }

/** Splits a line as `js-yaml`-like printers write it; what is no key is all value. */
export function yamlLine(line: string): YamlLine {
  const match = /^(\s*(?:- )*)(?:("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#:{[][^:#]*):(?=\s|$)\s?)?(.*)$/s.exec(line);
  return { indent: match?.[1] ?? '', key: match?.[2] ?? '', value: match?.[3] ?? line };
}

/** The excerpt's lines around what is marked: at most `most`, so that a long object leaves room for the rest. */
export function linesInSight(lines: number, from: number, to: number, most: number): { readonly start: number; readonly end: number } {
  if (lines <= most) return { start: 0, end: lines };
  const start = Math.max(0, Math.min(lines - most, Math.floor((from + to - most) / 2)));
  return { start: Math.min(start, Math.max(0, from - 2)), end: Math.min(lines, Math.min(start, Math.max(0, from - 2)) + most) };
}
