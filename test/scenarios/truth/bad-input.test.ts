import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, isEnumType, isObjectType, isScalarType, type GraphQLField } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareCommand } from '@orrery/server/commands/compare';
import { recordCommand } from '@orrery/server/commands/record';
import { temporaryDir } from '../../contract/targets.ts';
import { exportJson } from '../mesh-spans.ts';
import { startWhole, type WholeOrrery } from '../whole-orrery.ts';

/** Questions that have no answer, asked of a whole server: a typed error, or an answer that says what is partial; never a failure of its own. */
const dir = temporaryDir();
const schema = buildSchema(readFileSync(new URL('../../../server/schema.graphql', import.meta.url), 'utf8'));
const hosts = 10_000, perRequest = 1_000;
const now = Date.now() / 1000, day = 86_400;
const nobody = '0123456789abcdef', noFinding = nobody + nobody;
let orrery: WholeOrrery;

interface Refused { readonly code: string; readonly message: string }

/** What GraphQL answers: the data, or the code of the first error. */
async function ask(query: string, variables: Record<string, unknown> = {}): Promise<{ readonly data: unknown; readonly refused: Refused | null }> {
  const response = await fetch(`${orrery.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json() as { data?: unknown; errors?: { message: string; extensions?: { code?: string } }[] };
  return { data: data ?? null, refused: errors?.[0] ? { code: errors[0].extensions?.code ?? '', message: errors[0].message } : null };
}

async function get(path: string): Promise<{ readonly status: number; readonly code: string; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${orrery.url}${path}`);
  const body = response.headers.get('content-type')?.includes('json') === true ? await response.json() as Record<string, unknown> : (await response.body?.cancel(), {});
  return { status: response.status, code: (body['error'] as { code?: string } | undefined)?.code ?? '', body };
}

interface Columns { readonly nodes: { readonly id: readonly string[]; readonly label: readonly string[] }; readonly edges: { readonly id: readonly string[] } }
const columns = async (): Promise<Columns> => (await get('/api/graph?type=workload')).body as unknown as Columns;

/** Every query that takes a window, as a question about one: also those that are added some day. */
function windowed(field: GraphQLField<unknown, unknown>): ((window: object) => string) | null {
  const takes = field.args.find(({ type }) => ['GraphInput', 'WindowInput', 'FindingsInput'].includes(getNamedType(type).name));
  if (!takes) return null;
  const named: Readonly<Record<string, string>> = { id: `"${field.name === 'finding' ? noFinding : nobody}"`, edgeId: `"${nobody}"`, edge: `"${nobody}"`, finding: `"${noFinding}"` };
  const others = field.args.flatMap(({ name }) => (name in named && !(name === 'edge' && field.args.some((one) => one.name === 'id')) ? [`${name}: ${named[name]!}`] : []));
  const result = getNamedType(field.type), leaf = isScalarType(result) || isEnumType(result) || !isObjectType(result);
  const literal = (window: object): string => JSON.stringify(window).replace(/"/g, '');
  return (window) => {
    const asked = getNamedType(takes.type).name === 'WindowInput'
      ? field.args.filter(({ type }) => getNamedType(type).name === 'WindowInput').map(({ name }) => `${name}: ${literal(window)}`)
      : [`${takes.name}: { window: ${literal(window)} }`];
    return `{ ${field.name}(${[...asked, ...others].join(', ')})${leaf ? '' : ' { __typename }'} }`;
  };
}

const questions = Object.values(schema.getQueryType()!.getFields()).flatMap((field) => {
  const of = windowed(field);
  return of ? [[field.name, of] as const] : [];
});
/** Every argument that is an id of a node, an edge or a finding, as a question with another text in its place. */
const idQuestions = Object.values(schema.getQueryType()!.getFields()).flatMap((field) => field.args.filter(({ type }) => getNamedType(type).name === 'ID').map(({ name }) =>
  [`${field.name}(${name})`, (id: string): string => `{ ${field.name}(${name}: ${JSON.stringify(id)}) { __typename } }`] as const));
const badWindows = { inverted: { from: now - 60, to: now - 600 }, empty: { from: now - 60, to: now - 60 }, future: { from: now + 3_600, to: now + 7_200 }, 'in milliseconds': { from: (now - 600) * 1000, to: now * 1000 } };

beforeAll(async () => {
  orrery = await startWhole({ store: { dataDir: join(dir.path, 'store') } });
  const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
  const start = BigInt(Math.floor(Date.now() - 60_000)) * 1_000_000n;
  for (let first = 0; first < hosts; first += perRequest) {
    const spans = Array.from({ length: perRequest }, (_, i) => ({
      traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), kind: 3, name: 'GET', startTimeUnixNano: String(start), endTimeUnixNano: String(start + 5_000_000n), attributes: [text('server.address', `h${first + i}.example.com`)],
    }));
    const request = { resourceSpans: [{ resource: { attributes: [text('service.name', 'web'), text('k8s.namespace.name', 'shop'), text('k8s.deployment.name', 'web')] }, scopeSpans: [{ spans }] }] };
    expect((await exportJson(orrery.otlpUrl, request)).status).toBe(200);
  }
  // Ten thousand edges are written by the minute on a busy machine.
  await vi.waitFor(async () => { expect((await columns()).edges.id.length).toBe(hosts); }, { timeout: 150_000, interval: 1_000 });
}, 200_000);
afterAll(async () => {
  await orrery?.stop();
  dir.remove();
});

describe('windows that are none', () => {
  it('there are many questions about windows', () => { expect(questions.length).toBeGreaterThan(15); });

  it.each(Object.entries(badWindows))('%s: every query of GraphQL says so', async (_, window) => {
    const answers = await Promise.all(questions.map(async ([name, question]) => `${name} ${(await ask(question(window))).refused?.code ?? 'answered'}`));
    expect(answers).toEqual(questions.map(([name]) => `${name} BAD_WINDOW`));
  });

  it.each(Object.entries(badWindows))('%s: every path of REST says so', async (_, { from, to }) => {
    const paths = [`/api/graph?from=${from}&to=${to}`, `/api/v1/bundle?from=${from}&to=${to}`, `/api/graph-diff?beforeFrom=${from}&beforeTo=${to}&afterFrom=${from}&afterTo=${to}`];
    const answers = await Promise.all(paths.map(async (path) => { const { status, code } = await get(path); return [status, code]; }));
    expect(answers).toEqual(paths.map(() => [400, 'BAD_WINDOW']));
  });

  it('words in place of times are no windows either', async () => {
    for (const path of ['/api/graph?from=yesterday', '/api/v1/bundle?from=NaN&to=1', '/api/graph?from=1&from=2']) expect([path, (await get(path)).status]).toEqual([path, 400]);
  });
});

describe('windows beyond what is kept', () => {
  it('wholly: told as such, or told to be empty', async () => {
    const window = { from: now - 500 * day, to: now - 499 * day };
    for (const [name, question] of questions) {
      const { refused } = await ask(question(window));
      expect(refused === null || ['BAD_WINDOW', 'NODE_NOT_FOUND'].includes(refused.code), `${name}: ${refused?.code} ${refused?.message}`).toBe(true);
    }
    expect(await get(`/api/graph?from=${window.from}&to=${window.to}`)).toMatchObject({ status: 400, code: 'BAD_WINDOW' });
    expect(await get(`/api/v1/bundle?from=${window.from}&to=${window.to}`)).toMatchObject({ status: 400, code: 'BAD_WINDOW' });
  });

  it('in part: cut, and said so', async () => {
    const { body } = await get(`/api/graph?from=${now - 500 * day}&to=${now}`);
    expect(JSON.stringify(body['quality'])).toContain('400 days');
    const { body: ahead } = await get(`/api/graph?from=${now - 600}&to=${now + 3_600}`);
    expect(JSON.stringify(ahead['quality'])).toContain('future');
  });
});

it('namespaces that nobody knows are named, in columns and in objects', async () => {
  const { body } = await get('/api/graph?namespaces=nowhere');
  expect(JSON.stringify(body['quality'])).toContain('nowhere');
  const { data } = await ask('{ graph(input: { namespaces: ["nowhere"] }) { edges { id } quality { partial } } }');
  expect(data).toMatchObject({ graph: { edges: [], quality: { partial: expect.arrayContaining([expect.stringContaining('nowhere')]) as string[] } } });
});

it('namespaces that nobody knows are named by every query that says what is partial', async () => {
  const fields = Object.values(schema.getQueryType()!.getFields()).flatMap((field) => {
    const result = getNamedType(field.type), input = field.args.find(({ name }) => name === 'input');
    // Explanations and radii are of one node or edge; what happened is told by itself, whatever else is known of a namespace.
    return input && isObjectType(result) && 'partial' in result.getFields() && !field.args.some(({ type }) => getNamedType(type).name === 'ID') ? [field.name] : [];
  });
  expect(fields).toEqual(expect.arrayContaining(['mtlsPosture', 'trafficCost', 'dataQuality', 'traffic', 'graphDelta']));
  const around = `around: { time: ${now - 120}, length: 60 }, `;
  for (const field of fields.filter((name) => name !== 'findings' && name !== 'strictImpact')) {
    const { data } = await ask(`{ of: ${field}(${field === 'graphDelta' ? around : ''}input: { namespaces: ["nowhere"] }) { partial } }`);
    expect([field, data]).toEqual([field, { of: { partial: expect.arrayContaining([expect.stringContaining('nothing was seen of namespace nowhere')]) as string[] } }]);
  }
  expect((await ask('{ strictImpact(namespace: "nowhere") { partial } }')).data).toEqual({ strictImpact: { partial: expect.arrayContaining([expect.stringContaining('nowhere')]) as string[] } });
});

it.each(['', 'web', '0123456789ABCDEF', "' OR 1=1", 'x'.repeat(10_000)])('ids that are none are refused by every query: %.20s', async (id) => {
  expect(idQuestions.length).toBeGreaterThan(10);
  const answers = await Promise.all(idQuestions.map(async ([name, question]) => [name, (await ask(question(id))).refused?.code ?? 'answered']));
  expect(answers).toEqual(idQuestions.map(([name]) => [name, 'BAD_INPUT']));
});

describe('ten thousand nodes', () => {
  it('are columns, and no objects', async () => {
    expect((await columns()).nodes.id.length).toBe(hosts + 1);
    expect((await ask('{ graph { nodes { id } } }')).refused).toEqual({ code: 'GRAPH_TOO_LARGE', message: expect.stringContaining('graphColumns') as string });
  });

  it('around one node are too many as objects, and every other question of them has an answer', async () => {
    const { nodes: { id, label } } = await columns(), hub = id[label.indexOf('web')]!;
    expect((await ask(`{ graph(input: { node: "${hub}", depth: 2 }) { nodes { id } } }`)).refused?.code).toBe('GRAPH_TOO_LARGE');
    for (const question of [
      `{ node(id: "${hub}") { __typename } }`, `{ why(node: "${hub}") { __typename } }`, `{ blastRadius(node: "${hub}") { __typename } }`, `{ rawSeries(node: "${hub}") { truncated partial } }`, `{ operations(node: "${hub}") { __typename } }`,
      '{ dataQuality { edges } }', '{ mtlsPosture { __typename } }', '{ trafficCost { __typename } }', '{ traffic { __typename } }', '{ strictImpact { __typename } }',
    ]) expect([question, (await ask(question)).refused]).toEqual([question, null]);
    expect((await ask(`{ rawSeries(node: "${hub}") { truncated } }`)).data).toEqual({ rawSeries: { truncated: true } });
  });
});

describe('commands', () => {
  async function run(command: typeof compareCommand | typeof recordCommand, ...args: string[]): Promise<{ readonly code: number; readonly err: string }> {
    let err = '';
    return { code: await command([...args, '--orrery', orrery.url], { stdout: { write: () => true }, stderr: { write: (text: string) => (err += text) } }), err };
  }

  it('compare says that Orrery has no such window, and no data', async () => {
    const at = (seconds: number): Promise<{ readonly code: number; readonly err: string }> => run(compareCommand, '--prometheus', 'http://127.0.0.1:1', '--at', String(Math.round(seconds)));
    expect(await at(now + 30 * day)).toEqual({ code: 2, err: expect.stringMatching(/^orrery compare: the window lies in the future/) as string });
    expect(await at(now - 500 * day)).toEqual({ code: 2, err: expect.stringMatching(/^orrery compare: nothing is kept longer than 400 days/) as string });
    expect(await at(now - 20 * day)).toEqual({ code: 2, err: expect.stringMatching(/^orrery compare: Orrery has no data of this window/) as string });
  });

  it('record says that there is nothing to record', async () => {
    const record = (from: number, to: number): Promise<{ readonly code: number; readonly err: string }> => run(recordCommand, '--from', String(Math.round(from)), '--to', String(Math.round(to)), '--output', join(dir.path, 'bundle.tar.gz'));
    expect((await record(now + 30 * day, now + 31 * day)).code).not.toBe(0);
    expect(await record(now - 500 * day, now - 499 * day)).toEqual({ code: 1, err: expect.stringMatching(/nothing is kept longer than 400 days/) as string });
    expect(await record(now - 20 * day, now - 20 * day + 600)).toEqual({ code: 0, err: expect.stringMatching(/there was no traffic in this window/) as string });
  });
});
