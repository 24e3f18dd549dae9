const unusual = /[A-Z[]|\.$|^::ffff:/;
const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/;

/**
 * A host or address as it is compared, for one thing may be written in several ways: names of the DNS in lower case and without the
 * dot that ends a whole one, IPv6 without brackets, IPv4 by itself where a socket of both families maps it (`::ffff:10.0.0.7`).
 * The path of a socket stays as it is.
 */
export function hostName(text: string): string {
  if (!unusual.test(text) || /[/\\]/.test(text)) return text;
  const plain = text.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return mapped.exec(plain)?.[1] ?? (plain === '.' ? plain : plain.replace(/\.$/, ''));
}
