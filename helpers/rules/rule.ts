/** A query that somebody relies on: an alerting or a recording rule, or a panel of a dashboard. */
export interface Rule {
  /** Where it was found. */
  readonly file: string;
  /** The line on which the expression begins, from 1; undefined where the file is no text that a person would open at a line. */
  readonly line?: number;
  readonly kind: 'alert' | 'record' | 'panel' | 'variable';
  /** The rule group's, or the dashboard's. */
  readonly group: string;
  /** What it is called: the alert, the recorded series, the panel's title. */
  readonly name: string;
  readonly expression: string;
  /** Annotations and labels with their templates, by their name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** `alert KubePodNotReady` */
export function shortRuleName({ kind, name }: Pick<Rule, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** How a reader finds it: `alert KubePodNotReady (rules.yaml:12)`. */
export function ruleName({ file, line, ...rule }: Rule): string {
  return `${shortRuleName(rule)} (${file}${line === undefined ? '' : `:${line}`})`;
}
