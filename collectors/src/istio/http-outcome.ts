import { responseKey } from '../model/edge-traffic.ts';
import type { Labels } from './istio-labels.ts';

/**
 * The one outcome of a request: the gRPC status where there is one, else the HTTP code (three digits, for gRPC too).
 * Errors: HTTP ≥ 500 or no response (`0`), gRPC status ≠ 0. A code that a Telemetry resource removed is no error.
 */
export function httpOutcome(labels: Labels): { response: string; isError: boolean } {
  const flags = flagsOf(labels);
  const status = labels.get('grpc_response_status');
  const code = labels.get('response_code');
  const isError = code === '0' || /^[5-9]\d\d$/.test(code);
  if (labels.get('request_protocol') !== 'grpc') return { response: responseKey('http', token(code), flags), isError };
  if (status !== '') return { response: responseKey('grpc', token(status), flags), isError: status !== '0' };
  // The proxy answered, or nobody: 0 would read as the gRPC status OK.
  return { response: responseKey('grpc', code === '0' ? '' : token(code), flags), isError };
}

/** `response_flags` without the `-` that stands for none. */
export function flagsOf(labels: Labels): string {
  const flags = labels.get('response_flags');
  return flags === '-' ? '' : token(flags);
}

/** A part of a response key: one word, of bounded length. */
function token(text: string): string {
  return text.replace(/\s+/gu, '_').slice(0, 64);
}
