import { parseExpression } from '../../rules/expression.ts';
import { type Rule, ruleName, shortRuleName } from '../../rules/rule.ts';
import type { GateDifference, Part } from '../difference.ts';
import { judgeLabels } from './judge-labels.ts';
import { type Finding, judgeSelector } from './judge-selector.ts';
import { asksExporter, type RuleContext } from './rule-context.ts';

/** What the candidate means for each rule and each query of a dashboard, told from both expositions alone. */
export function gateRules(rules: readonly Rule[], context: RuleContext): readonly GateDifference[] {
  const found = rules.flatMap((rule) => judgeRule(rule, context).map((finding) => differenceOf(rule, finding)));
  return [...new Map(found.map((difference) => [difference.id, difference])).values()];
}

function judgeRule({ expression, templates }: Rule, context: RuleContext): readonly Finding[] {
  const parsed = parseExpression(expression);
  if (parsed.faults.length > 0) {
    const places = parsed.faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
    const sentence = `The expression cannot be read: ${places.join(' ')}`;
    return [{ key: 'syntax', sentence, brief: sentence, severity: 'nothing', both: true, old: [expression], new: [] }];
  }
  const asked = parsed.selectors.filter((selector) => asksExporter(selector, context));
  return [...asked.flatMap((selector) => judgeSelector(selector, context) ?? []), ...judgeLabels(parsed, templates, context)];
}

function differenceOf(rule: Rule, { key, sentence, ...rest }: Finding): GateDifference {
  const part: Part = rule.kind === 'alert' || rule.kind === 'record' ? 'rules' : 'dashboards';
  const told = { rule: shortRuleName(rule), sentence: `${ruleName(rule)}: ${sentence}` };
  return { id: ruleId(part, rule, key), part, ...told, ...rest };
}

/** `rules/kubernetes/KubePodNotReady/selector-lost/kube_x`, without spaces so that it is one word in a file of waivers. */
export function ruleId(part: Part, { group, name }: Rule, key: string): string {
  return [part, group, name, key].join('/').replace(/\s+/g, '-');
}
