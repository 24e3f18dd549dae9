import { redacted, redactUrl } from '../model/redact-url.ts';

/** Turns the text of an attribute into what may be stored. */
export type Redaction = (text: string) => string;

const secretSegment =
  /^(?:proxy-)?authorization$|cookie|passw(?:or)?d|^pwd$|secret|credential|api-?key|^token$|(?:access|refresh|id|auth|session|security|csrf|xsrf)-?token/;
const urlSegment = /^(?:url|uri|href|referr?er|target)$|[-_](?:url|uri)$/;

/**
 * The redaction that an attribute key asks for, undefined for keys that are stored as they are:
 * credentials and cookies, query strings of URLs, literals in database queries.
 */
export function redactionOf(key: string): Redaction | undefined {
  switch (key) {
    case 'url.full':
    case 'url.original':
    case 'http.url':
    case 'http.target':
      return redactUrl;
    case 'url.query':
    case 'url.fragment':
    case 'db.connection_string':
      return redactAll;
    case 'db.query.text':
    case 'db.statement':
      return redactQueryLiterals;
  }
  if (key.startsWith('db.query.parameter.')) return redactAll;
  const segment = key.slice(key.lastIndexOf('.') + 1).toLowerCase().replaceAll('_', '-');
  if (secretSegment.test(segment)) return redactAll;
  if (urlSegment.test(segment)) return redactUrl;
  return undefined;
}

function redactAll(): string {
  return redacted;
}

const literals =
  /'[^']*(?:''[^']*)*(?:'|$)|"[^"]*(?:""[^"]*)*(?:"|$)|\$([A-Za-z_]*)\$[\s\S]*?(?:\$\1\$|$)|\b0x[0-9a-f]+\b|(?<![\w.$@:?`])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?\b/gi;

/**
 * A database query with `?` for its literals. Double-quoted text goes too, since some engines read it as a
 * string. A backslash makes it undecidable without the engine's dialect where a literal ends, so then
 * everything from the first quote on goes.
 */
export function redactQueryLiterals(text: string): string {
  if (!text.includes('\\')) return text.replace(literals, '?');
  const quote = text.search(/['"$]/);
  return (quote < 0 ? text : `${text.slice(0, quote)}?`).replace(literals, '?');
}

/** Stores whose commands hold keys and values without quotes. */
const unquoted = /^(?:redis|valkey|memcached)$/i;

/** The command alone for stores that write values without quotes, e.g. `SET ?`. */
export function redactCommand(dbSystem: string, text: string): string {
  if (!unquoted.test(dbSystem)) return text;
  const end = text.search(/\s/);
  return end < 0 ? text : `${text.slice(0, end)} ?`;
}

/** A span name, where instrumentations put a path with its query or a whole SQL statement. */
export function redactName(name: string, dbSystem: string): string {
  if (dbSystem !== '' && /['"\d]/.test(name)) return redactQueryLiterals(name);
  return name.includes('?') && name.includes('/') ? redactUrl(name) : name;
}
