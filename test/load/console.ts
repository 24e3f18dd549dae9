import type { Page } from 'playwright-core';
import { startBrowser } from '../e2e/browser.ts';
import type { FixtureMesh } from '../e2e/fixture-mesh.ts';
import { startFixtureServer } from '../e2e/fixture-server.ts';
import { generateMesh, type MeshCall, type MeshWorkload } from './lib/graph-mesh.ts';
import { tasksDuring } from './lib/long-tasks.ts';
import type { BenchResult, Figure } from './lib/result.ts';

/** A task as long as this is felt as a jerk; computing time, for on a busy machine the time of day tells of other programs. */
const limitMs = 200;

/**
 * What the main thread of a browser does while somebody works on 1,000 workloads and 20,000 edges that change every second:
 * the longest task of each step.
 */
export async function run(): Promise<BenchResult> {
  const server = await startFixtureServer(fixtureOf(generateMesh({ tenant: 'default', workloads: 1_000, calls: 20_000 }).calls));
  const browser = await startBrowser();
  try {
    const page = await browser.page();
    page.setDefaultTimeout(60_000);
    const longest: Figure[] = [];
    for (const [name, act] of Object.entries(steps(page, server.url))) {
      const tasks = await tasksDuring(page, act);
      longest.push({ name: `${name}: longest task, CPU`, value: Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs)), unit: 'ms', limit: limitMs });
    }
    return { figures: longest, result: { longest_task_cpu_ms: Math.round(Math.max(...longest.map((figure) => figure.value))) } };
  } finally {
    await browser.stop();
    await server.stop();
  }
}

/** In order: each goes on where the one before it ended. */
function steps(page: Page, url: string): Readonly<Record<string, () => Promise<void>>> {
  const canvas = page.getByRole('application', { name: /^Service graph/ });
  const button = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: typeof name === 'string' }).first().click();
  const find = (text: string): Promise<void> => page.getByRole('textbox', { name: 'Find', exact: true }).fill(text);
  const drag = async (): Promise<void> => {
    await page.mouse.move(300, 400);
    await page.mouse.down();
    for (let x = 300; x <= 700; x += 20) await page.mouse.move(x, 400 + (x % 60));
    await page.mouse.up();
  };
  const zoom = async (): Promise<void> => {
    await page.mouse.move(600, 400);
    for (const by of [-200, -200, -200, 200, 200, 200]) await page.mouse.wheel(0, by);
  };
  return {
    open: async () => {
      await page.goto(url);
      await canvas.waitFor();
      await page.getByText('Collapsed, because').waitFor();
    },
    'stand still': () => page.waitForTimeout(5_000),
    pan: drag,
    zoom,
    find: () => find('ns = namespace-7 and %httperr > 5'),
    'find nothing': () => find(''),
    'select a namespace': () => page.getByRole('complementary').getByRole('button', { name: /^namespace-/ }).first().click(),
    'expand it': () => button('Expand'),
    'expand the worst': async () => {
      await button(/^Expand the \d+ worst$/);
      await page.waitForURL(/open=.*%2C/);
      await page.getByRole('button', { name: /^Collapse namespace-/ }).first().waitFor();
    },
    'pan expanded': drag,
    'zoom expanded': zoom,
    'find expanded': () => find('%httperr > 5'),
    'select a node': async () => {
      await find('');
      await canvas.focus();
      for (const key of ['ArrowRight', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
      await page.waitForURL(/(node|namespace)=/);
    },
    'collapse one': () => button(/^Collapse namespace-/),
    table: () => button('Table'),
    'sort the table': () => button(/^rps/),
    'scroll the table': async () => {
      await page.mouse.move(600, 400);
      for (let i = 0; i < 10; i++) await page.mouse.wheel(0, 2_000);
    },
    'select an edge': () => page.getByRole('table', { name: 'Edges of the graph' }).getByRole('row').nth(8).click(),
    graph: () => button('Graph'),
    'scrub time': async () => {
      await page.getByRole('slider', { name: 'Moment shown' }).focus();
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
      await page.waitForURL(/from=/);
    },
    'go live': () => button('Live'),
  };
}

/** The mesh as its graph says it. */
function fixtureOf(calls: readonly MeshCall[]): FixtureMesh {
  const health = (share: number): string => (share > 0.1 ? 'Failure' : share > 0.01 ? 'Degraded' : 'Healthy');
  const reason = (share: number): string => (share > 0.01 ? `${(share * 100).toFixed(1)} % 5xx` : '');
  const workloads = new Map<string, MeshWorkload>(calls.flatMap(({ source, destination }) => [[source.name, source], [destination.name, destination]]));
  const failed = new Map<string, { requests: number; errors: number }>();
  for (const { destination, requestsPerSecond, errorShare } of calls) {
    const sum = failed.get(destination.name) ?? { requests: 0, errors: 0 };
    failed.set(destination.name, { requests: sum.requests + requestsPerSecond, errors: sum.errors + requestsPerSecond * errorShare });
  }
  return {
    nodes: [...workloads.values()].map(({ name, namespace }) => {
      const { requests, errors } = failed.get(name) ?? { requests: 1, errors: 0 };
      return { namespace, name, kind: 'workload', health: health(errors / requests), reason: reason(errors / requests), idle: false };
    }),
    edges: calls.map(({ source, destination, requestsPerSecond, errorShare, medianMs }) => ({
      source: source.name, destination: destination.name, protocol: 'http', rps: requestsPerSecond, errorRatio: errorShare, p99Ms: medianMs * 10, mtls: 1,
      health: health(errorShare), reason: reason(errorShare), idle: false,
    })),
  };
}
