import { dig, field, list, text } from '../../model/fields.ts';
import type { Check } from '../check.ts';

export const rewriteWithoutPrefix: Check = {
  code: 'gateway-api/rewrite-without-prefix',
  severity: 'error',
  kinds: ['HTTPRoute'],
  title: 'Prefix that is replaced where none is matched',
  meaning: 'The route is refused, or the rule is served without its filter: there is no matched prefix to replace.',
  remedy: 'Match the rule by `PathPrefix` alone, or use `ReplaceFullPath`.',
  run: ({ spec }, _mesh, report) => {
    for (const [n, rule] of list(field(spec, 'rules')).entries()) {
      const other = list(field(rule, 'matches')).map((match) => text(dig(match, 'path', 'type'))).find((type) => type !== undefined && type !== 'PathPrefix');
      if (other === undefined) continue;
      for (const [m, filter] of list(field(rule, 'filters')).entries()) {
        for (const key of ['urlRewrite', 'requestRedirect']) if (dig(filter, key, 'path', 'type') === 'ReplacePrefixMatch') report(`spec/rules[${n}]/filters[${m}]/${key}/path`, `the rule matches ${other}, and the filter replaces a prefix`);
      }
    }
  },
};
