import { Kind, visit, BREAK, type GraphQLResolveInfo } from 'graphql';

/** Whether a field of this name may be asked for anywhere below: what is costly to make is made only then. */
export function selects({ fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>, name: string): boolean {
  let found = false;
  for (const node of [...fieldNodes, ...Object.values(fragments)]) {
    visit(node, { [Kind.FIELD]: (field) => {
      if (field.name.value !== name) return undefined;
      found = true;
      return BREAK;
    } });
  }
  return found;
}
