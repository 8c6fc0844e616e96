import { parseExpression } from '../../prometheus/rules/expression.ts';
import { type Rule, type RuleSource, ruleName, shortRuleName } from '../../prometheus/rules/rule.ts';
import type { TargetLabels } from '../../prometheus/rules/surface.ts';
import type { GateDifference, Part } from '../difference.ts';
import { checkLabels, checkSelector, type Finding } from './checks.ts';
import { countSources, coverageOf, type SourceCounts } from './coverage.ts';
import { type ContextRequest, type RuleContext, ruleContext, selectsExporter } from './rule-context.ts';
import { deriveTargetLabels, type GivenTarget } from './target-labels.ts';

/** Rules and dashboard queries judged by their selectors. */
export interface JudgedSources {
  readonly differences: readonly GateDifference[];
  /** How each file is judged. */
  readonly sources: readonly SourceCounts[];
  /** The rules whose results can be compared with nothing but both expositions in Prometheus. */
  readonly evaluable: readonly Rule[];
  /** The target labels with which the selectors are judged. */
  readonly target: TargetLabels;
}

/**
 * Judges the rules and dashboard queries of all files by their selectors, on two surfaces, live or predicted.
 * @param request without `target`, the target labels are derived from the rules
 * @param given the target labels that are known
 */
export function judgeSources(
  sources: readonly RuleSource[],
  request: ContextRequest,
  given: GivenTarget = { labels: {} },
): JudgedSources {
  const rules = sources.flatMap((source) => source.rules);
  const known = ruleContext(rules, request);
  const context = { ...known, target: request.target ?? deriveTargetLabels(rules, known, given) };
  return {
    differences: gateRules(rules, context),
    sources: countSources(sources, context),
    evaluable: rules.filter((rule) => coverageOf(rule, context).how === 'whole'),
    target: context.target,
  };
}

/** Checks each rule and dashboard query against both expositions, without evaluating it. */
export function gateRules(rules: readonly Rule[], context: RuleContext): readonly GateDifference[] {
  const differences = rules.flatMap((rule) => checkRule(rule, context).map((finding) => differenceOf(rule, finding)));
  return [...new Map(differences.map((difference) => [difference.id, difference])).values()];
}

function checkRule({ expression, templates }: Rule, context: RuleContext): readonly Finding[] {
  const parsed = parseExpression(expression);
  if (parsed.faults.length > 0) {
    const errors = parsed.faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
    const sentence = `The expression does not parse: ${errors.join(' ')}`;
    return [{ key: 'syntax', sentence, brief: sentence, severity: 'harmless', both: true, old: [expression], new: [] }];
  }
  const ofExporter = parsed.selectors.filter((selector) => selectsExporter(selector, context));
  return [
    ...ofExporter.flatMap((selector) => checkSelector(selector, context) ?? []),
    ...checkLabels(parsed, templates, context),
  ];
}

function differenceOf(rule: Rule, { key, sentence, ...rest }: Finding): GateDifference {
  const part = partOf(rule);
  return {
    id: ruleId(part, rule, key),
    part,
    rule: shortRuleName(rule),
    sentence: `${ruleName(rule)}: ${sentence}`,
    ...rest,
  };
}

/** The part of the comparison to which a rule or a query belongs. */
export function partOf({ kind }: Pick<Rule, 'kind'>): Extract<Part, 'rules' | 'dashboards'> {
  return kind === 'alert' || kind === 'record' ? 'rules' : 'dashboards';
}

/** `rules/kubernetes/KubePodNotReady/selector-lost/kube_x`; spaces become hyphens. */
export function ruleId(part: Part, { group, name }: Rule, key: string): string {
  return [part, group, name, key].join('/').replace(/\s+/g, '-');
}
