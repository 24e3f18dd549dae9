/**
 * What of a partial answer the reader has to know. A live window that begins before the first data is every fresh install in
 * its first minutes: rates are of the time that is covered, the time bar shows where the data begins, and it passes by itself.
 */
export function worthTelling(notes: readonly string[], live: boolean): readonly string[] {
  return live ? notes.filter((note) => !note.startsWith('data begins at ')) : notes;
}
