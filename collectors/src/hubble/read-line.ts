import type { Flow } from '../model/flow.ts';
import { JsonShapeError } from '../wire/json-shape.ts';
import { decodeJson } from './decode-json.ts';
import { faultOf } from './flow-fault.ts';
import { flowFromHubble, type FlowContext } from './flow-from-hubble.ts';
import type { HubbleMessage } from './flow-message.ts';

/** What one line of JSON is: a row, a line refused with its reason, or something that is no flow and no fault. */
export type ReadLine =
  | { readonly kind: 'flow'; readonly row: Flow }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'message'; readonly message: Exclude<HubbleMessage, { kind: 'flow' }> };

/** Reads one line that is not empty. Never throws for what the line holds. */
export function readLine(line: string, context: FlowContext, nowMs: number): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // V8's message quotes the input, so it is not repeated.
    return { kind: 'rejected', reason: 'not JSON' };
  }
  try {
    const message = decodeJson(value);
    if (message.kind !== 'flow') return { kind: 'message', message };
    const fault = faultOf(message.flow, nowMs);
    return fault === null ? { kind: 'flow', row: flowFromHubble(message.flow, context) } : { kind: 'rejected', reason: fault };
  } catch (error) {
    if (!(error instanceof JsonShapeError)) throw error;
    return { kind: 'rejected', reason: error.message };
  }
}
