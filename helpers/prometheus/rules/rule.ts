/** An alerting or recording rule, or a query of a dashboard. */
export interface Rule {
  /** The path of its file, or the object of a cluster that holds it. */
  readonly file: string;
  /** The first line of the expression, from 1; undefined for dashboards and objects of a cluster. */
  readonly line?: number;
  readonly kind: 'alert' | 'record' | 'panel' | 'variable' | 'annotation';
  /** The name of the rule group, or the title of the dashboard. */
  readonly group: string;
  /** The alert, the recorded metric, the title of the panel, the variable, or the annotation. */
  readonly name: string;
  readonly expression: string;
  /** The annotations and labels, which may be templates, by name. */
  readonly templates: Readonly<Record<string, string>>;
}

/** Something in a file that is not judged. */
export interface Skipped {
  /** `panel Logs`, `alert Slow` */
  readonly name: string;
  /** Why, as the end of a sentence: `its datasource is loki`. */
  readonly reason: string;
}

/** A rule group as Prometheus loads it: the fields that Prometheus knows, unmodified. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly LoadableRule[];
  readonly [field: string]: unknown;
}

export interface LoadableRule {
  readonly expr: string | number;
  readonly [field: string]: unknown;
}

/** The rules or dashboard queries of a file, or of an object of a cluster. */
export interface RuleSource {
  /** Its path, or the name of the object: `PrometheusRule monitoring/pods`. */
  readonly file: string;
  readonly part: 'rules' | 'dashboards';
  readonly rules: readonly Rule[];
  readonly skipped: readonly Skipped[];
  /** The groups of a rule file; empty for dashboards. */
  readonly groups: readonly RuleGroup[];
}

/** `alert KubePodNotReady` */
export function shortRuleName({ kind, name }: Pick<Rule, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** `alert KubePodNotReady (rules.yaml:12)` */
export function ruleName({ file, line, ...rule }: Rule): string {
  return `${shortRuleName(rule)} (${file}${line === undefined ? '' : `:${line}`})`;
}

/** Whether a type of datasource in Grafana evaluates PromQL. Source: Grafana, 'Prometheus data source'; VictoriaMetrics, 'Grafana'. */
export function isPrometheus(type: string): boolean {
  return /prometheus|mimir|cortex|thanos|victoriametrics-(metrics-)?datasource/i.test(type);
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
