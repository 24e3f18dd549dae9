/** Why a file cannot be read, in words; the path leads. @param error what the file system said */
export function fileFailure(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT': return `${path}: no such file`;
    case 'EISDIR': return `${path}: is a directory, a file is expected`;
    case 'ENOTDIR': return `${path}: a part of this path is no directory`;
    case 'EACCES': case 'EPERM': return `${path}: this user may not read it`;
    default: return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
