import type { Format } from './model.ts';
import { type ReadExposition, readExposition } from './read.ts';

/** Violations as tests write them: `rule line:column`. */
export function places({ violations }: Pick<ReadExposition, 'violations'>): readonly string[] {
  return violations.map(({ rule, line, column }) => `${rule} ${line}:${column}`);
}

/** A line feed ends each line, unless the last one is given as ''. */
export function written(lines: readonly string[]): string {
  return lines.at(-1) === '' ? lines.slice(0, -1).join('\n') : lines.map((line) => `${line}\n`).join('');
}

/** For tests: says, by a sentence, which violations the reader finds in given lines, and how many samples it keeps of them. */
export function finder(format: Format) {
  return (sentence: string, lines: readonly string[], violations: readonly string[], samples?: number): void => {
    test(sentence, async () => {
      const result = await readExposition(written(lines), { format });
      expect(places(result)).toEqual(violations);
      if (samples !== undefined) expect(result.exposition.samples).toBe(samples);
    });
  };
}
