/** `SystemStatus` of the schema. */
export interface SystemStatus {
  readonly version: string;
  readonly startedMs: number;
  readonly storeMode: string;
  readonly storeReady: boolean;
  readonly storeStartupMs: number;
  readonly listeners: readonly { readonly protocol: string; readonly address: string }[];
  readonly demo: boolean;
}
