import { unescapeText } from './metadata-line.ts';
import type { Labels } from './model.ts';
import type { SampleLine } from './sample-line.ts';

/**
 * An object without a prototype, as `constructor` and `__proto__` are valid label names. A class, as objects of one constructor share
 * their layout, which saves memory for hundreds of thousands of them.
 */
class LabelSet {}
Object.setPrototypeOf(LabelSet.prototype, null);
Reflect.deleteProperty(LabelSet.prototype, 'constructor');

export function emptyLabels(): Record<string, string> {
  return new LabelSet() as Record<string, string>;
}

/** Whether two label sets have the same names and values, in any order. */
export function sameLabels(a: Labels, b: Labels): boolean {
  let count = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/** The unescaped labels of a line. */
export function labelsOf({ bytes, labels: { count, spans } }: SampleLine): Labels {
  const labels = emptyLabels();
  for (let index = 0; index < count; index++) {
    const [start, end, valueStart, valueEnd] = spans.subarray(index * 4, index * 4 + 4);
    labels[bytes.toString('latin1', start, end)] = unescapeText(bytes.toString('utf8', valueStart, valueEnd));
  }
  return labels;
}
