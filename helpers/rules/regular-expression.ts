/**
 * A regular expression of a matcher, which matches the whole value; undefined where it cannot be read.
 * RE2 as JavaScript has it: the one piece of its syntax that rules use and JavaScript lacks are flags in front.
 * Source: Prometheus, 'Querying basics', time series selectors.
 */
export function regularExpression(value: string): RegExp | undefined {
  const [front = '', flags = ''] = /^\(\?([ims]+)\)/.exec(value) ?? [];
  try {
    return new RegExp(`^(?:${value.slice(front.length)})$`, [...new Set(`s${flags}`)].join(''));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
