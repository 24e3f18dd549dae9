import { nearest } from './nearest.ts';
import { operands, type Operand } from './operands.ts';
import { FindSyntaxError, tokenize, type Token } from './tokenize.ts';

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=' | 'contains' | 'startswith' | 'endswith';

export type Expression =
  | { readonly kind: 'or' | 'and'; readonly terms: readonly Expression[] }
  | { readonly kind: 'not'; readonly term: Expression }
  | { readonly kind: 'flag'; readonly operand: string }
  | { readonly kind: 'compare'; readonly operand: string; readonly comparison: Comparison; readonly value: string }
  /** Value of any of these: `ns in (shop, payments)`. */
  | { readonly kind: 'in'; readonly operand: string; readonly values: readonly string[] }
  /** Words without an operand: part of a name. */
  | { readonly kind: 'text'; readonly value: string };

const textOperators: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
const keywords: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', ...textOperators]);
const maxDepth = 50;

/**
 * Parses a find expression; null if it is blank.
 *
 *     expression := term { "or" term }          term    := factor { "and" factor }
 *     factor     := "not" factor | "(" expression ")" | flag | operand operator value | operand ["not"] "in" "(" value { "," value } ")"
 *     operator   := = | != | > | >= | < | <= | ["not"] contains | ["not"] startswith | ["not"] endswith
 *
 * A number may carry its unit: `%httperr > 5 %`, `p99 > 1.5 s`.
 * A single word that is no operand finds names that contain it. `NaN` as the value of a number means «not measured».
 * @throws FindSyntaxError with column and, where one is near, the operand that was meant.
 */
export function parseFind(text: string): Expression | null {
  const tokens = tokenize(text);
  if (tokens.length === 1) return null;
  const [first, second] = tokens;
  if (second?.kind === 'end' && first && (first.kind === 'quoted' || (first.kind === 'word' && !isOperand(first.text) && !first.text.startsWith('%') && !keywords.has(first.text.toLowerCase())))) {
    return { kind: 'text', value: first.text };
  }
  const parser = new Parser(tokens);
  const expression = parser.expression(0);
  parser.finish();
  return expression;
}

function isOperand(word: string): boolean {
  return Object.hasOwn(operands, word.toLowerCase());
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(depth: number): Expression {
    return this.#chain('or', () => this.#chain('and', () => this.#factor(depth)));
  }

  finish(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw this.#error(token, `expected «and» or «or» before ${token.text}`);
  }

  #chain(kind: 'or' | 'and', part: () => Expression): Expression {
    const terms = [part()];
    while (this.#word(kind)) terms.push(part());
    return terms.length === 1 ? terms[0]! : { kind, terms };
  }

  #factor(depth: number): Expression {
    if (depth > maxDepth) throw this.#error(this.#peek(), 'nested too deeply');
    if (this.#word('not')) return { kind: 'not', term: this.#factor(depth + 1) };
    if (this.#take('open')) {
      const inner = this.expression(depth + 1);
      if (!this.#take('close')) throw this.#error(this.#peek(), 'a closing ) is missing');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Expression {
    const token = this.#next();
    if (token.kind === 'end') throw this.#error(token, 'an operand is missing');
    const name = token.text.toLowerCase();
    const operand = token.kind === 'word' ? (Object.hasOwn(operands, name) ? operands[name] : undefined) : undefined;
    if (!operand) {
      const meant = nearest(name, Object.keys(operands));
      throw this.#error(token, `no operand ${token.text}.${meant === null ? ' ? lists them.' : ` Did you mean ${meant}?`}`);
    }
    if (operand.type === 'flag') return { kind: 'flag', operand: name };
    const negated = this.#word('not');
    const wrap = (expression: Expression): Expression => (negated ? { kind: 'not', term: expression } : expression);
    if (this.#word('in')) return wrap({ kind: 'in', operand: name, values: this.#list(operand) });
    const operator = this.#next();
    const comparison = operator.text.toLowerCase();
    if (operator.kind !== 'operator' && !(operator.kind === 'word' && textOperators.has(comparison))) {
      throw this.#error(operator, `an operator is missing after ${token.text}: = != > >= < <= contains startswith endswith in`);
    }
    if (negated && operator.kind === 'operator') throw this.#error(operator, `write not before ${token.text}, or !=`);
    if (operand.type === 'text' && /[<>]/.test(comparison)) throw this.#error(operator, `${token.text} is a text: use = != contains startswith endswith in`);
    if (operand.type === 'number' && textOperators.has(comparison)) throw this.#error(operator, `${token.text} is a number: use = != > >= < <=`);
    return wrap({ kind: 'compare', operand: name, comparison: comparison as Comparison, value: this.#value(operand) });
  }

  #list(operand: Operand): string[] {
    if (!this.#take('open')) throw this.#error(this.#peek(), 'in needs a list: in (a, b)');
    const values = [this.#value(operand)];
    while (this.#take('comma')) values.push(this.#value(operand));
    if (!this.#take('close')) throw this.#error(this.#peek(), 'a closing ) is missing');
    return values;
  }

  #value(operand: Operand): string {
    const token = this.#next();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.#error(token, 'a value is missing');
    return operand.type === 'number' && token.text.toLowerCase() !== 'nan' ? this.#number(token, operand.units) : token.text;
  }

  /** A number with its unit or without, in the operand's own unit: `5`, `5 %`, `1.5s`. */
  #number(token: Token, units: Readonly<Record<string, number>>): string {
    const [, digits, attached = ''] = /^(-?(?:\d+\.?\d*|\.\d+))(\D.*)?$/.exec(token.text) ?? [];
    if (digits === undefined) throw this.#error(token, `${token.text} is no number`);
    const next = this.#peek();
    const unit = attached === '' && next.kind === 'word' && Object.hasOwn(units, next.text) ? this.#next().text : attached;
    if (unit === '') return digits;
    if (!Object.hasOwn(units, unit)) throw this.#error(token, `${unit} is no unit of it${Object.keys(units).length > 0 ? `: use ${Object.keys(units).join(' ')}` : ''}`);
    return String(Number(digits) * units[unit]!);
  }

  #word(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #take(kind: Token['kind']): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#at++;
    return true;
  }

  #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #error(token: Token, message: string): FindSyntaxError {
    return new FindSyntaxError(token.offset, Math.max(1, token.length), message);
  }
}
