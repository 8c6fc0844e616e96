import type { Labels } from '../../exposition/model.ts';
import type { Matcher, Selector } from './selector.ts';
import type { Surface, SurfaceSample } from './surface.ts';

/** A series that a selector matches. */
export interface Matched {
  readonly metric: string;
  readonly sample: SurfaceSample;
}

/**
 * The series of a surface that a selector matches. As in Prometheus, an absent label counts as empty and a regular expression
 * matches the whole value. A value with a Grafana variable matches anything.
 */
export function matchedBy(selector: Selector, surface: Surface): readonly Matched[] {
  const tests = selector.matchers
    .filter(({ value }) => !hasVariable(value))
    .map((matcher) => ({ matcher, test: testOf(matcher) }));
  const families = [...surface.families.values()].filter(({ name }) => {
    if (selector.metric !== undefined && selector.metric !== name) return false;
    return tests.every(({ matcher, test }) => matcher.label !== '__name__' || test(name));
  });
  const onLabels = tests.filter(({ matcher }) => matcher.label !== '__name__');
  const matches = ({ labels }: SurfaceSample) => onLabels.every(({ matcher, test }) => test(labels[matcher.label] ?? ''));
  return families.flatMap(({ name, samples }) => samples.filter(matches).map((sample) => ({ metric: name, sample })));
}

/** Whether a matcher accepts the labels of a series. */
export function accepts(matcher: Matcher, labels: Labels): boolean {
  return hasVariable(matcher.value) || testOf(matcher)(labels[matcher.label] ?? '');
}

function hasVariable(value: string): boolean {
  return /\$\w|\$\{|\[\[/.test(value);
}

function testOf({ operator, value }: Matcher): (text: string) => boolean {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~':
    case '!~': {
      const expression = regularExpression(value);
      return (text) => expression?.test(text) === (operator === '=~');
    }
  }
}

/**
 * The regular expression of a matcher, anchored at both ends; undefined when it is invalid.
 * Of the RE2 syntax that JavaScript lacks, only leading flags such as `(?i)` are supported.
 * Source: Prometheus, 'Querying basics', time series selectors.
 */
export function regularExpression(value: string): RegExp | undefined {
  const [prefix = '', flags = ''] = /^\(\?([ims]+)\)/.exec(value) ?? [];
  try {
    return new RegExp(`^(?:${value.slice(prefix.length)})$`, [...new Set(`s${flags}`)].join(''));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
