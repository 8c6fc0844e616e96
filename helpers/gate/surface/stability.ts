/** `STABLE` of a HELP that begins with `[STABLE]`; the rest is ALPHA. Source: the exporter's change log, 2.7. */
export function markOf(help: string | undefined): string {
  return /^\[([A-Z]+)\]/.exec(help ?? '')?.[1] ?? 'ALPHA';
}

/** Whether any of the texts has a mark: releases before 2.7 write none. */
export function marksStability(helps: Iterable<string | undefined>): boolean {
  for (const help of helps) if (/^\[[A-Z]+\]/.test(help ?? '')) return true;
  return false;
}

/** Whether a HELP says that the family is going to be removed. */
export function isDeprecated(help: string | undefined): boolean {
  return /\(Deprecated since/.test(help ?? '');
}
