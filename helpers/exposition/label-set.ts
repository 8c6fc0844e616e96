import { unescapeText } from './metadata-line.ts';
import type { Labels } from './model.ts';
import type { SampleLine } from './sample-line.ts';

/**
 * An object whose keys are nothing but label names: `constructor` and `__proto__` are names that an exporter may use. A class,
 * as objects made by one constructor share their layout, which keeps hundreds of thousands of them small.
 */
class LabelSet {}
Object.setPrototypeOf(LabelSet.prototype, null);
Reflect.deleteProperty(LabelSet.prototype, 'constructor');

export function emptyLabels(): Record<string, string> {
  return new LabelSet() as Record<string, string>;
}

/** Whether two label sets have the same names and values, in whichever order. */
export function sameLabels(one: Labels, other: Labels): boolean {
  let count = 0;
  for (const name in one) {
    if (other[name] !== one[name]) return false;
    count++;
  }
  for (const _ in other) count--;
  return count === 0;
}

/** The labels of a line that was read, with their escapes undone. */
export function labelsOf({ bytes, labels: { count, spans } }: SampleLine): Labels {
  const labels = emptyLabels();
  for (let index = 0; index < count; index++) {
    const [start, end, valueStart, valueEnd] = spans.subarray(index * 4, index * 4 + 4);
    labels[bytes.toString('latin1', start, end)] = unescapeText(bytes.toString('utf8', valueStart, valueEnd));
  }
  return labels;
}
