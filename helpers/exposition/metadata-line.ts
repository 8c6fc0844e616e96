import type { Fault, Format, Rule } from './model.ts';

/** A line that starts with `#`. `nameAt` and `textAt` are indexes into the buffer. */
export type MetadataLine =
  | { readonly kind: 'comment' }
  | { readonly kind: 'eof' }
  | {
      readonly kind: 'help' | 'type' | 'unit';
      readonly name: string;
      readonly nameAt: number;
      readonly text: string;
      readonly textAt: number;
    };

const metricName = /^[A-Za-z_:][A-Za-z0-9_:]*$/;
const textLine = /^(#[ \t]*)(HELP|TYPE)(?:([ \t]+)([^ \t]+)(?:([ \t]+)(.*))?)?$/s;
const openMetricsLine = /^(# )(HELP|TYPE|UNIT)(?:( )([^ ]+)(?:( )(.*))?)?$/s;

/** Parses the line of `bytes` from `start` (its `#`) to `end` (its line feed). */
export function readMetadataLine(bytes: Buffer, start: number, end: number, format: Format): MetadataLine | Fault {
  const line = bytes.toString('latin1', start, end);
  const fault = (rule: Rule, at: number, message: string): Fault => ({ rule, at: start + at, message });
  if (format === 'openmetrics' && line === '# EOF') return { kind: 'eof' };
  const match = (format === 'text' ? textLine : openMetricsLine).exec(line);
  if (match === null) {
    if (format === 'text') return { kind: 'comment' };
    return /^#[ \t]*(?:HELP|TYPE|UNIT|EOF)\b/.test(line)
      ? fault('metadata-syntax', 0, 'OpenMetrics metadata has single spaces between its parts and no other blanks.')
      : fault('comment', 0, 'OpenMetrics has no comments: only HELP, TYPE, UNIT and EOF may follow a hash.');
  }
  const [, hash = '', keyword = '', before = '', name, between = '', text] = match;
  const nameAt = hash.length + keyword.length + before.length;
  if (name === undefined) return fault('metadata-syntax', line.length, `Expected a metric name after ${keyword}.`);
  if (!metricName.test(name))
    return fault('invalid-metric-name', nameAt, `${JSON.stringify(name)} after ${keyword} is not a valid metric name.`);
  const textAt = nameAt + name.length + between.length;
  const place = { name, nameAt: start + nameAt, textAt: start + textAt };
  if (keyword === 'TYPE') {
    const type = format === 'text' ? text?.trimEnd() : text;
    if (!type) return fault('metadata-syntax', line.length, `Expected the type of ${name} after its name.`);
    return { kind: 'type', ...place, text: type };
  }
  if (text === undefined && format === 'openmetrics') {
    return fault('metadata-syntax', line.length, `Expected a space after the name, even if ${keyword} is empty.`);
  }
  if (keyword === 'UNIT') return { kind: 'unit', ...place, text: text ?? '' };
  const help = bytes.toString('utf8', start + textAt, end);
  const bad = format === 'text' ? badEscape(text ?? '') : -1;
  if (bad >= 0) return fault('bad-escape', textAt + bad, 'The only escapes in HELP are \\\\ and \\n.');
  return { kind: 'help', ...place, text: unescapeText(help) };
}

/** The index of a backslash that is not an escape of HELP in the text format; -1 if there is none. */
function badEscape(text: string): number {
  return text.replace(/\\[\\n]/g, '__').indexOf('\\');
}

/** Unescapes a HELP text or label value; unknown escapes, which OpenMetrics allows, are literal. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/gsu, (whole, escaped: string) => {
    if (escaped === 'n') return '\n';
    return escaped === '"' || escaped === '\\' ? escaped : whole;
  });
}
