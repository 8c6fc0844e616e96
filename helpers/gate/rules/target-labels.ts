import { parseExpression } from '../../prometheus/rules/expression.ts';
import { accepts, hasVariable } from '../../prometheus/rules/matcher.ts';
import { labelsOfTemplate, type Rule } from '../../prometheus/rules/rule.ts';
import type { Surface, TargetLabels } from '../../prometheus/rules/surface.ts';
import type { Matcher } from '../../prometheus/rules/syntax.ts';
import { type RuleContext, selectsExporter } from './rule-context.ts';

/** How the user's own scrape job labels its targets, as far as the command line or the manifests have it. */
export interface GivenTarget {
  /** `job`, `cluster` and so on, by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined to derive it from the rules. */
  readonly honorLabels?: boolean;
}

const DEFAULT_JOB = 'kube-state-metrics';

/** Any text, for a label that rules only require to exist. */
const ANY_VALUE = 'conformance';

/** Labels that scrape jobs, service discovery and external labels add, and that name no part of a Kubernetes object. */
const usualTargetLabels =
  /^(job|instance|cluster|cluster_?(name|id)|k8s_?cluster|kubernetes_?cluster|prometheus(_replica)?|__replica__|env|environment|datacenter|dc|site|tenant(_id)?|org(_id)?|project(_id)?|stage|cloud|account(_id)?|monitor|metrics_path)$/;

/**
 * The target labels with which the rules see the exporter: those that are given, and for the others what the rules themselves match
 * on, if no series has the label. A label that the rules match with several values gets the one that most of them accept.
 * Rules that use `exported_namespace` and the like are written for a job that does not honor the exporter's labels.
 */
export function deriveTargetLabels(
  rules: readonly Rule[],
  context: Omit<RuleContext, 'target'>,
  given: GivenTarget,
): TargetLabels {
  const open: RuleContext = { ...context, target: { labels: {}, derived: new Set(), honorLabels: true } };
  const exposed = labelNames([context.old, context.new]);
  const matchers = new Map<string, Matcher[]>();
  const exported = new Set<string>();
  for (const { expression, templates } of rules) {
    const { selectors, labels } = parseExpression(expression);
    const ofExporter = selectors.filter((selector) => selectsExporter(selector, open));
    if (ofExporter.length === 0) continue;
    const matched = ofExporter.flatMap((selector) => selector.matchers);
    for (const matcher of matched) matchers.set(matcher.label, [...(matchers.get(matcher.label) ?? []), matcher]);
    const used = [...matched, ...labels].map(({ label }) => label);
    for (const label of [...used, ...Object.values(templates).flatMap(labelsOfTemplate)]) {
      const original = /^exported_(\w+)$/.exec(label)?.[1];
      if (original !== undefined && exposed.has(original)) exported.add(original);
    }
  }
  const honorLabels = given.honorLabels ?? exported.size === 0;
  const usual = [...matchers.keys()].filter((label) => usualTargetLabels.test(label) && !exposed.has(label));
  const names = new Set(['job', ...usual, ...(honorLabels ? [] : exported)]);
  const derived = [...names].filter((label) => given.labels[label] === undefined);
  const values = derived.flatMap((label) => {
    const value = valueFor(label, matchers.get(label) ?? [], exported.has(label));
    return value === undefined ? [] : [[label, value] as const];
  });
  return { labels: { ...Object.fromEntries(values), ...given.labels }, derived: new Set(derived), honorLabels };
}

/** The value that most matchers accept; undefined when all accept a series without the label. */
function valueFor(label: string, matchers: readonly Matcher[], required: boolean): string | undefined {
  const tested = matchers.filter(({ value }) => !hasVariable(value));
  const fallback = label === 'job' ? DEFAULT_JOB : ANY_VALUE;
  const literals = tested
    .filter(({ operator }) => operator === '=' || operator === '=~')
    .flatMap(({ value }) => literalsOf(value));
  // Prometheus sets the instance itself, so that only a value that a rule names is worth setting.
  const candidates = [...(label === 'instance' ? [] : [fallback]), ...literals.filter((value) => value !== '')];
  if (!required && label !== 'job' && tested.every((matcher) => accepts(matcher, {}))) return undefined;
  const accepted = (value: string) => tested.filter((matcher) => accepts(matcher, { [label]: value })).length;
  return candidates.reduce<string | undefined>(
    (best, value) => (best === undefined || accepted(value) > accepted(best) ? value : best),
    undefined,
  );
}

/** Texts that a regular expression may match: its alternatives without what is optional. Whether they do is for the caller to test. */
function literalsOf(pattern: string): readonly string[] {
  const flat = pattern
    .replace(/\(\?[a-z]*:/g, '(')
    .replace(/\(([^()|]*)[^()]*\)\?/g, '')
    .replace(/\(([^()|]*)[^()]*\)/g, '$1');
  return [pattern, ...flat.split('|')].map((text) =>
    text
      .replace(/^\^|\$$/g, '')
      .replace(/\.\*/g, '')
      .replace(/\.\+/g, 'x')
      .replace(/(\[0-9\]|\\d)[+*]?/g, '0')
      .replace(/\[a-z[^\]]*\][+*]?/g, 'x')
      .replace(/\\(.)/g, '$1'),
  );
}

function labelNames(surfaces: readonly Surface[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { families } of surfaces) {
    for (const { samples } of families.values()) for (const label of samples.labelNames) names.add(label);
  }
  return names;
}
