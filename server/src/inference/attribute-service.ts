import type { Instrument } from '@orrery/collectors/model/edge-traffic';
import type { PlacedRow } from './placed-row.ts';
import { instrumentOrder, rank as rankOf } from './voice.ts';

/** The rows of one pair of entities, by the service that was addressed. */
export interface ServiceGroups {
  /** Each service once; `''` where no row of the pair names one. */
  readonly byService: Iterable<readonly [string, readonly PlacedRow[]]>;
  /** Rows that could belong to several services: evidence, and the last resort where nobody else measures a signal. */
  readonly unattributed: readonly PlacedRow[];
}

const none: readonly PlacedRow[] = [];

/** Ports by service; 0 stands for «not known» and fits any. */
type Services = Map<string, Set<number>>;

/**
 * Tells which service each row of a pair is about (rules 1 and 5): a row without a service joins the only service of that
 * pair and port, a guessed service yields to named ones. An instrument that names services itself is its own judge; one
 * that does not listens to those before it, so that a weaker instrument never moves the numbers of a stronger one.
 */
export function attributeServices(rows: readonly PlacedRow[]): ServiceGroups {
  const only = serviceOfAll(rows);
  if (only !== null) return { byService: [[only, rows]], unattributed: none };
  const byService = new Map<string, PlacedRow[]>();
  const unattributed: PlacedRow[] = [];
  for (const instrument of instrumentOrder) {
    const own = rows.filter((placed) => placed.row.instrument === instrument);
    if (own.length === 0) continue;
    const { services, guessesYield } = servicesFor(instrument, rows);
    for (const placed of own) {
      const named = placed.service !== '' && !(placed.serviceGuessed && guessesYield);
      const service = named ? placed.service : onlyService(services, placed.port);
      if (service === null) {
        unattributed.push(placed);
        continue;
      }
      const group = byService.get(service);
      if (group) group.push(placed);
      else byService.set(service, [placed]);
    }
  }
  return { byService, unattributed };
}

/** The only service that is named of a pair, where whatever names none fits it; null where that takes a closer look. Of most pairs it does not. */
function serviceOfAll(rows: readonly PlacedRow[]): string | null {
  let only = '', named: number | null = null;
  for (const { service, serviceGuessed, port } of rows) {
    if (serviceGuessed) return null;
    if (service === '') continue;
    if (named !== null && (service !== only || port !== named)) return null;
    only = service;
    named = port;
  }
  if (named === null || named === 0) return only;
  for (const { service, port } of rows) if (service === '' && port !== 0 && port !== named) return null;
  return only;
}

/** The services that an instrument's rows may join: its own names, else those of stronger instruments, else its own guesses, else the only one that a weaker one names. */
function servicesFor(instrument: Instrument, rows: readonly PlacedRow[]): { services: Services; guessesYield: boolean } {
  const rank = rankOf[instrument];
  const named = (test: (rank: number) => boolean, guessed: boolean): Services =>
    collect(rows.filter((placed) => placed.serviceGuessed === guessed && test(rankOf[placed.row.instrument])));
  const own = named((other) => other === rank, false);
  if (own.size > 0) return { services: own, guessesYield: true };
  const stronger = named((other) => other < rank, false);
  if (stronger.size > 0) return { services: stronger, guessesYield: true };
  const guesses = named((other) => other === rank, true);
  if (guesses.size > 0) return { services: guesses, guessesYield: false };
  const weaker = named((other) => other > rank, false);
  return { services: weaker.size === 1 ? weaker : new Map(), guessesYield: false };
}

function collect(rows: readonly PlacedRow[]): Services {
  const services: Services = new Map();
  for (const { service, port } of rows) {
    if (service === '') continue;
    const ports = services.get(service);
    if (ports) ports.add(port);
    else services.set(service, new Set([port]));
  }
  return services;
}

/** The only service of the pair at that port; `''` if none fits, null if several do. */
function onlyService(services: Services, port: number): string | null {
  let found = '';
  for (const [service, ports] of services) {
    if (port !== 0 && !ports.has(0) && !ports.has(port)) continue;
    if (found !== '') return null;
    found = service;
  }
  return found;
}
