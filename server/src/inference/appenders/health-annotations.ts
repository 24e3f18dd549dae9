import type { HealthRate, Tolerance } from '../health/tolerance.ts';
import type { MeshInventory } from '../inventory.ts';

const annotation = 'health.kiali.io/rate';
/** What expressions over codes, protocols and directions need; nothing that could run for long. */
const harmless = /^[\w\s|()[\]\-.^$?*+]{1,64}$/;
const maxTolerances = 32;

/**
 * Tolerances that objects carry themselves, in Kiali's annotation `code,degraded,failure,protocol,direction;…`: for a
 * workload (and the app it runs) or a service. A tolerance that cannot be read is left out; an object without one readable
 * tolerance is judged by the defaults.
 */
export function annotatedRates({ workloads, services }: MeshInventory): HealthRate[] {
  const rates: HealthRate[] = [];
  const add = (namespace: string, kind: string, names: readonly string[], text: string | undefined): void => {
    const tolerance = text === undefined ? [] : tolerancesOf(text);
    if (tolerance.length > 0) rates.push({ namespace: literal(namespace), kind, name: names.map(literal).join('|'), tolerance });
  };
  for (const one of workloads) add(one.namespace, 'workload|gateway|waypoint', [one.name], one.annotations.get(annotation));
  for (const one of services) add(one.namespace, 'service', [one.name], one.annotations.get(annotation));
  return rates;
}

/** `5XX,0,20,http,inbound;4XX,10,30` → tolerances; protocol and direction default to any. */
export function tolerancesOf(text: string): Tolerance[] {
  const out: Tolerance[] = [];
  for (const part of text.split(';').slice(0, maxTolerances)) {
    const [code = '', degraded = '', failure = '', protocol = '.*', direction = '.*'] = part.split(',').map((field) => field.trim());
    const tolerance = { code, protocol: protocol || '.*', direction: direction || '.*', degraded: Number(degraded), failure: Number(failure) };
    const numbersFit = [degraded, failure].every((value) => value !== '' && Number(value) >= 0 && Number(value) <= 100);
    if (numbersFit && [tolerance.code, tolerance.protocol, tolerance.direction].every(isExpression)) out.push(tolerance);
  }
  return out;
}

function isExpression(pattern: string): boolean {
  if (!harmless.test(pattern) || /[*+?]\)?[*+?]|\)[*+]/.test(pattern)) return false;
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
