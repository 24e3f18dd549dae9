import type { Topology } from '../graph/topology.ts';
import { operands, type Subject } from './operands.ts';
import type { Comparison, Expression } from './parse.ts';

/** Ids of what an expression is true for. */
export interface Matches {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

/** Asks every node and every edge with both ends present. */
export function evaluate(expression: Expression, graph: Pick<Topology, 'nodes' | 'edges'>): Matches {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  for (const node of graph.nodes.values()) if (holds(expression, { kind: 'node', node })) nodes.add(node.id);
  for (const edge of graph.edges.values()) {
    const source = graph.nodes.get(edge.source);
    const destination = graph.nodes.get(edge.destination);
    if (source && destination && holds(expression, { kind: 'edge', edge, source, destination })) edges.add(edge.id);
  }
  return { nodes, edges };
}

/** Whether an expression is true for one node or edge. Comparisons with what is not measured are false, except `= NaN`. */
export function holds(expression: Expression, subject: Subject): boolean {
  switch (expression.kind) {
    case 'or':
      return expression.terms.some((term) => holds(term, subject));
    case 'and':
      return expression.terms.every((term) => holds(term, subject));
    case 'not':
      return !holds(expression.term, subject);
    case 'text':
      return subject.kind === 'node' && compareTexts(operands['name']!.of(subject) as readonly string[], 'contains', expression.value);
    case 'flag':
      return operands[expression.operand]!.of(subject) === true;
    case 'in':
      return expression.values.some((value) => compare(expression.operand, '=', value, subject));
    case 'compare':
      return compare(expression.operand, expression.comparison, expression.value, subject);
  }
}

function compare(name: string, comparison: Comparison, value: string, subject: Subject): boolean {
  const operand = operands[name]!;
  if (operand.type === 'text') return compareTexts(operand.of(subject).flatMap((text) => text.split('\n')), comparison, value);
  if (operand.type === 'number') return compareNumbers(operand.of(subject), comparison, value);
  return operand.of(subject);
}

function compareTexts(texts: readonly string[], comparison: Comparison, value: string): boolean {
  const wanted = value.toLowerCase();
  // Of an edge with two ends «!=» says that neither is it.
  if (comparison === '!=') return texts.length > 0 && texts.every((text) => text.toLowerCase() !== wanted);
  return texts.some((one) => {
    const text = one.toLowerCase();
    if (comparison === 'contains') return text.includes(wanted);
    if (comparison === 'startswith') return text.startsWith(wanted);
    if (comparison === 'endswith') return text.endsWith(wanted);
    return text === wanted;
  });
}

function compareNumbers(actual: number | null, comparison: Comparison, value: string): boolean {
  if (value.toLowerCase() === 'nan') return comparison === '=' ? actual === null : comparison === '!=' ? actual !== null : false;
  if (actual === null) return false;
  const wanted = Number(value);
  switch (comparison) {
    case '=':
      return actual === wanted;
    case '!=':
      return actual !== wanted;
    case '>':
      return actual > wanted;
    case '>=':
      return actual >= wanted;
    case '<':
      return actual < wanted;
    case '<=':
      return actual <= wanted;
    default:
      return false;
  }
}
