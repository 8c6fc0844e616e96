import type { Format } from './model.ts';
import type { Fault, Rule } from './rules.ts';

/** What a line that begins with `#` says. `at` is the index, in the buffer, of what the name says it is. */
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

/** Reads the line of `bytes` from `start` (its `#`) to `end` (its line feed). */
export function readMetadataLine(bytes: Buffer, start: number, end: number, format: Format): MetadataLine | Fault {
  const line = bytes.toString('latin1', start, end);
  const fault = (rule: Rule, at: number, message: string): Fault => ({ rule, at: start + at, message });
  if (format === 'openmetrics' && line === '# EOF') return { kind: 'eof' };
  const match = (format === 'text' ? textLine : openMetricsLine).exec(line);
  if (match === null) {
    if (format === 'text') return { kind: 'comment' };
    return /^#[ \t]*(?:HELP|TYPE|UNIT|EOF)\b/.test(line)
      ? fault('metadata-syntax', 0, 'OpenMetrics writes metadata with one space between its parts and no other blank.')
      : fault('comment', 0, 'OpenMetrics has no comments: only HELP, TYPE, UNIT and EOF may follow a hash.');
  }
  const [, hash = '', keyword = '', before = '', name, between = '', text] = match;
  const nameAt = hash.length + keyword.length + before.length;
  if (name === undefined) return fault('metadata-syntax', line.length, `Wanted a metric name after ${keyword}.`);
  if (!metricName.test(name))
    return fault('invalid-metric-name', nameAt, `${keyword} names ${JSON.stringify(name)}, which is no metric name.`);
  const textAt = nameAt + name.length + between.length;
  const place = { name, nameAt: start + nameAt, textAt: start + textAt };
  if (keyword === 'TYPE') {
    const type = format === 'text' ? text?.trimEnd() : text;
    if (!type) return fault('metadata-syntax', line.length, `Wanted the type of ${name} after its name.`);
    return { kind: 'type', ...place, text: type };
  }
  if (text === undefined && format === 'openmetrics') {
    return fault('metadata-syntax', line.length, `Wanted a space after the name, even where ${keyword} is empty.`);
  }
  if (keyword === 'UNIT') return { kind: 'unit', ...place, text: text ?? '' };
  const help = bytes.toString('utf8', start + textAt, end);
  const bad = format === 'text' ? badEscape(text ?? '') : -1;
  if (bad >= 0) return fault('bad-escape', textAt + bad, 'HELP knows the escapes \\\\ and \\n only.');
  return { kind: 'help', ...place, text: unescapeText(help) };
}

/** Where a backslash escapes nothing that the text format lets it escape in HELP; -1 if nowhere. */
function badEscape(text: string): number {
  return text.replace(/\\[\\n]/g, '__').indexOf('\\');
}

/** What an escaped HELP or label value means; OpenMetrics takes an unknown escape for itself. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/gsu, (whole, escaped: string) => {
    if (escaped === 'n') return '\n';
    return escaped === '"' || escaped === '\\' ? escaped : whole;
  });
}
