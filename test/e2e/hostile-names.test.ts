import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing, skipReason, startBrowser, type Browser } from './browser.ts';
import { shopMesh, type FixtureMesh } from './fixture-mesh.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

const names: Readonly<Record<string, string>> = {
  web: '<img src=x onerror=alert(1)>', checkout: '"><script>document.title="x"</script>', payment: '\u202Egnp.tnemyap', search: 'a'.repeat(300),
  cart: 'line\nbreak\u0000', orders: '\'; DROP TABLE orders; --', graphql: '${7*7}{{7*7}}%s', fraud: '\u200B', profile: ' ',
};
const namespace = `shop<b>"\u202E${'y'.repeat(200)}`;
const called = (name: string): string => names[name] ?? name;

/** The shop as somebody would name it who wants to break the console. */
function hostileMesh(): FixtureMesh {
  const { nodes, edges } = shopMesh();
  return {
    nodes: nodes.map((node) => ({ ...node, name: called(node.name), namespace: node.namespace === 'shop' ? namespace : node.namespace, reason: node.name === 'ingress-gw' ? `<b>2 %</b> ${'r'.repeat(200)}` : node.reason })),
    edges: edges.map((edge) => ({ ...edge, source: called(edge.source), destination: called(edge.destination) })),
  };
}

const edgeOf = (source: string, destination: string): string => encodeURIComponent(`${called(source)}~${called(destination)}`);

describe.skipIf(chromiumMissing)(`names made to break the console${skipReason}`, () => {
  let server: FixtureServer;
  let browser: Browser;
  const dialogs: string[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startFixtureServer(hostileMesh()), startBrowser()]);
  });

  afterAll(async () => {
    await browser?.stop();
    await server?.stop();
  });

  async function open(path: string, size: { width: number; height: number }): Promise<Page> {
    const page = await browser.page(size);
    page.on('dialog', (dialog) => { dialogs.push(dialog.message()); void dialog.dismiss(); });
    await page.goto(`${server.url}${path}`);
    return page;
  }
  const desk = { width: 1440, height: 900 }, phone = { width: 390, height: 844 };

  /** Texts of what stands out of a part of the page at its sides, unless something around it cuts or scrolls it. */
  const standsOut = (page: Page, selector: string): Promise<string[]> => page.evaluate(`(() => {
    const root = document.querySelector(${JSON.stringify(selector)}), frame = root.getBoundingClientRect();
    const clipped = (element) => { for (let at = element.parentElement; at && at !== root; at = at.parentElement) if (getComputedStyle(at).overflowX !== 'visible') return !at.classList.contains('panel-body') && at.getBoundingClientRect().right <= frame.right + 1 && at.scrollWidth <= at.clientWidth + 1 ? true : getComputedStyle(at).textOverflow === 'ellipsis'; return false; };
    return [...root.querySelectorAll('button, td, p, h2, h3, h4, li, span')].filter((one) => { const box = one.getBoundingClientRect(); return box.width > 0 && (box.right > frame.right + 1 || box.left < frame.left - 1) && !clipped(one); }).map((one) => one.textContent.trim().slice(0, 60));
  })()`);

  it.each([
    ['an edge', `/topology?edge=${edgeOf('checkout', 'payment')}`], ['a long name', `/topology?edge=${edgeOf('web', 'search')}`],
    ['a node', `/topology?node=${encodeURIComponent(called('search'))}`], ['mutual TLS', '/topology?mode=mtls'], ['dependents', `/topology?mode=blast&node=${encodeURIComponent(called('payment'))}`],
  ])('stay within the panel: %s', async (_, path) => {
    const page = await open(path, desk);
    const panel = page.getByRole('complementary');
    await panel.getByRole('heading', { name: /Signals|Namespaces|What is wrong/ }).first().waitFor();
    await page.getByText(/^(Loading…|Looking…|.*Looking for the cause…)$/).first().waitFor({ state: 'detached' });
    await expect.poll(() => standsOut(page, 'aside, [role=complementary]')).toEqual([]);
    await expect.poll(async () => (await panel.locator('header').boundingBox())!.height).toBeLessThan(230);
    expect(await page.evaluate('document.querySelectorAll("#app img, #app script").length')).toBe(0);
    await page.close();
  });

  it('leave the header its shape, chosen or not', async () => {
    const page = await open('/topology', desk);
    await page.getByRole('button', { name: /^Namespaces/ }).click();
    const sheet = page.getByRole('dialog', { name: 'Namespaces' });
    await expect.poll(async () => (await sheet.boundingBox())!.width).toBeLessThan(450);
    await sheet.getByRole('checkbox', { name: /^shop/ }).check();
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await page.getByRole('button', { name: /^Namespaces/ }).boundingBox())!.width).toBeLessThan(350);
    expect((await page.getByRole('textbox', { name: 'Find', exact: true }).boundingBox())!.width).toBeGreaterThan(100);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1440);
    await page.close();
  });

  it('are told as what they are: no letters turned around, none without a name', async () => {
    const page = await open('/topology?view=table', desk);
    const table = page.getByRole('table', { name: 'Edges of the graph' });
    await table.waitFor();
    const told = async (): Promise<string> => (await table.locator('tbody tr').allTextContents()).join('\n');
    await expect.poll(told).toContain('\uFFFDgnp.tnemyap');
    const texts = await told();
    expect(texts).toContain('(no name)');
    expect(texts).not.toMatch(/[\u202E\u200B\u0000]/);
    await page.close();
  });

  it('fit a phone, and leave its sheet room for what is told', async () => {
    const page = await open(`/topology?edge=${edgeOf('web', 'search')}`, phone);
    const heading = page.getByRole('complementary').getByRole('heading', { name: 'Signals' });
    await heading.waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect((await page.getByRole('complementary').locator('header').boundingBox())!.height).toBeLessThan(230);
    await page.close();
  });

  it('are shown as text, whatever they contain', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const mesh = shopMesh();
    server.serve({
      nodes: [...mesh.nodes, { namespace: '"><script>', name: hostile, kind: 'workload', health: 'Failure', reason: '<b>5xx</b>', idle: false }],
      edges: [{ source: hostile, destination: 'web', protocol: '<i>', rps: 1, errorRatio: 1, p99Ms: 1, mtls: 0, health: 'Failure', reason: '<b>100 % 5xx</b>', idle: false }, ...mesh.edges],
    });
    const page = await open('/topology?view=table', desk);
    await page.getByText('45 services').first().waitFor({ state: 'attached' });
    await page.getByRole('cell', { name: hostile }).first().click();
    await page.getByRole('complementary').getByText(hostile).first().waitFor();
    expect(await page.locator('main img, main i, main script').count()).toBe(0);
    await page.close();
  });

  it('run nothing and throw nothing', () => expect([dialogs, browser.problems]).toEqual([[], []]));
});
