/** An alerting or recording rule, or a query of a dashboard. */
export interface Rule {
  /** The path of its file. */
  readonly file: string;
  /** The first line of the expression, from 1; undefined for dashboards. */
  readonly line?: number;
  readonly kind: 'alert' | 'record' | 'panel' | 'variable';
  /** The name of the rule group, or the title of the dashboard. */
  readonly group: string;
  /** The alert, the recorded metric, the title of the panel, or the variable. */
  readonly name: string;
  readonly expression: string;
  /** The annotations and labels, which may be templates, by name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** `alert KubePodNotReady` */
export function shortRuleName({ kind, name }: Pick<Rule, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** `alert KubePodNotReady (rules.yaml:12)` */
export function ruleName({ file, line, ...rule }: Rule): string {
  return `${shortRuleName(rule)} (${file}${line === undefined ? '' : `:${line}`})`;
}

/** The labels that a Prometheus template uses: `{{ $labels.pod }}`, `{{ .Labels.pod }}` or `{{ index $labels "pod" }}`. */
export function labelsOfTemplate(template: string): readonly string[] {
  const actions = [...template.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, action = '']) => action);
  const names = actions.flatMap((action) => [
    ...[...action.matchAll(/(?:\$labels|\.Labels)\.([a-zA-Z_]\w*)/g)].map(([, name = '']) => name),
    ...[...action.matchAll(/index\s+(?:\$labels|\.Labels)\s+["`]([^"`]+)["`]/g)].map(([, name = '']) => name),
  ]);
  return [...new Set(names)];
}
