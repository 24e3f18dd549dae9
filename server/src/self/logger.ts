import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';

/**
 * JSON lines on standard output. Values are JSON-encoded, so no input can forge a line; credentials in URLs and
 * the usual secret fields never reach it.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'orrery' },
    timestamp: (): string => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ['password', '*.password', 'authorization', '*.authorization', 'cookie', '*.cookie', 'headers'], censor: '[redacted]' },
    serializers: { err: (error: unknown) => withoutCredentials(stdSerializers.err(error as Error)) },
  };
  return destination ? pino(options, destination) : pino(options);
}

function withoutCredentials(value: object): object {
  return JSON.parse(JSON.stringify(value, (_key, text: unknown) => (typeof text === 'string' ? text.replace(/(\w+:\/\/)[^/\s@]+@/g, '$1[redacted]@') : text))) as object;
}
