import type { Format } from '../model.ts';
import { type ReadExposition, readExposition } from '../read.ts';

/** Violations as `rule line:column`. */
export function positions({ violations }: Pick<ReadExposition, 'violations'>): readonly string[] {
  return violations.map(({ rule, line, column }) => `${rule} ${line}:${column}`);
}

/** The text of these lines, each with a line feed; a last line '' removes the final line feed. */
export function joinLines(lines: readonly string[]): string {
  return lines.at(-1) === '' ? lines.slice(0, -1).join('\n') : lines.map((line) => `${line}\n`).join('');
}

/** Returns a function that defines a test: an exposition of `lines` has exactly these `violations`, and this number of samples. */
export function violationTest(format: Format) {
  return (name: string, lines: readonly string[], violations: readonly string[], samples?: number): void => {
    test(name, async () => {
      const result = await readExposition(joinLines(lines), { format });
      expect(positions(result)).toEqual(violations);
      if (samples !== undefined) expect(result.exposition.samples).toBe(samples);
    });
  };
}
