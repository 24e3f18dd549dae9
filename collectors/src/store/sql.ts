/**
 * SQL with typed parameters: values never enter the text. Made by the `sql` tag alone.
 * `text` holds `{p1: Type}` placeholders, `params` their values.
 */
export interface Sql {
  readonly text: string;
  readonly params: Readonly<Record<string, unknown>>;
}
