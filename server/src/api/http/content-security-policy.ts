import { createHash } from 'node:crypto';

/** The one rule that cytoscape inserts as a `<style>` element for its container; allowed by its hash, not by `unsafe-inline`. */
const cytoscapeStyle = '.__________cytoscape_container { position: relative; }';

/**
 * The console loads scripts, styles, pictures and data of its own origin and nothing else, so that telemetry that
 * reached a page as markup could neither run nor call out. `connect-src 'self'` covers its WebSocket (CSP 3).
 */
export const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", `'sha256-${createHash('sha256').update(cytoscapeStyle).digest('base64')}'`],
    // Style attributes place the console's bars and tooltips; an attribute cannot run or load anything here.
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  },
};
