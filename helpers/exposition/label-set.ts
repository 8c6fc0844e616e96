import type { Labels } from './model.ts';

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
