/**
 * Whether the exporter compresses its response for a scraper that accepts gzip.
 * Source: kube-state-metrics, command line arguments: `--enable-gzip-encoding`; the last occurrence counts.
 */
export function compressesScrapes(exporterArguments: readonly string[]): boolean {
  const last = exporterArguments.findLast((argument) => /^--enable-gzip-encoding(=|$)/.test(argument));
  return last !== undefined && !last.endsWith('=false');
}
