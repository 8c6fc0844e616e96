import type { Labels } from '../exposition/model.ts';
import type { Surface, SurfaceSample } from '../gate/surface/surface.ts';
import { regularExpression } from './regular-expression.ts';
import type { Matcher, Selector } from './selector.ts';

/** A series that a selector matched. */
export interface Matched {
  readonly metric: string;
  readonly sample: SurfaceSample;
}

/**
 * The series of a surface that a selector matches, as Prometheus would match them: a label that is absent is empty, and a regular
 * expression matches the whole value. A value with one of Grafana's variables matches anything.
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

/** Whether a matcher lets a label's value through. */
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
