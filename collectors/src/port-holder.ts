import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Which process of this machine listens on a TCP port, as `name (pid n)`; null where that cannot be told
 * (not Linux, another user's process).
 */
export function portHolder(port: number): string | null {
  try {
    const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(readFileSync(table, 'utf8'), port)));
    if (sockets.size === 0) return null;
    const pid = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((name) => hasSocket(name, sockets));
    return pid === undefined ? null : `${programName(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))} (pid ${pid})`;
  } catch {
    return null;
  }
}

/** Program and, for an interpreter, its script, out of `/proc/<pid>/cmdline`; the other arguments may hold secrets. */
export function programName(commandLine: string): string {
  const [program = '', ...args] = commandLine.split('\0');
  const script = args.find((arg) => !arg.startsWith('-'));
  const name = basename(program);
  return script !== undefined && /\.(js|mjs|ts|py|rb|pl|sh)$/.test(script) ? `${name} ${basename(script)}` : name;
}

/** Inodes of the sockets in state LISTEN on a port, from a table of `/proc/net` (proc_pid_net(5)). */
export function listeningInodes(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === '0A' && local.endsWith(suffix) ? [inode] : [];
  });
}

function hasSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(/^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''));
  } catch {
    return false;
  }
}

/** Descriptors may close while they are looked at. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
