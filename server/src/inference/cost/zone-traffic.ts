import type { TimeWindow } from '@orrery/collectors/model/time-window';
import type { Scope } from '../ports.ts';

/** What travelled on one stored edge between two zones, over a window; `''` = that end's zone is not known. */
export interface ZoneTraffic {
  /** 32 hex digits. */
  readonly edgeId: string;
  readonly sourceZone: string;
  readonly destinationZone: string;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** What was counted where nobody counted bytes by zone: proportions, for bytes that somebody else counted. */
  readonly requests?: number;
}

/** Reads bytes by edge and the zones of its ends, summed over a window. */
export interface ZoneTrafficReader {
  zoneTraffic(scope: Scope, window: TimeWindow): Promise<readonly ZoneTraffic[]>;
}
