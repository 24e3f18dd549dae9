export const scrapeIntervalS = 15;

/** The `scrape` section for sidecar pages on one loopback port. */
export function scrapeConfig(address: string, paths: readonly string[]): Record<string, unknown> {
  return { jobs: [{ name: 'load', intervalSeconds: scrapeIntervalS, targets: paths.map((path) => `http://${address}${path}`) }] };
}
