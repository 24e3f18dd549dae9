/** Names under which Nest injects what `app.module.ts` was given: interfaces leave no trace at run time. */
export const GRAPHS = Symbol('Graphs');
export const OPERATIONS = Symbol('Operations');
export const SPANS = Symbol('Spans');
export const SOURCES = Symbol('Sources');
export const STATUS = Symbol('Status');
export const READINESS = Symbol('Readiness');
export const METRICS = Symbol('Metrics');
export const FLOWS = Symbol('FlowsHandler');
export const EVENTS = Symbol('Events');
export const EVENT_INTAKE = Symbol('EventIntake');
export const TIMES = Symbol('Times');
export const FINDINGS = Symbol('Findings');
export const FINDING_STAKES = Symbol('FindingStakes');
export const INSIGHTS = Symbol('Insights');
export const BUNDLES = Symbol('Bundles');
export const CONFIG_UPLOADS = Symbol('ConfigUploads');
export const LOGGER = Symbol('Logger');
