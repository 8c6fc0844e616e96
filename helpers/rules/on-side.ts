import { parser } from '@prometheus-io/lezer-promql';
import { nodesOf } from './syntax.ts';

/**
 * The expression with one more matcher in every selector, so that it sees the series of one scrape job alone:
 * `a{b="c"} / d` becomes `a{job="new",b="c"} / d{job="new"}`.
 */
export function forJob(expression: string, job: string): string {
  const { topNode } = parser.parse(expression);
  const matcher = `job="${job}"`;
  const insertions = nodesOf(topNode, 'VectorSelector').map((selector) => {
    const list = selector.getChild('LabelMatchers');
    if (!list) return { at: selector.to, text: `{${matcher}}` };
    return { at: list.from + 1, text: list.firstChild ? `${matcher},` : matcher };
  });
  return [...insertions]
    .sort((a, b) => b.at - a.at)
    .reduce((text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at), expression);
}
