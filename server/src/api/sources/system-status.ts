/** `SystemStatus` of the schema. */
export interface SystemStatus {
  readonly version: string;
  readonly startedMs: number;
  readonly storeMode: string;
  readonly storeReady: boolean;
  readonly storeStartupMs: number;
  readonly listeners: readonly { readonly protocol: string; readonly address: string }[];
  readonly demo: boolean;
  /** Window in Unix seconds of the bundle that is shown; null on a live Orrery. */
  readonly replay: { readonly from: number; readonly to: number; readonly recordedAtMs: number; readonly title: string } | null;
}
