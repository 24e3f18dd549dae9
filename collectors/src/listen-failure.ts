import { portHolder } from './port-holder.ts';

/** A port could not be opened; the message names it, who holds it, and the setting that chooses another. */
export class ListenFailure extends Error {
  constructor(message: string, options: { readonly cause: unknown }) {
    super(message, options);
    this.name = 'ListenFailure';
  }
}

/** What could not listen, in the words that are told to whoever set it up. */
export interface ListenAttempt {
  /** What was to listen, e.g. `OTLP/gRPC`. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  /** Path of the setting, e.g. `otlp.grpc.port`. */
  readonly setting: string;
}

/** Says in words why listening failed. gRPC servers give the cause as text alone, so the text is looked at too. */
export function listenFailure({ what, host, port, setting }: ListenAttempt, cause: unknown): ListenFailure {
  const text = cause instanceof Error ? cause.message : String(cause);
  const place = `${what} cannot listen on ${host}:${port}`;
  if (/EADDRINUSE|address already in use|No address added/i.test(text)) {
    const holder = portHolder(port);
    return new ListenFailure(`${place}: the port is taken${holder === null ? '' : ` by ${holder}`}; stop that process or change ${setting} (0 = any free port)`, { cause });
  }
  if (/EACCES/.test(text)) return new ListenFailure(`${place}: not permitted for this user; take a port from 1024 up by ${setting}`, { cause });
  if (/EADDRNOTAVAIL|ENOTFOUND/.test(text)) return new ListenFailure(`${place}: this machine has no such address; change ${setting.replace(/port$/, 'host')}`, { cause });
  return new ListenFailure(`${what} does not start on ${host}:${port}: ${text}`, { cause });
}
