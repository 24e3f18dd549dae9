import { dig, field, list, shown, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

/** Conditions that tell of trouble by the value beside them (Gateway API, conditions of Gateways and of listeners). */
const ofGateway: Readonly<Record<string, string>> = { Accepted: 'False', Programmed: 'False', Ready: 'False', Scheduled: 'False' };
const ofListener: Readonly<Record<string, string>> = { Accepted: 'False', Conflicted: 'True', Detached: 'True', Programmed: 'False', Ready: 'False', ResolvedRefs: 'False' };
/** The controller is at work, or another condition says more. */
const passing = ['Pending', 'ListenersNotValid'];

export const notProgrammed: Check = {
  code: 'gateway-api/not-programmed',
  kiali: 'GWAPI',
  severity: 'warning',
  kinds: ['GatewayApiGateway'],
  title: 'The controller refuses the Gateway',
  meaning: 'What the status says is not served: the Gateway or the listener does not work as written.',
  remedy: 'Read the reason, correct the spec, and see the condition change.',
  run: ({ status }, _mesh, report) => {
    for (const [index, condition] of list(field(status, 'conditions')).entries()) {
      if (isTrouble(condition, ofGateway)) report(`status/conditions[${index}]/reason/${reasonOf(condition)}`, told(condition));
    }
    for (const [index, listener] of list(field(status, 'listeners')).entries()) {
      for (const condition of list(field(listener, 'conditions'))) {
        if (isTrouble(condition, ofListener)) report(`status/conditions[${index}]/type/${reasonOf(condition)}`, `listener ${text(field(listener, 'name')) ?? String(index)}: ${told(condition)}`);
      }
    }
  },
};

function isTrouble(condition: unknown, troubles: Readonly<Record<string, string>>): boolean {
  const type = text(dig(condition, 'type')) ?? '';
  if (!Object.hasOwn(troubles, type) || field(condition, 'status') !== troubles[type]) return false;
  return type !== 'Programmed' || !passing.includes(reasonOf(condition));
}

function reasonOf(condition: unknown): string {
  return text(field(condition, 'reason')) ?? '';
}

function told(condition: unknown): string {
  return `${shown(field(condition, 'type'))} is ${shown(field(condition, 'status'))} (${reasonOf(condition)}): ${text(field(condition, 'message')) ?? 'no message'}`;
}
