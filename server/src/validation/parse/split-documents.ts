/** The text of one document of a stream, and the line of the file, from 0, on which it begins. */
export interface DocumentText {
  readonly text: string;
  readonly line: number;
}

/**
 * Cuts a YAML stream at its document markers, so that a broken document takes no other with it. `---` and `...` at the
 * beginning of a line end a document even inside block scalars and quotes (YAML 1.2 §9.1.2), so lines are enough.
 */
export function splitDocuments(stream: string): DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0, startLine = 0, line = 0;
  const cut = (end: number): void => {
    const text = stream.slice(start, end);
    if (!isEmpty(text)) documents.push({ text, line: startLine });
  };
  for (let at = 0; at < stream.length; line++) {
    const newline = stream.indexOf('\n', at);
    const next = newline < 0 ? stream.length : newline + 1;
    if (isMarker(stream, at)) {
      cut(at);
      const restOfLine = /^(?:---[ \t]*(?:#.*)?|\.\.\..*)\r?\n?$/.test(stream.slice(at, next));
      // What follows `---` on its line belongs to the document: blank the marker and keep the columns.
      if (!restOfLine) stream = `${stream.slice(0, at)}   ${stream.slice(at + 3)}`;
      start = restOfLine ? next : at;
      startLine = restOfLine ? line + 1 : line;
    }
    at = next;
  }
  cut(stream.length);
  return documents;
}

function isMarker(stream: string, at: number): boolean {
  if (!stream.startsWith('---', at) && !stream.startsWith('...', at)) return false;
  const after = stream[at + 3];
  return after === undefined || after === ' ' || after === '\t' || after === '\n' || after === '\r';
}

function isEmpty(text: string): boolean {
  return /^(?:[ \t]*(?:#[^\n]*|%[A-Z][^\n]*)?(?:\r?\n|$))*$/.test(text);
}
