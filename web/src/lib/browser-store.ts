/** Reads JSON kept by the browser; null where there is none, it is damaged or storage is forbidden. */
export function readStored(key: string): unknown {
  try {
    const text = localStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

/** Keeps JSON in the browser; quietly does nothing where storage is full or forbidden. */
export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The page works without it: positions then last as long as the page.
  }
}
