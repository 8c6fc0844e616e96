import { RE2JS, RE2JSException } from 're2js';
import type { Labels } from '../../exposition/model.ts';
import type { Matcher } from './syntax.ts';

/** Whether a matcher accepts the labels of a series. */
export function accepts(matcher: Matcher, labels: Labels): boolean {
  return hasVariable(matcher.value) || testOf(matcher)(labels[matcher.label] ?? '');
}

/** Whether a matcher's value has a variable of Grafana: `$pod`, `${pod}` or `[[pod]]`. */
export function hasVariable(value: string): boolean {
  return /\$\w|\$\{|\[\[(?!:)/.test(value);
}

/** Whether the value of a label is accepted. */
export type Test = (text: string) => boolean;

/** What a matcher requires of the value of its label. A regular expression that is not valid accepts nothing. */
export function testOf({ operator, value }: Matcher): Test {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const test = regularExpression(value);
  if (test === undefined) return () => false;
  return operator === '=~' ? test : (text) => !test(text);
}

const compiled = new Map<string, Test | undefined>();

/**
 * Tests a whole value against a regular expression of a matcher; undefined when it is not valid RE2.
 * Source: Prometheus, 'Querying basics', time series selectors; its FastRegexMatcher for `.*`, `.+` and alternatives of plain text.
 */
export function regularExpression(pattern: string): Test | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern);
}

function compile(pattern: string): Test | undefined {
  if (pattern === '.*') return () => true;
  if (pattern === '.+') return (text) => text !== '';
  if (/^[\w\-/: ]*(\|[\w\-/: ]*)*$/.test(pattern)) {
    const texts = new Set(pattern.split('|'));
    return (text) => texts.has(text);
  }
  try {
    const expression = RE2JS.compile(pattern, RE2JS.DOTALL);
    return remembering((text) => expression.matches(text));
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** RE2 in JavaScript takes about a microsecond for a value; most labels have few values. */
function remembering(test: Test): Test {
  const results = new Map<string, boolean>();
  return (text) => {
    const result = results.get(text) ?? test(text);
    if (results.size < 4096) results.set(text, result);
    return result;
  };
}
