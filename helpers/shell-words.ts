/**
 * Splits a command line into words as a shell would: at spaces, but for what is quoted.
 * `--resources=pods --metric-allowlist='a|b'` are two words.
 */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double: string | undefined, single: string | undefined) => double ?? single ?? ''),
  );
}
