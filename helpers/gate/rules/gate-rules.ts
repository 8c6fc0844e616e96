import { parseExpression } from '../../prometheus/rules/expression.ts';
import { type Rule, ruleName, shortRuleName } from '../../prometheus/rules/rule.ts';
import type { GateDifference, Part } from '../difference.ts';
import { checkLabels, checkSelector, type Finding } from './checks.ts';
import { type RuleContext, selectsExporter } from './rule-context.ts';

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
