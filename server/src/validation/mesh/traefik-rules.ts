/** Matchers of Traefik's rule language, of version 2 and 3. */
const matchers: ReadonlySet<string> = new Set([
  'host', 'hostheader', 'hostregexp', 'path', 'pathprefix', 'pathregexp', 'method', 'header', 'headerregexp', 'headers', 'headersregexp', 'query', 'queryregexp', 'clientip',
  'hostsni', 'hostsniregexp', 'alpn',
]);

/** A matcher of a rule with its arguments, as written. */
export interface Matcher {
  readonly name: string;
  readonly values: readonly string[];
}

/** The matchers of a rule, or why it is none. */
export type RuleAnswer = { readonly ok: true; readonly matchers: readonly Matcher[] } | { readonly ok: false; readonly problem: string };

const most = 20_000;
const token = /\s+|&&|\|\||[!(),]|`[^`]*`|"(?:[^"\\]|\\.)*"|[A-Za-z]\w*/y;

/** Reads a rule such as ``Host(`a.example`) && PathPrefix(`/b`)`` far enough to tell its matchers, or what is wrong with it. */
export function readRule(rule: string): RuleAnswer {
  if (rule.length > most) return { ok: false, problem: `the rule is longer than ${most} characters` };
  const tokens: string[] = [];
  for (token.lastIndex = 0; token.lastIndex < rule.length;) {
    const at = token.lastIndex, [found] = token.exec(rule) ?? [];
    if (found === undefined) return { ok: false, problem: `the rule cannot be read from ${JSON.stringify(rule.slice(at, at + 20))}` };
    if (found.trim() !== '') tokens.push(found);
  }
  const found: Matcher[] = [];
  let depth = 0, wantsOperand = true;
  for (let n = 0; n < tokens.length; n++) {
    const one = tokens[n] ?? '';
    if (wantsOperand && one === '!') continue;
    if (wantsOperand && one === '(') depth++;
    else if (!wantsOperand && one === ')' && depth > 0) depth--;
    else if (!wantsOperand && (one === '&&' || one === '||')) wantsOperand = true;
    else if (wantsOperand && /^[A-Za-z]/.test(one)) {
      const end = tokens.indexOf(')', n), values = tokens.slice(n + 2, end).filter((value) => value !== ',');
      if (tokens[n + 1] !== '(' || end < 0 || values.some((value) => !/^[`"]/.test(value))) return { ok: false, problem: `${one} is not followed by its values in parentheses` };
      if (!matchers.has(one.toLowerCase())) return { ok: false, problem: `there is no matcher ${one}` };
      found.push({ name: one, values: values.map((value) => value.slice(1, -1)) });
      n = end;
      wantsOperand = false;
    } else return { ok: false, problem: `${one} is not expected there` };
  }
  if (depth > 0) return { ok: false, problem: 'a parenthesis is not closed' };
  return wantsOperand ? { ok: false, problem: tokens.length === 0 ? 'the rule is empty' : 'the rule ends with an operator' } : { ok: true, matchers: found };
}
