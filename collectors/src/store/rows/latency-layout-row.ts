import type { LatencyLayout } from '../../model/latency-layout.ts';
import { column, tableRow } from '../native-block.ts';
import { array, float64, uint32 } from '../native-types.ts';

/** Columns of `latency_layouts`; one row for each layout. */
export const latencyLayoutRow = tableRow<LatencyLayout>('latency_layouts', [
  column('layout_id', uint32, (layout) => layout.id),
  column('bounds_ms', array(float64), (layout) => layout.boundsMs),
]);
