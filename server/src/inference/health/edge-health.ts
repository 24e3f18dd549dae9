import { Measured } from '@orrery/collectors/model/edge-traffic';
import type { Entity } from '@orrery/collectors/model/entity';
import type { TrafficSum } from '../traffic-sum.ts';
import { allWell, codeCounts } from './code-counts.ts';
import { wellVerdict, type Direction, type HealthJudge, type Verdict } from './rate-health.ts';

const judged = Measured.requests | Measured.connections | Measured.drops;

/** The health of one direction of a sum: inbound by what was answered, outbound by what the callers got. */
export function healthOf(judge: HealthJudge, entity: Entity, direction: Direction, sum: TrafficSum): Verdict {
  const responses = direction === 'outbound' && sum.toCaller.size > 0 ? sum.toCaller : sum.responses;
  if (allWell(responses, sum)) return wellVerdict((sum.measured & judged) !== 0 && sum.requests + sum.connections > 0);
  return judge(entity, direction, codeCounts(responses, sum));
}
