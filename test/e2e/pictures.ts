import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Album, Take } from './album.ts';

const sizes = [{ width: 1600, height: 900 }, { width: 1280, height: 720 }] as const;
const phone = { width: 390, height: 844 };

/** What pictures are of: ids as the address bar of the console has them. */
export interface Subjects { readonly edge: string; readonly node: string }

async function everySize(album: Album, name: string, take: Take): Promise<void> {
  for (const size of sizes) await album.take(name, size, take, size === sizes[0] ? '' : String(size.width));
}

/** The edge checkout → payment and its callee. @throws Error when it does not fail in time */
export async function subjectsOf(url: string, patienceMs: number): Promise<Subjects> {
  const query = '{ graph { nodes { id entity { name } } edges { id source destination health } } }';
  let heard = 'nothing';
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(1_000)) {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) }).catch(() => null);
    const body = response ? await response.json() as { data?: { graph: { nodes: { id: string; entity: { name: string } }[]; edges: { id: string; source: string; destination: string; health: string }[] } } } : null;
    if (!body?.data) continue;
    const { nodes, edges } = body.data.graph;
    const name = (id: string): string => nodes.find((node) => node.id === id)?.entity.name ?? '';
    const edge = edges.find((one) => name(one.source) === 'checkout' && name(one.destination).startsWith('payment'));
    heard = edge ? `checkout → payment is ${edge.health}` : `${edges.length} edges without it`;
    if (edge?.health === 'Failure') return { edge: edge.id, node: edge.destination };
  }
  throw new Error(`checkout → payment does not fail: ${heard}`);
}

export async function ofNothing(album: Album, url: string): Promise<void> {
  await everySize(album, 'checklist', async (page) => {
    await page.goto(url);
    await page.getByRole('heading', { name: 'No traffic to draw yet' }).waitFor();
  });
}

export async function ofComparison(album: Album, url: string, { before, begin, end }: { readonly before: number; readonly begin: number; readonly end: number }): Promise<void> {
  await everySize(album, 'compare', async (page) => {
    await page.goto(`${url}/topology?from=${begin}&to=${end}&with=${before}-${begin}`);
    await page.getByRole('complementary').getByText('checkout → payment').first().waitFor();
  });
  await album.take('phone-compare', phone, async (page) => {
    await page.goto(`${url}/topology?from=${begin}&to=${end}&with=${before}-${begin}`);
    await page.getByText(/of \d+ edges differ/).waitFor();
  });
}

export async function ofDemo(album: Album, url: string, { edge, node }: Subjects): Promise<void> {
  const graph = async (page: Page, query: string): Promise<void> => {
    await page.goto(`${url}/topology${query}`);
    await page.getByRole('application').waitFor();
  };
  const panel = async (page: Page): Promise<void> => {
    await graph(page, `?edge=${edge}`);
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
    await page.getByText(/of the requests fail/).first().waitFor();
  };
  await everySize(album, 'topology', (page) => graph(page, ''));
  await everySize(album, 'panel', panel);
  await everySize(album, 'raw-series', async (page) => {
    await panel(page);
    await page.getByRole('button', { name: 'Show what the numbers are made of' }).click();
    await page.getByText(/istio_requests_total\{/).first().waitFor();
    await page.getByRole('heading', { name: 'Raw series' }).evaluate((heading) => { (heading as unknown as { scrollIntoView(): void }).scrollIntoView(); });
  });
  await everySize(album, 'past', async (page) => {
    await panel(page);
    await page.getByRole('slider', { name: 'Moment shown' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/from=/);
    await page.getByRole('heading', { name: 'Evidence by instrument and side' }).waitFor();
  });
  await everySize(album, 'table', async (page) => {
    await page.goto(`${url}/topology?view=table&edge=${edge}`);
    await page.getByRole('row', { name: /checkout.*payment / }).first().waitFor();
  });
  for (const mode of ['traffic', 'latency', 'mtls', 'cost'] as const) {
    await everySize(album, mode, async (page) => {
      await graph(page, `?mode=${mode}`);
      if (mode === 'mtls' && page.viewportSize()?.width === sizes[0].width) await page.getByRole('row', { name: /^payments / }).first().waitFor();
    });
  }
  await everySize(album, 'blast', (page) => graph(page, `?mode=blast&node=${node}`));
  await everySize(album, 'findings', async (page) => {
    await page.goto(`${url}/findings`);
    await page.getByRole('heading', { name: /^Findings/ }).first().waitFor();
  });
  await everySize(album, 'sources', async (page) => {
    await page.goto(`${url}/sources`);
    await page.getByRole('heading', { name: /^Sources/ }).waitFor();
  });
}

export async function onPhone(album: Album, url: string): Promise<void> {
  const edge = (page: Page): ReturnType<Page['getByRole']> => page.getByRole('button', { name: /checkout → payment/ });
  await album.take('phone', phone, async (page) => {
    await page.goto(url);
    await edge(page).waitFor();
  });
  await album.take('phone-panel', phone, async (page) => {
    await page.goto(url);
    await edge(page).click();
    await page.getByRole('complementary').getByText(/of the requests fail/).first().waitFor();
  });
}

export async function ofReplay(album: Album, url: string): Promise<void> {
  await everySize(album, 'replay', async (page) => {
    await page.goto(url);
    await page.getByRole('application').waitFor();
  });
}
