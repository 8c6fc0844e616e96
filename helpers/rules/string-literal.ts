const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/**
 * What a string of PromQL says: between double or single quotes with Go's escapes, between backticks as it stands.
 * Anything else is given back as it is. Source: Prometheus, 'Querying basics', string literals.
 */
export function unquoted(literal: string): string {
  const quote = literal[0];
  if (quote === '`') return literal.slice(1, -1);
  if (quote !== '"' && quote !== "'") return literal;
  return literal
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g, (_, sequence: string) => character(sequence));
}

function character(sequence: string): string {
  const [kind = ''] = sequence;
  if (/^[xuU]/.test(sequence) && sequence.length > 1) return String.fromCodePoint(Number.parseInt(sequence.slice(1), 16));
  if (/^[0-7]{3}$/.test(sequence)) return String.fromCodePoint(Number.parseInt(sequence, 8));
  return escapes[kind] ?? sequence;
}
