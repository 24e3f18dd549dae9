/**
 * The statements of a migration: split at `;`, which does not count inside quotes and comments.
 * Comments are kept, statements of comments alone are left out.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let from = 0;
  for (const token of text.matchAll(/--[^\n]*|'(?:[^'\\]|\\.)*'|`[^`]*`|"[^"]*"|;/g)) {
    if (token[0] !== ';') continue;
    statements.push(text.slice(from, token.index));
    from = token.index + 1;
  }
  statements.push(text.slice(from));
  return statements.map((statement) => statement.trim()).filter((statement) => statement.replace(/--[^\n]*/g, '').trim() !== '');
}
