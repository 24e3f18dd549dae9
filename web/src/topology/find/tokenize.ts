/** A refusal that points at its place: `Column 14: no operand %htperr. Did you mean %httperr?` */
export class FindSyntaxError extends Error {
  /** Offset of the offending text, from 0. */
  readonly offset: number;
  readonly length: number;

  constructor(offset: number, length: number, message: string) {
    super(`Column ${offset + 1}: ${message}`);
    this.name = 'FindSyntaxError';
    this.offset = offset;
    this.length = length;
  }
}

export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'open' | 'close' | 'comma' | 'end';
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

const pattern = /\s*(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<operator>!=|>=|<=|[=<>])|(?<open>\()|(?<close>\))|(?<comma>,)|(?<word>[^\s"=!<>(),]+))/y;

/** @throws FindSyntaxError for an unfinished quotation or a stray character. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match?.groups) {
      const offset = at + text.slice(at).search(/\S/);
      const character = text[offset]!;
      throw new FindSyntaxError(offset, 1, character === '"' ? 'the quotation does not end' : `unexpected ${character}`);
    }
    const [kind, raw] = Object.entries(match.groups).find(([, value]) => value !== undefined)! as [Token['kind'], string];
    at = pattern.lastIndex;
    tokens.push({ kind, text: kind === 'quoted' ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw, offset: at - raw.length, length: raw.length });
  }
  tokens.push({ kind: 'end', text: '', offset: text.length, length: 0 });
  return tokens;
}
